"""Error rates of a list of comparison scores, ISO/IEC 19795-1:2021 section 9; accepted is score >= threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Error rates in percent: EER, FNMR at the lowest thresholds with FMR at most 1 %, 0.1 %, 0.01 %, and none."""

    eer: float
    fmr100: float
    fmr1000: float
    fmr10000: float
    zero_fmr: float


def error_rates(genuine: ArrayLike, impostor: ArrayLike) -> ErrorRates:
    """Return the error rates of two score lists, each of at least one score.

    The EER is read at the threshold where FNMR and FMR are nearest to each other, as the mean of both.

    Raises:
        ValueError: a list is empty or holds a value that is not finite.
    """
    mated = _sorted_scores(genuine, "genuine")
    non_mated = _sorted_scores(impostor, "impostor")
    top = np.nextafter(max(mated[-1], non_mated[-1]), np.inf)
    thresholds = np.unique(np.concatenate([mated, non_mated, [top]]))
    rejected = np.searchsorted(mated, thresholds, side="left")
    accepted = non_mated.size - np.searchsorted(non_mated, thresholds, side="left")
    fnmr, fmr = rejected / mated.size, accepted / non_mated.size
    # In whole numbers: of two thresholds at the same distance the lower one counts, not the one rounding prefers.
    nearest = int(np.argmin(np.abs(rejected * non_mated.size - accepted * mated.size)))
    at = [100.0 * float(fnmr[fmr <= limit].min()) for limit in (1e-2, 1e-3, 1e-4, 0.0)]
    return ErrorRates(100.0 * float(fnmr[nearest] + fmr[nearest]) / 2, *at)


def _sorted_scores(scores: ArrayLike, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = np.sort(np.asarray(scores, dtype=np.float64).ravel())
    if values.size == 0:
        raise ValueError(f"no {name} pair: error rates need at least one of each kind")
    if not np.isfinite(values).all():
        raise ValueError(f"a {name} score is not finite")
    return values
