"""What a proven identity gives for the procedure at hand: the records, what is missing, and the assertion."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from idverify.domain.assertions.disclosable import disclosable_claims
from idverify.domain.assurance import BY_FINGER, NO_BIOMETRIC, Factor, acr_of, amr_of, require_reached
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.citizens.enrolled import IDENTITY, enrolled_identity
from idverify.domain.citizens.holder import compared
from idverify.domain.claims import ClaimsInput, Compared, assertion_claims
from idverify.domain.consent import require_covers
from idverify.domain.disclosing.decision import Asking, Held, NamedConsent, may_see, outcome_of
from idverify.domain.model import (
    NOTHING_BESIDES,
    Assertion,
    AttestedCapture,
    Citizen,
    Consent,
    Disclosed,
    Disclosure,
    FactorsShown,
    Likeness,
    OperatingPoint,
    Procedure,
    Quality,
    Record,
    RecordAccess,
    RecordSource,
    Vouched,
)
from idverify.domain.model.owners import Fault
from idverify.ports import Catalogue, Clock, Pseudonyms, Signer, UnitOfWork
from idverify.services.calls.auditing import Details
from idverify.services.calls.call import Call
from idverify.services.catalogue.dossiers import note_dossier, procedure_for
from idverify.services.citizens import citizen_of, entries_of, records_of
from idverify.services.papers import count_disclosures
from idverify.services.sources.gathering import NOTHING, Gathered, Gatherer


@dataclass(frozen=True, slots=True)
class Proof:
    """What the match rests on; ``besides``: what was shown and checked besides fingers."""

    likeness: Likeness
    operating_point: OperatingPoint
    qualities: Sequence[Quality]
    fingers: Sequence[str]
    attested: Sequence[AttestedCapture] = ()
    besides: FactorsShown = NOTHING_BESIDES


@dataclass(frozen=True, slots=True)
class DisclosureService:
    """Discloses to a procedure what it may see, no more; ``offered``: the factors that can be shown here."""

    catalogue: Catalogue
    signer: Signer
    pseudonyms: Pseudonyms
    clock: Clock
    gatherer: Gatherer
    offered: frozenset[Factor]

    def procedure_of(
        self, view: UnitOfWork, call: Call, version: int | None = None, shown: frozenset[Factor] = BY_FINGER
    ) -> Procedure | None:
        """Return the procedure the call names, in the version that counts for the whole call.

        Args:
            view: where it stands which version the dossier that is named began with; else it is that of today.
            call: for what.
            version: that of the transaction, whatever the dossier's is.
            shown: the factors.

        Raises:
            DomainError: PROCEDURE_NOT_FOUND; ASSURANCE_UNREACHABLE if more is required than the factors shown.
        """
        if not call.context.procedure_code:
            return None
        if version is None:
            procedure = procedure_for(view, self.catalogue, call)
        else:
            procedure = self.catalogue.procedure(call.context.procedure_code, version)
        require_reached(shown, procedure.required_assurance, self.offered)
        return procedure

    def asking(
        self,
        view: UnitOfWork,
        call: Call,
        subject_id: str,
        procedure: Procedure,
        consent: Consent | None = None,
        shown: frozenset[Factor] = BY_FINGER,
    ) -> Asking:
        """Return what a disclosure is decided by, as it is now.

        Args:
            view: where consents are kept.
            call: who asks, why, and what consent it names.
            subject_id: about whom.
            procedure: for what.
            consent: the one that it names, where it is not kept yet: it becomes the citizen's by the match at hand.
            shown: the factors.
        """
        ref = call.context.consent_ref
        kept = consent or (view.consents.get(ref) if ref else None)
        named = NamedConsent(ref, kept)
        absorbed = () if kept is None else entries_of(view, subject_id)[1:]
        return Asking(procedure, call.caller, subject_id, call.context.purpose, named, acr_of(shown), absorbed)

    def gather(self, call: Call, asking: Asking | None) -> Gathered:
        """Ask the owners of records about a citizen who was proven, before the transaction.

        Raises:
            DomainError: DEADLINE_EXCEEDED.
        """
        if asking is None:
            return NOTHING
        seen = [access.record_type for access in asking.procedure.records if may_see(asking, access)]
        return self.gatherer.gather(call, asking.subject_id, asking.procedure, seen)

    def disclose(
        self, uow: UnitOfWork, call: Call, asking: Asking, proof: Proof | Vouched, gathered: Gathered
    ) -> Disclosure:
        """Put the records together and sign the assertion, in the transaction that audits them.

        Raises:
            DomainError: CONSENT_WITHDRAWN, CONSENT_INVALID.
        """
        given = self.records(uow, call, asking, gathered)
        note_dossier(uow, self.clock, call, asking.procedure)
        assertion = self._assertion(call, asking.subject_id, given, proof)
        shown = frozenset[Factor]() if isinstance(proof, Vouched) else proof.besides.factors
        return Disclosure(
            given.procedure_version, given.ground, given.legal_basis, given.outcomes, given.offered, assertion, shown
        )

    def records(
        self,
        uow: UnitOfWork,
        call: Call,
        asking: Asking,
        gathered: Gathered,
        saved_before: Collection[str] = (),
    ) -> Disclosed:
        """Put the records together and count them, in the transaction that audits them.

        What is disputed is looked at anew each time, as record or citizen may have been corrected.

        Args:
            uow: of that transaction.
            call: who asks, and why.
            asking: what it is decided by.
            gathered: what the owners said.
            saved_before: types whose papers the same assertion saved already.

        Raises:
            DomainError: CONSENT_WITHDRAWN, CONSENT_INVALID.
        """
        require_consent(asking)
        citizen, today = citizen_of(uow, asking.subject_id, encounters=False), day_in_viet_nam(self.clock.now())
        seen = [access.record_type for access in asking.procedure.records if may_see(asking, access)]
        held = self._held(uow, citizen, seen, gathered)
        outcomes = [
            outcome_of(asking, access, self._title(access), held.get(access.record_type, Held()), today)
            for access in asking.procedure.records
        ]
        count_disclosures(uow, self.clock, call, asking.procedure, outcomes, saved_before)
        procedure = asking.procedure
        # Who shows no finger reaches nothing with anything else.
        offered = frozenset[Factor]() if asking.acr == NO_BIOMETRIC else self.offered
        return Disclosed(procedure.version, asking.ground, procedure.legal_basis, tuple(outcomes), offered)

    def _title(self, access: RecordAccess) -> str:
        return self.catalogue.record_type(access.record_type).title

    def _held(
        self, uow: UnitOfWork, citizen: Citizen, record_types: Collection[str], gathered: Gathered
    ) -> dict[str, Held]:
        """Return what register and owners have, by type; or what was said at enrolment, while there is no identity."""
        own = records_of(uow, citizen, [each for each in record_types if not self.gatherer.owns(each)])
        return {each: self._held_of(uow, citizen, each, own.get(each), gathered) for each in record_types}

    def _held_of(
        self, uow: UnitOfWork, citizen: Citizen, record_type: str, found: Record | None, gathered: Gathered
    ) -> Held:
        fault, source = None, ""
        if self.gatherer.owns(record_type):
            # One who was asked about another number, or not at all, is to be asked.
            asked = gathered.citizen_number == citizen.citizen_number
            fault = gathered.faults.get(record_type) if asked else Fault.SLOW
            found = self._owned(uow, citizen, record_type, gathered) if asked else None
            source = self.gatherer.title(record_type)
        if found is not None:
            return Held(compared(found, citizen))
        enrolled = enrolled_identity(citizen, self.signer.issuer) if record_type == IDENTITY else None
        return Held(enrolled, fault, source)

    def _owned(self, uow: UnitOfWork, citizen: Citizen, record_type: str, gathered: Gathered) -> Record | None:
        found = gathered.records.get(record_type)
        if found is None:
            return None
        if found.keep_until > self.clock.now() and not _cached(found.record):
            uow.owned_records.keep(citizen.subject_id, found)
        return found.record

    def _assertion(self, call: Call, subject_id: str, given: Disclosed, proof: Proof | Vouched) -> Assertion:
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
                ground=proof if isinstance(proof, Vouched) else _compared(proof),
                records=given.records,
                missing=tuple(outcome.record_type for outcome in given.missing),
                procedure_version=given.procedure_version,
            )
        )
        values = claims.as_dict()
        sd_jwt = self.signer.sign_sd_jwt(disclosable_claims(values, given.records)) if call.asked.sd_jwt else ""
        return Assertion(self.signer.sign(values), assertion_id, claims.expires, sd_jwt)


def require_consent(asking: Asking | None) -> None:
    """Require that the consent that is named, if one is, covers citizen, client and procedure; a law asks for none.

    Raises:
        DomainError: CONSENT_WITHDRAWN, CONSENT_INVALID.
    """
    if asking is not None:
        require_covers(asking.consent.kept, asking.entries, asking.caller.name, asking.procedure.code)


def _compared(proof: Proof) -> Compared:
    return Compared(
        proof.likeness,
        proof.operating_point,
        min(quality.score for quality in proof.qualities),
        tuple(proof.fingers),
        proof.besides.factors,
        tuple(proof.attested),
        proof.besides.card,
    )


def disclosed_details(disclosure: Disclosure | None) -> Details:
    """Return what the audit trail keeps of a disclosure.

    No digests of records: one has few likely values, and whoever has its digest finds it by trying them. The version
    says what was disclosed as long as the citizen is enrolled; the assertion, known by its id, vouches for the digest.
    Of what an owner signed there is one: the signature is in it. So is there of the assertion, which is signed too.
    """
    if disclosure is None:
        return {}
    signed = hashlib.sha256(disclosure.assertion.jwt.encode()).hexdigest()
    return {"assertion": disclosure.assertion.assertion_id, "assertion_sha256": signed} | records_details(disclosure)


def records_details(given: Disclosed) -> Details:
    """Return what the audit trail keeps of the records; see :func:`disclosed_details`."""
    owned = [record for record in given.records if record.provenance is not None]
    told: Details = {
        "procedure_version": given.procedure_version,
        "ground": given.ground.value,
        "disclosed": [_named(record) for record in given.records],
        "missing": [outcome.record_type for outcome in given.missing],
        "trace": list(given.trace),
    }
    there: Details = {
        "disputed": [outcome.record_type for outcome in given.disputed],
        "sources": [_sourced(record) for record in owned],
        "silent": [f"{o.record_type}:{o.fault.value}" for o in given.silent if o.fault is not None],
        "asked": list(given.asked),
    }
    return told | {name: listed for name, listed in there.items() if listed}


def besides_details(besides: FactorsShown) -> Details:
    """Return what the audit trail keeps of factors that were shown besides fingers."""
    return {} if besides == NOTHING_BESIDES else {"factors": amr_of(besides.factors)}


def _cached(record: Record) -> bool:
    return record.provenance is not None and record.provenance.cached


def _sourced(record: Record) -> str:
    assert record.provenance is not None
    return f"{record.record_type}:{record.provenance.source}:{record.version}:{record.provenance.sha256}"


def _named(record: Record) -> str:
    source = "" if record.source is RecordSource.REGISTER else f"{record.source.value}:"
    return f"{record.record_type}:{source}{record.version}"
