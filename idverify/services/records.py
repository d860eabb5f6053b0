"""Keeping linked records."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from idverify.domain.citizens.holder import compared
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Record
from idverify.ports import Catalogue, Clock, Store
from idverify.services.calls.approved import require_as_approved
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.read_budget import ReadBudget
from idverify.services.calls.refusing import Concern, refusals_audited
from idverify.services.citizens import citizen_of, subject_of


@dataclass(frozen=True, slots=True)
class RecordsService:
    """Puts and gets whole records, for administrators."""

    store: Store
    catalogue: Catalogue
    clock: Clock
    reads: ReadBudget

    def put(
        self,
        call: Call,
        citizen_number: str,
        record_type: str,
        json_text: str,
        expected_version: int | None,
        encode: Callable[[Record], bytes],
        *,
        store_disputed: bool = False,
    ) -> bytes:
        """Store a new version of a record; with ``store_disputed`` one of somebody else too, by what it says itself.

        Raises:
            DomainError: RECORD_TYPE_NOT_FOUND, RECORD_INVALID, RECORD_DISAGREES, IDENTIFIER_MALFORMED,
                SUBJECT_NOT_FOUND, VERSION_MISMATCH, REQUEST_REPLAYED.
        """
        kind = self.catalogue.record_type(record_type)
        self.catalogue.validate(record_type, json_text)
        digest = hashlib.sha256(json_text.encode()).hexdigest()

        def work(about: Concern) -> bytes:
            with self.store.transaction() as uow:
                subject_id = about.subject_id = subject_of(uow, citizen_number, self.clock.now())
                current = uow.records.get(subject_id, record_type)
                version = current.version if current else 0
                if expected_version is not None and expected_version != version:
                    raise DomainError(
                        Reason.VERSION_MISMATCH,
                        "the record has another version; read it again",
                        {"current_version": str(version)},
                    )
                record = Record(record_type, kind.owning_agency, json_text, digest, version + 1, self.clock.now())
                record = compared(record, citizen_of(uow, subject_id))
                if record.disputed and not store_disputed:
                    raise _disagrees(record)
                uow.records.put(subject_id, record)
                details = _details(record)
                uow.audit.append(entry(self.clock, call, "STORED", subject_id, details))
                body = encode(record)
                remember(uow, call, body, subject_id)
            return body

        return answer_once(self.store, self.clock, call, work)

    def get(self, call: Call, citizen_number: str, record_type: str) -> Record:
        """Return a record whole; the reading is audited.

        Raises:
            DomainError: RECORD_TYPE_NOT_FOUND, IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, RECORD_NOT_FOUND,
                READ_BUDGET_EXCEEDED, ACT_STALE.
        """
        self.catalogue.record_type(record_type)
        with refusals_audited(self.store, self.clock, call) as about, self.store.transaction() as uow:
            self.reads.spend_one(uow, call, about)
            subject_id = about.subject_id = subject_of(uow, citizen_number, self.clock.now())
            citizen = citizen_of(uow, subject_id)
            require_as_approved(call, citizen)
            record = uow.records.get(subject_id, record_type)
            if record is None:
                raise DomainError(Reason.RECORD_NOT_FOUND, "the citizen has no record of this type")
            record = compared(record, citizen)
            uow.audit.append(entry(self.clock, call, "READ", subject_id, _details(record)))
        return record


def _disagrees(record: Record) -> DomainError:
    return DomainError(
        Reason.RECORD_DISAGREES,
        "the record is of somebody else than the citizen for whom it is put; correct the record or the citizen's data, "
        "or have it stored as disputed, which is disclosed to nobody",
        {"record_type": record.record_type, "fields": ",".join(record.disputed)},
    )


def _details(record: Record) -> Details:
    details: Details = {"record_type": record.record_type, "version": record.version}
    return details | ({"disputed": list(record.disputed)} if record.disputed else {})
