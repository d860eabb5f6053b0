"""The table of contracts: what it runs is there, and what is not kept ends it with 1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance import command
from tests.conformance.parts import PARTS
from tests.places import REPOSITORY
from tests.security.running import End, Outcome


def test_each_part_runs_tests_that_are_there() -> None:
    assert len({part.name for part in PARTS}) == len(PARTS)
    for part in PARTS:
        program, file, *_ = part.command.split()
        assert program == "pytest"
        assert (REPOSITORY / file).is_file()


@pytest.mark.parametrize(("end", "status"), [(End.HELD, 0), (End.NOT_SHOWN, 0), (End.FAILED, 1)])
def test_what_is_not_kept_ends_it_with_1(
    end: End, status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "run", lambda *_: Outcome("as it was", end, 1.0, "log"))
    name = PARTS[0].name
    assert command.main(["--only", name, "--out", str(tmp_path), "--json"]) == status
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["name"], told["held"], told["shown"]) == (name, end is End.HELD, end is not End.NOT_SHOWN)
    assert command.main(["--only", name, "--out", str(tmp_path)]) == status
    assert PARTS[0].contract.split()[0] in capsys.readouterr().out
