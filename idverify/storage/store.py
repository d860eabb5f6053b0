"""The store port on SQL."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, select, update

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import StoredTemplate, TrailHead
from idverify.ports import UNWATCHED, Figure, Shown, Watch
from idverify.storage.engine import Engines, lock_for_migration, make_engines, scrub
from idverify.storage.failures import not_writable, translated
from idverify.storage.following.feed import Feed
from idverify.storage.people.members import Members
from idverify.storage.postgresql import UNHURRIED, ServerLimits, unhurried
from idverify.storage.schema import upgrade
from idverify.storage.tables import audit, audit_head, subjects, templates
from idverify.storage.trail.log_fill import fill_log
from idverify.storage.trail.mark_fill import fill_all_marks
from idverify.storage.trail.trail_end import LastEnd, RegisterState, begin_trail, hold_end, read_end, read_floor
from idverify.storage.trail.trail_guard import TrailGuard
from idverify.storage.units import ReadOnlyUnit, WritingUnit
from idverify.storage.vault import KEY_COLUMNS, Vault
from idverify.storage.writing import Writers
from idverify.telemetry.troubles import Rarely
from idverify.trust.sealing import MasterKeys

_LOG = logging.getLogger(__name__)
_OWNERS = 50_000
_BATCH = 500


def open_store(
    url: str,
    keys: MasterKeys,
    *,
    patience: float = 5.0,
    watch: Watch = UNWATCHED,
    limits: ServerLimits = UNHURRIED,
    several: bool = False,
) -> SqlStore:
    """Open the database, making or migrating its tables first. From one thread at a time: Alembic needs that.

    Args:
        url: ``sqlite:///path`` or ``postgresql://user@host/name``.
        keys: the service's secrets.
        patience: how long a call waits for a lock or a connection, in seconds.
        watch: told what was committed, and how long that took.
        limits: of PostgreSQL, for calls.
        several: other servers work on it too.

    Raises:
        ValueError: another kind of database.
        DomainError: STORE_UNAVAILABLE, STORE_NOT_WRITABLE.
        StoredDataError: the database is damaged, was made by a newer version, or lost the end of its audit trail.
    """
    engines = make_engines(url, patience, limits)
    vault = Vault(keys)
    with ExitStack() as undo:
        undo.callback(engines.close)
        with translated(writing=True), engines.writer.begin() as connection:
            lock_for_migration(connection)
            upgrade(connection)
            begin_trail(connection, vault)
        with translated(writing=True):
            fill_all_marks(engines.writer, vault)
            fill_log(engines.writer, vault)
        undo.pop_all()
    return SqlStore(engines, vault, patience, watch, several=several)


class SqlStore:
    """Implements the port ``Store``; safe to use from many threads. Make it with :func:`open_store`."""

    def __init__(
        self, engines: Engines, vault: Vault, patience: float, watch: Watch = UNWATCHED, *, several: bool = False
    ) -> None:
        self._watch = watch
        self._engines = engines
        self._vault = vault
        self._patience = patience
        # Of several servers one writes at a time, as of the threads of one: what a transaction reads is the last word.
        self._guard = TrailGuard()
        first = partial(hold_end, last=self._guard.end) if several else lambda _: None
        self._writers = Writers(engines.writer, patience, self._require_in_place, self._scrub, watch, first=first)
        self._unscrubbed = True  # the process before this one may have been killed between deleting and scrubbing
        self._left_behind = False
        self._members = Members()
        self.feed = Feed(engines.reader, vault, self._members, self._guard) if several else None
        """What several servers tell each other; None: this one works alone."""
        self._trouble = Rarely()
        self._refuses = False  # the last write failed, and not because somebody else was writing

    @contextmanager
    def transaction(self, *, alone: bool = False) -> Iterator[WritingUnit]:
        """Begin a write transaction: commits when the block ends, rolls back if it raises.

        One at a time: the threads of this process queue here, where waiting is cheap, and not at the database. Those
        that wait when one ends are committed with it, unless it is to be ``alone``, as what takes long is.

        Raises:
            DomainError: STORE_UNAVAILABLE if the database cannot be reached or stays locked; STORE_NOT_WRITABLE if its
                disk is full or fails, until it no longer is.
        """
        with self._write(alone=alone) as (connection, undo):
            unit = WritingUnit(connection, self._vault, self._guard)
            undo.callback(unit.rolled_back)
            yield unit
            self._unscrubbed |= unit.erased
            self._left_behind |= unit.replaced
            head = unit.audit.close()
            told = self.feed.put(connection, unit.touched, always=unit.audit.claimed) if self.feed else None
        if head is not None:
            self._guard.committed(head)
        self._members.note(unit.touched)
        if self.feed is not None and told is not None:
            self.feed.committed(told)
        for entry in unit.audit.appended:
            self._watch.recorded(entry)

    @contextmanager
    def reading(self) -> Iterator[ReadOnlyUnit]:
        """Begin a read-only transaction with one consistent view; every write in it is refused.

        Raises:
            DomainError: STORE_UNAVAILABLE if the database cannot be reached.
        """
        seen = self._members.newest
        with translated(), self._engines.reader.begin() as connection:
            yield ReadOnlyUnit(connection, self._vault, self._members, seen)

    def all_templates(self) -> Iterator[StoredTemplate]:
        """Stream every enrolled template, for rebuilding the gallery at start; oldest first.

        Batch by batch, each read in its own short transaction: nothing is held while the caller works. What is
        enrolled meanwhile comes too; what is deleted meanwhile may or may not.
        """
        last = 0
        while batch := self._templates_after(last):
            yield from batch
            last = batch[-1].template_id

    def template_ids(self) -> NDArray[np.int64]:
        """Return the ids of every enrolled template, ascending.

        From an index: the rows themselves, with the templates, are a thousand times as long. Sorted here, so that the
        database need not go by the rows after all.
        """
        with translated(), self._engines.reader.begin() as connection:
            unhurried(connection)
            rows = connection.execute(select(templates.c.template_id)).cursor
            assert rows is not None
            return np.sort(np.fromiter((row[0] for row in rows.fetchall()), np.int64))

    def template_owners(self) -> Iterator[tuple[int, str]]:
        """Stream the ids of every enrolled template, each with the subject it is of, ascending; batch by batch."""
        last = 0
        own = select(templates.c.template_id, templates.c.subject_id).order_by(templates.c.template_id)
        while True:
            with translated(), self._engines.reader.begin() as connection:
                rows = connection.execute(own.where(templates.c.template_id > last).limit(_OWNERS)).all()
            if not rows:
                return
            yield from ((row.template_id, row.subject_id) for row in rows)
            last = rows[-1].template_id

    def templates_of(self, template_ids: Sequence[int]) -> Iterator[StoredTemplate]:
        """Stream those of some templates that are still there, batch by batch as :meth:`all_templates`."""
        for first in range(0, len(template_ids), _BATCH):
            with self.reading() as view:
                batch = view.subjects.templates_by_id(template_ids[first : first + _BATCH])
            yield from batch

    def forget_members(self) -> None:
        """Read anew who is in which gallery when it is next asked for."""
        self._members.forget()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Keep this server from writing for a block: what is in memory is committed then, and all of that is there.

        Raises:
            DomainError: STORE_UNAVAILABLE if others write all the time.
        """
        with self._writers.turn():
            yield

    @property
    def in_doubt(self) -> bool:
        """Whether the database was lost while it committed: it may hold what this process has taken back in memory."""
        return self._writers.in_doubt

    @contextmanager
    def settling(self) -> Iterator[None]:
        """Have a block bring memory to what the database is, which nobody writes meanwhile; then there is no doubt.

        Waits for the transaction in doubt, if the database still has it: that holds the end of the trail.

        Raises:
            DomainError: STORE_UNAVAILABLE if it does not end, or others write all the time.
        """
        with self.quiet():
            with translated(), self._engines.writer.begin() as connection:
                hold_end(connection, LastEnd())
            self.forget_members()
            yield
            self._writers.in_doubt = False

    def forget_told(self, kept_seconds: float) -> None:
        """Forget what several servers told each other longer ago."""
        if self.feed is not None:
            with self._write() as (connection, _):
                self.feed.forget(connection, kept_seconds)

    def rewrap_data_keys(self) -> int:
        """Wrap every data key that another master key wraps by the active one; return how many there were.

        Once it has returned, the former master keys may be taken out of the key file. Templates and records stay as
        they are: only their keys are sealed anew.
        """
        changed = 0
        while batch := self._rewrap_some():
            changed += batch
        return changed

    def expire_replies(self, before: datetime) -> int:
        """Erase the first answers that were given before a time; return how many."""
        with self.reading() as view:
            last = view.audit.last_before(before)
        erased = 0
        while True:
            with self.transaction(alone=True) as unit:
                some = unit.replies.expire(last)
            if not some:
                return erased
            erased += some

    def clear_log(self) -> None:
        """Take what was replaced since the last time out of the log of SQLite: a chore of every few seconds.

        Where a citizen or an answer is erased it is done at once; with each step of a transaction it would be too dear.

        Raises:
            DomainError: STORE_UNAVAILABLE if others write all the time.
        """
        if not self._left_behind:
            return
        with self._writers.turn():
            self._left_behind = not scrub(self._engines.writer)

    def figures(self) -> Sequence[Figure]:
        """Return how large the database is, and how many connections to it are in use.

        Raises:
            DomainError: STORE_UNAVAILABLE.
            OSError: its file cannot be looked at.
        """
        with translated():
            return [
                *(Figure(Shown.DATABASE_BYTES, size, part) for part, size in self._engines.sizes().items()),
                *(Figure(Shown.DATABASE_FREE_BYTES, free) for free in [self._engines.free()] if free is not None),
                *(Figure(Shown.DATABASE_CONNECTIONS, busy, name) for name, busy in self._engines.busy().items()),
            ]

    def log_entries(self) -> int:
        """Return how many entries the log of the trail has. Raises DomainError STORE_UNAVAILABLE."""
        with self.reading() as view:
            return view.log.head().size

    def floor(self) -> TrailHead:
        """Return the last event that was archived."""
        with translated(), self._engines.reader.begin() as connection:
            return read_floor(connection, self._vault)

    def remove_archived(self) -> int:
        """Take the events out that are in an archive; return how many."""
        floor, removed = self.floor().sequence, 0
        while True:
            with self._write() as (connection, _):
                first = connection.execute(select(func.min(audit.c.sequence))).scalar_one_or_none()
                if first is None or first > floor:
                    return removed
                some = audit.c.sequence.between(first, min(first + _BATCH - 1, floor))
                removed += connection.execute(delete(audit).where(some)).rowcount

    def claim(self) -> None:
        """Take the database for this server alone, or for several: who held it otherwise can append nothing more.

        The locks of :mod:`idverify.storage.server_lock` keep them apart; this does where a lock was lost.
        """
        with self.transaction() as unit:
            claim = unit.audit.claim(shared=self.feed is not None)
        self._guard.claimed(claim)

    def signing_keys(self) -> tuple[str, ...]:
        """Return the ids of the signing keys that were noted last; empty: none ever."""
        return self._left().signing_keys

    def images_kept(self) -> bool | None:
        """Return whether images are kept of whoever is enrolled; None: nobody has decided."""
        return self._left().images_kept

    def log_keys(self) -> tuple[str, ...]:
        """Return the keys of the log that were noted last; empty: none ever."""
        return self._left().log_keys

    def published(self) -> tuple[str, int] | None:
        """Return the name of the log that was published last, and its entries then; None: none was."""
        return self._left().published

    def key_acts(self) -> tuple[int, str]:
        """Return how many acts of the key file are in the trail, and their digest; empty: it was not noted."""
        return self._left().key_acts

    def _left(self) -> RegisterState:
        """Return what stands with the end of the trail; where nothing does yet, what that is as good as."""
        with translated(), self._engines.reader.begin() as connection:
            return read_end(connection, self._vault).state or RegisterState()

    def last_head(self) -> TrailHead:
        """Return the last end of the trail that this process knows to be on the disk."""
        if self._guard.last is None:
            with self.reading() as view:
                self._guard.committed(view.audit.head())
        assert self._guard.last is not None
        return self._guard.last

    def require_writable(self) -> None:
        """Look whether the database is still ours, and try to write if the last attempt failed.

        Raises:
            DomainError: STORE_NOT_WRITABLE, STORE_UNAVAILABLE.
            StoredDataError: somebody took back the trail, or another server the database.
        """
        last = self._guard.last
        with translated(), self._engines.reader.begin() as connection:
            end = read_end(connection, self._vault)
        self._guard.require(end, last)
        self._guard.committed(end.head)  # of several servers another one may have put it there
        if self._refuses:
            with self._write() as (connection, _):
                # The least of writes may fit where a call's does not.
                if not self._engines.has_room():
                    raise not_writable("DISK_FULL")
                connection.execute(update(audit_head).values(sequence=audit_head.c.sequence))

    def close(self) -> None:
        """Release the connections."""
        self._engines.close()

    @contextmanager
    def _write(self, *, alone: bool = True) -> Iterator[tuple[Connection, ExitStack]]:
        """Begin to write; what is put on the stack is done if it does not come to a commit, before anybody else writes.

        SQLite gives the ids of a transaction that was rolled back to the next one: what still went by them elsewhere
        would be taken for what that one adds.
        """
        with self._noting_trouble(), translated(writing=True), self._writers.write(alone=alone) as writing:
            yield writing

    def _require_in_place(self) -> None:
        if not self._engines.in_place():
            raise not_writable("FILE_REPLACED")

    def _scrub(self) -> None:
        if self._unscrubbed:
            self._unscrubbed = not scrub(self._engines.writer)

    @contextmanager
    def _noting_trouble(self) -> Iterator[None]:
        """Tell the operator, once, that the database takes nothing, and that it does again."""
        try:
            yield
        except DomainError as error:
            if error.reason is Reason.STORE_NOT_WRITABLE:
                self._refuses = True
                if self._trouble.due(error.metadata["cause"]):
                    _LOG.error("the database cannot be written", extra={"cause": error.metadata["cause"]})
            raise
        self._refuses = False
        if self._trouble.over():
            _LOG.info("the database can be written again")

    def _templates_after(self, template_id: int) -> list[StoredTemplate]:
        with self.reading() as view:
            return view.subjects.templates_after(template_id, _BATCH)

    def _rewrap_some(self) -> int:
        old = subjects.c.master_key_id != self._vault.active_key_id
        with self._write() as (connection, _):
            rows = connection.execute(select(*KEY_COLUMNS).where(old).limit(_BATCH).with_for_update()).all()
            for row in rows:
                this = subjects.c.subject_id == row.subject_id
                connection.execute(update(subjects).where(this).values(self._vault.rewrapped(row)))
        return len(rows)
