"""What a decision was made with."""

from __future__ import annotations

from idverify.domain.model import OperatingPoint
from idverify.ports import Biometrics


def operating_point(biometrics: Biometrics, target_fmr: float) -> OperatingPoint:
    """Return the operating point of a decision at a target FMR by this comparator and calibration."""
    return OperatingPoint(
        target_fmr, biometrics.comparator_id, biometrics.calibration_id, biometrics.fmr_extrapolated_below
    )
