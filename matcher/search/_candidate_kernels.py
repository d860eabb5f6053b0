"""Compiled loop that weighs the candidates of a search, GIL released; it has a plain twin in the tests."""

from __future__ import annotations

from math import pi
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled
from matcher.comparison._alignment_kernels import laid_over
from matcher.comparison._evidence_kernels import both_seen, turn_evidence, weighed
from matcher.comparison._hull_kernels import convex_hull
from matcher.comparison.evidence import EvidenceModel
from matcher.comparison.params import AlignmentParams
from matcher.comparison.prints import Print
from matcher.search._vote_kernels import agrees
from matcher.search.arrays import Enrolled, Votes
from matcher.search.params import RetrievalParams
from matcher.templates.quantisation import QUALITY_STEPS, STEPS_PER_PIXEL, STEPS_PER_TURN
from matcher.types import FloatArray


class Weighing(NamedTuple):
    """How a candidate is weighed: as the comparator does.

    Attributes:
        alignment: distances and tolerances.
        evidence: what a pair, and a minutia without one, are worth.
        sure: minutiae of lower quality are not in a hull.
        unreported: quality taken where none is reported.
    """

    alignment: AlignmentParams
    evidence: EvidenceModel
    sure: float
    unreported: float


@compiled
def agreeing_pairs(
    code: NDArray[np.int64],
    minutia: NDArray[np.uint16],
    cast: FloatArray,
    centre: int,
    turn_tolerance: float,
    shift_tolerance: float,
    probe_minutia: NDArray[np.uint16],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the pairs of minutiae whose votes agree with one vote; for each code of the probe the best.

    Args:
        code: int64, shape (v,): code of the probe of each vote for one impression, ascending.
        minutia: uint16, shape (v,): the impression's minutia.
        cast: float32, shape (v, 4): the votes.
        centre: the vote that the others must agree with.
        turn_tolerance: radians.
        shift_tolerance: pixels.
        probe_minutia: uint16, shape (n,): minutia of the probe of each code.

    Returns:
        int64, shape (k, 2): minutiae of the probe and the impression; float64, shape (k,): the votes' weights.
    """
    pairs, weight = np.empty((code.shape[0], 2), np.int64), np.empty(code.shape[0])
    count = 0
    for v in range(code.shape[0]):
        if not agrees(cast[v], cast[centre], turn_tolerance, shift_tolerance) or cast[v, 0] <= 0:
            continue
        own = probe_minutia[code[v]]
        if count and pairs[count - 1, 0] == own:
            if cast[v, 0] > weight[count - 1]:
                pairs[count - 1, 1], weight[count - 1] = minutia[v], cast[v, 0]
        else:
            pairs[count, 0], pairs[count, 1], weight[count] = own, minutia[v], cast[v, 0]
            count += 1
    return pairs[:count], weight[:count]


@compiled
def candidate_evidence(
    probe: Print,
    probe_minutia: NDArray[np.uint16],
    chosen: NDArray[np.int64],
    votes: Votes,
    enrolled: Enrolled,
    params: RetrievalParams,
    weighing: Weighing,
) -> NDArray[np.float64]:
    """Lay the probe over each candidate as its votes say, and weigh what is seen, as the comparator does.

    Args:
        probe: the print searched for.
        probe_minutia: see :func:`agreeing_pairs`.
        chosen: int64, shape (c,): which of those that have votes.
        votes: of all that have.
        enrolled: minutiae of the segment.
        params: tolerances in which votes agree.
        weighing: how.

    Returns:
        float64, shape (c,): natural log likelihood ratios; minus infinity where the votes fix no movement. About 50
        microseconds each.
    """
    evidence = np.full(chosen.shape[0], -np.inf)
    for c in range(chosen.shape[0]):
        candidate = chosen[c]
        first, last = votes.starts[candidate], votes.starts[candidate + 1]
        if votes.centres[candidate] < 0:
            continue
        pairs, weight = agreeing_pairs(
            votes.code[first:last],
            votes.minutia[first:last],
            votes.cast[first:last],
            votes.centres[candidate] - first,
            params.turn_tolerance,
            params.shift_tolerance,
            probe_minutia,
        )
        if not pairs.shape[0] or (pairs[:, 1] == pairs[0, 1]).all():
            continue  # one place turns any way
        other = _print_of(enrolled, votes.rows[candidate], weighing)
        by_x = np.argsort(other.pose[:, 0])
        turn, dx, dy, over, together = laid_over(probe, other, by_x, pairs, weight, weighing.alignment)
        seen_a, seen_b = both_seen(over, probe, other, turn, dx, dy)
        parts = weighed(over, probe, other, together, seen_a, seen_b, weighing.evidence)
        evidence[c] = parts.sum() + turn_evidence(turn, weighing.evidence)
    return evidence


@compiled
def _print_of(enrolled: Enrolled, row: int, weighing: Weighing) -> Print:
    """Return one enrolled impression as the comparator takes it."""
    own = slice(enrolled.offsets[row], enrolled.offsets[row + 1])
    pose = np.empty((own.stop - own.start, 3))
    pose[:, 0] = enrolled.x[own] / STEPS_PER_PIXEL
    pose[:, 1] = enrolled.y[own] / STEPS_PER_PIXEL
    pose[:, 2] = enrolled.angle[own] * (2 * pi / STEPS_PER_TURN)
    quality = enrolled.quality[own] / QUALITY_STEPS
    if not enrolled.reported[row]:
        quality[:] = weighing.unreported
    sure = quality >= weighing.sure
    hull = convex_hull(pose[:, 0][sure], pose[:, 1][sure])
    return Print(pose, quality, enrolled.kind[own], hull, np.zeros(quality.shape[0]))
