"""What ``make crash`` does, once; and that it would find what is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.endurance.__main__ import main
from tests.endurance.cycles import Town

pytestmark = pytest.mark.slow


def test_what_was_answered_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cycles", "1", "--seed", "5", "--out", str(tmp_path / "out"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["killed"], told["lost"], told["wrong"]) == (1, 0, [])
    assert told["acknowledged"] > 0
    assert not (tmp_path / "out").exists()


@pytest.mark.long
def test_so_it_is_where_postgresql_is_killed_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--cycles", "3", "--seed", "3", "--store", "postgresql", "--out", str(tmp_path / "out"), "--json"]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["killed"], told["lost"], told["wrong"]) == (3, 0, [])
    assert told["databases_killed"] > 0


def test_what_is_not_as_it_was_answered_is_found(tmp_path: Path) -> None:
    town = Town(tmp_path, 7)
    ledger = town._ledgers[0]
    ledger.enrolled.add(7)
    ledger.events = {1: ("Verify", "MATCH")}  # the first event of all is no verification
    town.look_at_all()
    wrong = town.report.wrong
    assert "event 1 is another one than was answered" in wrong
    missing = "person 7 should be enrolled: in the database False, found by the gallery False"
    assert any(line.startswith(missing) for line in wrong)
