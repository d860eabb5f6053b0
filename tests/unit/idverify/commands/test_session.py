"""What every command does with the files that it is given."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from tests.places import REPOSITORY

NUMBER = "027199000001"
PNG = b"\x89PNG\r\n\x1a\n\xff\xfe"
PEOPLE = ("--known", NUMBER, "--other", "027199000002", "--unknown", "027199000003")
SOURCE = ("--type", "residence", "--name", "a", *PEOPLE)
READING = {
    "assertion verify": ("assertion", "verify", "BINARY", "--keys", "TEXT", "--audience", "A"),
    "assertion verify --keys": ("assertion", "verify", "TEXT", "--keys", "BINARY", "--audience", "A"),
    "check-assertion": ("check-assertion", "BINARY", "--keys", "TEXT", "--audience", "A"),
    "assertion present": ("assertion", "present", "BINARY"),
    "confirmation issue": ("confirmation", "issue", "BINARY", NUMBER, "--dossier", "H-1"),
    "confirmation print": ("confirmation", "print", "BINARY", "never.pdf"),
    "confirmation verify": ("confirmation", "verify", "BINARY", "--keys", "TEXT", "--status-list", "TEXT"),
    "confirmation verify --keys": ("confirmation", "verify", "TEXT", "--keys", "BINARY", "--status-list", "TEXT"),
    "confirmation verify --status-list": (
        "confirmation",
        "verify",
        "TEXT",
        "--keys",
        "TEXT",
        "--status-list",
        "BINARY",
    ),
    "devices register": ("devices", "register", "d9", "--public-key", "BINARY"),
    "clients register": ("clients", "register", "c", "--role", "counter", "--certificate", "BINARY"),
    "records put": ("records", "put", NUMBER, "residence", "BINARY"),
    "records check-source": ("records", "check-source", "127.0.0.1:1", "--keys", "BINARY", *SOURCE),
}


@pytest.mark.parametrize("arguments", READING.values(), ids=READING)
def test_a_file_that_is_no_text_is_named(arguments: tuple[str, ...], tmp_path: Path) -> None:
    files = {"BINARY": tmp_path / "right.png", "TEXT": tmp_path / "keys.json"}
    files["BINARY"].write_bytes(PNG)
    files["TEXT"].write_text("{}", encoding="utf-8")
    given = [str(files.get(argument, argument)) for argument in arguments]
    done = CliRunner().invoke(build_app(), given)
    assert (done.exit_code, done.stderr) == (2, f"FILE_UNUSABLE: {files['BINARY']}: not text in UTF-8\n")


def test_no_command_reads_text_by_itself() -> None:
    """All go through one helper, so that none forgets what is not UTF-8."""
    folder = REPOSITORY / "idverify" / "commands"
    reading = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "read_text"
    ]
    assert reading == ["session.py"]
