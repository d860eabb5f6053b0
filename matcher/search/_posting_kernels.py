"""Compiled loops that build and merge inverted lists, GIL released. Each has a slow plain twin in the tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled


@compiled
def order_by_list(lists: NDArray[np.int32], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sort postings by list; those of one list stay in order.

    Args:
        lists: int32, shape (m,): list of each posting.
        count: number of lists, l.

    Returns:
        int64, shape (l + 1,): where each list begins; int64, shape (m,): the postings in order.
    """
    starts = np.zeros(count + 1, np.int64)
    for i in range(lists.shape[0]):
        starts[lists[i] + 1] += 1
    for l in range(count):
        starts[l + 1] += starts[l]
    following = starts[:-1].copy()
    order = np.empty(lists.shape[0], np.int64)
    for i in range(lists.shape[0]):
        order[following[lists[i]]] = i
        following[lists[i]] += 1
    return starts, order


@compiled
def count_kept(
    starts: NDArray[np.int64], owner: NDArray[np.int32], renumbered: NDArray[np.int32], sizes: NDArray[np.int64]
) -> None:
    """Add to ``sizes``, shape (l,), how many postings of each list belong to an impression that is kept.

    Args:
        starts: int64, shape (l + 1,).
        owner: int32, shape (m,).
        renumbered: int32, shape (e,): new number of each impression, -1 for one that is left out.
        sizes: changed in place.
    """
    for l in range(sizes.shape[0]):
        for p in range(starts[l], starts[l + 1]):
            sizes[l] += renumbered[owner[p]] >= 0


@compiled
def copy_kept(
    starts: NDArray[np.int64],
    codes: NDArray[np.uint64],
    direction: NDArray[np.uint8],
    owner: NDArray[np.int32],
    minutia: NDArray[np.uint16],
    renumbered: NDArray[np.int32],
    following: NDArray[np.int64],
    new_codes: NDArray[np.uint64],
    new_direction: NDArray[np.uint8],
    new_owner: NDArray[np.int32],
    new_minutia: NDArray[np.uint16],
) -> None:
    """Append the postings that are kept to the lists of a merged index.

    Args:
        starts: int64, shape (l + 1,): of the lists that are copied from.
        codes: uint64, shape (m, 4).
        direction: uint8, shape (m,).
        owner: int32, shape (m,).
        minutia: uint16, shape (m,).
        renumbered: int32, shape (e,): new number of each impression, -1 for one that is left out.
        following: int64, shape (l,): where each list of the merged index goes on; moved on in place.
        new_codes: like ``codes``; written in place, as are the following.
        new_direction: like ``direction``.
        new_owner: like ``owner``.
        new_minutia: like ``minutia``.
    """
    for l in range(following.shape[0]):
        at = following[l]
        for p in range(starts[l], starts[l + 1]):
            number = renumbered[owner[p]]
            if number >= 0:
                for w in range(codes.shape[1]):
                    new_codes[at, w] = codes[p, w]
                new_direction[at], new_owner[at], new_minutia[at] = direction[p], number, minutia[p]
                at += 1
        following[l] = at
