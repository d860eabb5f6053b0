"""The end of the audit trail, and what is known with it: one row, signed, locked by whoever appends."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from idverify.domain.errors import StoredDataError
from idverify.domain.model import BEGINNING, LogHead, TrailHead
from idverify.storage.statement import Statement
from idverify.storage.tables import AnyRow, audit, audit_floor, audit_head
from idverify.storage.trail.tally import FORMER_PLACES, NOTHING, PLACES, Tallies, Tally, renewed, row_counts, tally_rows
from idverify.storage.vault import Vault
from idverify.trust.log.merkle import EMPTY_ROOT

_HEAD_ID = 1
_PLACES = 2
"""Which :data:`PLACES` the sums that are written are of."""

_KNOWN = frozenset(
    {
        "tallies",
        "claims",
        "shared_claim",
        "signing_keys",
        "log_keys",
        "time",
        "log",
        "images_kept",
        "published",
        "places",
        "key_acts",
        "key_acts_digest",
        "marked",
    }
)
"""What is noted of a state by this version; whatever else there is, a newer one noted."""

_NO_LOG = LogHead(0, 0, EMPTY_ROOT)

_END, _END_HELD = Statement(select(audit_head)), Statement(select(audit_head).with_for_update())
_MOVE_END = Statement(update(audit_head), ["sequence", "hash", "mac", "state_sealed"])

_FORGED = "the end of the audit trail was not put where it is by this service"


@dataclass(frozen=True, slots=True)
class RegisterState:
    """What the service knows of its database when it has written the last event.

    Attributes:
        tallies: how many citizens, templates, records and clients there are, and which.
        claims: how often a server has taken the database for its own, or the first of several for them all.
        shared_claim: the last claim that was of several servers: while it is the last one, the next may join.
        signing_keys: ids of the keys that sign assertions, the active one first; empty: none were noted yet.
        log_keys: public keys that sign the log, the active one first; empty: none were noted yet.
        key_acts: how many acts of the key file are in the trail, and their digest; empty: none, or it was not noted.
        time: of the last event; None: there is none, or it was not noted yet.
        log: where the log over the trail ends; None: none was begun yet.
        images_kept: whether images are kept of whoever is enrolled; None: nobody has decided.
        published: name of the log that was published last, and its entries then; None: none was, or it was not noted.
        marked: every row is marked (:mod:`idverify.storage.trail.row_marks`); else :mod:`.mark_fill` goes on.
        places: by which the tallies were added up; others than :data:`PLACES` only before the database is opened.
        further: what a newer version of the program noted beside that, which is kept for it.
    """

    tallies: Tallies = field(default_factory=lambda: NOTHING, repr=False)
    claims: int = 0
    shared_claim: int = 0
    signing_keys: tuple[str, ...] = ()
    log_keys: tuple[str, ...] = ()
    key_acts: tuple[int, str] = (0, "")
    time: datetime | None = None
    log: LogHead | None = None
    images_kept: bool | None = None
    published: tuple[str, int] | None = None
    marked: bool = True
    places: Mapping[str, tuple[ColumnElement[Any], ...]] = field(default_factory=lambda: PLACES, repr=False)
    further: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class TrailEnd:
    """Where the chain ends. ``state`` None: written by a version of the program that knew none."""

    head: TrailHead
    state: RegisterState | None


class LastEnd:
    """The end that was read or written last, as it lies in the database: what lies there still need not be opened.

    Attributes:
        held: as it lies there, where the transaction at hand has locked it and not asked for it since; else None.
    """

    def __init__(self) -> None:
        self._row: tuple[Any, ...] | None = None
        self._end: TrailEnd | None = None
        self.held: AnyRow | None = None

    def take_held(self) -> AnyRow | None:
        """Return :attr:`held`, once: whoever asks for it may move it."""
        held, self.held = self.held, None
        return held

    def of(self, row: AnyRow) -> TrailEnd | None:
        """Return what a row says, if it is that one to the last byte."""
        return self._end if row == self._row else None

    def note(self, row: tuple[Any, ...], end: TrailEnd) -> None:
        """Remember what a row says, which is known to be ours."""
        self._row, self._end = row, end


def read_end(connection: Connection, vault: Vault, *, lock: bool = False, last: LastEnd | None = None) -> TrailEnd:
    """Return the end; ``lock`` keeps everybody else from appending until the transaction ends.

    Args:
        connection: in a transaction.
        vault: for the keys.
        lock: as said.
        last: what is remembered, by whoever appends; None: nothing.

    Raises:
        StoredDataError: it was tampered with, or is gone.
    """
    row = last.take_held() if lock and last is not None else None
    if row is None:
        row = (_END_HELD if lock else _END).first(connection)
    remembered = last.of(row) if last is not None and row is not None else None
    if remembered is not None:
        return remembered
    if row is None or not is_ours(row, vault):
        raise StoredDataError(_FORGED)
    end = end_of(row, vault)
    if last is not None:
        last.note(tuple(row), end)
    return end


def hold_end(connection: Connection, last: LastEnd) -> None:
    """Keep everybody else from appending, and from writing where they begin with this, until the transaction ends.

    ``last`` of who writes is told what it held, so that whoever appends need not ask for it again.
    """
    last.held = None
    last.held = _END_HELD.first(connection)


def end_of(row: AnyRow, vault: Vault) -> TrailEnd:
    """Return the end from a row that :func:`is_ours`. Raises StoredDataError if its state is another's."""
    head = TrailHead(row.sequence, row.hash)
    return TrailEnd(head, None if row.state_sealed is None else _state(vault.open_state(head, row.state_sealed)))


