"""Compiled loops that build and merge inverted lists, GIL released. Each has a slow plain twin in the tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled
from matcher.search.arrays import Postings


@compiled
def owner_of(own: Postings, posting: int) -> int:
    """Return the number of the impression that a posting is of."""
    return int(own.places[posting] >> own.bits)


@compiled
def minutia_of(own: Postings, posting: int) -> int:
    """Return which of the impression's minutiae a posting is of."""
    return int(own.places[posting] & ((1 << own.bits) - 1))


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
def count_kept(part: Postings, renumbered: NDArray[np.int32], sizes: NDArray[np.int64]) -> None:
    """Add to ``sizes``, shape (l,), how many postings of each list belong to an impression that is kept.

    Args:
        part: l lists.
        renumbered: int32, shape (e,): new number of each impression, -1 for one that is left out.
        sizes: changed in place.
    """
    for l in range(sizes.shape[0]):
        for p in range(part.starts[l], part.starts[l + 1]):
            sizes[l] += renumbered[owner_of(part, p)] >= 0


@compiled
def copy_kept(part: Postings, renumbered: NDArray[np.int32], following: NDArray[np.int64], whole: Postings) -> None:
    """Append the postings that are kept to the lists of a merged index.

    Args:
        part: l lists that are copied from.
        renumbered: int32, shape (e,): new number of each impression, -1 for one that is left out.
        following: int64, shape (l,): where each list of the merged index goes on; moved on in place.
        whole: the merged index; written in place.
    """
    for l in range(following.shape[0]):
        at = following[l]
        for p in range(part.starts[l], part.starts[l + 1]):
            number = renumbered[owner_of(part, p)]
            if number >= 0:
                for w in range(part.codes.shape[1]):
                    whole.codes[at, w] = part.codes[p, w]
                whole.places[at] = number << whole.bits | minutia_of(part, p)
                at += 1
        following[l] = at


@compiled
def spans(
    keys: NDArray[np.uint64], order: NDArray[np.int32], wanted: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find where each of some keys stands in an order.

    NumPy's own search takes a sorter of another type than its own by making a whole one first: a millisecond for a
    quarter of a million impressions, each time that one finger is asked for.

    Args:
        keys: uint64, shape (n,).
        order: int32, shape (n,): makes them ascend.
        wanted: uint64, shape (m,).

    Returns:
        int64, shapes (m,) and (m,): key i is that of the rows ``order[first[i]:last[i]]``.
    """
    first, last = np.empty(wanted.shape[0], np.int64), np.empty(wanted.shape[0], np.int64)
    for i in range(wanted.shape[0]):
        low, high = 0, keys.shape[0]
        while low < high:
            middle = (low + high) // 2
            if keys[order[middle]] < wanted[i]:
                low = middle + 1
            else:
                high = middle
        first[i] = low
        while low < keys.shape[0] and keys[order[low]] == wanted[i]:
            low += 1
        last[i] = low
    return first, last
