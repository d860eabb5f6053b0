"""The compiled local comparison, from cylinders to supported pairs, GIL released; it has a plain twin in the tests."""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled
from matcher.comparison._relaxation_kernels import compatibilities, relaxed
from matcher.comparison._similarity_kernels import greedy_pairs, local_similarities
from matcher.comparison.params import LocalParams
from matcher.comparison.prints import Cylinders


@compiled
def _rows(table: NDArray[np.float64], wanted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return rows of a table in a wanted order."""
    taken = np.empty((wanted.shape[0], table.shape[1]))
    for k in range(wanted.shape[0]):
        taken[k] = table[wanted[k]]
    return taken


@compiled
def _first(of: Cylinders, few: int) -> Cylinders:
    return Cylinders(of.minutia[:few], of.pose[:few], of.bits[:few], of.mask[:few], of.valid[:few], of.cells)


@compiled
def first_support(a: Cylinders, b: Cylinders, few: int, most: int, best: int, local: LocalParams) -> float:
    """Pair the first few cylinders greedily and return how much the best supported pairs are supported by the others.

    Args:
        a: cylinders of the one print, those of the highest quality first.
        b: of the other, likewise.
        few: cylinders of either print that are looked at.
        most: pairs made.
        best: pairs whose supports are added up.
        local: how they are compared and what fits.
    """
    a, b = _first(a, few), _first(b, few)
    similarity = local_similarities(a, b, local.largest_turn, ceil(local.least_common * a.cells))
    if similarity.size == 0:
        return 0.0
    pairs = greedy_pairs(similarity, most)
    fit = compatibilities(
        _rows(a.pose, pairs[:, 0]), _rows(b.pose, pairs[:, 1]), local.fit_centres, local.fit_steepness
    )
    support = np.zeros(pairs.shape[0])
    for i in range(pairs.shape[0]):
        for j in range(pairs.shape[0]):
            support[i] += fit[i, j] * similarity[pairs[j, 0], pairs[j, 1]]
    return float(np.sort(support)[::-1][:best].sum())


@compiled
def supported_pairs(
    a: Cylinders, b: Cylinders, scored: int, local: LocalParams
) -> tuple[float, NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Compare all cylinders, pair them greedily, and relax the pairs.

    Args:
        a: cylinders of the one print.
        b: of the other.
        scored: pairs that make the score: those that relaxation raises most, or lowers least.
        local: how they are compared, paired and relaxed.

    Returns:
        Score in [0, 1]; the minutiae of the pairs, int64, shape (k, 2); their similarities; their fits, shape (k, k);
        the pairs in order of support, best first. A score of 0 if there are fewer than two pairs.
    """
    similarity = local_similarities(a, b, local.largest_turn, ceil(local.least_common * a.cells))
    pairs = greedy_pairs(similarity, local.most_pairs)
    k = pairs.shape[0]
    alike, minutiae = np.empty(k), np.empty((k, 2), np.int64)
    for i in range(k):
        alike[i] = similarity[pairs[i, 0], pairs[i, 1]]
        minutiae[i, 0], minutiae[i, 1] = a.minutia[pairs[i, 0]], b.minutia[pairs[i, 1]]
    fit = compatibilities(
        _rows(a.pose, pairs[:, 0]), _rows(b.pose, pairs[:, 1]), local.fit_centres, local.fit_steepness
    )
    if k < 2:
        return 0.0, minutiae, alike, fit, np.arange(k)
    support = relaxed(alike, fit, local.own_weight, local.rounds)
    best = np.argsort(-support / alike, kind="mergesort")[:scored]
    # Divided by the number wanted, not found: a few lucky pairs of tiny templates are worth what they are.
    return support[best].sum() / scored, minutiae, alike, fit, np.argsort(-support, kind="mergesort")
