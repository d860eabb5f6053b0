"""What was changed about citizens: each version sealed to its place, under the citizen's data key.

A version that was taken out or put back shows in the tallies (:mod:`idverify.storage.trail.tally`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import (
    ChangeReason,
    Citizen,
    CitizenChange,
    CitizenStanding,
    CitizenState,
    FingerException,
    FingerFault,
    FingerPosition,
    PersonalData,
)
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.statement import Statement
from idverify.storage.tables import AnyRow, citizen_changes
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal

FIRST_VERSION = 1
"""How a citizen was enrolled: it stands in ``subjects``."""

_OF_ONE = select(citizen_changes).where(citizen_changes.c.subject_id == bindparam("subject_id"))
_IN_ORDER = Statement(_OF_ONE.order_by(citizen_changes.c.version))
_LAST = Statement(_OF_ONE.order_by(citizen_changes.c.version.desc()).limit(1))


def changes_of(connection: Connection, keys: Mapping[str, bytes]) -> dict[str, list[CitizenChange]]:
    """Return what was changed about several citizens, given their data keys, oldest first; one query, however many.

    Raises:
        StoredDataError: a version is missing, or one does not open.
    """
    query = select(citizen_changes).where(citizen_changes.c.subject_id.in_(keys)).order_by(citizen_changes.c.version)
    found: dict[str, list[CitizenChange]] = {subject_id: [] for subject_id in keys}
    for row in connection.execute(query):
        found[row.subject_id].append(_change(row, keys[row.subject_id]))
    for changes in found.values():
        _require_all(changes)
    return found


def _require_all(changes: Sequence[CitizenChange]) -> None:
    if any(change.version != place for place, change in enumerate(changes, FIRST_VERSION + 1)):
        raise StoredDataError("what was changed about a citizen is not all there")


def as_changed(enrolled: Citizen, changes: Sequence[CitizenChange]) -> Citizen:
    """Return a citizen as the last change left them. The number stands in their own row, by which it is found."""
    if not changes:
        return enrolled
    last = changes[-1]
    return replace(
        enrolled,
        personal_data=last.after.personal_data,
        state=last.after.state,
        version=last.version,
        former_data=tuple(c.before.personal_data for c in changes if c.reason is ChangeReason.LEGAL_CHANGE),
        changed=last.changed,
        merged_into=last.after.merged_into,
        absorbed=last.after.absorbed,
        fingers=last.after.fingers,
    )


def merged_into(connection: Connection, vault: Vault, subject_id: str) -> str:
    """Return who somebody turned out to be: the same subject, if nobody else."""
    if _is_unchanged(vault, subject_id):
        return subject_id
    row = _LAST.first(connection, subject_id=subject_id)
    if row is None:
        return subject_id
    key = find_data_key(connection, vault, subject_id)
    if key is None:
        raise StoredDataError("a change belongs to a citizen who is not there")
    other = _change(row, key).after.merged_into
    return merged_into(connection, vault, other) if other else subject_id


def _is_unchanged(vault: Vault, subject_id: str) -> bool:
    return vault.remembered is not None and vault.remembered.is_unchanged(subject_id)


class ChangesView:
    """What was changed about citizens, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def of(self, subject_id: str) -> list[CitizenChange]:
        """Return what was changed about a citizen, oldest first; nothing if there is no such citizen."""
        if _is_unchanged(self._vault, subject_id):
            return []
        rows = _IN_ORDER.all(self._connection, subject_id=subject_id)
        key = find_data_key(self._connection, self._vault, subject_id) if rows else None
        changes = [] if key is None else [_change(row, key) for row in rows]
        _require_all(changes)
        return changes

    def state_of(self, subject_id: str) -> CitizenState:
        """Return in what state a citizen is."""
        changes = self.of(subject_id)
        return changes[-1].after.state if changes else CitizenState.ACTIVE

    def fingers_of(self, subject_id: str) -> tuple[FingerException, ...]:
        """Return which fingers a citizen cannot show, or could not once."""
        changes = self.of(subject_id)
        return changes[-1].after.fingers if changes else ()

    def add(self, subject_id: str, change: CitizenChange) -> None:
        """Refuse."""
        del subject_id, change
        raise refuse_write()


class SqlChanges(ChangesView):
    """What was changed about citizens, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes

    def add(self, subject_id: str, change: CitizenChange) -> None:
        """Store a version.

        Raises:
            DomainError: VERSION_MISMATCH if it does not follow the stored; SUBJECT_NOT_FOUND.
        """
        key = hold_data_key(self._connection, self._vault, subject_id)
        newest = select(func.coalesce(func.max(citizen_changes.c.version), FIRST_VERSION)).where(
            citizen_changes.c.subject_id == subject_id
        )
        if change.version != self._connection.execute(newest).scalar_one() + 1:
            raise _mismatch()
        sealed = seal(
            key, json.dumps(_written(change), ensure_ascii=False).encode(), *_place(subject_id, change.version)
        )
        row = {"subject_id": subject_id, "version": change.version, "content_sealed": sealed}
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(citizen_changes).values(row))
        except IntegrityError:
            # Another process stored this version since we looked.
            raise _mismatch() from None
        if self._vault.remembered is not None:
            self._vault.remembered.forget(subject_id)
        self._changes.added("citizen_changes", subject_id, change.version)


def _mismatch() -> DomainError:
    return DomainError(Reason.VERSION_MISMATCH, "something about the citizen was changed meanwhile; read it again")


def _place(subject_id: str, version: int) -> tuple[str, ...]:
    return ("citizen_changes", "content", subject_id, str(version))


def _written(change: CitizenChange) -> dict[str, Any]:
    return {
        "changed": change.changed.isoformat(),
        "reason": change.reason.value,
        "grounds": change.grounds,
        "client": change.client,
        "officer": change.officer,
        "before": _standing_written(change.before),
        "after": _standing_written(change.after),
    }


def _standing_written(standing: CitizenStanding) -> dict[str, Any]:
    return {
        "personal": asdict(standing.personal_data),
        "number": standing.citizen_number,
        "state": standing.state.value,
        "merged_into": standing.merged_into,
        "absorbed": standing.absorbed,
        "fingers": [[int(f.position), f.fault.value, f.until.isoformat() if f.until else ""] for f in standing.fingers],
    }


def _standing(said: dict[str, Any]) -> CitizenStanding:
    return CitizenStanding(
        PersonalData(**said["personal"]),
        said["number"],
        CitizenState(said["state"]),
        said["merged_into"],
        tuple(said["absorbed"]),
        tuple(
            FingerException(FingerPosition(position), FingerFault(fault), date.fromisoformat(until) if until else None)
            for position, fault, until in said.get("fingers", ())  # later than the others
        ),
    )


def _change(row: AnyRow, key: bytes) -> CitizenChange:
    said = json.loads(unseal(key, row.content_sealed, *_place(row.subject_id, row.version)))
    with decoding("change of a citizen"):
        return CitizenChange(
            row.version,
            datetime.fromisoformat(said["changed"]),
            ChangeReason(said["reason"]),
            said["grounds"],
            said["client"],
            said["officer"],
            _standing(said["before"]),
            _standing(said["after"]),
        )
