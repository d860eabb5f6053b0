"""The page says of every attack what it came to when it was last run, and of no other."""

from __future__ import annotations

from tests.attack.every_case import CASES
from tests.attack.seen import key_of, seen


def test_every_case_was_seen_and_held() -> None:
    last = seen()
    assert set(last) == {key_of(case) for case in CASES}, 'run: make attack ATTACK="--only NAME --write"'
    assert [key for key, outcome in last.items() if not outcome.held] == []
