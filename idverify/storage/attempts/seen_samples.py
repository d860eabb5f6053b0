"""Samples that were presented, by keyed digests: nobody can tell from one what was presented."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from idverify.storage.failures import refuse_write
from idverify.storage.tables import seen_samples


class SeenSamplesView:
    """Samples that were presented, read-only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, digests: Collection[bytes], since: datetime) -> set[bytes]:
        """Return those that were presented since then."""
        query = select(seen_samples.c.digest).where(seen_samples.c.digest.in_(digests), seen_samples.c.seen >= since)
        return set(self._connection.execute(query).scalars())

    def add(self, digests: Collection[bytes], now: datetime) -> None:
        """Refuse."""
        del digests, now
        raise refuse_write()

    def forget(self, before: datetime) -> None:
        """Refuse."""
        del before
        raise refuse_write()


class SqlSeenSamples(SeenSamplesView):
    """Samples that were presented, read and written in one transaction."""

    def add(self, digests: Collection[bytes], now: datetime) -> None:
        """Remember that these were presented now."""
        if not digests:
            return
        self._connection.execute(delete(seen_samples).where(seen_samples.c.digest.in_(digests)))
        self._connection.execute(insert(seen_samples), [{"digest": digest, "seen": now} for digest in set(digests)])

    def forget(self, before: datetime) -> None:
        """Forget what was presented before then."""
        self._connection.execute(delete(seen_samples).where(seen_samples.c.seen < before))
