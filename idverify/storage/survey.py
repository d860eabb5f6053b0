"""A look at a database before it is opened: is it what this service left, and whole? Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, inspect, select

from idverify.domain.errors import StoredDataError
from idverify.domain.findings import ACCEPT, Finding
from idverify.domain.model import BEGINNING, TrailHead
from idverify.storage.engine import look_engine
from idverify.storage.failures import decoding, translated
from idverify.storage.tables import audit, audit_head
from idverify.storage.trail.audit_trail import events_after
from idverify.storage.trail.event_tally import counts_by_events
from idverify.storage.trail.foreign_code import foreign_code
from idverify.storage.trail.log_tree import LogView
from idverify.storage.trail.row_check import miscounted, row_findings
from idverify.storage.trail.tally import row_counts
from idverify.storage.trail.trail_end import TrailEnd, end_of, is_ours, read_end
from idverify.storage.vault import Vault
from idverify.trust.audit_chain import check_chain
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.sealing import MasterKeys
from idverify.trust.trail_file import Witness

_PATIENCE = 5.0
_FEW_ROWS = 50_000
"""So many are added up at the start, in a tenth of a second or two; more are counted, and added up afterwards."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What was seen.

    Attributes:
        begun: there is a register: tables, and an end of its trail or anything in them.
        people: how many citizens it holds.
        newest: time of the last event; None: no event.
        end: of the trail, if it is ours.
        findings: what is wrong with it.
    """

    begun: bool
    people: int = 0
    newest: datetime | None = None
    end: TrailEnd | None = None
    findings: tuple[Finding, ...] = ()


NO_DATABASE = Survey(begun=False)


def survey(
    url: str,
    keys: MasterKeys | None,
    witness: Witness | None,
    patience: float = _PATIENCE,
    published: Checkpoint | None = None,
) -> Survey:
    """Look at a database.

    Args:
        url: of the database, which may be missing.
        keys: the service's; None: they are lost, and only whether there is a register can be told.
        witness: what the trail's file says; None: there is no such file.
        patience: seconds to wait for a connection.
        published: the last checkpoint of the log that was published; None: none was.

    Raises:
        DomainError: STORE_UNAVAILABLE.
        StoredDataError: it is damaged, or no database.
    """
    with _looking(url, patience) as connection:
        if connection is None or "audit_head" not in inspect(connection).get_table_names():
            return NO_DATABASE
        counts = row_counts(connection)
        newest = connection.execute(select(audit).order_by(audit.c.sequence.desc()).limit(1)).one_or_none()
        has_state = "state_sealed" in {column["name"] for column in inspect(connection).get_columns("audit_head")}
        columns = [c for c in audit_head.c if has_state or c.name != "state_sealed"]
        row = connection.execute(select(*columns)).one_or_none()
        begun = row is not None or newest is not None or any(counts.values())
        people = counts["subjects"]
        if not begun or keys is None:
            return Survey(begun, people)
        with decoding("time"):
            time = None if newest is None else datetime.fromisoformat(newest.time)
        if row is None:
            return Survey(begun, people, time, None, (_emptied(people),))
        vault = Vault(keys)
        if not is_ours(row, vault):
            return Survey(begun, people, time, None, (_FOREIGN_END,))
        end = end_of(row, vault) if has_state else TrailEnd(TrailHead(row.sequence, row.hash), None)
        last = BEGINNING if newest is None else TrailHead(newest.sequence, newest.hash)
        findings = [
            *foreign_code(connection),
            *_trail_findings(connection, end, last, witness),
            *_row_findings(connection, vault, end, counts),
            *_log_findings(connection, vault, end, published),
        ]
        return Survey(begun, people, time, end, tuple(findings))


def consistency_of(url: str, keys: MasterKeys, old: int, new: int) -> Sequence[bytes]:
    """Return the proof that the log of a database goes on from its first ``old`` entries; it has ``new``.

    Raises:
        DomainError: STORE_UNAVAILABLE.
        StoredDataError: the log was changed past the service.
    """
    with _looking(url, _PATIENCE) as connection:
        if connection is None:
            raise StoredDataError("the database is gone")
        return LogView(connection, Vault(keys)).consistency(old, new)


def log_entries_of(url: str, keys: MasterKeys) -> int | None:
    """Return how many entries the log of a database has; None: there is no database, or no log.

    Raises:
        DomainError: STORE_UNAVAILABLE.
        StoredDataError: the end of the trail was tampered with.
    """
    with _looking(url, _PATIENCE) as connection:
        if connection is None:
            return None
        state = read_end(connection, Vault(keys)).state
        return state.log.size if state is not None and state.log is not None else None


@contextmanager
def _looking(url: str, patience: float) -> Iterator[Connection | None]:
    engine = look_engine(url, patience)
    if engine is None:
        yield None
        return
    try:
        with translated(), engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _trail_findings(
    connection: Connection, end: TrailEnd, last: TrailHead, witness: Witness | None
) -> Iterator[Finding]:
    head = end.head
    if last != head:
        yield Finding("TRAIL_CUT", _CUT.format(head.sequence, last.sequence))
    elif witness is not None and head.sequence < witness.head.sequence:
        yield Finding("TRAIL_TAKEN_BACK", _TAKEN_BACK.format(head.sequence, witness.head.sequence), acceptable=True)
    elif witness is not None and not _leads(connection, witness.head, head):
        yield Finding("TRAIL_OTHER", _OTHER.format(witness.head.sequence), acceptable=True)
    if witness is not None and witness.counted and end.state is None:
        yield Finding("STATE_LOST", _STATE_LOST)


def _leads(connection: Connection, former: TrailHead, head: TrailHead) -> bool:
    """Tell whether the chain went through ``former`` and goes on from there, unbroken, to ``head``."""
    if former != BEGINNING:
        there = connection.execute(select(audit.c.hash).where(audit.c.sequence == former.sequence)).scalar_one_or_none()
        if there != former.hash:
            return False
    return check_chain(events_after(connection, former), (head.sequence, head.hash), former).first_broken == 0


def _row_findings(connection: Connection, vault: Vault, end: TrailEnd, counts: dict[str, int]) -> Iterator[Finding]:
    if end.state is None:
        yield from miscounted(counts, counts_by_events(connection))
    else:
        few = sum(counts.values()) <= _FEW_ROWS
        yield from row_findings(connection, vault, end.state, (lambda: None) if few else None)


def _log_findings(
    connection: Connection, vault: Vault, end: TrailEnd, published: Checkpoint | None
) -> Iterator[Finding]:
    """Say that the log does not go on from what was published."""
    log = end.state.log if end.state else None
    if published is None or published.size == 0:
        return
    if log is None or log.size < published.size:
        after, size = (log.after, log.size) if log else (0, 0)
        text = _LOG_TAKEN_BACK.format(after + size, after + size + 1, after + published.size)
        yield Finding("LOG_TAKEN_BACK", text, acceptable=True)
    elif LogView(connection, vault).root(published.size) != published.root:
        yield Finding("LOG_OTHER", _LOG_OTHER.format(published.size), acceptable=True)


def _emptied(people: int) -> Finding:
    return Finding("TRAIL_EMPTIED", f"the audit trail was emptied beside {people} citizens; restore the database")


_FOREIGN_END = Finding(
    "TRAIL_END_FOREIGN",
    "the end of the audit trail was not put where it is by this service: keys.json belongs to another database, or "
    "somebody changed this one; restore the two that belong together",
)
_CUT = "the audit trail should end at event {} and ends at event {}: events were removed or added; restore the database"
_TAKEN_BACK = (
    "the database is older than it should be: it ends at event {}, and the trail had come to event {} at least; what "
    f"was done since is missing. Restore a newer copy of the database; {ACCEPT}"
)
_OTHER = (
    "the database is not the continuation of what was here: its chain does not lead through event {} as it was written "
    f"down outside the database. Restore the database that belongs to this folder; {ACCEPT}"
)
_LOG_TAKEN_BACK = (
    "the database is older than the log that was published: it ends at event {}, and events {} to {} were published. "
    f"Restore a newer copy of the database; {ACCEPT}"
)
_LOG_OTHER = (
    "the database is not the continuation of the log that was published with {} entries. Restore the database that "
    f"belongs to it; {ACCEPT}"
)
_STATE_LOST = "the count of the rows was removed from the database; restore the database"
