"""The test for agencies passes on the reference source and fails on broken ones, with the reason."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from enroll_tools.record_source.service import ReferenceSource
from idverify.cli import build_app
from tests import source_kit as kit
from tests.places import REPOSITORY


def checked(
    folder: Path, source: ReferenceSource, *more: str, kind: str = kit.KIND
) -> tuple[int, list[dict[str, Any]]]:
    """Run the command; return its exit code and what it found."""
    people = ("--known", kit.KNOWN, "--other", kit.OTHER, "--unknown", kit.UNKNOWN)
    keys = ("--keys", str(kit.public_keys(folder)))
    with kit.served(source) as address:
        arguments = ["records", "check-source", address, "--type", kit.KIND, "--name", "insurer", *keys, *people]
        result = CliRunner().invoke(build_app(), [*arguments, "--json", *more])
    return result.exit_code, json.loads(result.stdout)


def test_the_reference_does_as_it_should(tmp_path: Path) -> None:
    code, checks = checked(tmp_path, kit.reference(), "--seconds", "30")
    assert [check for check in checks if not check["holds"]] == []
    assert (code, len(checks)) == (0, 6)


@pytest.mark.parametrize(
    ("broken", "fails", "why"),
    [
        (kit.WrongPerson, 0, "WRONG_PERSON: sub is another citizen"),
        (kit.BadSignature, 0, "SIGNATURE: the answer is not signed by a key of this source"),
        (kit.Unversioned, 0, "MALFORMED: version is missing"),
        (kit.Stale, 0, "STALE: as_of is in the future, or older"),
        (kit.ExtraFields, 0, "MALFORMED: record: $: only these are allowed"),
        (kit.WrongType, 0, "WRONG_ANSWER: iss, query_id or record_type"),
        (kit.Replaying, 1, "WRONG_ANSWER: iss, query_id or record_type"),
    ],
)
def test_a_broken_source_fails_with_the_reason(
    tmp_path: Path, broken: type[ReferenceSource], fails: int, why: str
) -> None:
    code, checks = checked(tmp_path, broken(kit.IDENTITY, kit.REGISTER), "--seconds", "30")
    assert code == 1
    assert checks[fails]["why"].startswith(why)
    assert kit.KNOWN not in json.dumps(checks)


def test_one_that_ignores_the_deadline_fails_with_the_reason(tmp_path: Path) -> None:
    slow = kit.Slow()
    code, checks = checked(tmp_path, slow.of(kit.reference()), "--seconds", "0.2")
    slow.free.set()
    assert code == 1
    assert checks[0]["why"] == "SLOW: gRPC status DEADLINE_EXCEEDED"


def test_one_that_is_not_there_fails_with_the_reason(tmp_path: Path) -> None:
    keys = kit.public_keys(tmp_path)
    people = ("--known", kit.KNOWN, "--other", kit.OTHER, "--unknown", kit.UNKNOWN)
    arguments = ["records", "check-source", "127.0.0.1:1", "--type", kit.KIND, "--name", "x", "--keys", str(keys)]
    result = CliRunner().invoke(build_app(), [*arguments, *people, "--seconds", "30"])
    assert result.exit_code == 1
    assert "FAILS" in result.output
    assert "UNREACHABLE" in result.output


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (("--keys", "no-keys.json"), "no-keys.json: it is no JWK Set"),
        (("--keys", "picture.png"), "picture.png: "),
        (("--keys", "nowhere.json"), "nowhere.json: No such file"),
        (("--unknown", "abc"), "--unknown: a citizen number is 12 digits"),
        (("--known", "1"), "--known: a citizen number is 12 digits"),
        (("--unknown", kit.KNOWN), "must be three citizens"),
        (("--type", "xx"), "no record type xx; it has civil_status_birth, "),
    ],
    ids=str,
)
def test_what_is_wrong_with_the_test_is_not_the_sources_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: tuple[str, str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("no-keys.json").write_text("{}")
    Path("picture.png").write_bytes(b"\x89PNG")
    people = ("--known", kit.KNOWN, "--other", kit.OTHER, "--unknown", kit.UNKNOWN)
    keys = ("--keys", str(kit.public_keys(tmp_path)))
    arguments = ["records", "check-source", "127.0.0.1:1", "--type", kit.KIND, "--name", "x", *keys, *people]
    result = CliRunner().invoke(build_app(), [*arguments, *changed])
    assert result.exit_code == 2
    assert says in result.stderr


def test_the_reference_is_served_by_a_command(tmp_path: Path) -> None:
    records = [
        {"citizen_number": number, "record_type": kind, "version": entry.version, "record": dict(entry.record)}
        for (number, kind), entry in kit.REGISTER.items()
    ]
    (tmp_path / "records.json").write_text(json.dumps(records))
    files = ("--records", str(tmp_path / "records.json"), "--keys", str(tmp_path / "keys.json"))
    command = [sys.executable, "-m", "enroll_tools.record_source", *files, "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    port = process.stderr.readline().split()[3].rstrip(";")
    people = ("--known", kit.KNOWN, "--other", kit.OTHER, "--unknown", kit.UNKNOWN)
    arguments = ["records", "check-source", f"127.0.0.1:{port}", "--type", kit.KIND, "--name", "reference"]
    more = ("--keys", str(tmp_path / "keys.json"), "--seconds", "30")
    result = CliRunner().invoke(build_app(), [*arguments, *more, *people])
    process.terminate()
    process.communicate(timeout=60)
    assert (result.exit_code, process.returncode) == (0, 0), result.output
