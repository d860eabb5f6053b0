"""The compiled local comparison, from cylinders to supported pairs, GIL released; it has a plain twin in the tests."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled
from matcher.comparison.local._relaxation_kernels import Fits, compatibilities, relaxed
from matcher.comparison.local._similarity_kernels import STEPS, likely_turns, local_similarities, turn_steps
from matcher.comparison.params import LocalParams
from matcher.comparison.prints import Cylinders
from matcher.types import FloatArray

_LAST = (1 << 16) - 1  # more columns than a template can have


@compiled
def _rows(table: NDArray[np.float64], wanted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return rows of a table in a wanted order."""
    taken = np.empty((wanted.shape[0], table.shape[1]))
    for k in range(wanted.shape[0]):
        for c in range(table.shape[1]):
            taken[k, c] = table[wanted[k], c]
    return taken


@compiled
def largest_first(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return where the largest values are, the first of equals first; all of them if there are fewer."""
    left, chosen = values.copy(), np.empty(min(count, values.shape[0]), np.int64)
    for c in range(chosen.shape[0]):
        top = 0
        for k in range(1, left.shape[0]):
            if left[k] > left[top]:
                top = k
        chosen[c] = top
        left[top] = -np.inf
    return chosen


@compiled
def _ranks(
    similarity: FloatArray, steps_a: NDArray[np.int64], steps_b: NDArray[np.int64], turns: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return whole numbers, int64, shape (n, m), of which the largest of a row is the first of its most alike.

    A similarity's bits, which are in order as it is, then the column counted back from ``_LAST``; 0 at other turns.
    """
    n, m = steps_a.shape[0], steps_b.shape[0]
    ranks, kept = np.empty((n, m), np.int64), np.empty(STEPS, np.int64)
    bits = similarity.view(np.int32)
    for t in range(STEPS):
        kept[t] = -1 if turns[t] else 0
    for i in range(n):
        for j in range(m):
            ranks[i, j] = ((np.int64(bits[i, j]) << 16) | (_LAST - j)) & kept[(steps_b[j] - steps_a[i]) & (STEPS - 1)]
    return ranks


@compiled
def _largest_of(ranks: NDArray[np.int64], i: int, free: NDArray[np.int64]) -> int:
    """Return the largest rank of a row among the free columns: all bits set in ``free``, none in those taken."""
    largest = 0
    for j in range(free.shape[0]):
        largest = max(largest, ranks[i, j] & free[j])
    return largest


@compiled
def greedy_pairs(
    similarity: FloatArray,
    steps_a: NDArray[np.int64],
    steps_b: NDArray[np.int64],
    turns: NDArray[np.bool_],
    most: int,
) -> NDArray[np.int64]:
    """Pair rows with columns, each at most once: always the most alike that are left, while they are alike at all.

    Of equal similarities the lowest row, then the lowest column, goes first. Keeps the best of every row, so that a
    step costs a row instead of the matrix.

    Args:
        similarity: float32, shape (n, at least m), not negative.
        steps_a: int64, shape (n,): directions, in ``STEPS`` of the full turn.
        steps_b: likewise, shape (m,).
        turns: bool, shape (STEPS,): turns between two directions that may be paired.
        most: pairs.

    Returns:
        int64, shape (k, 2), k <= most, most alike first.
    """
    n, m = steps_a.shape[0], steps_b.shape[0]
    pairs = np.empty((min(most, n, m), 2), np.int64)
    ranks, free = _ranks(similarity, steps_a, steps_b, turns), np.full(m, -1, np.int64)
    best = np.empty(n, np.int64)
    for i in range(n):
        best[i] = _largest_of(ranks, i, free)
    for k in range(pairs.shape[0]):
        row, largest = -1, 0
        for i in range(n):
            if best[i] >> 16 > largest:
                if not free[_LAST - (best[i] & _LAST)]:
                    best[i] = _largest_of(ranks, i, free)
                if best[i] >> 16 > largest:
                    row, largest = i, best[i] >> 16
        if row < 0:
            return pairs[:k]
        pairs[k, 0], pairs[k, 1] = row, _LAST - (best[row] & _LAST)
        free[pairs[k, 1]] = best[row] = 0
    return pairs


class _Paired(NamedTuple):
    """Pairs, k of them: cylinders, similarities, fits, and what relaxation makes of the similarities."""

    pairs: NDArray[np.int64]
    alike: NDArray[np.float64]
    fit: NDArray[np.float64]
    support: NDArray[np.float64]


@compiled
def _paired(
    a: Cylinders, b: Cylinders, similarity: FloatArray, pairs: NDArray[np.int64], local: LocalParams, fits: Fits
) -> _Paired:
    """Relax pairs."""
    alike = np.empty(pairs.shape[0])
    for k in range(pairs.shape[0]):
        alike[k] = similarity[pairs[k, 0], pairs[k, 1]]
    fit = compatibilities(_rows(a.pose, pairs[:, 0]), _rows(b.pose, pairs[:, 1]), fits)
    support = relaxed(alike, fit, local.own_weight, local.rounds) if pairs.shape[0] > 1 else alike
    return _Paired(pairs, alike, fit, support)


@compiled
def _score(found: _Paired, scored: int) -> float:
    """Return the mean support of the pairs that relaxation raises most, or lowers least; 0 for fewer than two pairs.

    Divided by the number wanted, not found: a few lucky pairs of tiny templates are worth what they are.
    """
    total = 0.0
    if found.pairs.shape[0] > 1:
        for t in largest_first(found.support / found.alike, scored):
            total += found.support[t]
    return total / scored


@compiled
def _hold_together(fit: NDArray[np.float64], order: NDArray[np.int64], local: LocalParams) -> bool:
    """Tell whether one of the best supported pairs fits one movement with others enough."""
    for t in order[: local.looked_at]:
        together = 0
        for k in range(fit.shape[0]):
            together += fit[t, k] * fit[k, t] > local.least_fit
        if together >= local.least_together:
            return True
    return False


@compiled
def _all_turned(
    pairs: NDArray[np.int64], steps_a: NDArray[np.int64], steps_b: NDArray[np.int64], turns: NDArray[np.bool_]
) -> bool:
    """Tell whether all pairs are turned by one of some turns."""
    turned = 0
    for k in range(pairs.shape[0]):
        turned += turns[(steps_b[pairs[k, 1]] - steps_a[pairs[k, 0]]) & (STEPS - 1)]
    return bool(turned == pairs.shape[0])


@compiled
def supported_pairs(
    a: Cylinders, b: Cylinders, scored: int, wanted: int, middle: int, local: LocalParams, fits: Fits
) -> tuple[float, NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], FloatArray] | None:
    """Compare all cylinders, pair them greedily at the turns that they agree on, and relax the pairs.

    Args:
        a: cylinders of the one print.
        b: of the other.
        scored: pairs that make the score: those that relaxation raises most, or lowers least.
        wanted: best supported pairs that are named.
        middle: 0 where prints are most likely upright, half a turn where upside down.
        local: how they are compared, paired and relaxed.
        fits: what the differences of two pairs are worth.

    Returns:
        None if there are fewer than two pairs or the score is less than the least. Else the score, in [0, 1]; the
        minutiae of the pairs, int64, shape (k, 2); their similarities; their fits, shape (k, k); the best supported
        pairs, best first; how alike all cylinders are, as :func:`local_similarities` returns it.
    """
    similarity = local_similarities(a, b, ceil(local.least_common * a.cells))
    steps_a, steps_b = turn_steps(a.pose[:, 2]), turn_steps(b.pose[:, 2])
    likely = likely_turns(similarity, steps_a, steps_b, middle, local.turns)
    most = local.most_pairs
    pairs = greedy_pairs(similarity, steps_a, steps_b, likely[0], most)
    best = _paired(a, b, similarity, pairs, local, fits)
    score = _score(best, scored)
    for turns in likely[1:]:
        if _all_turned(pairs, steps_a, steps_b, turns):
            continue  # they would be paired again
        pairs = greedy_pairs(similarity, steps_a, steps_b, turns, most)
        other = _paired(a, b, similarity, pairs, local, fits)
        other_score = _score(other, scored)
        if other_score > score:
            best, score = other, other_score
    k = best.pairs.shape[0]
    if k < 2:
        return None
    order = largest_first(best.support, wanted)
    if k >= local.telling_pairs and score < local.least_score and not _hold_together(best.fit, order, local):
        return None
    minutiae = np.empty((k, 2), np.int64)
    for i in range(k):
        minutiae[i, 0], minutiae[i, 1] = a.minutia[best.pairs[i, 0]], b.minutia[best.pairs[i, 1]]
    return score, minutiae, best.alike, best.fit, order, similarity
