"""Acts that wait for a second person: each sealed whole to its id, its version and whose it is.

Who has the database alone approves nothing: that somebody did stands within what is sealed.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, false, func, insert, select

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Act, ActState, ActSubject, HeldAct, Presented, RequestContext
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.registry.versions import replace_version
from idverify.storage.tables import AnyRow, held_acts
from idverify.storage.trail.tally import PLACES, RowChanges
from idverify.storage.vault import Vault
from idverify.trust.sealing import seal, unseal


class HeldActsView:
    """Acts that wait, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def get(self, act_id: str) -> HeldAct | None:
        """Return an act."""
        row = self._connection.execute(select(held_acts).where(held_acts.c.act_id == act_id)).one_or_none()
        return None if row is None else self._act(row)

    def find(self, caller: str, key: str) -> HeldAct | None:
        """Return the newest act of a client that goes by a key."""
        mine = select(held_acts).where(held_acts.c.caller == caller, held_acts.c.key == key)
        row = self._connection.execute(mine.order_by(held_acts.c.ordinal.desc()).limit(1)).one_or_none()
        return None if row is None else self._act(row)

    def page(self, after_ordinal: int, limit: int) -> list[tuple[int, HeldAct]]:
        """Return acts in the order in which they were asked for, each with its ordinal."""
        query = select(held_acts).where(held_acts.c.ordinal > after_ordinal)
        rows = self._connection.execute(query.order_by(held_acts.c.ordinal).limit(limit)).all()
        return [(row.ordinal, self._act(row)) for row in rows]

    def waiting(self, caller: str, now: datetime) -> tuple[int, int]:
        """Return how many acts of a client may still be done, and how many bytes they take."""
        mine = (held_acts.c.caller == caller) & (held_acts.c.closed == false()) & (held_acts.c.expires > now)
        size = func.coalesce(func.sum(func.length(held_acts.c.act_sealed)), 0)
        count, bytes_ = self._connection.execute(select(func.count(), size).select_from(held_acts).where(mine)).one()
        return int(count), int(bytes_)

    def open(self) -> list[HeldAct]:
        """Return those that are not closed."""
        rows = self._connection.execute(
            select(held_acts).where(held_acts.c.closed == false()).order_by(held_acts.c.ordinal)
        )
        return [self._act(row) for row in rows]

    def due(self, now: datetime) -> list[HeldAct]:
        """Return those that have expired and are not closed."""
        old = (held_acts.c.expires <= now) & (held_acts.c.closed == false())
        rows = self._connection.execute(select(held_acts).where(old).order_by(held_acts.c.ordinal))
        return [self._act(row) for row in rows]

    def add(self, act: HeldAct) -> None:
        """Refuse."""
        del act
        raise refuse_write()

    def put(self, act: HeldAct) -> None:
        """Refuse."""
        del act
        raise refuse_write()

    def forget(self, before: datetime) -> None:
        """Refuse."""
        del before
        raise refuse_write()

    def _act(self, row: AnyRow) -> HeldAct:
        place = _place(row.act_id, row.version, row.caller, row.key)
        content = unseal(self._vault.service_key, row.act_sealed, *place)
        with decoding("act"):
            return _read(row.act_id, row.version, row.caller, row.key, json.loads(content))


class SqlHeldActs(HeldActsView):
    """Acts that wait, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes
        self.erased = False

    def add(self, act: HeldAct) -> None:
        """Add a new one."""
        values = {"act_id": act.act_id, "caller": act.caller, "key": act.key, "expires": act.expires}
        self._connection.execute(insert(held_acts).values(**values, **self._columns(act)))
        self._changes.added("held_acts", act.act_id, act.version)

    def put(self, act: HeldAct) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""
        name, values = held_acts.c.act_id, self._columns(act)
        if not replace_version(self._connection, self._changes, name, act.act_id, act.version, values):
            raise DomainError(Reason.VERSION_MISMATCH, "somebody else has decided on the act meanwhile; read it again")
        self.erased |= act.closed

    def forget(self, before: datetime) -> None:
        """Delete those that expired before a time."""
        old = held_acts.c.expires < before
        gone = self._connection.execute(select(*PLACES["held_acts"]).where(old)).all()
        for place in gone:
            self._changes.removed("held_acts", *place)
        self._connection.execute(delete(held_acts).where(old))
        self.erased |= bool(gone)

    def _columns(self, act: HeldAct) -> dict[str, Any]:
        content = json.dumps(_written(act), ensure_ascii=False).encode()
        place = _place(act.act_id, act.version, act.caller, act.key)
        sealed = seal(self._vault.service_key, content, *place)
        return {"version": act.version, "closed": act.closed, "act_sealed": sealed}


def _place(act_id: str, version: int, caller: str, key: str) -> tuple[str, ...]:
    return ("held_acts", "act", act_id, str(version), caller, key)


def _written(act: HeldAct) -> dict[str, Any]:
    return {
        "act": act.act.value,
        "method": act.method,
        "context": asdict(act.context),
        "digest": act.digest.hex(),
        "body": _text(act.body),
        "certificate": _text(act.presented.certificate) if act.presented else None,
        "key_sha256": act.presented.key_sha256 if act.presented else None,
        "created": act.created.isoformat(),
        "expires": act.expires.isoformat(),
        "state": act.state.value,
        "decided_by": act.decided_by,
        "decided": act.decided.isoformat() if act.decided else None,
        "subject": asdict(act.subject) if act.subject else None,
        "signed_in": act.signed_in,
        "decided_officer": act.decided_officer,
    }


def _read(act_id: str, version: int, caller: str, key: str, entry: dict[str, Any]) -> HeldAct:
    certificate = _bytes(entry["certificate"])
    subject = entry.get("subject")  # later than the others
    return HeldAct(
        act_id,
        Act(entry["act"]),
        entry["method"],
        caller,
        key,
        RequestContext(**entry["context"]),
        bytes.fromhex(entry["digest"]),
        _bytes(entry["body"]),
        None if certificate is None else Presented(certificate, entry["key_sha256"]),
        datetime.fromisoformat(entry["created"]),
        datetime.fromisoformat(entry["expires"]),
        ActState(entry["state"]),
        version,
        entry["decided_by"],
        datetime.fromisoformat(entry["decided"]) if entry["decided"] else None,
        ActSubject(**(subject | {"absorbed": tuple(subject["absorbed"])})) if subject else None,
        entry.get("signed_in", False),  # both later than the others
        entry.get("decided_officer", ""),
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)
