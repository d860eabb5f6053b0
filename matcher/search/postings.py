"""Inverted lists: the codes of many impressions, those that are alike near each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.search._posting_kernels import copy_kept, count_kept, order_by_list
from matcher.search.arrays import Postings
from matcher.search.codes import IndexFeatures


def post(features: IndexFeatures, lists: NDArray[np.int32], count: int) -> Postings:
    """Sort features into ``count`` lists; ``lists``, int32 of shape (m,), is the list of each."""
    starts, order = order_by_list(lists, count)
    return Postings(
        starts, features.codes[order], features.direction[order], features.owner[order], features.minutia[order]
    )


def merge(parts: Sequence[Postings], renumbered: Sequence[NDArray[np.int32]]) -> Postings:
    """Put inverted lists together, as many as each part has, leaving out impressions that are gone.

    Args:
        parts: at least one, all with the same lists.
        renumbered: for each part the new number of each of its impressions, int32, -1 for one that is left out.
    """
    sizes = np.zeros(parts[0].lists, np.int64)
    for part, numbers in zip(parts, renumbered, strict=True):
        count_kept(part, numbers, sizes)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    total = int(starts[-1])
    merged = Postings(
        starts,
        np.empty((total, parts[0].codes.shape[1]), np.uint64),
        np.empty(total, np.uint8),
        np.empty(total, np.int32),
        np.empty(total, np.uint16),
    )
    following = starts[:-1].copy()
    for part, numbers in zip(parts, renumbered, strict=True):
        copy_kept(part, numbers, following, merged)
    return merged
