"""What citizens agreed to, sealed under their keys to its place and version.

One put back as it was before it was withdrawn shows in the tallies (:mod:`idverify.storage.trail.tally`).
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import Consent
from idverify.storage.counter.transaction_form import read_consent, written_consent
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.tables import AnyRow, consents
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal

_GIVEN, _WITHDRAWN = 1, 2


class ConsentsView:
    """Consents, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def get(self, consent_id: str) -> Consent | None:
        """Return one."""
        row = self._connection.execute(select(consents).where(consents.c.consent_id == consent_id)).one_or_none()
        return None if row is None else self._consent(row)

    def of(self, subject_id: str) -> list[Consent]:
        """Return those of a citizen, oldest first."""
        query = select(consents).where(consents.c.subject_id == subject_id).order_by(consents.c.ordinal)
        return [self._consent(row) for row in self._connection.execute(query).all()]

    def add(self, consent: Consent) -> None:
        """Refuse."""
        del consent
        raise refuse_write()

    def withdraw(self, consent_id: str, when: datetime) -> None:
        """Refuse."""
        del consent_id, when
        raise refuse_write()

    def _consent(self, row: AnyRow) -> Consent:
        key = find_data_key(self._connection, self._vault, row.subject_id)
        if key is None:
            raise StoredDataError("a consent belongs to a citizen who is not there")
        body = unseal(key, row.body_sealed, *_place(row.consent_id, row.subject_id, row.version))
        with decoding("consent"):
            content = json.loads(body)
            withdrawn = content["withdrawn"]
            return Consent(
                row.consent_id,
                row.subject_id,
                content["client"],
                content["procedure_code"],
                tuple(content["record_types"]),
                read_consent(content["given"]),
                None if withdrawn is None else datetime.fromisoformat(withdrawn),
            )


class SqlConsents(ConsentsView):
    """Consents, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes

    def add(self, consent: Consent) -> None:
        """Keep a new one. Raises DomainError SUBJECT_NOT_FOUND."""
        body = self._sealed(consent, _GIVEN)
        row = {"consent_id": consent.consent_id, "subject_id": consent.subject_id, "version": _GIVEN}
        self._connection.execute(insert(consents).values(**row, body_sealed=body))
        self._changes.added("consents", consent.consent_id, consent.subject_id, _GIVEN)

    def withdraw(self, consent_id: str, when: datetime) -> None:
        """Note that one was taken back; again changes nothing. Raises DomainError CONSENT_NOT_FOUND."""
        consent = self.get(consent_id)
        if consent is None:
            raise DomainError(Reason.CONSENT_NOT_FOUND, "no such consent")
        if consent.withdrawn is not None:
            return
        body = self._sealed(replace(consent, withdrawn=when), _WITHDRAWN)
        this = (consents.c.consent_id == consent_id) & (consents.c.version == _GIVEN)
        if self._connection.execute(update(consents).where(this).values(version=_WITHDRAWN, body_sealed=body)).rowcount:
            self._changes.removed("consents", consent_id, consent.subject_id, _GIVEN)
            self._changes.added("consents", consent_id, consent.subject_id, _WITHDRAWN)

    def _sealed(self, consent: Consent, version: int) -> bytes:
        content = {
            "client": consent.client,
            "procedure_code": consent.procedure_code,
            "record_types": list(consent.record_types),
            "given": written_consent(consent.given),
            "withdrawn": None if consent.withdrawn is None else consent.withdrawn.isoformat(),
        }
        key = hold_data_key(self._connection, self._vault, consent.subject_id)
        place = _place(consent.consent_id, consent.subject_id, version)
        return seal(key, json.dumps(content, ensure_ascii=False).encode(), *place)


def _place(consent_id: str, subject_id: str, version: int) -> tuple[str, ...]:
    return ("consents", "body", consent_id, subject_id, str(version))
