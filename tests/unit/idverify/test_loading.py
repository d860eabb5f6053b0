"""Ctrl-C before a program is there: no stack trace, whatever it was just loading."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.places import REPOSITORY

INTERRUPTED_AS = """
import importlib.abc, os, signal, sys

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["INTERRUPTED_AS"]:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
"""
PLACES = ("typer", "google.protobuf.message", "idverify.commands.vouching.slips")


def script() -> tuple[str, ...]:
    """The arguments of Python that do what the installed script does."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, function = project["scripts"]["idverify"].partition(":")
    return "-c", f"import sys; from {module} import {function}; sys.exit({function}())"


def started(tmp_path: Path, arguments: tuple[str, ...], place: str) -> tuple[int, str, str]:
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTED_AS, encoding="utf-8")
    known = os.environ | {"PYTHONPATH": os.pathsep.join((str(tmp_path), str(REPOSITORY))), "INTERRUPTED_AS": place}
    run = subprocess.run([sys.executable, *arguments], env=known, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout, run.stderr


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "arguments", [script(), ("-m", "idverify"), ("-m", "idverify.cli")], ids=["script", "package", "module"]
)
def test_ctrl_c_while_the_command_line_loads_is_silent(tmp_path: Path, arguments: tuple[str, ...], place: str) -> None:
    assert started(tmp_path, (*arguments, "assertion", "--help"), place) == (130, "", "")


@pytest.mark.parametrize("was_looking", [True, False])
def test_what_is_loaded_is_never_looked_through_for_garbage(was_looking: bool) -> None:
    code = f"""
import gc
from idverify.loading import loading
gc.enable() if {was_looking} else gc.disable()
try:
    with loading():
        assert not gc.isenabled()
        raise ImportError
except ImportError:
    pass
assert gc.isenabled() is {was_looking}
before = gc.get_freeze_count()
with loading():
    import decimal
print(gc.isenabled() is {was_looking}, before < gc.get_freeze_count())
"""
    told = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert told.stdout == "True True\n"


def test_so_it_is_for_the_tools(tmp_path: Path) -> None:
    assert started(tmp_path, ("-m", "enroll_tools", "--help"), "numpy") == (130, "", "")


@pytest.mark.parametrize("arguments", [("-m", "idverify"), ("-m", "idverify.cli")], ids=["package", "module"])
def test_what_is_not_interrupted_runs(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, told, _ = started(tmp_path, (*arguments, "assertion", "--help"), "nothing")
    assert (code, "present" in told) == (0, True)


def test_where_the_signal_is_ignored_it_stays_so(tmp_path: Path) -> None:
    ignoring = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
    program = f"{ignoring}; from idverify.__main__ import main; main()"
    assert started(tmp_path, ("-c", program, "assertion", "--help"), "typer")[0] == 0


def test_ctrl_c_before_the_command_has_begun_is_silent_too(tmp_path: Path) -> None:
    (tmp_path / "late.py").write_text("def main():\n    raise KeyboardInterrupt\n", encoding="utf-8")
    program = "from idverify.loading import run; run('late')"
    assert started(tmp_path, ("-c", program), "nothing") == (130, "", "")
