"""Making the log of a database that has none yet: once, at the first start of a version that keeps one."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

from sqlalchemy import Connection, Engine, delete, select

from idverify.domain.errors import StoredDataError
from idverify.domain.model import LogHead
from idverify.storage.tables import audit, audit_head, log_hashes
from idverify.storage.trail.log_tree import LogWriter
from idverify.storage.trail.trail_end import TrailEnd, end_of, is_ours, read_end, read_floor, write_end
from idverify.storage.trail.trail_guard import TrailGuard
from idverify.storage.vault import Vault
from idverify.trust.log.merkle import EMPTY_ROOT

_LOG = logging.getLogger(__name__)
_BATCH = 5000
_TELL_SECONDS = 5.0


def fill_log(writer: Engine, vault: Vault) -> None:
    """Append to the log the events that it lacks, some in a transaction: what ends it half-way, it goes on from there.

    It begins after the last event that is in an archive already.

    Raises:
        StoredDataError: an event is missing, or the end of the trail was tampered with.
    """
    guard, told = TrailGuard(), time.monotonic()
    with writer.begin() as connection:
        row = connection.execute(select(audit_head)).one_or_none()
        if row is None or not is_ours(row, vault) or not _lacks(end_of(row, vault)):
            return  # one that is not ours is refused where it is read
    while True:
        with writer.begin() as connection:
            end, log = _some(connection, vault, guard)
        if time.monotonic() > told + _TELL_SECONDS:
            told = time.monotonic()
            _LOG.info("making the log of the audit trail: %d of %d events", log.after + log.size, end.head.sequence)
        if log.after + log.size == end.head.sequence:
            return


def _lacks(end: TrailEnd) -> bool:
    log = end.state.log if end.state else None
    return log is None or log.after + log.size < end.head.sequence


def _some(connection: Connection, vault: Vault, guard: TrailGuard) -> tuple[TrailEnd, LogHead]:
    end = read_end(connection, vault, lock=True)
    if end.state is None:
        raise StoredDataError("the end of the audit trail is one of a former version of this program")
    log = end.state.log
    if log is None:
        connection.execute(delete(log_hashes))
        log = LogHead(read_floor(connection, vault).sequence, 0, EMPTY_ROOT)
    writer, first = LogWriter(connection, vault, guard), log.after + log.size + 1
    query = select(audit.c.sequence, audit.c.payload).where(audit.c.sequence >= first)
    rows = connection.execute(query.order_by(audit.c.sequence).limit(_BATCH)).all()
    for expected, row in enumerate(rows, first):
        if row.sequence != expected:
            raise StoredDataError(f"event {expected} of the audit trail is missing; restore the database")
        log = writer.append(log, row.sequence, row.payload)
    if not rows and log.after + log.size < end.head.sequence:
        raise StoredDataError(f"event {first} of the audit trail is missing; restore the database")
    writer.flush()
    write_end(connection, vault, end.head, replace(end.state, log=log))
    return end, log
