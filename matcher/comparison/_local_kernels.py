"""Compiled loops of the comparator, GIL released. Each has a slow plain twin in the tests that it must equal."""

from __future__ import annotations

from math import atan2, exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, ones, wrap
from matcher.types import FloatArray

WORDS = 17
"""Words of a cylinder of 208 cells and 5 directions. A constant, so that the innermost loop of all is unrolled: 38 us
instead of 55 for 1024 cylinders, measured."""

NEGLIGIBLE = 1e-3
"""A compatibility that its first two differences make smaller than this is none: most pairs end there, cheaply."""


@compiled
def local_similarities(
    bits_a: NDArray[np.uint64],
    mask_a: NDArray[np.uint64],
    valid_a: NDArray[np.uint64],
    angle_a: NDArray[np.float64],
    bits_b: NDArray[np.uint64],
    mask_b: NDArray[np.uint64],
    valid_b: NDArray[np.uint64],
    angle_b: NDArray[np.float64],
    largest_turn: float,
    least_common: int,
) -> FloatArray:
    """Compare every cylinder of one print with every cylinder of the other (TPAMI 32(12), 2010, eqs. 18 to 20).

    ``1 - sqrt|a' xor b'| / (sqrt|a'| + sqrt|b'|)`` over the cells valid in both; 0 for two empty cylinders, for
    directions more than ``largest_turn`` radians apart, and for too few cells valid in both.

    Args:
        bits_a: uint64, shape (n, WORDS), zero where not valid.
        mask_a: uint64, shape (n, WORDS): the bits that are valid.
        valid_a: uint64, shape (n, v): the cells that are valid.
        angle_a: float64, shape (n,), radians.
        bits_b: of the other print, shape (m, WORDS).
        mask_b: likewise.
        valid_b: likewise.
        angle_b: likewise.
        largest_turn: radians.
        least_common: least number of cells valid in both.

    Returns:
        float32, shape (n, m), in [0, 1].
    """
    n, m = bits_a.shape[0], bits_b.shape[0]
    similarity = np.zeros((n, m), np.float32)
    for i in range(n):
        for j in range(m):
            if abs(wrap(angle_a[i] - angle_b[j])) > largest_turn:
                continue
            common = 0
            for w in range(valid_a.shape[1]):
                common += ones(valid_a[i, w] & valid_b[j, w])
            if common < least_common:
                continue
            in_a, in_b, in_both = 0, 0, 0
            for w in range(WORDS):
                in_a += ones(bits_a[i, w] & mask_b[j, w])
                in_b += ones(bits_b[j, w] & mask_a[i, w])
                in_both += ones(bits_a[i, w] & bits_b[j, w])
            if in_a + in_b > 0:
                similarity[i, j] = 1 - sqrt(in_a + in_b - 2 * in_both) / (sqrt(in_a) + sqrt(in_b))
    return similarity


@compiled
def _most_alike(similarity: FloatArray, free: NDArray[np.bool_]) -> int:
    """Return the free column of the largest similarity, the first of equals; -1 if none is free."""
    top = -1
    for j in range(free.shape[0]):
        if free[j] and (top < 0 or similarity[j] > similarity[top]):
            top = j
    return top


@compiled
def greedy_pairs(similarity: FloatArray, most: int) -> NDArray[np.int64]:
    """Pair rows with columns, each at most once: always the most alike that are left, while they are alike at all.

    Of equal similarities the lowest row, then the lowest column, goes first. Keeps the best of every row, so that a
    step costs a row instead of the matrix.

    Returns:
        int64, shape (k, 2), k <= most, most alike first.
    """
    n, m = similarity.shape
    pairs = np.empty((min(most, n, m), 2), np.int64)
    free = np.ones(m, np.bool_)
    column = np.empty(n, np.int64)
    best = np.empty(n, np.float32)
    for i in range(n):
        column[i] = _most_alike(similarity[i], free)
        best[i] = similarity[i, column[i]]
    for k in range(pairs.shape[0]):
        row = np.argmax(best)
        if best[row] <= 0:
            return pairs[:k]
        pairs[k, 0], pairs[k, 1] = row, column[row]
        free[column[row]] = False
        best[row] = -1
        for i in range(n):
            if best[i] > 0 and not free[column[i]]:
                column[i] = _most_alike(similarity[i], free)
                best[i] = similarity[i, column[i]] if column[i] >= 0 else -1
    return pairs


