"""The index's cylinders in rows with lasting numbers: a freed row is used again, no row is ever renumbered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.codes import IndexFeatures
from matcher.identification import CylinderRows

_NOBODY = -1


class CylinderPool:
    """Growing arrays of exact bits, pose and owner. Not thread-safe: its owner locks.

    Costs 60 bytes a row; growing doubles, so up to half of it may be spare.
    """

    def __init__(self, words: int) -> None:
        self._bits = np.zeros((0, words), np.uint64)
        self._pose = np.zeros((0, 3), np.float32)
        self._owner = np.zeros(0, np.int64)
        self._end = 0  # rows from here on were never used
        self._free: list[int] = []  # rows before it that were, and are to be used again

    def __len__(self) -> int:
        """Return the number of rows in use."""
        return self._end - len(self._free)

    def add(self, features: IndexFeatures, owner: int) -> NDArray[np.int64]:
        """Store the cylinders of one impression; return their row numbers, int64."""
        rows = self._take(len(features))
        self._bits[rows] = features.bits
        self._pose[rows] = features.pose
        self._owner[rows] = owner
        return rows

    def free(self, rows: NDArray[np.int64]) -> None:
        """Erase rows in use and let them be used again."""
        self._bits[rows] = 0
        self._pose[rows] = 0
        self._owner[rows] = _NOBODY
        self._free.extend(rows.tolist())

    def rows(self) -> CylinderRows:
        """Return all rows as they are now, without copying; those not in use have no bits and nobody as owner."""
        return CylinderRows(self._bits, self._pose, self._owner)

    @property
    def nbytes(self) -> int:
        """Memory held by the arrays, bytes."""
        return self._bits.nbytes + self._pose.nbytes + self._owner.nbytes

    def _take(self, count: int) -> NDArray[np.int64]:
        again = min(count, len(self._free))
        fresh = count - again
        if self._end + fresh > self._owner.shape[0]:
            self._grow(max(self._end + fresh, 2 * self._owner.shape[0], 1024))
        kept = len(self._free) - again
        rows = np.array([*self._free[kept:], *range(self._end, self._end + fresh)], np.int64)
        del self._free[kept:]
        self._end += fresh
        return rows

    def _grow(self, size: int) -> None:
        extra = size - self._owner.shape[0]
        self._bits = np.concatenate([self._bits, np.zeros((extra, self._bits.shape[1]), np.uint64)])
        self._pose = np.concatenate([self._pose, np.zeros((extra, 3), np.float32)])
        self._owner = np.concatenate([self._owner, np.full(extra, _NOBODY, np.int64)])
