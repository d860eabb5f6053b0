"""Inverted lists: the codes of many impressions, those that are alike near each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.comparison.cylinders import WordArray
from matcher.search._posting_kernels import copy_kept, count_kept, order_by_list
from matcher.search.codes import IndexFeatures
from matcher.types import ByteArray


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """m codes in l inverted lists, list after list; 39 bytes a code.

    Attributes:
        starts: int64, shape (l + 1,): list i are the rows ``starts[i]:starts[i + 1]``.
        codes: uint64, shape (m, 4).
        direction: uint8, shape (m,): of the minutia, in 1/256 of the full turn.
        owner: int32, shape (m,): number of the impression.
        minutia: uint16, shape (m,): number of the minutia in it.
    """

    starts: NDArray[np.int64]
    codes: WordArray
    direction: ByteArray
    owner: NDArray[np.int32]
    minutia: NDArray[np.uint16]

    def __len__(self) -> int:
        return int(self.owner.shape[0])

    @property
    def lists(self) -> int:
        """Number of lists."""
        return int(self.starts.shape[0]) - 1


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
        count_kept(part.starts, part.owner, numbers, sizes)
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
        copy_kept(
            part.starts,
            part.codes,
            part.direction,
            part.owner,
            part.minutia,
            numbers,
            following,
            merged.codes,
            merged.direction,
            merged.owner,
            merged.minutia,
        )
    return merged
