"""What the hill climber comes to, in small; ``make attack`` does it in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attack.hill_climber import climb_each, storm
from tests.attack.office import open_office

pytestmark = pytest.mark.slow

EASY = 2
"""A citizen whom this climber reaches soon."""

CALLS = 500


def test_with_scores_it_climbs_to_an_assertion(tmp_path: Path) -> None:
    """Else the tests below would say nothing: this climber can climb."""
    office = open_office(tmp_path, EASY + 1, guarded=False)
    assert climb_each(office, [EASY], CALLS, sees_scores=True).matched


def test_without_scores_it_climbs_nowhere(tmp_path: Path) -> None:
    office = open_office(tmp_path, EASY + 1, guarded=False)
    assert not climb_each(office, [EASY], CALLS, sees_scores=False).matched


def test_with_limits_most_calls_are_not_even_answered(tmp_path: Path) -> None:
    office = open_office(tmp_path, 40, guarded=True)
    outcome = storm(office, clients=2, citizens=40, calls=1000, seconds_between=1.0)
    assert outcome.matched == []
    assert outcome.answered < 2 * 120
    assert outcome.answered + outcome.refused.total() == outcome.calls == 1000
