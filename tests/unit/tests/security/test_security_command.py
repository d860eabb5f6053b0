"""``make security``: what it runs, how it judges what came of that, and how it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.security import command, running
from tests.security.rows import Row
from tests.security.running import End

Run = Callable[..., tuple[int, str, str]]

TABLE = [
    Row("good", "a part", "try", "defend", "pytest good"),
    Row("good", "a part", "try once more", "defend", "pytest good"),
    Row("bad", "a part", "try", "defend", "make bad"),
    Row("slow", "a part", "try", "defend", "make slow", long=True),
    Row("far", "a part", "try", "defend", "make far"),
]
PRINTED = {"make far": "NOT SHOWN: no service is reached"}
ENDS = {"pytest good": 0, "make bad": 3, "make slow": 0, "make far": 2}

SKIPPED = "SKIPPED [1] tests/a.py:1: no token\nSKIPPED [1] tests/b.py:2: no wine"


@pytest.fixture
def security(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs it on another table, whose commands end as ``ENDS`` says."""

    def words_of(which: str) -> list[str]:
        printed = PRINTED.get(which, "3 passed, 1 skipped in 1s")
        return [sys.executable, "-c", f"print({printed!r}); raise SystemExit({ENDS[which]})"]

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
        ["1/4", "good"],
        ["2/4", "bad"],
        ["4/4", "far"],
    ]
    assert "4 commands; 1 of them took 10 minutes" in progress
    assert "3/4 slow ... 600 s when it was last run\n" in progress
    assert "3/4 slow: held (0 s; 0 min so far)\n" in progress


def test_what_this_machine_cannot_show_fails_nothing_and_is_named_at_the_end(security: Run) -> None:
    status, told, _ = security("--only", "good,far")
    assert status == 0
    assert "NOT SHOWN: no service is reached" in told
    assert told.splitlines()[-1] == "NOT SHOWN on this machine: 1 of 2: far"
    status, told, progress = security("--only", "good,far", "--json")
    assert (status, [row["shown"] for row in json.loads(told)]) == (0, [True, False])
    assert progress.splitlines()[-1] == "NOT SHOWN on this machine: 1 of 2: far"
    status, told, _ = security("--only", "bad,far")
    assert status == 1
    assert told.splitlines()[-1] == "NOT SHOWN on this machine: 1 of 2: far"
    assert "on this machine" not in security("--only", "good")[1]


def test_the_quick_ones_and_those_that_are_named(security: Run) -> None:
    assert security("--only", "good,slow", "--quick")[0] == 0
    assert security("--list", "--only", "slow") == (0, "slow\tmake slow\n", "")


def test_a_name_that_there_is_not(security: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        security("--only", "good,unheard-of")
    assert capsys.readouterr().err == "no such name: unheard-of\n"


def test_json_has_a_row_a_command(security: Run) -> None:
    found = json.loads(security("--json")[1])
    assert [(row["name"], row["held"]) for row in found] == [
        ("good", True),
        ("bad", False),
        ("slow", True),
        ("far", False),
    ]
    assert "3 passed" in Path(found[0]["log"]).read_text(encoding="utf-8")


def test_how_long_it_took_is_kept_of_what_held(security: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, float] = {}
    monkeypatch.setattr(command, "write_seconds", kept.update)
    security("--write")
    assert set(kept) == {"pytest good", "make slow"}


@pytest.mark.parametrize(
    ("which", "status", "printed", "result", "end"),
    [
        ("pytest x", 0, "...\n5 passed in 1.00s\n", "held: 5 passed", End.HELD),
        ("pytest x", 0, f"{SKIPPED}\n2 skipped in 1.00s\n", "NOT SHOWN: all skipped: no token; no wine", End.NOT_SHOWN),
        ("pytest x", 0, f"{SKIPPED}\n5 passed, 2 skipped in 1s\n", "held: 5 passed, 2 skipped", End.HELD),
        ("pytest x", 0, "...\n5 xfailed in 1.00s\n", "FAILED: it ended well, and no test passed", End.FAILED),
        ("pytest x", 1, "...\n1 failed, 5 passed in 1.00s\n", "FAILED (1)", End.FAILED),
        ("pytest x", 5, "no tests ran in 0.01s\n", "FAILED (5)", End.FAILED),
        ("make x", 0, "", "held", End.HELD),
        ("make x", 2, "", "FAILED (2)", End.FAILED),
        ("make x", 2, "audit\nNOT SHOWN: no service\nmake: *** Error 3\n", "NOT SHOWN: no service", End.NOT_SHOWN),
    ],
)
def test_how_a_command_ended(which: str, status: int, printed: str, result: str, end: End) -> None:
    assert running.judged(which, status, printed) == (result, end)


def test_other_programs_are_not_run() -> None:
    with pytest.raises(ValueError, match="neither pytest nor make"):
        running.words_of("rm -r x")
    assert running.words_of("make check") == ["make", "--no-print-directory", "check"]
    assert running.words_of("pytest a b")[-2:] == ["a", "b"]
