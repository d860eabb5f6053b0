"""``make security``: what it runs, how it judges what came of that, and how it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.security import command, running
from tests.security.rows import Row

Run = Callable[..., tuple[int, str, str]]

TABLE = [
    Row("good", "a part", "try", "defend", "pytest good"),
    Row("good", "a part", "try once more", "defend", "pytest good"),
    Row("bad", "a part", "try", "defend", "make bad"),
    Row("slow", "a part", "try", "defend", "make slow", long=True),
]
ENDS = {"pytest good": 0, "make bad": 3, "make slow": 0}


@pytest.fixture
def security(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs it on another table, whose commands end as ``ENDS`` says."""

    def words_of(which: str) -> list[str]:
        return [sys.executable, "-c", f"print('3 passed, 1 skipped in 1s'); raise SystemExit({ENDS[which]})"]

    monkeypatch.setattr(command, "rows", lambda: TABLE)
    monkeypatch.setattr(running, "words_of", words_of)
    monkeypatch.setattr(command, "seconds_seen", lambda: {"make slow": 600.0})

    def run(*arguments: str) -> tuple[int, str, str]:
        status = command.main([*arguments, "--out", str(tmp_path)])
        return status, *capsys.readouterr()

    return run


def test_one_that_fails_fails_all_and_every_command_is_run_once(security: Run) -> None:
    status, told, progress = security()
    assert status == 1
    assert "FAILED (3)" in told
    assert "held: 3 passed, 1 skipped" in told
    assert [line.split()[:2] for line in progress.splitlines() if line.endswith("...")] == [
        ["1/3", "good"],
        ["2/3", "bad"],
        ["3/3", "slow"],
    ]
    assert "3 commands; 1 of them took 10 minutes" in progress


def test_the_quick_ones_and_those_that_are_named(security: Run) -> None:
    assert security("--only", "good,slow", "--quick")[0] == 0
    assert security("--list", "--only", "slow") == (0, "slow\tmake slow\n", "")
    status, _, progress = security("--only", "good,unheard-of")
    assert status == 2
    assert "no such name: unheard-of" in progress


def test_json_has_a_row_a_command(security: Run) -> None:
    found = json.loads(security("--json")[1])
    assert [(row["name"], row["held"]) for row in found] == [("good", True), ("bad", False), ("slow", True)]
    assert "3 passed" in Path(found[0]["log"]).read_text(encoding="utf-8")


def test_how_long_it_took_is_kept_of_what_held(security: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, float] = {}
    monkeypatch.setattr(command, "write_seconds", kept.update)
    security("--write")
    assert set(kept) == {"pytest good", "make slow"}


@pytest.mark.parametrize(
    ("which", "status", "printed", "held"),
    [
        ("pytest x", 0, "...\n5 passed in 1.00s\n", True),
        ("pytest x", 0, "...\n5 skipped in 1.00s\n", False),
        ("pytest x", 1, "...\n1 failed, 5 passed in 1.00s\n", False),
        ("make x", 0, "", True),
        ("make x", 2, "", False),
    ],
)
def test_tests_that_all_skipped_show_nothing(which: str, status: int, printed: str, held: bool) -> None:
    assert running.judged(which, status, printed)[1] is held


def test_what_could_not_be_looked_at_is_told_and_did_not_hold() -> None:
    printed = "audit    NOT SHOWN\nNOT SHOWN: none of 3 packages was audited\nmake: *** [supply-chain] Error 3\n"
    assert running.judged("make x", 2, printed) == ("NOT SHOWN: none of 3 packages was audited", False)


def test_other_programs_are_not_run() -> None:
    with pytest.raises(ValueError, match="neither pytest nor make"):
        running.words_of("rm -r x")
    assert running.words_of("make check") == ["make", "--no-print-directory", "check"]
    assert running.words_of("pytest a b")[-2:] == ["a", "b"]
