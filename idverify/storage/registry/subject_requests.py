"""Requests of citizens about their data, each sealed to its id and version: they outlive the citizens.

One put back as it was before shows in the tallies (:mod:`idverify.storage.trail.tally`).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from idverify.domain.errors import DomainError, Reason
from idverify.domain.law.requests import SubjectRequest, SubjectRequestKind, SubjectRequestState
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.registry.versions import replace_version
from idverify.storage.tables import AnyRow, subject_requests
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault
from idverify.trust.sealing import seal, unseal


class SubjectRequestsView:
    """Requests of citizens, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def get(self, subject_request_id: str) -> SubjectRequest | None:
        """Return one."""
        this = subject_requests.c.subject_request_id == subject_request_id
        row = self._connection.execute(select(subject_requests).where(this)).one_or_none()
        return None if row is None else self._request(row)

    def of(self, subject_id: str) -> list[SubjectRequest]:
        """Return those of a citizen, oldest first."""
        query = select(subject_requests).where(subject_requests.c.subject_id == subject_id)
        rows = self._connection.execute(query.order_by(subject_requests.c.ordinal)).all()
        return [self._request(row) for row in rows]

    def page(self, after_ordinal: int, limit: int) -> list[tuple[int, SubjectRequest]]:
        """Return requests in the order in which they were opened, each with its ordinal."""
        query = select(subject_requests).where(subject_requests.c.ordinal > after_ordinal)
        rows = self._connection.execute(query.order_by(subject_requests.c.ordinal).limit(limit)).all()
        return [(row.ordinal, self._request(row)) for row in rows]

    def add(self, request: SubjectRequest) -> None:
        """Refuse."""
        del request
        raise refuse_write()

    def put(self, request: SubjectRequest) -> None:
        """Refuse."""
        del request
        raise refuse_write()

    def _request(self, row: AnyRow) -> SubjectRequest:
        place = _place(row.subject_request_id, row.subject_id, row.version)
        body = unseal(self._vault.service_key, row.body_sealed, *place)
        with decoding("request of a citizen"):
            said: dict[str, Any] = json.loads(body)
            return SubjectRequest(
                row.subject_request_id,
                row.subject_id,
                SubjectRequestKind(said["kind"]),
                datetime.fromisoformat(said["received"]),
                _time(said["reply_due"]),
                _time(said["due"]),
                said["client"],
                said["agency_code"],
                SubjectRequestState(said["state"]),
                said["grounds"],
                _time(said["decided"]),
                row.version,
            )


class SqlSubjectRequests(SubjectRequestsView):
    """Requests of citizens, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes

    def add(self, request: SubjectRequest) -> None:
        """Keep a new one."""
        name = {"subject_request_id": request.subject_request_id, "subject_id": request.subject_id}
        self._connection.execute(insert(subject_requests).values(**name, **self._columns(request)))
        self._changes.added("subject_requests", request.subject_request_id, request.version)

    def put(self, request: SubjectRequest) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""
        name, key = subject_requests.c.subject_request_id, request.subject_request_id
        values = self._columns(request)
        if not replace_version(self._connection, self._changes, name, key, request.version, values):
            raise DomainError(Reason.VERSION_MISMATCH, "the citizen's request was changed meanwhile")

    def _columns(self, request: SubjectRequest) -> dict[str, Any]:
        content = {
            "kind": request.kind.value,
            "received": request.received.isoformat(),
            "reply_due": _written(request.reply_due),
            "due": _written(request.due),
            "client": request.client,
            "agency_code": request.agency_code,
            "state": request.state.value,
            "grounds": request.grounds,
            "decided": _written(request.decided),
        }
        place = _place(request.subject_request_id, request.subject_id, request.version)
        body = seal(self._vault.service_key, json.dumps(content, ensure_ascii=False).encode(), *place)
        return {"version": request.version, "body_sealed": body}


def _place(subject_request_id: str, subject_id: str, version: int) -> tuple[str, ...]:
    return ("subject_requests", "body", subject_request_id, subject_id, str(version))


def _written(time: datetime | None) -> str:
    return "" if time is None else time.isoformat()


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
