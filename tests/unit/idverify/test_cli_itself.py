"""The command line as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib

from typer.testing import CliRunner

from idverify.cli import build_app
from tests.places import REPOSITORY


def test_it_tells_its_version() -> None:
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
    told = CliRunner().invoke(build_app(), ["--version"])
    assert (told.exit_code, told.stdout) == (0, f"idverify {version}\n")


def test_a_shell_completes_it() -> None:
    asked = {"_IDVERIFY_COMPLETE": "complete_bash", "COMP_WORDS": "idverify audit che", "COMP_CWORD": "2"}
    program = "from idverify.cli import build_app; build_app()(prog_name='idverify')"
    command = [sys.executable, "-c", program]
    told = subprocess.run(command, env=os.environ | asked, capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert told.stdout.split() == ["check", "check-archive", "checkpoint"]


def test_without_a_command_it_shows_what_there_is() -> None:
    told = CliRunner().invoke(build_app(), [])
    assert "serve" in told.output + told.stderr
