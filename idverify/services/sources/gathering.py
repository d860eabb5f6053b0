"""Gathering what a procedure may see from the owners, before the transaction that decides and discloses.

A transaction that waited for others' services would keep everybody waiting; so they are asked first, and whether what
they said is still this citizen's is looked at again inside it.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from idverify.domain.errors import DomainError
from idverify.domain.model import Citizen, Procedure
from idverify.domain.model.owners import Fault, OwnedRecord, RecordQuery, SignedAnswer, SourceError
from idverify.domain.sources.answers import owned_record, require_not_before
from idverify.ports import Catalogue, Clock, Store
from idverify.services.calls.call import Call
from idverify.services.sources.asking import ask_all
from idverify.services.sources.desk import Outcome, SourceDesk, odd_is_malformed

_LOG = logging.getLogger(__name__)

RESERVE = 0.5
"""Seconds of the caller's time that are left for the transaction."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the owners said of a citizen.

    Attributes:
        citizen_number: whom they were asked about; empty: nobody was asked.
        records: by type.
        faults: why there is no answer, by type. A type that is in neither has an owner who has no such record.
    """

    citizen_number: str = field(default="", repr=False)
    records: Mapping[str, OwnedRecord] = field(default_factory=dict)
    faults: Mapping[str, Fault] = field(default_factory=dict)


NOTHING = Gathered()


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Asks the owners of records.

    Attributes:
        desks: of each record type that has an owner elsewhere; the others are in the local table.
        catalogue: for the form of records.
        store: for what may be kept.
        clock: the time.
    """

    desks: Mapping[str, SourceDesk]
    catalogue: Catalogue
    store: Store
    clock: Clock

    def owns(self, record_type: str) -> bool:
        """Tell whether records of a type are elsewhere."""
        return record_type in self.desks

    def title(self, record_type: str) -> str:
        """Return what clerks call the office that keeps records of a type."""
        return self.desks[record_type].rules.title

    def gather(self, call: Call, subject_id: str, procedure: Procedure, record_types: Sequence[str]) -> Gathered:
        """Return what the owners say of a citizen who was proven, within the caller's deadline.

        What was kept is not asked again.

        Args:
            call: who asks; an owner is told.
            subject_id: of the citizen.
            procedure: for what; an owner is told.
            record_types: those that something may be told of.

        Raises:
            DomainError: DEADLINE_EXCEEDED.
        """
        types = [record_type for record_type in record_types if self.owns(record_type)]
        if not types:
            return NOTHING
        with self.store.reading() as view:
            citizen = view.subjects.get(subject_id, encounters=False)
            kept = {t: found for t in types if (found := view.owned_records.get(subject_id, t)) is not None}
        if citizen is None:
            return NOTHING  # the transaction will say so
        now = self.clock.now()
        records = {t: _as_kept(found) for t, found in kept.items() if found.keep_until > now}
        queries = {t: _query(call, citizen, procedure, t) for t in types if t not in records}
        seconds = max(0.0, call.deadline.seconds_left() - RESERVE)
        outcomes = ask_all([(self.desks[t], query) for t, query in queries.items()], seconds)
        call.deadline.check()
        faults = {}
        for record_type, query in queries.items():
            try:
                record = self._record(outcomes[query.query_id], query, kept.get(record_type), self.clock.now())
            except SourceError as error:
                _LOG.warning("a source gave no record", extra=_extra(self.desks[record_type], error))
                faults[record_type] = error.fault
                continue
            if record is not None:
                records[record_type] = record
        return Gathered(citizen.citizen_number, records, faults)

    def _record(
        self, outcome: Outcome, query: RecordQuery, kept: OwnedRecord | None, now: datetime
    ) -> OwnedRecord | None:
        match outcome:
            case None:
                return None
            case SourceError():
                raise outcome
            case SignedAnswer():
                with odd_is_malformed():
                    record = owned_record(outcome, query, self.desks[query.record_type].rules, now)
                    require_not_before(record, kept)
                    self._require_form(record)
                return record

    def _require_form(self, record: OwnedRecord) -> None:
        try:
            self.catalogue.validate(record.record.record_type, record.record.json)
        except DomainError as error:
            # The path and the rule, never the value.
            raise SourceError(Fault.MALFORMED, f"record: {error.message}") from None


def _as_kept(found: OwnedRecord) -> OwnedRecord:
    assert found.record.provenance is not None
    return replace(found, record=replace(found.record, provenance=replace(found.record.provenance, cached=True)))


def _query(call: Call, citizen: Citizen, procedure: Procedure, record_type: str) -> RecordQuery:
    return RecordQuery(
        str(uuid.uuid4()),
        record_type,
        citizen.citizen_number,
        citizen.personal_data.full_name,
        citizen.personal_data.birth_date,
        procedure.code,
        call.context.agency_code,
        call.context.officer_id,
    )


def _extra(desk: SourceDesk, error: SourceError) -> dict[str, str]:
    return {"source": desk.rules.name, "fault": error.fault.value, "detail": error.detail}
