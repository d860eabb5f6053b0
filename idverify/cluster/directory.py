"""Which templates there are, and in which bucket each is: nine bytes a template. Not thread-safe."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from idverify.cluster.buckets import BUCKETS

Ids = NDArray[np.int64]
_PENDING = 4096
"""Changes that are kept apart before the arrays are made anew."""


class Directory:
    """Template ids with their buckets."""

    def __init__(self) -> None:
        self._ids: Ids = np.empty(0, np.int64)
        self._buckets = np.empty(0, np.uint8)
        self._new: dict[int, int] = {}
        self._gone: set[int] = set()
        self._counts = np.zeros(BUCKETS, np.int64)

    def __len__(self) -> int:
        return int(self._counts.sum())

    @property
    def newest(self) -> int:
        """The highest id there is; 0 if there is none."""
        ids, _ = self.arrays()
        return int(ids[-1]) if len(ids) else 0

    def bucket(self, template_id: int) -> int | None:
        """Return the bucket of a template; None: it is not there."""
        if template_id in self._new:
            return self._new[template_id]
        place = int(np.searchsorted(self._ids, template_id))
        found = place < len(self._ids) and int(self._ids[place]) == template_id and template_id not in self._gone
        return int(self._buckets[place]) if found else None

    def add(self, templates: Iterable[tuple[int, int]]) -> None:
        """Note templates, each with its bucket; one that is there already stays as it is."""
        for template_id, bucket in templates:
            if self.bucket(template_id) is None:
                self._new[template_id] = bucket
                self._counts[bucket] += 1
        self._tidy()

    def discard(self, template_ids: Iterable[int]) -> None:
        """Forget templates; one that is not there changes nothing."""
        for template_id in template_ids:
            bucket = self.bucket(template_id)
            if bucket is not None:
                self._counts[bucket] -= 1
                if self._new.pop(template_id, None) is None:
                    self._gone.add(template_id)
        self._tidy()

    def count(self, buckets: Collection[int]) -> int:
        """Return how many templates are in some buckets."""
        return int(self._counts[sorted(buckets)].sum())

    def arrays(self) -> tuple[Ids, NDArray[np.uint8]]:
        """Return all ids, ascending, and their buckets."""
        if self._new or self._gone:
            stays = ~np.isin(self._ids, np.fromiter(self._gone, np.int64, len(self._gone)))
            ids = np.concatenate([self._ids[stays], np.fromiter(self._new, np.int64, len(self._new))])
            buckets = np.concatenate([self._buckets[stays], np.fromiter(self._new.values(), np.uint8, len(self._new))])
            order = np.argsort(ids, kind="stable")
            self._ids, self._buckets = ids[order], buckets[order]
            self._new.clear()
            self._gone.clear()
        return self._ids, self._buckets

    def within(self, buckets: Collection[int]) -> Ids:
        """Return the ids of what is in some buckets, ascending."""
        ids, places = self.arrays()
        wanted = np.zeros(BUCKETS, np.bool_)
        wanted[sorted(buckets)] = True
        return ids[wanted[places]]

    def _tidy(self) -> None:
        if len(self._new) + len(self._gone) > _PENDING:
            self.arrays()
