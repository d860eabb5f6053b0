"""Compiled loops over inverted lists, GIL released. Each has a slow plain twin in the tests that it must equal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled, ones

CODE_WORDS = 4
"""64-bit words of a code of 256 bits."""

_DISTANCES = 64 * CODE_WORDS + 1


@compiled
def scan(
    codes: NDArray[np.uint64],
    direction: NDArray[np.uint8],
    lists: NDArray[np.int32],
    starts: NDArray[np.int64],
    posted_codes: NDArray[np.uint64],
    posted_direction: NDArray[np.uint8],
    posted_owner: NDArray[np.int32],
    searched: NDArray[np.bool_],
    largest_turn: int,
    farthest: int,
    most: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint16]]:
    """Find the nearest postings of every code of the probe, in some of the inverted lists.

    Args:
        codes: uint64, shape (n, 4): the probe's codes.
        direction: uint8, shape (n,): directions of their minutiae, in 1/256 of the full turn.
        lists: int32, shape (n, p): lists in which each code is looked for, -1 for none.
        starts: int64, shape (l + 1,): list i are the postings ``starts[i]:starts[i + 1]``.
        posted_codes: uint64, shape (m, 4): codes, list after list.
        posted_direction: uint8, shape (m,).
        posted_owner: int32, shape (m,): the impression each belongs to.
        searched: bool, shape (e,): impressions that are searched.
        largest_turn: postings whose direction differs by more are left out, in 1/256 of the full turn.
        farthest: largest Hamming distance that is found.
        most: postings found for a code; the nearest. Of those equally far the first by list and place.

    Returns:
        The postings found, code after code and unordered within: int64, shape (n + 1,), where each code's begin;
        int64, shape (f,), their numbers; uint16, shape (f,), their distances.
    """
    n = codes.shape[0]
    begins = np.zeros(n + 1, np.int64)
    found, far = np.empty(n * most, np.int64), np.empty(n * most, np.uint16)
    held = np.empty(4 * most, np.int64)
    held_far = np.empty(4 * most, np.uint16)
    counts = np.empty(_DISTANCES, np.int64)
    for i in range(n):
        a, b, c, d = codes[i, 0], codes[i, 1], codes[i, 2], codes[i, 3]
        limit, size = farthest, 0
        counts[:] = 0
        for l in lists[i]:
            if l < 0:
                continue
            for p in range(starts[l], starts[l + 1]):
                turn = np.int64(np.uint8(posted_direction[p] - direction[i]))
                if min(turn, 256 - turn) > largest_turn:
                    continue
                distance = (
                    ones(posted_codes[p, 0] ^ a)
                    + ones(posted_codes[p, 1] ^ b)
                    + ones(posted_codes[p, 2] ^ c)
                    + ones(posted_codes[p, 3] ^ d)
                )
                if distance > limit or not searched[posted_owner[p]]:
                    continue
                if size == held.shape[0]:
                    limit = _nearest_limit(counts, limit, most)
                    size = _keep_near(held, held_far, size, limit, most)
                    if distance > limit:
                        continue
                held[size], held_far[size] = p, distance
                counts[distance] += 1
                size += 1
        limit = _nearest_limit(counts, limit, most)
        size = min(most, _keep_near(held, held_far, size, limit, most))
        begins[i + 1] = begins[i] + size
        found[begins[i] : begins[i + 1]] = held[:size]
        far[begins[i] : begins[i + 1]] = held_far[:size]
    return begins, found[: begins[n]].copy(), far[: begins[n]].copy()


@compiled
def _nearest_limit(counts: NDArray[np.int64], limit: int, most: int) -> int:
    """Return the distance of the ``most``-th nearest; ``limit`` if there are fewer. Forgets those beyond it."""
    total = 0
    for distance in range(limit + 1):
        total += counts[distance]
        if total >= most:
            counts[distance + 1 :] = 0
            return distance
    return limit


@compiled
def _keep_near(held: NDArray[np.int64], far: NDArray[np.uint16], size: int, limit: int, most: int) -> int:
    """Keep, in their order, those nearer than ``limit``, and as many at ``limit`` as make ``most``; return how many."""
    nearer = 0
    for i in range(size):
        nearer += far[i] < limit
    room, kept = most - nearer, 0
    for i in range(size):
        if far[i] < limit or (far[i] == limit and room > 0):
            room -= far[i] == limit
            held[kept], far[kept] = held[i], far[i]
            kept += 1
    return kept
