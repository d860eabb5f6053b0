"""What a verification tells of the minutiae that agree: those of the caller's own sample, of a match alone."""

from __future__ import annotations

import pytest

from idverify.domain.model import Decision, FingerPosition, Likeness, OperatingPoint, Quality
from idverify.rpc.convert.verified import verify_response
from idverify.services.verification import FingerOutcome, Verified

QUALITY = Quality(80, "fake", 40, (), usable=True)
ALIKE = Likeness(1e-8, 80.0, 2, paired=((10, 20), (30, 40)))


@pytest.mark.parametrize(
    ("decision", "likeness", "told"),
    [(Decision.MATCH, ALIKE, [(10, 20), (30, 40)]), (Decision.NO_MATCH, ALIKE, []), (None, None, [])],
)
def test_pairs_are_told_with_the_score_of_a_match(
    decision: Decision | None, likeness: Likeness | None, told: list[tuple[int, int]]
) -> None:
    finger = FingerOutcome(FingerPosition.RIGHT_INDEX, decision, likeness, QUALITY, QUALITY)
    point = OperatingPoint(1e-4, "comparator", "calibration", 1e-9)
    verified = Verified(decision or Decision.NO_MATCH, point, likeness, (finger,), (), None, "t", None, ())
    [shown] = verify_response(verified).fingers
    assert [(each.x, each.y) for each in shown.paired_minutiae] == told
