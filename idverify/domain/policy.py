"""The rules of deciding: what error rate, what decision, which finger next.

All evidence is an error rate. A false match rate (FMR) belongs to one comparison; where several were tried, the rate of
the best of them is higher, and a search has a false positive identification rate (FPIR) that grows with the gallery
(ISO/IEC 19795-1).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from idverify.domain.attempts import FAILURE, POOR_SAMPLE
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Decision, FingerPosition, Likeness, Quality

DEFAULT_TARGET_FMR = 1e-4
TARGET_FMR_RANGE = (1e-6, 1e-2)
LOWEST_CLAIMABLE_FMR = 1e-9
"""No evidence of one finger is claimed to be stronger: twins of fingers, mix-ups and forgeries are likelier."""

LOWEST_CLAIMABLE_FMR_OF_SEVERAL = 1e-12
"""No evidence at all is: where several fingers agree, the mix-up of two people's prints is what remains."""

THIN_BELOW_QUALITY = 25
"""Sample quality (0 to 100) below which a non-match says little: such samples often miss their own mate. Six of seven
false non-matches of the development databases rest on one; 30 finds no more and asks half as many strangers again."""

NEAR_BAND = 6.0
"""Width, in -10 log10 FMR, of the band below the threshold that is decided by another impression: a factor of four."""


def effective_target_fmr(requested: float | None, procedure: float | None) -> float:
    """Return the false match rate to decide at.

    Args:
        requested: by the caller; None: not stated.
        procedure: the procedure's own, never exceeded; None: no procedure.

    Raises:
        DomainError: FIELD_INVALID outside 1e-6 to 0.01.
    """
    low, high = TARGET_FMR_RANGE
    if requested is not None and not low <= requested <= high:
        raise DomainError(Reason.FIELD_INVALID, "target_fmr must be 1e-6 to 0.01", {"field": "target_fmr"})
    if procedure is None:
        return DEFAULT_TARGET_FMR if requested is None else requested
    return procedure if requested is None else min(requested, procedure)


def decide(likeness: Likeness, target: float, qualities: Sequence[Quality]) -> Decision:
    """Decide at a target FMR.

    What does not match is INCONCLUSIVE, and not NO_MATCH, if it is near the threshold, or if one of the impressions it
    rests on, on either side, is too poor to speak against anybody. A match stands on its evidence, however poor they
    are. Figures: docs/accuracy.md.
    """
    if likeness.fmr <= target:
        return Decision.MATCH
    near = likeness.fmr <= min(1.0, target * 10 ** (NEAR_BAND / 10))
    return Decision.INCONCLUSIVE if near or any(map(is_thin, qualities)) else Decision.NO_MATCH


def decide_search(reaching: int, qualities: Sequence[Quality], *, complete: bool) -> Decision:
    """Decide a search by how many people reach its target.

    Several who do, are INCONCLUSIVE; so is nobody, if every probe is too poor to speak against anybody, or if not all
    was searched: the person may be in the part that did not answer. One who does is a match, on the evidence as it is.

    Args:
        reaching: how many.
        qualities: of the probes.
        complete: whether all was searched that should have been.
    """
    if reaching == 1:
        return Decision.MATCH
    # Several fingers say no if one good one does.
    if reaching or not complete or all(map(is_thin, qualities)):
        return Decision.INCONCLUSIVE
    return Decision.NO_MATCH


def is_thin(quality: Quality) -> bool:
    """Return whether a sample is too poor for its non-match to mean anything."""
    return not quality.usable or quality.score < THIN_BELOW_QUALITY


def weight_of_failure(probes: Iterable[Quality]) -> float:
    """Return what a try counts that did not match: less if every sample shown was too poor to speak against anybody."""
    return POOR_SAMPLE if all(map(is_thin, probes)) else FAILURE


def surest_finger(fingers: Iterable[Sequence[Quality]]) -> Sequence[Quality]:
    """Return the impressions of the finger that can best speak against somebody: whose poorer one is best.

    Several fingers that do not match mean something if one of them means something alone.

    Args:
        fingers: the impressions that each finger's comparison rests on; at least one finger.
    """
    return max(fingers, key=lambda impressions: min((q.usable, q.score) for q in impressions))


def best_of(likeness: Likeness, tries: int) -> Likeness:
    """Return what the best of several comparisons is worth: 1 - (1 - FMR)^tries (Šidák).

    Args:
        likeness: the best one.
        tries: how many comparisons it is the best of, one at least.
    """
    if tries < 1:
        raise ValueError("the best of nothing")
    if tries == 1:
        return likeness
    return _at(likeness, _any_of(likeness.fmr, tries))


def per_comparison_fmr(fpir: float, searched: int) -> float:
    """Return the FMR at which a search of so many fingers has a given FPIR: 1 - (1 - FPIR)^(1/searched).

    Args:
        fpir: in (0, 1).
        searched: enrolled fingers searched; none is taken as one.
    """
    return -math.expm1(math.log1p(-fpir) / max(1, searched))


def fpir_at(fmr: float, searched: int) -> float:
    """Return the FPIR of a search of so many fingers at an FMR; the inverse of :func:`per_comparison_fmr`."""
    return _any_of(fmr, max(1, searched))


def lowest_claimable_fmr(fingers: int) -> float:
    """Return the lowest FMR at which a decision by so many fingers may be made."""
    return max(LOWEST_CLAIMABLE_FMR**fingers, LOWEST_CLAIMABLE_FMR_OF_SEVERAL)


def claimable(likeness: Likeness, fingers: int) -> Likeness:
    """Return what may be said of a comparison of so many fingers, in the answer, the trail and the assertion.

    Whatever the calibration makes of the score, the rate is not below :func:`lowest_claimable_fmr`, and the score is
    that rate's.
    """
    lowest = lowest_claimable_fmr(fingers)
    return likeness if likeness.fmr >= lowest else _at(likeness, lowest)


def fingers_needed(target_fmr: float) -> int | None:
    """Return how many fingers can carry a target FMR; None if no number of them can."""
    return next((n for n in (1, 2) if lowest_claimable_fmr(n) <= target_fmr), None)


def next_best_fingers(
    qualities: Mapping[FingerPosition, int], tried: Collection[FingerPosition]
) -> tuple[FingerPosition, ...]:
    """Return the fingers worth trying next: enrolled, not tried yet, best enrolled quality first.

    A finger of unknown position is left out: nobody can be asked for it.
    """
    left = [p for p in qualities if p not in tried and p is not FingerPosition.UNKNOWN]
    return tuple(sorted(left, key=lambda p: (-qualities[p], p)))


def _at(likeness: Likeness, fmr: float) -> Likeness:
    """Return a likeness at another rate, with the score that belongs to it."""
    return replace(likeness, fmr=fmr, score=max(0.0, -10.0 * math.log10(fmr)))


def _any_of(rate: float, trials: int) -> float:
    """Return 1 - (1 - rate)^trials, exact for small rates."""
    return 1.0 if rate >= 1.0 else -math.expm1(trials * math.log1p(-rate))
