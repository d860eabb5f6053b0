"""What two officers vouched for, sealed under the citizen's key to its place; and how often, numbers only."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from idverify.domain.errors import StoredDataError
from idverify.domain.model import ExceptionReason, Presence, PresenceCount, PresenceKind
from idverify.domain.vouching.officers import same_officer
from idverify.storage.counter.transaction_form import read_documents, written_documents
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.tables import AnyRow, presence_counts, presences
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal


class PresencesView:
    """Presences, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def of(self, subject_id: str) -> list[Presence]:
        """Return those of a citizen, oldest first."""
        query = select(presences).where(presences.c.subject_id == subject_id).order_by(presences.c.ordinal)
        return [self._presence(row) for row in self._connection.execute(query).all()]

    def between(self, first_month: str, last_month: str) -> list[PresenceCount]:
        """Return the counts of some months, in order."""
        columns = presence_counts.c
        month = func.substr(columns.day, 1, 7).label("month")
        told = (
            *(month, columns.procedure_code, columns.agency_code, columns.officer_id, columns.second_officer_id),
            *(columns.kind, columns.reason),
        )
        some = (month >= first_month) & (month <= last_month)
        query = select(*told, func.sum(columns.times)).where(some).group_by(*told).order_by(*told)
        return [
            PresenceCount(*row[:5], PresenceKind(row.kind), row.reason, int(row[-1]))
            for row in self._connection.execute(query).all()
        ]

    def of_officer(self, day: str, agency_code: str, officer_id: str) -> int:
        """Return for how many citizens an officer of an agency vouched on a day, as the first or the second."""
        columns = presence_counts.c
        query = select(columns.officer_id, columns.second_officer_id, columns.times).where(
            columns.day == day, columns.agency_code == agency_code
        )
        theirs = (
            int(row.times)
            for row in self._connection.execute(query)
            if same_officer(officer_id, row.officer_id) or same_officer(officer_id, row.second_officer_id)
        )
        return sum(theirs)

    def add(self, presence: Presence) -> None:
        """Refuse."""
        del presence
        raise refuse_write()

    def count(self, what: PresenceCount) -> None:
        """Refuse."""
        del what
        raise refuse_write()

    def _presence(self, row: AnyRow) -> Presence:
        key = find_data_key(self._connection, self._vault, row.subject_id)
        if key is None:
            raise StoredDataError("a presence belongs to a citizen who is not there")
        body = unseal(key, row.body_sealed, *_place(row.presence_id, row.subject_id))
        with decoding("presence"):
            content: dict[str, Any] = json.loads(body)
            return Presence(
                row.presence_id,
                row.subject_id,
                PresenceKind(content["kind"]),
                datetime.fromisoformat(content["seen"]),
                content["client"],
                content["second_client"],
                (content["officers"][0], content["officers"][1]),
                content["agency_code"],
                content["procedure_code"],
                content["dossier_code"],
                read_documents(content["documents"]),
                ExceptionReason(content["reason"]) if content["reason"] else None,
                content["note"],
                content["slip_number"],
                content["scan_sha256"],
            )


class SqlPresences(PresencesView):
    """Presences, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes

    def add(self, presence: Presence) -> None:
        """Keep a new one. Raises DomainError SUBJECT_NOT_FOUND."""
        content = {
            "kind": presence.kind.value,
            "seen": presence.seen.isoformat(),
            "client": presence.client,
            "second_client": presence.second_client,
            "officers": list(presence.officers),
            "agency_code": presence.agency_code,
            "procedure_code": presence.procedure_code,
            "dossier_code": presence.dossier_code,
            "documents": written_documents(presence.documents),
            "reason": presence.reason.value if presence.reason else "",
            "note": presence.note,
            "slip_number": presence.slip_number,
            "scan_sha256": presence.scan_sha256,
        }
        key = hold_data_key(self._connection, self._vault, presence.subject_id)
        place = (presence.presence_id, presence.subject_id)
        body = seal(key, json.dumps(content, ensure_ascii=False).encode(), *_place(*place))
        row = {"presence_id": presence.presence_id, "subject_id": presence.subject_id, "body_sealed": body}
        self._connection.execute(insert(presences).values(row))
        self._changes.added("presences", *place)

    def count(self, what: PresenceCount) -> None:
        """Add to the count of a day, procedure, agency, both officers, kind and reason."""
        columns = presence_counts.c
        row = {
            "day": what.period,
            "procedure_code": what.procedure_code,
            "agency_code": what.agency_code,
            "officer_id": what.officer_id,
            "second_officer_id": what.second_officer_id,
            "kind": what.kind.value,
            "reason": what.reason,
        }
        this = [columns[name] == value for name, value in row.items()]
        more = update(presence_counts).where(*this).values(times=columns.times + what.count)
        if not self._connection.execute(more).rowcount:
            self._connection.execute(insert(presence_counts).values(row | {"times": what.count}))


def _place(presence_id: str, subject_id: str) -> tuple[str, ...]:
    return ("presences", "body", presence_id, subject_id)
