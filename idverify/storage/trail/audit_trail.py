"""The audit trail in the database: appended to in the transaction that acts, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from idverify.domain.clock_steps import set_back
from idverify.domain.errors import StoredDataError
from idverify.domain.model import BEGINNING, AuditEntry, AuditEvent, EventSearch, TrailCheck, TrailHead, TrailPart
from idverify.ports import Deadline
from idverify.storage.failures import refuse_write
from idverify.storage.statement import Statement
from idverify.storage.tables import AnyRow, audit, audit_head
from idverify.storage.trail.event_search import found_between, of_actions
from idverify.storage.trail.log_tree import LogWriter
from idverify.storage.trail.row_check import row_findings
from idverify.storage.trail.row_keys import key_findings
from idverify.storage.trail.row_marks import all_findings, fill_marks, new_findings, put_marks
from idverify.storage.trail.tally import RowChanges, tally_rows
from idverify.storage.trail.trail_end import RegisterState, is_ours, read_end, read_floor, write_end, write_floor
from idverify.storage.trail.trail_guard import TrailGuard
from idverify.storage.vault import Vault
from idverify.trust.audit_chain import GENESIS, StoredEvent, chain, check_chain, event_of

_BATCH = 1000
_COLUMNS = [column.name for column in audit.c]
_ADD = Statement(insert(audit), _COLUMNS)
_NO_HEAD = (0, "")
ERASING = ("DeleteCitizen", "EraseAgain")
"""The actions by which citizens are erased."""
PRINTS_DELETED = "PRINTS_DELETED"
"""The outcome where encounters alone are erased, and the citizen who held them stays."""


class AuditView:
    """The trail, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def page(self, after_sequence: int, limit: int, subject_id: str | None = None) -> list[AuditEvent]:
        """Return events in order; with ``subject_id`` those of one citizen."""
        query = select(audit).where(audit.c.sequence > after_sequence).order_by(audit.c.sequence).limit(limit)
        if subject_id is not None:
            query = query.where(audit.c.subject_id == subject_id)
        return [event_of(_stored(row)) for row in self._connection.execute(query)]

    def erasures_after(self, sequence: int) -> list[AuditEvent]:
        """Return the events by which citizens or encounters were erased, of those there with a higher number."""
        query = select(audit).where((audit.c.sequence > sequence) & audit.c.action.in_(ERASING))
        events = (event_of(_stored(row)) for row in self._connection.execute(query.order_by(audit.c.sequence)))
        return [event for event in events if event.entry.outcome in {"DELETED", PRINTS_DELETED}]

    def latest(self, subject_ids: Sequence[str], since: datetime | None, limit: int) -> list[AuditEvent]:
        """Return the last events about some citizens, newest first; ``since``: none that is dated before."""
        query = select(audit).where(audit.c.subject_id.in_(subject_ids)).order_by(audit.c.sequence.desc()).limit(limit)
        if since is not None:
            query = query.where(audit.c.time >= since.astimezone(UTC).isoformat(timespec="microseconds"))
        return [event_of(_stored(row)) for row in self._connection.execute(query)]

    def found_between(self, wanted: EventSearch, after: int, last: int, limit: int) -> list[AuditEvent]:
        """Return the last events of those looked for, newest first, with numbers above ``after`` and up to ``last``."""
        return found_between(self._connection, wanted, after, last, limit)

    def of_actions(self, actions: Sequence[str], wanted: EventSearch, after: int, last: int) -> Iterator[AuditEvent]:
        """Yield the events of some actions that are looked for, in order, with numbers as above."""
        return of_actions(self._connection, actions, wanted, after, last)

    def begins_after(self) -> int:
        """Return the last event that is in an archive; 0: none is. Raises StoredDataError if that was changed."""
        return read_floor(self._connection, self._vault).sequence

    def head(self) -> TrailHead:
        """Return where the chain ends.

        Raises:
            StoredDataError: the end of the chain was tampered with.
        """
        return read_end(self._connection, self._vault).head

    def holds(self, head: TrailHead) -> bool:
        """Tell whether the chain once ended there: whether this is the continuation of that history.

        Of events that were archived, it is known of the last one only.
        """
        if head == read_floor(self._connection, self._vault):
            return head != BEGINNING
        query = select(audit.c.hash).where(audit.c.sequence == head.sequence)
        return self._connection.execute(query).scalar_one_or_none() == head.hash

    def check(self) -> TrailCheck:
        """Recompute the whole chain at once, and compare its end with where this service last put it."""
        floor = read_floor(self._connection, self._vault)
        return check_chain(events_after(self._connection, floor), self._expected_head(), floor)

    def check_part(self, after: TrailHead, limit: int) -> TrailPart:
        """Recompute some of the chain.

        Args:
            after: an event up to which it was sound; one that was archived stands for the last that was.
            limit: most events to look at.

        Raises:
            StoredDataError: where the trail begins was tampered with.
        """
        floor = read_floor(self._connection, self._vault)
        if after.sequence < floor.sequence:
            after = floor
        elif after not in {floor, BEGINNING} and not self.holds(after):
            return TrailPart(BEGINNING, after.sequence, ended=True)
        query = select(audit).where(audit.c.sequence > after.sequence).order_by(audit.c.sequence).limit(limit)
        events = [_stored(row) for row in self._connection.execute(query)]
        ended = len(events) < limit
        check = check_chain(events, self._expected_head() if ended else None, after)
        sound = {after.sequence: after} | {e.sequence: TrailHead(e.sequence, e.hash) for e in events}
        last = check.first_broken - 1 if check.first_broken else check.events
        return TrailPart(sound.get(last, after), check.first_broken, ended or bool(check.first_broken))

    def compare_rows(self, deadline: Deadline, *, add_up: bool) -> list[str]:
        """Say what is wrong with the number of citizens, templates and records, or with which they are.

        Args:
            deadline: asked now and then.
            add_up: look at every row, and open every citizen's data key: some seconds for a million. Otherwise they
                are counted.

        Raises:
            StoredDataError: the end of the chain was tampered with.
        """
        state = read_end(self._connection, self._vault).state
        if state is None:
            return []
        found = row_findings(self._connection, self._vault, state, deadline.check if add_up else None)
        locked = key_findings(self._connection, self._vault, deadline.check) if add_up else ()
        return [*(finding.text for finding in found), *locked]

    def name_rows(self, deadline: Deadline, after: int | None) -> list[str]:
        """Name the rows that are not as the service left them, by table, kind and position.

        Args:
            deadline: asked now and then.
            after: those only that were written with this event or later; None: all, which reads every row there is.
        """
        if after is None:
            return list(all_findings(self._connection, self._vault, deadline.check))
        return list(new_findings(self._connection, self._vault, after, deadline.check))

    def _expected_head(self) -> tuple[int, str]:
        row = self._connection.execute(select(audit_head)).one_or_none()
        if row is None:
            return (0, GENESIS)  # an intact empty trail has no head
        # A head that was not put there by this service is no head.
        return (row.sequence, row.hash) if is_ours(row, self._vault) else _NO_HEAD

    def last_before(self, time: datetime) -> int:
        """Return the sequence of the last event from before a time; 0 if there is none. The clock must not go back."""
        low, high = read_floor(self._connection, self._vault).sequence, self.head().sequence
        wanted = time.astimezone(UTC).isoformat(timespec="microseconds")
        while low < high:
            middle = (low + high + 1) // 2
            found = self._connection.execute(
                select(audit.c.time).where(audit.c.sequence == middle)
            ).scalar_one_or_none()
            if found is not None and found < wanted:
                low = middle
            else:
                high = middle - 1
        return low

    def stored_after(self, head: TrailHead) -> Iterator[StoredEvent]:
        """Return the events from the one after ``head`` to the last as they are stored, batch by batch."""
        return events_after(self._connection, head)

    def append(self, entry: AuditEntry) -> AuditEvent:
        """Refuse."""
        del entry
        raise refuse_write()


