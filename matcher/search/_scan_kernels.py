"""Compiled loops over inverted lists, GIL released. Each has a slow plain twin in the tests that it must equal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, ones
from matcher._prefetch import prefetch
from matcher.search._posting_kernels import minutia_of, owner_of
from matcher.search.arrays import SCANNED_WORDS, Postings

_LEAST_SAMPLED = 30
_LINE, _BLOCK, _AHEAD, _FIRST = 4, 16, 64, 64
"""Postings whose codes are in a line of the cache; whose places are, and that are scanned at a time; so many further
on, and so many of the next list, are fetched meanwhile: a scan waits for memory, and no processor looks beyond the page
that it reads."""


# Long: one loop, the hottest of a search, in which a call for each posting would be paid a million times.
@compiled
def scan(
    codes: NDArray[np.uint64],
    lists: NDArray[np.int32],
    own: Postings,
    searched: NDArray[np.bool_],
    neighbours: int,
    limits: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.uint16], NDArray[np.int32], NDArray[np.uint16]]:
    """Find the nearest postings of every code of the probe, in some of the inverted lists of one segment.

    Called for one segment after the other, it lowers the limits as it finds more; what an earlier call found beyond the
    final limits is to be left out. Wanted for a code are ``neighbours``: the nearest of all segments, and those as far
    as the last of them, up to four times as many in one segment.

    Args:
        codes: uint64, shape (n, 4): the probe's codes.
        lists: int32, shape (n, p): lists in which each code is looked for, -1 for none.
        own: the segment's lists.
        searched: bool, shape (e,): impressions that are searched.
        neighbours: how many are wanted.
        limits: int64, shape (n,): largest Hamming distance that is found; lowered in place.
        counts: int64, shape (n, d): how many of each distance were found so far; added to in place.

    Returns:
        As :class:`~matcher.search.arrays.Found` has them.
    """
    n = codes.shape[0]
    begins = np.zeros(n + 1, np.int64)
    capacity = 4 * neighbours
    far, owners = np.empty(n * capacity, np.uint16), np.empty(n * capacity, np.int32)
    minutiae = np.empty(n * capacity, np.uint16)
    for i in range(n):
        own_room = slice(begins[i], begins[i] + capacity)
        held, whose, which = far[own_room], owners[own_room], minutiae[own_room]
        limit, size = limits[i], 0
        for place in range(lists.shape[1]):
            l = lists[i, place]
            if l < 0:
                continue
            _fetch_list(own, lists[i], place + 1)
            last = own.starts[l + 1]
            for begin in range(own.starts[l], last, _BLOCK):
                _fetch(own, begin + _AHEAD, _BLOCK)
                for p in range(begin, min(begin + _BLOCK, last)):
                    distance = _distance(own.codes, p, codes, i)
                    # First what is nearly always so: a gate that half of them pass costs a mispredicted branch each.
                    if distance > limit:
                        continue
                    owner = owner_of(own, p)
                    if not searched[owner]:
                        continue
                    if size == capacity:
                        limit, size = _room_made(held, whose, which, counts[i], limit, neighbours)
                        if distance > limit:
                            continue
                    held[size], whose[size], which[size] = distance, owner, minutia_of(own, p)
                    counts[i, distance] += 1
                    size += 1
        limit = _nearest_limit(counts[i], limit, neighbours)
        limits[i] = limit
        begins[i + 1] = begins[i] + _keep_near(held, whose, which, size, limit)
    last = begins[n]
    return begins, far[:last].copy(), owners[:last].copy(), minutiae[:last].copy()


@compiled
def _fetch_list(own: Postings, lists: NDArray[np.int32], place: int) -> None:
    if place < len(lists):
        _fetch(own, own.starts[lists[place]], _FIRST)


@compiled
def _fetch(own: Postings, first: int, count: int) -> None:
    for line in range(0, count, _LINE):
        prefetch(own.codes, first + line)
    for line in range(0, count, _BLOCK):
        prefetch(own.places, first + line)


@compiled
def _distance(some: NDArray[np.uint64], p: int, others: NDArray[np.uint64], i: int) -> int:
    """Return in how many of the bits that are scanned two codes differ."""
    distance = 0
    for w in range(SCANNED_WORDS):
        distance += ones(some[p, w] ^ others[i, w])
    return distance


@compiled
def _room_made(
    far: NDArray[np.uint16],
    owners: NDArray[np.int32],
    minutiae: NDArray[np.uint16],
    counts: NDArray[np.int64],
    limit: int,
    most: int,
) -> tuple[int, int]:
    """Lower the limit until what is held, as many as there is room for, is fewer; return it and how many are left."""
    limit = _nearest_limit(counts, limit, most)
    size = _keep_near(far, owners, minutiae, far.shape[0], limit)
    if size == far.shape[0]:  # so many are equally far that some have to go
        limit -= 1
        size = _keep_near(far, owners, minutiae, size, limit)
    return limit, size


@compiled
def likely_limits(
    codes: NDArray[np.uint64],
    lists: NDArray[np.int32],
    own: Postings,
    step: int,
    share: float,
    limits: NDArray[np.int64],
) -> None:
    """Lower the limits of a scan to what a sample says; so that few of the postings pass from the beginning.

    Args:
        codes: uint64, shape (n, 4): the probe's codes.
        lists: int32, shape (n, p): lists in which each is looked for, -1 for none.
        own: the inverted lists that are sampled.
        step: every so-manieth posting is looked at.
        share: part of the postings that the limit is to let pass.
        limits: int64, shape (n,): lowered in place; not where the sample has fewer than ``_LEAST_SAMPLED`` to pass.
    """
    for i in range(codes.shape[0]):
        counts, sampled = np.zeros(64 * SCANNED_WORDS + 1, np.int64), 0
        for l in lists[i]:
            if l < 0:
                continue
            for p in range(own.starts[l], own.starts[l + 1], step):
                counts[_distance(own.codes, p, codes, i)] += 1
                sampled += 1
        wanted = int(share * sampled)
        if wanted >= _LEAST_SAMPLED:
            limits[i] = min(limits[i], _nearest_limit(counts, limits[i], wanted))


@compiled
def _nearest_limit(counts: NDArray[np.int64], limit: int, most: int) -> int:
    """Return the distance of the ``most``-th nearest; ``limit`` if there are fewer."""
    total = 0
    for distance in range(limit + 1):
        total += counts[distance]
        if total >= most:
            return distance
    return limit


@compiled
def _keep_near(
    far: NDArray[np.uint16], owners: NDArray[np.int32], minutiae: NDArray[np.uint16], size: int, limit: int
) -> int:
    """Keep, in their order, those no farther than ``limit``; return how many."""
    kept = 0
    for i in range(size):
        if far[i] <= limit:
            far[kept], owners[kept], minutiae[kept] = far[i], owners[i], minutiae[i]
            kept += 1
    return kept
