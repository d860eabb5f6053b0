"""Every file, module, command and target that a page names exists."""

from __future__ import annotations

import importlib
import importlib.util
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from idverify import cli
from tests.places import DOCS, REPOSITORY

PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    REPOSITORY / "SECURITY.md",
    *sorted(DOCS.rglob("*.md")),
]
PACKAGES = ("matcher", "idverify", "enroll_tools", "benchmarks", "tests")
NO_MODULES = ("md", "db", "lock", "local", "example", "toml")  # what ends so is a file or a host

PATH = re.compile(rf"(?<![\w/.-])((?:{'|'.join((*PACKAGES, 'proto', 'docs'))})(?:/[\w.*-]+)+)")
FILE = re.compile(r"`(\w+\.py)`")
NAME = re.compile(rf"(?<![\w/.-])((?:{'|'.join(PACKAGES)})(?:\.\w+)+)")
TARGET = re.compile(r"\bmake ([a-z][a-z-]+)(?= [A-Z]+=|`|\n| {2}|$)")
MODULE = re.compile(r"python -m ([\w.]+)")
COMMAND = re.compile(r"(?:^|`|bin/)idverify ([a-z][a-z-]+)(?: ([a-z][a-z-]+))?", re.MULTILINE)


def each(pattern: re.Pattern[str]) -> list[Any]:
    """Return what a pattern finds, with the page."""
    return [
        pytest.param(match.groups() if pattern.groups > 1 else match[1], id=f"{page.stem}-{match[0].strip('`')}")
        for page in PAGES
        for match in {match[0]: match for match in pattern.finditer(page.read_text(encoding="utf-8"))}.values()
    ]


def resolves(name: str) -> bool:
    """Tell whether a dotted name is a module, or something in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        try:
            found: Any = importlib.import_module(module)
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            if not hasattr(found, attribute):
                return False
            found = getattr(found, attribute)
        return True
    return False


@pytest.mark.parametrize("path", each(PATH))
def test_paths(path: str) -> None:
    assert list(REPOSITORY.glob(path.rstrip("."))), path


@pytest.mark.parametrize("file", each(FILE))
def test_files(file: str) -> None:
    assert any(next((REPOSITORY / package).rglob(file), None) for package in PACKAGES), file


@pytest.mark.parametrize("name", each(NAME))
def test_names(name: str) -> None:
    assert name.endswith(NO_MODULES) or resolves(name), name


@pytest.mark.parametrize("target", each(TARGET))
def test_targets(target: str) -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_target_has_a_line_of_help() -> None:
    # a make that calls the tests would have this one say which folder it enters
    said = subprocess.run(
        ["make", "--no-print-directory", "help"], check=True, capture_output=True, text=True, cwd=REPOSITORY
    ).stdout
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    phony = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert {line.split()[0] for line in said.splitlines() if len(line.split()) > 1} == set(" ".join(phony).split())


@pytest.mark.parametrize("module", each(MODULE))
def test_modules_that_are_run(module: str) -> None:
    spec = importlib.util.find_spec(module)
    assert spec is not None, module
    assert Path(spec.origin or "").name != "__init__.py" or importlib.util.find_spec(f"{module}.__main__"), module


@cache
def all_commands() -> Any:
    return typer.main.get_command(cli.build_app())


@pytest.mark.parametrize("command", each(COMMAND))
def test_commands(command: tuple[str, str | None]) -> None:
    first = all_commands().commands.get(command[0])
    assert first is not None, command
    assert not hasattr(first, "commands") or command[1] in first.commands, command