class SqlAudit(AuditView):
    """The trail, read and appended to in one transaction; :meth:`close` moves its end.

    ``appended``: what this transaction has put in the trail; ``claimed``: it takes the database.
    """

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges, guard: TrailGuard) -> None:
        super().__init__(connection, vault)
        self._changes = changes
        self._guard = guard
        self._log = LogWriter(connection, vault, guard)
        self._end: tuple[TrailHead, RegisterState] | None = None
        self._moved = False
        self.claimed = False
        self.appended: list[AuditEntry] = []

    def head(self) -> TrailHead:
        """Return where the chain ends, with what this transaction has appended."""
        return self._end[0] if self._end else super().head()

    def append(self, entry: AuditEntry) -> AuditEvent:
        """Add an event to the end of the chain, in the transaction at hand.

        One that is dated before the last event follows another that says that the clock was set back.

        Raises:
            StoredDataError: the end of the chain was tampered with, or is another server's by now; nothing is appended.
        """
        stepped = set_back(self._locked()[1].time, entry)
        if stepped is not None:
            self._chain(stepped)
        return self._chain(entry)

    def note_signing_keys(self, key_ids: tuple[str, ...]) -> None:
        """Keep the ids of the keys that sign assertions with the end of the trail."""
        head, state = self._locked()
        self._end, self._moved = (head, replace(state, signing_keys=key_ids)), True

    def note_images_kept(self, kept: bool) -> None:
        """Keep with the end of the trail whether images are kept of whoever is enrolled."""
        head, state = self._locked()
        self._end, self._moved = (head, replace(state, images_kept=kept)), True

    def note_log_keys(self, keys: tuple[str, ...]) -> None:
        """Keep the public keys that sign the log with the end of the trail."""
        head, state = self._locked()
        self._end, self._moved = (head, replace(state, log_keys=keys)), True

    def note_published(self, origin: str, size: int) -> None:
        """Keep with the end of the trail which log is published, and with how many entries."""
        head, state = self._locked()
        self._end, self._moved = (head, replace(state, published=(origin, size))), True

    def note_key_acts(self, count: int, digest: str) -> None:
        """Keep with the end of the trail how many acts of the key file are in it, and their digest."""
        head, state = self._locked()
        self._end, self._moved = (head, replace(state, key_acts=(count, digest))), True

    def accept_rows(self) -> None:
        """Count all rows anew, as they are now: what was counted before is given up."""
        head, state = self._locked()
        fill_marks(self._connection, self._vault)
        tallies = {**state.tallies, **tally_rows(self._connection, self._vault)}
        self._end, self._moved = (head, replace(state, tallies=tallies)), True

    def begin_after(self, archived: TrailHead) -> None:
        """Let the trail begin after an event that is in an archive, with all before it."""
        write_floor(self._connection, self._vault, archived)

    def claim(self, *, shared: bool) -> int:
        """Take the database for one's own, or join those who ``shared`` it last; return the number of the claim."""
        head, state = self._locked()
        self.claimed = True
        if shared and state.claims == state.shared_claim > 0:
            return state.claims
        claim = state.claims + 1
        state = replace(state, claims=claim, shared_claim=claim if shared else state.shared_claim)
        self._end, self._moved = (head, state), True
        return claim

    def close(self) -> TrailHead | None:
        """Write the end, and what was added and removed; return where it is, None if it stayed where it was.

        Raises:
            StoredDataError: as :meth:`append`.
        """
        if not self._moved and not self._changes:
            return None
        head, state = self._locked()
        self._log.flush()
        put_marks(self._connection, self._vault, head.sequence, self._changes.touched)
        if self._changes:
            state = replace(state, tallies=self._changes.applied(state.tallies))
        write_end(self._connection, self._vault, head, state, self._guard.end)
        return head

    def _chain(self, entry: AuditEntry) -> AuditEvent:
        head, state = self._locked()
        event = chain(head.sequence + 1, head.hash, entry)
        _ADD.execute(self._connection, **{name: getattr(event, name) for name in _COLUMNS})
        if state.log is None:
            raise StoredDataError("the database has no log of its audit trail yet")
        log = self._log.append(state.log, event.sequence, event.payload)
        self._end = TrailHead(event.sequence, event.hash), replace(state, time=entry.time, log=log)
        self._moved = True
        self.appended.append(entry)
        return event_of(event)

    def _locked(self) -> tuple[TrailHead, RegisterState]:
        if self._end is None:
            # Locked until commit: whoever appends next, in whatever process, sees this event and follows it.
            end = read_end(self._connection, self._vault, lock=True, last=self._guard.end)
            self._end = end.head, self._guard.require(end, self._guard.last)
        return self._end


def events_after(connection: Connection, head: TrailHead) -> Iterator[StoredEvent]:
    """Return the events from the one after ``head`` to the last, batch by batch."""
    last: int | None = head.sequence or None
    while True:
        query = select(audit).order_by(audit.c.sequence).limit(_BATCH)
        rows = connection.execute(query if last is None else query.where(audit.c.sequence > last)).all()
        if not rows:
            return
        yield from map(_stored, rows)
        last = rows[-1].sequence


def _stored(row: AnyRow) -> StoredEvent:
    return StoredEvent(row.sequence, row.time, row.action, row.subject_id, row.previous_hash, row.hash, row.payload)
