"""Rows keep their numbers, hold what was stored, and are erased when freed."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.codes import IndexFeatures
from matcher.cylinder_pool import CylinderPool

WORDS = 5


def cylinders(seed: int, count: int) -> IndexFeatures:
    random = np.random.default_rng(seed)
    return IndexFeatures(
        codes=random.integers(0, 256, (count, 32)).astype(np.uint8),
        bits=random.integers(1, 2**63, (count, WORDS), np.uint64),
        pose=random.normal(size=(count, 3)).astype(np.float32),
    )


steps = st.lists(st.tuples(st.booleans(), st.integers(0, 400)), max_size=30)


@given(steps)
def test_any_order_of_storing_and_freeing_keeps_every_row(changes: list[tuple[bool, int]]) -> None:
    """False, n: store n cylinders; True, n: free the n-th of those stored."""
    pool, stored = CylinderPool(WORDS), dict[int, tuple[IndexFeatures, np.ndarray]]()
    for number, (free, count) in enumerate(changes):
        if free and stored:
            pool.free(stored.pop(sorted(stored)[count % len(stored)])[1])
        elif not free:
            features = cylinders(number, count)
            stored[number] = features, pool.add(features, owner=number)
    rows, used = pool.rows(), np.zeros(0, np.int64)
    for owner, (features, at) in stored.items():
        assert (rows.owner[at] == owner).all()
        np.testing.assert_array_equal(rows.bits[at], features.bits)
        np.testing.assert_array_equal(rows.pose[at], features.pose)
        used = np.append(used, at)
    assert np.unique(used).size == used.size == len(pool)
    unused = np.setdiff1d(np.arange(rows.owner.size), used)
    assert (rows.owner[unused] == -1).all()
    assert not rows.bits[unused].any()
    assert not rows.pose[unused].any()


def test_freed_rows_are_used_before_new_ones() -> None:
    pool = CylinderPool(WORDS)
    first = pool.add(cylinders(1, 30), 1)
    pool.add(cylinders(2, 10), 2)
    pool.free(first)
    again = pool.add(cylinders(3, 35), 3)
    assert set(first.tolist()) < set(again.tolist())
    assert again.max() == 44


def test_growing_doubles() -> None:
    pool = CylinderPool(WORDS)
    sizes = set()
    for number in range(60):
        pool.add(cylinders(number, 100), number)
        sizes.add(pool.nbytes // 60)
    assert sizes == {1024, 2048, 4096, 8192}


def test_nothing_is_stored_of_a_template_without_cylinders() -> None:
    pool = CylinderPool(WORDS)
    assert pool.add(cylinders(0, 0), 1).shape == (0,)
    assert len(pool) == 0
