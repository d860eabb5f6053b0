"""Compiled loop that weighs the candidates of a search, GIL released; it has a plain twin in the tests."""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled
from matcher.comparison._alignment_kernels import laid_over
from matcher.comparison._evidence_kernels import both_seen, turn_evidence, weighed
from matcher.comparison._hull_kernels import convex_hull
from matcher.search._index_kernels import agrees
from matcher.types import FloatArray


@compiled
def agreeing_pairs(
    code: NDArray[np.int64],
    minutia: NDArray[np.uint16],
    votes: FloatArray,
    centre: int,
    turn_tolerance: float,
    shift_tolerance: float,
    probe_minutia: NDArray[np.uint16],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the pairs of minutiae whose votes agree with one vote; for each code of the probe the best.

    Args:
        code: int64, shape (v,): code of the probe of each vote for one impression, ascending.
        minutia: uint16, shape (v,): the impression's minutia.
        votes: float32, shape (v, 4): see :func:`~matcher.search._index_kernels.tally`.
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
        if not agrees(votes[v], votes[centre], turn_tolerance, shift_tolerance) or votes[v, 0] <= 0:
            continue
        own = probe_minutia[code[v]]
        if count and pairs[count - 1, 0] == own:
            if votes[v, 0] > weight[count - 1]:
                pairs[count - 1, 1], weight[count - 1] = minutia[v], votes[v, 0]
        else:
            pairs[count, 0], pairs[count, 1], weight[count] = own, minutia[v], votes[v, 0]
            count += 1
    return pairs[:count], weight[:count]


@compiled
def candidate_evidence(
    pose: NDArray[np.float64],
    quality: NDArray[np.float64],
    kind: NDArray[np.uint8],
    hull: NDArray[np.float64],
    probe_minutia: NDArray[np.uint16],
    chosen: NDArray[np.int64],
    rows: NDArray[np.int64],
    starts: NDArray[np.int64],
    code: NDArray[np.int64],
    minutia: NDArray[np.uint16],
    votes: FloatArray,
    centres: NDArray[np.int64],
    turn_tolerance: float,
    shift_tolerance: float,
    offsets: NDArray[np.int64],
    enrolled_x: NDArray[np.uint16],
    enrolled_y: NDArray[np.uint16],
    enrolled_angle: NDArray[np.uint16],
    enrolled_kind: NDArray[np.uint8],
    enrolled_quality: NDArray[np.uint8],
    enrolled_reported: NDArray[np.bool_],
    unreported: float,
    sure: float,
    reaches: NDArray[np.float64],
    turn_reach: float,
    bend_reach: float,
    stiffness: float,
    constants: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Lay the probe over each candidate as its votes say, and weigh what is seen, as the comparator does.

    Args:
        pose: float64, shape (n, 3): the probe's minutiae: x, y, direction.
        quality: float64, shape (n,).
        kind: uint8, shape (n,).
        hull: float64, shape (h, 2): corners around its sure minutiae.
        probe_minutia: see :func:`agreeing_pairs`.
        chosen: int64, shape (c,): which of the candidates.
        rows: int64: each candidate's impression.
        starts: int64: where its votes begin.
        code: see :func:`agreeing_pairs`; of all candidates.
        minutia: likewise.
        votes: likewise.
        centres: int64: the vote of each candidate that most agree with.
        turn_tolerance: radians.
        shift_tolerance: pixels.
        offsets: int64, shape (e + 1,): where each impression's minutiae begin.
        enrolled_x: uint16: eighths of a pixel.
        enrolled_y: likewise.
        enrolled_angle: uint16: parts of 2 pi / 65536.
        enrolled_kind: uint8.
        enrolled_quality: uint8: parts of 1 / 255.
        enrolled_reported: bool, shape (e,): whether an impression's qualities are reported.
        unreported: quality taken where they are not.
        sure: minutiae of lower quality are not in a hull.
        reaches: see :func:`~matcher.comparison._alignment_kernels.laid_over`.
        turn_reach: likewise.
        bend_reach: likewise.
        stiffness: likewise.
        constants: see :func:`~matcher.comparison._evidence_kernels.weighed`.

    Returns:
        float64, shape (c,): natural log likelihood ratios; minus infinity where the votes fix no movement. About 50
        microseconds each.
    """
    evidence = np.full(chosen.shape[0], -np.inf)
    for c in range(chosen.shape[0]):
        candidate = chosen[c]
        first, last = starts[candidate], starts[candidate + 1]
        if centres[candidate] < 0:
            continue
        pairs, weight = agreeing_pairs(
            code[first:last],
            minutia[first:last],
            votes[first:last],
            centres[candidate] - first,
            turn_tolerance,
            shift_tolerance,
            probe_minutia,
        )
        if not pairs.shape[0] or (pairs[:, 1] == pairs[0, 1]).all():
            continue  # one place turns any way
        own = slice(offsets[rows[candidate]], offsets[rows[candidate] + 1])
        other = np.empty((own.stop - own.start, 3))
        other[:, 0] = enrolled_x[own] / 8
        other[:, 1] = enrolled_y[own] / 8
        other[:, 2] = enrolled_angle[own] * (2 * pi / 65536)
        other_quality = enrolled_quality[own] / 255
        if not enrolled_reported[rows[candidate]]:
            other_quality[:] = unreported
        seen = other_quality >= sure
        other_hull = convex_hull(other[:, 0][seen], other[:, 1][seen])
        turn, dx, dy, over, together = laid_over(
            pose,
            quality,
            other,
            other_quality,
            np.argsort(other[:, 0]),
            pairs,
            weight,
            reaches,
            turn_reach,
            bend_reach,
            stiffness,
        )
        seen_a, seen_b = both_seen(over, other_hull, other, hull, turn, dx, dy)
        parts = weighed(
            over, quality, kind, other, other_quality, enrolled_kind[own], together, seen_a, seen_b, constants
        )
        evidence[c] = parts.sum() + turn_evidence(turn, constants)
    return evidence
