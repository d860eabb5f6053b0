"""Samples that were presented, by keyed digests: nobody can tell from one what was presented."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, LargeBinary, bindparam, delete, select, text

from idverify.storage.failures import refuse_write
from idverify.storage.statement import Statement
from idverify.storage.tables import UtcText, seen_samples

_MOST_KINDS = 64
"""Of statements that are kept, by how many digests there are: three of an image, two of a template, ten at most."""

_FORGET_BEFORE = Statement(delete(seen_samples).where(seen_samples.c.seen < bindparam("before")))


class SeenSamplesView:
    """Samples that were presented, read-only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, digests: Collection[bytes], since: datetime) -> set[bytes]:
        """Return those that were presented since then."""
        rows = _known(len(digests)).all(self._connection, since=since, **_named(digests)) if digests else []
        return {row.digest for row in rows}

    def add(self, digests: Collection[bytes], now: datetime) -> None:
        """Refuse."""
        del digests, now
        raise refuse_write()

    def add_new(self, digests: Collection[bytes], now: datetime, since: datetime) -> set[bytes]:
        """Refuse."""
        del digests, now, since
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
        new = set(digests)
        _add(len(new)).execute(self._connection, seen=now, **_named(new))

    def add_new(self, digests: Collection[bytes], now: datetime, since: datetime) -> set[bytes]:
        """Do so for those that were not presented since a time; return the others, as :meth:`known` does."""
        new = set(digests)
        rows = _add_new(len(new)).all(self._connection, seen=now, since=since, **_named(new)) if new else []
        return new.difference(row.digest for row in rows)

    def forget(self, before: datetime) -> None:
        """Forget what was presented before then."""
        _FORGET_BEFORE.execute(self._connection, before=before)


@lru_cache(_MOST_KINDS)
def _known(count: int) -> Statement:
    return Statement(select(seen_samples.c.digest).where(_any_of(count), seen_samples.c.seen >= bindparam("since")))


@lru_cache(_MOST_KINDS)
def _add(count: int) -> Statement:
    return Statement(text(_put(count)).bindparams(*_bound(count)))


@lru_cache(_MOST_KINDS)
def _add_new(count: int) -> Statement:
    put = f"{_put(count)} WHERE seen_samples.seen < :since RETURNING digest"
    since = bindparam("since", type_=UtcText)
    return Statement(text(put).bindparams(*_bound(count), since).columns(seen_samples.c.digest))


def _put(count: int) -> str:
    # In words, since each dialect has its own for it.
    rows = ", ".join(f"(:digest_{place}, :seen)" for place in range(count))
    put = f"INSERT INTO seen_samples (digest, seen) VALUES {rows} "  # noqa: S608 - places of values, and no values
    return f"{put} ON CONFLICT (digest) DO UPDATE SET seen = excluded.seen"


def _bound(count: int) -> list[BindParameter[Any]]:
    binds = [bindparam(f"digest_{place}", type_=LargeBinary) for place in range(count)]
    return [*binds, bindparam("seen", type_=UtcText)]


def _any_of(count: int) -> ColumnElement[bool]:
    return seen_samples.c.digest.in_([bindparam(f"digest_{place}") for place in range(count)])


def _named(digests: Collection[bytes]) -> dict[str, bytes]:
    return {f"digest_{place}": digest for place, digest in enumerate(digests)}