@compiled
def _membership(difference: float, centre: float, steepness: float) -> float:
    """Return the sigmoid of the papers: near 1 well below the centre, for a negative steepness."""
    return 1 / (1 + exp(-steepness * (difference - centre)))


@compiled
def compatibilities(
    pose_a: NDArray[np.float64],
    pose_b: NDArray[np.float64],
    centres: NDArray[np.float64],
    steepness: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Tell how well every two pairs fit one movement of the finger (TPAMI 32(12), 2010, eqs. 24 to 26).

    The first difference is of their distances, relative to the sum of both distances, as the authors' later software
    has it: it forgives distortion in proportion. The second is of the turns between their directions, the third of the
    bearings at which the first minutia sees the second. What the first two make ``NEGLIGIBLE`` counts as no fit.

    Args:
        pose_a: float64, shape (k, 3): x, y, direction of the paired minutiae of one print, in order of pairs.
        pose_b: likewise of the other.
        centres: shape (3,): where a difference counts half, for each of the three.
        steepness: shape (3,), negative.

    Returns:
        float64, shape (k, k): in (0, 1); zero on the diagonal. Not symmetric.
    """
    k = pose_a.shape[0]
    fit = np.zeros((k, k))
    # Where the membership of the distance alone is NEGLIGIBLE: most pairs end there, without an exponential.
    farthest = centres[0] - log(1 / NEGLIGIBLE - 1) / steepness[0]
    for i in range(k):
        for j in range(i):
            ax, ay = pose_a[j, 0] - pose_a[i, 0], pose_a[j, 1] - pose_a[i, 1]
            bx, by = pose_b[j, 0] - pose_b[i, 0], pose_b[j, 1] - pose_b[i, 1]
            far_a, far_b = sqrt(ax * ax + ay * ay), sqrt(bx * bx + by * by)
            stretch = abs(far_a - far_b) / max(far_a + far_b, 1e-9)
            if stretch > farthest:
                continue
            turn_i, turn_j = pose_b[i, 2] - pose_a[i, 2], pose_b[j, 2] - pose_a[j, 2]
            both = _membership(stretch, centres[0], steepness[0])
            both *= _membership(abs(wrap(turn_i - turn_j)), centres[1], steepness[1])
            if both < NEGLIGIBLE:
                continue
            # How much the line between the two turns from one print to the other; the same seen from either end.
            line = atan2(-by, bx) - atan2(-ay, ax)
            fit[i, j] = both * _membership(abs(wrap(turn_i - line)), centres[2], steepness[2])
            fit[j, i] = both * _membership(abs(wrap(turn_j - line)), centres[2], steepness[2])
    return fit


@compiled
def relaxed(
    similarity: NDArray[np.float64], fit: NDArray[np.float64], own_weight: float, rounds: int
) -> NDArray[np.float64]:
    """Let every pair's similarity be supported by the pairs it fits (TPAMI 32(12), 2010, eq. 23).

    All pairs are updated at once.

    Args:
        similarity: float64, shape (k,), of the pairs, k >= 2.
        fit: float64, shape (k, k): as :func:`compatibilities` returns it.
        own_weight: weight of a pair's own similarity against the mean support.
        rounds: how many times.
    """
    k = similarity.shape[0]
    current = similarity.copy()
    for _ in range(rounds):
        following = np.empty(k)
        for i in range(k):
            support = 0.0
            for j in range(k):
                support += fit[i, j] * current[j]
            following[i] = own_weight * current[i] + (1 - own_weight) * support / (k - 1)
        current = following
    return current


@compiled
def _rows(table: NDArray[np.float64], wanted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return rows of a table in a wanted order."""
    taken = np.empty((wanted.shape[0], table.shape[1]))
    for k in range(wanted.shape[0]):
        taken[k] = table[wanted[k]]
    return taken


@compiled
def first_support(
    bits_a: NDArray[np.uint64],
    mask_a: NDArray[np.uint64],
    valid_a: NDArray[np.uint64],
    pose_a: NDArray[np.float64],
    bits_b: NDArray[np.uint64],
    mask_b: NDArray[np.uint64],
    valid_b: NDArray[np.uint64],
    pose_b: NDArray[np.float64],
    largest_turn: float,
    least_common: int,
    few: int,
    most: int,
    best: int,
    centres: NDArray[np.float64],
    steepness: NDArray[np.float64],
) -> float:
    """Pair the first few cylinders greedily and return how much the best supported pairs are supported by the others.

    Args:
        bits_a: as in :func:`local_similarities`, as are the others of both prints.
        mask_a: likewise.
        valid_a: likewise.
        pose_a: float64, shape (n, 3).
        bits_b: of the other print.
        mask_b: likewise.
        valid_b: likewise.
        pose_b: likewise.
        largest_turn: see :func:`local_similarities`.
        least_common: likewise.
        few: cylinders of either print that are looked at.
        most: pairs made.
        best: pairs whose supports are added up.
        centres: see :func:`compatibilities`.
        steepness: likewise.
    """
    similarity = local_similarities(
        bits_a[:few],
        mask_a[:few],
        valid_a[:few],
        pose_a[:few, 2],
        bits_b[:few],
        mask_b[:few],
        valid_b[:few],
        pose_b[:few, 2],
        largest_turn,
        least_common,
    )
    if similarity.size == 0:
        return 0.0
    pairs = greedy_pairs(similarity, most)
    fit = compatibilities(_rows(pose_a, pairs[:, 0]), _rows(pose_b, pairs[:, 1]), centres, steepness)
    support = np.zeros(pairs.shape[0])
    for i in range(pairs.shape[0]):
        for j in range(pairs.shape[0]):
            support[i] += fit[i, j] * similarity[pairs[j, 0], pairs[j, 1]]
    return float(np.sort(support)[::-1][:best].sum())


@compiled
def supported_pairs(
    bits_a: NDArray[np.uint64],
    mask_a: NDArray[np.uint64],
    valid_a: NDArray[np.uint64],
    pose_a: NDArray[np.float64],
    bits_b: NDArray[np.uint64],
    mask_b: NDArray[np.uint64],
    valid_b: NDArray[np.uint64],
    pose_b: NDArray[np.float64],
    largest_turn: float,
    least_common: int,
    most: int,
    scored: int,
    own_weight: float,
    rounds: int,
    centres: NDArray[np.float64],
    steepness: NDArray[np.float64],
) -> tuple[float, NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Compare all cylinders, pair them greedily, and relax the pairs.

    Args:
        bits_a: as in :func:`local_similarities`, as are the others of both prints.
        mask_a: likewise.
        valid_a: likewise.
        pose_a: float64, shape (n, 3).
        bits_b: of the other print.
        mask_b: likewise.
        valid_b: likewise.
        pose_b: likewise.
        largest_turn: see :func:`local_similarities`.
        least_common: likewise.
        most: pairs made.
        scored: pairs that make the score: those that relaxation raises most, or lowers least.
        own_weight: see :func:`relaxed`.
        rounds: likewise.
        centres: see :func:`compatibilities`.
        steepness: likewise.

    Returns:
        Score in [0, 1]; pairs, int64, shape (k, 2); their similarities; their fits, shape (k, k); the pairs in order of
        support, best first. A score of 0 if there are fewer than two pairs.
    """
    similarity = local_similarities(
        bits_a, mask_a, valid_a, pose_a[:, 2], bits_b, mask_b, valid_b, pose_b[:, 2], largest_turn, least_common
    )
    pairs = greedy_pairs(similarity, most)
    k = pairs.shape[0]
    alike = np.empty(k)
    for i in range(k):
        alike[i] = similarity[pairs[i, 0], pairs[i, 1]]
    fit = compatibilities(_rows(pose_a, pairs[:, 0]), _rows(pose_b, pairs[:, 1]), centres, steepness)
    if k < 2:
        return 0.0, pairs, alike, fit, np.arange(k)
    support = relaxed(alike, fit, own_weight, rounds)
    best = np.argsort(-support / alike, kind="mergesort")[:scored]
    # Divided by the number wanted, not found: a few lucky pairs of tiny templates are worth what they are.
    return support[best].sum() / scored, pairs, alike, fit, np.argsort(-support, kind="mergesort")
