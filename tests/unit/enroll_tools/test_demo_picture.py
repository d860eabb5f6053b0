"""Under the picture of the demo stand two scores, and what each of them is."""

from __future__ import annotations

import numpy as np

from enroll_tools.demo.picture import caption_of
from idverify.v1.biometrics_pb2 import CompareSamplesResponse
from idverify.v1.types_pb2 import Decision, OperatingPoint
from matcher.comparison.compare import Comparison


def test_both_scores_are_told_apart() -> None:
    answer = CompareSamplesResponse(
        decision=Decision.DECISION_MATCH,
        score=90.0,
        fmr_at_score=1e-9,
        operating_point=OperatingPoint(fmr_extrapolated_below=1e-6),
    )
    comparison = Comparison(368.42, np.zeros((0, 2), np.int64))
    decided, own, services = caption_of(answer, comparison)
    assert decided == "MATCH  score 90.0  FMR 1.0e-09 (extrapolated)"
    assert own.startswith("368.4, the sum on the right, is the comparator's own")
    assert services.startswith("90.0 is -10 log10 of the FMR")
