"""The command runs what it is told to, says what came of it, and ends with 0 only if everything held."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.attack import command, seen
from tests.attack.case import Case, Findings, Outcome
from tests.attack.every_case import CASES
from tests.attack.stage import Stage


def case(number: str, name: str, outcome: Outcome | Exception) -> Case:
    def run(stage: Stage) -> Outcome:
        assert list(stage.folder.iterdir()) == []
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return Case(number, name, "before", "wanted", run)


HELD = case("1", "one", Outcome("refused", held=True))
OTHER = case("1", "other", Outcome("refused too", held=True))
MISSED = case("2", "two", Outcome("let in", held=False))
BROKEN = case("who", "three", RuntimeError("no"))


@pytest.fixture(autouse=True)
def cases(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "CASES", (HELD, OTHER, MISSED, BROKEN))
    monkeypatch.setattr(seen, "_FILE", tmp_path / "seen.json")


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["--only", "1"], 0, ["refused", "refused too"]),
        (["--only", "other"], 0, ["refused too"]),
        (["--only", "one,2"], 1, ["refused", "let in"]),
        (["--only", "who"], 1, ["the case itself failed: RuntimeError"]),
        ([], 1, ["refused", "refused too", "let in", "the case itself failed: RuntimeError"]),
    ],
)
def test_it_runs_what_it_is_told_to(
    capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, told: list[str]
) -> None:
    assert command.main([*arguments, "--json"]) == status
    assert [row["now"] for row in json.loads(capsys.readouterr().out)] == told


def test_an_unknown_case_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["--only", "1,12"])
    assert capsys.readouterr() == ("", "no such case: 12\n")


def test_the_table_says_what_did_not_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--only", "1,2"]) == 1
    rows = [line for line in capsys.readouterr().out.splitlines() if "refused" in line or "let in" in line]
    assert ["yes" in row for row in rows] == [True, True, False]
    assert "NO" in rows[-1]


def test_what_was_seen_is_kept_beside_what_was_seen_before(tmp_path: Path) -> None:
    seen._FILE.write_text("{}", encoding="utf-8")
    command.main(["--only", "1", "--write"])
    command.main(["--only", "2", "--write"])
    assert seen.seen() == {"1 one": HELD.run(empty(tmp_path)), "1 other": Outcome("refused too", held=True)} | {
        "2 two": Outcome("let in", held=False)
    }


def empty(folder: Path) -> Stage:
    (folder / "empty").mkdir()
    return Stage(folder / "empty", full=False)


def test_findings_say_first_what_did_not_hold() -> None:
    findings = Findings()
    findings.same("told", [], [])
    findings.same("left", [19, 17], [19, 18])
    findings.note("the rest", held=True)
    assert findings.outcome == Outcome("NOT HELD: left: 19, 17 instead of 19, 18; told: none; the rest", held=False)


def test_names_of_cases_are_their_own_and_can_be_asked_for() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    assert not any("," in name for name in names)
