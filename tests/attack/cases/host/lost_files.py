"""Files that are lost beside others that are there: nothing is made anew in their place."""

from __future__ import annotations

from tests.attack.case import Case, Findings, Outcome
from tests.attack.stage import Stage
from tests.attack.starts import note_refused_starts

_LOSSES = ("keys", "database", "content of the database's file", "all rows", "signing keys", "the trail's file")


def run(stage: Stage) -> Outcome:
    """Start without each; in small one of them, as the tests of the start lose them all without a process."""
    found = Findings()
    note_refused_starts(found, stage.site(), _LOSSES if stage.full else _LOSSES[:1])
    return found.outcome


CASE = Case(
    number="9",
    name="lost files",
    before="an empty or missing database beside keys started as an empty register; without keys.json beside a database "
    "new keys were written first; lost signing keys were silently replaced",
    wanted="the start says what is wrong, refuses, and touches nothing",
    run=run,
)
