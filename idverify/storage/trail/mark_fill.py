"""Marking the rows of a database of a former version: once, at the first start of a version that marks them."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

from sqlalchemy import Connection, Engine, select

from idverify.storage.tables import audit_head
from idverify.storage.trail.row_marks import mark_next
from idverify.storage.trail.tally import TABLES, row_counts
from idverify.storage.trail.trail_end import end_of, is_ours, read_end, write_end
from idverify.storage.vault import Vault

_LOG = logging.getLogger(__name__)
_TELL_SECONDS = 5.0


def fill_all_marks(writer: Engine, vault: Vault) -> None:
    """Mark every row as it is, some in a transaction: what ends it half-way, it goes on from there.

    Raises:
        StoredDataError: the end of the trail was tampered with.
    """
    with writer.begin() as connection:
        if not _lacks(connection, vault):
            return
        whole = sum(row_counts(connection).values())
    done, told = 0, time.monotonic() - _TELL_SECONDS
    for name in TABLES:
        last, count = None, 1
        while count:
            if time.monotonic() > told + _TELL_SECONDS:
                told = time.monotonic()
                _LOG.info("marking the rows of the database: %d of %d", done, whole)
            with writer.begin() as connection:
                read_end(connection, vault, lock=True)  # nobody else writes meanwhile
                last, count = mark_next(connection, vault, name, last)
            done += count
    with writer.begin() as connection:
        end = read_end(connection, vault, lock=True)
        assert end.state is not None
        write_end(connection, vault, end.head, replace(end.state, marked=True))
    _LOG.info("the rows of the database are marked: %d", done)


def _lacks(connection: Connection, vault: Vault) -> bool:
    row = connection.execute(select(audit_head)).one_or_none()
    if row is None or not is_ours(row, vault):
        return False  # one that is not ours is refused where it is read
    state = end_of(row, vault).state
    return state is not None and not state.marked