def is_ours(row: AnyRow, vault: Vault) -> bool:
    """Tell whether this service put the end there."""
    return hmac.compare_digest(row.mac, vault.head_mac(row.sequence, row.hash))


def write_end(
    connection: Connection, vault: Vault, head: TrailHead, state: RegisterState, last: LastEnd | None = None
) -> None:
    """Put the end elsewhere; ``last`` remembers it."""
    row = _row(vault, head, state)
    _MOVE_END.execute(connection, **row)
    if last is not None:
        last.note((_HEAD_ID, *row.values()), TrailEnd(head, state))


def begin_trail(connection: Connection, vault: Vault) -> None:
    """Put the end of a new trail at its beginning; to an end from a former version, add what there is.

    Raises:
        StoredDataError: there are events, citizens or records, but the end of the trail is gone.
    """
    row = connection.execute(select(audit_head)).one_or_none()
    if row is None:
        if connection.execute(select(audit.c.sequence).limit(1)).first() is not None:
            raise StoredDataError("the audit trail has events, but its end is not recorded")
        if any(row_counts(connection).values()):
            raise StoredDataError("the audit trail was emptied: there are citizens, templates or records beside it")
        connection.execute(insert(audit_head).values(id=_HEAD_ID, **_row(vault, BEGINNING, RegisterState(log=_NO_LOG))))
    elif row.state_sealed is None:
        end = read_end(connection, vault)
        write_end(connection, vault, end.head, RegisterState(tally_rows(connection, vault), marked=False))
    elif is_ours(row, vault):  # another one is refused where it is read
        end = end_of(row, vault)
        state = end.state
        if state is not None and state.places is FORMER_PLACES:
            state = replace(state, tallies=renewed(connection, vault, state.tallies), places=PLACES)
        if state is not None and state is not end.state:
            write_end(connection, vault, end.head, state)


def read_floor(connection: Connection, vault: Vault) -> TrailHead:
    """Return the event that the first one that is there follows: the last that was archived.

    Raises:
        StoredDataError: it was tampered with.
    """
    row = connection.execute(select(audit_floor)).one_or_none()
    if row is None:
        return BEGINNING
    floor = TrailHead(row.sequence, row.hash)
    if not hmac.compare_digest(row.mac, vault.floor_mac(floor)):
        raise StoredDataError("where the audit trail begins was not put where it is by this service")
    return floor


def write_floor(connection: Connection, vault: Vault, floor: TrailHead) -> None:
    """Let the trail begin after an event that is in an archive."""
    connection.execute(delete(audit_floor))
    values = {"sequence": floor.sequence, "hash": floor.hash, "mac": vault.floor_mac(floor)}
    connection.execute(insert(audit_floor).values(id=_HEAD_ID, **values))


def _row(vault: Vault, head: TrailHead, state: RegisterState) -> dict[str, Any]:
    content = {
        **state.further,
        "tallies": {name: [tally.count, f"{tally.total:x}"] for name, tally in state.tallies.items()},
        "claims": state.claims,
        "shared_claim": state.shared_claim,
        "signing_keys": state.signing_keys,
        "log_keys": state.log_keys,
        "key_acts": state.key_acts[0],
        "key_acts_digest": state.key_acts,
        "time": state.time.isoformat() if state.time else None,
        "log": [state.log.after, state.log.size, state.log.root.hex()] if state.log else None,
        "images_kept": state.images_kept,
        "published": state.published,
        "marked": state.marked,
        "places": _PLACES,
    }
    return {
        "sequence": head.sequence,
        "hash": head.hash,
        "mac": vault.head_mac(head.sequence, head.hash),
        "state_sealed": vault.seal_state(head, json.dumps(content).encode()),
    }


def _state(content: bytes) -> RegisterState:
    fields: dict[str, Any] = json.loads(content)
    tallies = {name: Tally(count, int(total, 16)) for name, (count, total) in fields["tallies"].items()}
    # Later than the others:
    time, places, log, published = (fields.get(name) for name in ("time", "places", "log", "published"))
    by = PLACES if places == _PLACES else FORMER_PLACES
    return RegisterState(
        {**dict.fromkeys(by, Tally()), **tallies},
        fields["claims"],
        fields.get("shared_claim", 0),
        tuple(fields["signing_keys"]),
        tuple(fields.get("log_keys", ())),
        _key_acts(fields),
        datetime.fromisoformat(time) if time else None,
        LogHead(log[0], log[1], bytes.fromhex(log[2])) if log else None,
        fields.get("images_kept"),
        (published[0], published[1]) if published else None,
        fields.get("marked", False),
        by,
        {name: value for name, value in fields.items() if name not in _KNOWN},
    )


def _key_acts(fields: Mapping[str, Any]) -> tuple[int, str]:
    count = fields.get("key_acts", 0)
    # With its count: the version before knows of no digest, and keeps it where it counts on.
    of, digest = fields.get("key_acts_digest", (count, ""))
    return count, digest if of == count else ""
