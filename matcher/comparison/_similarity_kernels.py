"""Compiled loops that hold the cylinders of two prints together, GIL released; each has a plain twin in the tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, ones, wrap
from matcher.comparison.prints import Cylinders
from matcher.types import FloatArray

WORDS = 17
"""Words of a cylinder of 208 cells and 5 directions. A constant, so that the innermost loop of all is unrolled: 38 us
instead of 55 for 1024 cylinders, measured."""

_ROOTS = np.sqrt(np.arange(2 * 64 * WORDS + 1))
"""Square roots of all numbers of bits there can be; looked up, they cost a fifth less of the whole."""


@compiled
def local_similarities(a: Cylinders, b: Cylinders, largest_turn: float, least_common: int) -> FloatArray:
    """Compare every cylinder of one print with every cylinder of the other (TPAMI 32(12), 2010, eqs. 18 to 20).

    ``1 - sqrt|a' xor b'| / (sqrt|a'| + sqrt|b'|)`` over the cells valid in both; 0 for two empty cylinders, for
    directions more than ``largest_turn`` radians apart, and for too few cells valid in both.

    Args:
        a: n cylinders of the one print.
        b: m of the other.
        largest_turn: radians.
        least_common: least number of cells valid in both.

    Returns:
        float32, shape (n, m), in [0, 1].
    """
    bits_a, mask_a, valid_a = a.bits, a.mask, a.valid
    bits_b, mask_b, valid_b = b.bits, b.mask, b.valid
    direction, apart = b.pose[:, 2].copy(), np.empty(bits_b.shape[0], np.bool_)
    n, m = bits_a.shape[0], bits_b.shape[0]
    similarity = np.zeros((n, m), np.float32)
    for i in range(n):
        own = a.pose[i, 2]
        for j in range(m):
            apart[j] = abs(wrap(own - direction[j])) > largest_turn
        for j in range(m):
            if apart[j]:
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
                similarity[i, j] = 1 - _ROOTS[in_a + in_b - 2 * in_both] / (_ROOTS[in_a] + _ROOTS[in_b])
    return similarity


@compiled
def _most_alike(similarity: FloatArray, free: NDArray[np.bool_]) -> int:
    """Return the free column of the largest similarity, the first of equals; -1 if none is free."""
    top, most = -1, np.float32(-1)
    for j in range(free.shape[0]):
        if similarity[j] > most and free[j]:
            top, most = j, similarity[j]
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
