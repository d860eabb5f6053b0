"""What a proven identity gives for the procedure at hand: the assertion, the records, and what is missing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from idverify.domain.assertions.disclosable import disclosable_claims
from idverify.domain.assurance import AT_A_COUNTER, acr_of, require_reached
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.citizens.enrolled import IDENTITY, enrolled_identity
from idverify.domain.citizens.holder import compared
from idverify.domain.claims import ClaimsInput, assertion_claims
from idverify.domain.consent import require_covers
from idverify.domain.disclosure import reduce_record
from idverify.domain.disclosure_line import DisclosureLine, Verdict
from idverify.domain.model import (
    Assertion,
    AttestedCapture,
    Citizen,
    Disclosure,
    DisputedRecord,
    Likeness,
    MissingRecord,
    OperatingPoint,
    Procedure,
    Quality,
    Record,
    RecordAccess,
    RecordSource,
)
from idverify.domain.model.owners import Fault, SilentSource
from idverify.ports import Catalogue, Clock, Pseudonyms, Signer, UnitOfWork
from idverify.services.calls.auditing import Details
from idverify.services.calls.call import Call
from idverify.services.citizens import citizen_of, record_of
from idverify.services.papers import count_disclosures
from idverify.services.sources.gathering import NOTHING, Gathered, Gatherer


@dataclass(frozen=True, slots=True)
class Proof:
    """What the match rests on."""

    likeness: Likeness
    operating_point: OperatingPoint
    qualities: Sequence[Quality]
    fingers: Sequence[str]
    attested: Sequence[AttestedCapture] = ()


@dataclass(frozen=True, slots=True)
class DisclosureService:
    """Discloses to a procedure what it may see, no more."""

    catalogue: Catalogue
    signer: Signer
    pseudonyms: Pseudonyms
    clock: Clock
    gatherer: Gatherer

    def procedure_of(self, call: Call, version: int | None = None) -> Procedure | None:
        """Return the procedure the call names, in the version of today, which counts for the whole call, or in another.

        Raises:
            DomainError: PROCEDURE_NOT_FOUND; ASSURANCE_UNREACHABLE if more is required than a fingerprint shows.
        """
        if not call.context.procedure_code:
            return None
        procedure = self.catalogue.procedure(call.context.procedure_code, version)
        require_reached(acr_of(AT_A_COUNTER), procedure.required_assurance)
        return procedure

    def require_consent(self, view: UnitOfWork, call: Call, subject_id: str, procedure: Procedure | None) -> None:
        """Require that the consent that the call names covers the citizen and the procedure.

        Raises:
            DomainError: CONSENT_WITHDRAWN, CONSENT_INVALID.
        """
        if procedure is not None and call.context.consent_ref:
            consent = view.consents.get(call.context.consent_ref)
            require_covers(consent, subject_id, call.caller.name, procedure.code)

    def gather(self, call: Call, subject_id: str, procedure: Procedure | None) -> Gathered:
        """Ask the owners of records about a citizen who was proven, before the transaction.

        Raises:
            DomainError: DEADLINE_EXCEEDED.
        """
        return NOTHING if procedure is None else self.gatherer.gather(call, subject_id, procedure)

    def disclose(
        self, uow: UnitOfWork, call: Call, subject_id: str, procedure: Procedure, proof: Proof, gathered: Gathered
    ) -> Disclosure:
        """Put the records together and sign the assertion, in the transaction that audits them.

        What the client is not entitled to is missing like what nobody has: the clerk asks for the paper. So is what is
        disputed: whether it is this citizen's is looked at anew each time, as either may have been corrected. So is
        what its owner did not give, with the source that was silent.

        Raises:
            DomainError: CONSENT_WITHDRAWN, CONSENT_INVALID.
        """
        self.require_consent(uow, call, subject_id, procedure)
        citizen, today = citizen_of(uow, subject_id), day_in_viet_nam(self.clock.now())
        records: list[Record] = []
        missing: list[MissingRecord] = []
        replaced: list[str] = []
        disputed: list[DisputedRecord] = []
        silent: list[SilentSource] = []
        lines: list[DisclosureLine] = []
        for access in procedure.records:
            given = call.caller.is_given(procedure.code, access.record_type)
            found = self._record(uow, citizen, access.record_type, gathered) if given else None
            fault = self._fault(citizen, access.record_type, gathered) if given else None
            lines.append(DisclosureLine(access, _verdict(given, fault, found)))
            if fault is not None:
                office = self.gatherer.title(access.record_type)
                silent.append(SilentSource(*self._paper(access), office, fault))
            if found is not None and not found.disputed:
                records.append(reduce_record(found, access.fields, access.predicates, today))
                replaced.append(access.replaced_paper)
                continue
            if found is not None:
                disputed.append(DisputedRecord(*self._paper(access), found.disputed))
            if access.required:
                missing.append(MissingRecord(*self._paper(access)))
        count_disclosures(uow, self.clock, call, procedure, lines)
        return Disclosure(
            self._assertion(call, subject_id, procedure, proof, records, missing),
            tuple(records),
            tuple(missing),
            tuple(replaced),
            procedure.version,
            tuple(disputed),
            tuple(_asked(procedure, records)),
            tuple(silent),
            tuple(line.as_text() for line in lines),
        )

    def _fault(self, citizen: Citizen, record_type: str, gathered: Gathered) -> Fault | None:
        """Return why an owner gave no record; one who was asked about another number, or not at all, is to be asked."""
        if not self.gatherer.owns(record_type):
            return None
        return Fault.SLOW if gathered.citizen_number != citizen.citizen_number else gathered.faults.get(record_type)

    def _record(self, uow: UnitOfWork, citizen: Citizen, record_type: str, gathered: Gathered) -> Record | None:
        """Return the register's or owner's record, or the identity given at enrolment as long as there is no other."""
        stored = record_of(uow, citizen, record_type)
        if self.gatherer.owns(record_type):
            stored = self._owned(uow, citizen, record_type, gathered)
        if stored is not None:
            return compared(stored, citizen)
        return enrolled_identity(citizen, self.signer.issuer) if record_type == IDENTITY else None

    def _owned(self, uow: UnitOfWork, citizen: Citizen, record_type: str, gathered: Gathered) -> Record | None:
        found = gathered.records.get(record_type)
        if found is None or gathered.citizen_number != citizen.citizen_number:
            return None
        if found.keep_until > self.clock.now() and not _cached(found.record):
            uow.owned_records.keep(citizen.subject_id, found)
        return found.record

    def _paper(self, access: RecordAccess) -> tuple[str, str, str]:
        """Return what a record is and the paper that is asked for without it: type, title, paper."""
        return access.record_type, self.catalogue.record_type(access.record_type).title, access.replaced_paper

    def _assertion(
        self,
        call: Call,
        subject_id: str,
        procedure: Procedure,
        proof: Proof,
        records: list[Record],
        missing: list[MissingRecord],
    ) -> Assertion:
        assertion_id = str(uuid.uuid4())
        audience = call.context.agency_code or call.caller.name
        claims = assertion_claims(
            ClaimsInput(
                issuer=self.signer.issuer,
                audience=audience,
                subject=self.pseudonyms.pairwise(subject_id, audience),
                assertion_id=assertion_id,
                now=self.clock.now(),
                context=call.context,
                request_sha256=call.asked.request_sha256,
                likeness=proof.likeness,
                operating_point=proof.operating_point,
                quality=min(q.score for q in proof.qualities),
                fingers=tuple(proof.fingers),
                factors=AT_A_COUNTER,
                attested=tuple(proof.attested),
                records=tuple(records),
                missing=tuple(m.record_type for m in missing),
                procedure_version=procedure.version,
            )
        )
        values = claims.as_dict()
        sd_jwt = self.signer.sign_sd_jwt(disclosable_claims(values, records)) if call.asked.sd_jwt else ""
        return Assertion(self.signer.sign(values), assertion_id, claims.expires, sd_jwt)


def disclosed_details(disclosure: Disclosure | None) -> Details:
    """Return what the audit trail keeps of a disclosure.

    No digests: a record has few likely values, and whoever has its digest finds it by trying them. The version says
    what was disclosed as long as the citizen is enrolled; the assertion, known by its id, vouches for the digest. Of
    what an owner signed there is one: the signature is in it.
    """
    if disclosure is None:
        return {}
    owned = [record for record in disclosure.records if record.provenance is not None]
    details: Details = {
        "assertion": disclosure.assertion.assertion_id,
        "procedure_version": disclosure.procedure_version,
        "disclosed": [_named(record) for record in disclosure.records],
        "missing": [m.record_type for m in disclosure.missing],
        "trace": list(disclosure.trace),
        **({"disputed": [d.record_type for d in disclosure.disputed]} if disclosure.disputed else {}),
        **({"sources": [_sourced(record) for record in owned]} if owned else {}),
        **({"silent": [f"{s.record_type}:{s.fault.value}" for s in disclosure.silent]} if disclosure.silent else {}),
    }
    return details | ({"asked": list(disclosure.asked)} if disclosure.asked else {})


def _verdict(given: bool, fault: Fault | None, found: Record | None) -> Verdict:
    if not given:
        return Verdict.NOT_ENTITLED
    if found is not None:
        return Verdict.DISPUTED if found.disputed else Verdict.DISCLOSED
    return Verdict.NOT_THERE if fault is None else Verdict.SILENT


def _cached(record: Record) -> bool:
    return record.provenance is not None and record.provenance.cached


def _sourced(record: Record) -> str:
    assert record.provenance is not None
    return f"{record.record_type}:{record.provenance.source}:{record.version}:{record.provenance.sha256}"


def _named(record: Record) -> str:
    source = "" if record.source is RecordSource.REGISTER else f"{record.source.value}:"
    return f"{record.record_type}:{source}{record.version}"


def _asked(procedure: Procedure, records: Sequence[Record]) -> Iterator[str]:
    """Yield the fields that predicates were answered of; not what was answered, nor what was asked."""
    given = {record.record_type for record in records}
    for access in procedure.records:
        if access.record_type in given:
            yield from sorted({f"{access.record_type}.{predicate.field}" for predicate in access.predicates})
