"""Which part of the gallery a person is in.

Everybody is in one of :data:`BUCKETS` buckets, by the hash of the subject id, for ever. A shard holds some buckets; a
bucket is what moves when there are more shards, or fewer.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256

BUCKETS = 256
"""So many shards there may be at most. They never change: snapshots are by them."""


def bucket_of(subject_id: str) -> int:
    """Return the bucket that a person is in."""
    return sha256(subject_id.encode()).digest()[0]


@cache
def placed(shards: int) -> tuple[int, ...]:
    """Return for each bucket the shard that has it.

    Each has as many as any other, or one more; with one shard more, no bucket moves but to that one.

    Args:
        shards: how many there are, 1 to :data:`BUCKETS`.
    """
    if not 1 <= shards <= BUCKETS:
        raise ValueError(f"1 to {BUCKETS} shards")
    held = [list(range(BUCKETS))]
    for count in range(2, shards + 1):
        new: list[int] = []
        while len(new) < BUCKETS // count:
            fullest = max(held, key=len)  # the first of them
            new.append(fullest.pop())
        held.append(new)
    places = [0] * BUCKETS
    for shard, own in enumerate(held):
        for bucket in own:
            places[bucket] = shard
    return tuple(places)


def held_by(shard: int, shards: int) -> frozenset[int]:
    """Return the buckets of one of so many shards."""
    return frozenset(bucket for bucket, place in enumerate(placed(shards)) if place == shard)
