"""Every benchmark runs as a command, and has the options with which the Makefile and the documentation call it."""

from __future__ import annotations

import re
from importlib import import_module, util

import pytest

from tests.places import DOCS, REPOSITORY

CALL = re.compile(r"python -m (benchmarks\.[\w.]+)([^\n`]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def calls() -> list[tuple[str, str]]:
    """Return every command of a benchmark that is written down, with what follows it."""
    texts = [(REPOSITORY / "Makefile").read_text(), *(page.read_text() for page in sorted(DOCS.glob("*.md")))]
    return [(module.rstrip("."), rest) for text in texts for module, rest in CALL.findall(text)]


def modules() -> list[str]:
    """Return every module with a command."""
    root = REPOSITORY / "benchmarks"
    found = [path for path in root.rglob("*.py") if "\nif __name__ ==" in path.read_text()]
    return sorted(".".join(path.relative_to(REPOSITORY).with_suffix("").parts) for path in found)


def runnable(name: str) -> str:
    spec = util.find_spec(name)
    assert spec is not None, name
    return f"{name}.__main__" if spec.submodule_search_locations is not None else name


def help_of(module: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert import_module(module).main([*arguments, "--help"]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "name", ["errors", "fusion", "identification", "population", "quality", "report", "verification"]
)
def test_every_question_has_a_command(name: str) -> None:
    assert f"benchmarks.{name}.__main__" in modules()


@pytest.mark.parametrize("module", modules())
def test_every_command_explains_itself(module: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--help" in help_of(module, [], capsys)
    assert import_module(module).main(["--no-such-option"]) == 2


def test_commands_that_are_written_down_exist_with_their_options(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    written = calls()
    assert len(written) > 20
    for module, rest in written:
        first = rest.split()[0] if rest.split() else ""
        command = [first] if re.fullmatch("[a-z]+", first) else []
        text = help_of(runnable(module), command, capsys)
        for option in OPTION.findall(rest):
            assert option in text, f"{module}{rest}"
