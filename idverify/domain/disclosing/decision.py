"""The one decision on every field: procedure and version, record type, field, client, purpose, consent, assurance.

Whatever discloses, by whichever call, goes through :func:`outcome_of`; whatever asks an owner first, through
:func:`may_see`. Both go by :func:`decide_field`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from idverify.domain.assurance import reaches
from idverify.domain.catalogue.predicates import written
from idverify.domain.consent import fault_of
from idverify.domain.disclosing.content import reduce_record
from idverify.domain.model import (
    Caller,
    Consent,
    FieldLine,
    Ground,
    Procedure,
    Record,
    RecordAccess,
    RecordOutcome,
    Verdict,
)
from idverify.domain.model.owners import Fault
from idverify.domain.reasons import Reason

SERVED = frozenset({"", "CITIZEN_REQUEST", "CORRECTION", "TEST"})
"""Purposes for which a procedure discloses; empty: not stated, the citizen stands there. To look into a suspicion, or
to hand data on, people are read by calls of their own (``GetRecord``), with budgets and on the record as that."""

_CONSENT_VERDICTS = {
    Reason.CONSENT_INVALID: Verdict.CONSENT_INVALID,
    Reason.CONSENT_WITHDRAWN: Verdict.CONSENT_WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class NamedConsent:
    """The consent that a call names.

    Attributes:
        ref: what names it; empty: none is named.
        kept: as this service keeps it; None: whoever named it keeps it, and answers for it.
    """

    ref: str = ""
    kept: Consent | None = None


NO_CONSENT = NamedConsent()


@dataclass(frozen=True, slots=True)
class Asking:
    """What a disclosure is decided by, whatever the records say.

    Attributes:
        procedure: in one version.
        caller: who asks.
        subject_id: about whom.
        purpose: why; empty: not stated.
        consent: as named.
        acr: what was shown amounts to.
        absorbed: subject ids of who turned out to be them, where a consent of theirs is named.
    """

    procedure: Procedure
    caller: Caller
    subject_id: str
    purpose: str
    consent: NamedConsent
    acr: str
    absorbed: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[str, ...]:
        """Under which entries what the citizen gave is kept."""
        return (self.subject_id, *self.absorbed)

    @property
    def ground(self) -> Ground:
        """What it rests on."""
        if not self.procedure.on_consent:
            return Ground.LAW
        if self.consent.kept is not None:
            return Ground.CONSENT
        return Ground.CONSENT_ELSEWHERE if self.consent.ref else Ground.NONE


@dataclass(frozen=True, slots=True)
class Held:
    """What there is of a citizen under one record type.

    Attributes:
        record: whole, with the fields by which it is another person's; None: there is none.
        fault: why its owner gave none; None: nobody was asked in vain.
        source: the office that keeps it; empty: the local table.
    """

    record: Record | None = None
    fault: Fault | None = None
    source: str = ""


def decide_field(asking: Asking, record_type: str, name: str) -> Verdict:
    """Decide on one field or predicate, before any record is looked at.

    Args:
        asking: for what, by whom, why, and on which ground.
        record_type: of the record.
        name: the field, or the predicate as it is written.

    Returns:
        DISCLOSED if what a record says of it may be told; else the first thing that speaks against it.
    """
    access = next((access for access in asking.procedure.records if access.record_type == record_type), None)
    field = None if access is None else _fields(access).get(name)
    if access is None or field is None:
        return Verdict.NOT_LISTED
    return _refused(asking, record_type) or _by_assurance(asking, access, field)


def may_see(asking: Asking, access: RecordAccess) -> bool:
    """Tell whether anything of a record type may be told at all: only then is it looked for."""
    return any(line.verdict is Verdict.DISCLOSED for line in _lines(asking, access))


def outcome_of(asking: Asking, access: RecordAccess, title: str, held: Held, today: date) -> RecordOutcome:
    """Decide on one record type.

    Args:
        asking: for what, by whom, why, and on which ground.
        access: one of the procedure's.
        title: of the record type.
        held: what there is.
        today: the day in Viet Nam, by which ages are told.

    Raises:
        StoredDataError: the stored record is not a JSON object.
    """
    lines = _lines(asking, access)
    given = [line.name for line in lines if line.verdict is Verdict.DISCLOSED]
    if not given:
        return RecordOutcome(access, title, lines)
    found, reduced = held.record, None
    if found is None:
        lines = _instead(lines, Verdict.NOT_THERE if held.fault is None else Verdict.SILENT)
    elif found.disputed:
        lines = _instead(lines, Verdict.DISPUTED)
    else:
        predicates = [predicate for predicate in access.predicates if written(predicate) in given]
        reduced = reduce_record(found, [name for name in access.fields if name in given], predicates, today)
    disputed = () if found is None else found.disputed
    return RecordOutcome(access, title, lines, reduced, disputed, held.fault, held.source)


def _refused(asking: Asking, record_type: str) -> Verdict | None:
    """Return what speaks against every field of a record type that is listed."""
    if not asking.caller.is_given(asking.procedure.code, record_type):
        return Verdict.NOT_ENTITLED
    if asking.purpose not in SERVED:
        return Verdict.PURPOSE
    return _refused_by_consent(asking, record_type) if asking.procedure.on_consent else None


def _by_assurance(asking: Asking, access: RecordAccess, field: str) -> Verdict:
    needed = dict(access.field_assurance).get(field)
    return Verdict.DISCLOSED if needed is None or reaches(asking.acr, needed) else Verdict.ASSURANCE


def _refused_by_consent(asking: Asking, record_type: str) -> Verdict | None:
    """Return what speaks against it where the citizen's consent is the ground."""
    kept = asking.consent.kept
    if kept is None:
        return Verdict.CONSENT_MISSING if asking.ground is Ground.NONE else None
    fault = fault_of(kept, asking.entries, asking.caller.name, asking.procedure.code)
    if fault is not None:
        return _CONSENT_VERDICTS[fault]
    # A later version may ask for more than was agreed to.
    return None if record_type in kept.record_types else Verdict.CONSENT_SCOPE


def _lines(asking: Asking, access: RecordAccess) -> tuple[FieldLine, ...]:
    """Decide on each field as :func:`decide_field` does, and once on what is the same for all of them."""
    refusal = _refused(asking, access.record_type)
    return tuple(
        FieldLine(name, field, refusal or _by_assurance(asking, access, field))
        for name, field in _fields(access).items()
    )


def _fields(access: RecordAccess) -> dict[str, str]:
    """Return what an access lists, from the name of its member in the record to the field it is about."""
    asked = {written(predicate): predicate.field for predicate in access.predicates}
    return {name: name for name in access.fields} | asked


def _instead(lines: tuple[FieldLine, ...], verdict: Verdict) -> tuple[FieldLine, ...]:
    """Return the lines with what would have been disclosed under another verdict."""
    return tuple(
        FieldLine(line.name, line.field, verdict) if line.verdict is Verdict.DISCLOSED else line for line in lines
    )
