"""Putting refusals that concern a person in the audit trail: who asked about whom, in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from idverify.domain.errors import DomainError, Reason
from idverify.ports import Clock, Store, UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call

ALARMS = frozenset(
    {
        Reason.SAMPLE_KIND_NOT_ALLOWED,
        Reason.SAMPLE_REPLAYED,
        Reason.SAMPLE_IMPLAUSIBLE,
        Reason.PRESENTATION_ATTACK_SUSPECTED,
    }
)
"""What no honest client does: on the record as ALARM."""

AUDITED = frozenset(
    {
        Reason.SUBJECT_NOT_FOUND,
        Reason.FINGER_NOT_ENROLLED,
        Reason.SAMPLE_QUALITY_LOW,
        Reason.REFERENCE_EXISTS,
        Reason.DUPLICATE_PERSON_SUSPECTED,
        Reason.SAME_FINGER_SUSPECTED,
        Reason.FINGER_SEQUENCE_MISMATCH,
        Reason.REQUEST_REPLAYED,
        Reason.RECORD_NOT_FOUND,
        Reason.RECORD_DISAGREES,
        Reason.PRINTS_CONTRADICT,
        Reason.VIRTUAL_NUMBER_EXPIRED,
        Reason.VIRTUAL_NUMBER_REVOKED,
        Reason.VIRTUAL_NUMBER_USED,
        Reason.AUTH_LOCKED_BY_SUBJECT,
        Reason.SUBJECT_DEACTIVATED,
        Reason.SUBJECT_DECEASED,
        Reason.CITIZEN_STATE_UNFIT,
        Reason.VERSION_MISMATCH,
        Reason.CLIENT_EXISTS,
        Reason.READ_BUDGET_EXCEEDED,
        Reason.CLIENT_NOT_AUTHORIZED,
        Reason.GALLERY_TOO_LARGE_FOR_TARGET_FPIR,
        Reason.ATTEMPTS_EXCEEDED,
        Reason.ATTEMPTS_LOCKED,
        Reason.PIN_LOCKED,
        Reason.CARD_INVALID,
        Reason.CARD_MISMATCH,
        Reason.TRANSACTION_MISMATCH,
        Reason.CONSENT_INVALID,
        Reason.DEVICE_NOT_REGISTERED,
        Reason.DEVICE_REVOKED,
        Reason.DEVICE_ATTESTATION_INVALID,
        Reason.CONSENT_REQUIRED,
        Reason.CONSENT_WITHDRAWN,
        Reason.EXCEPTION_NOT_ALLOWED,
        Reason.EXCEPTION_UNFOUNDED,
        Reason.EXCEPTION_UNCONFIRMED,
        Reason.SLIP_NOT_FOUND,
        Reason.SLIP_CLOSED,
        Reason.SIGN_IN_NOT_FOUND,
        Reason.LEGAL_HOLD,
        Reason.LEGAL_HOLD_NOT_FOUND,
        Reason.SUBJECT_REQUEST_NOT_FOUND,
        Reason.SUBJECT_REQUEST_DECIDED,
        Reason.ACT_NOT_FOUND,
        Reason.ACT_REJECTED,
        Reason.ACT_EXPIRED,
        Reason.ACT_APPROVED,
        Reason.ACT_NO_LONGER_ALLOWED,
        Reason.ACT_STALE,
        Reason.ASSERTION_INVALID,
        *ALARMS,
    }
)
"""What an auditor asks about later: guessed numbers, tried fingers, reused requests. A malformed request, or a service
that was busy, says nothing about anybody."""


def nothing_besides(_: UnitOfWork) -> None:
    """Do nothing: a refusal has no further effect."""


@dataclass(slots=True)
class Concern:
    """Whom a call is about, as far as that is known yet, and what else belongs to its refusal.

    Attributes:
        subject_id: whom.
        others: whom besides; what counts for one counts for each.
        details: for the trail.
        on_record: False if the trail has it already.
        on_refusal: done in the transaction that records the refusal; may refuse in its place.
    """

    subject_id: str = ""
    details: Details = field(default_factory=dict)
    on_record: bool = True
    others: tuple[str, ...] = ()
    on_refusal: Callable[[UnitOfWork], object] = nothing_besides


@contextmanager
def refusals_audited(store: Store, clock: Clock, call: Call) -> Iterator[Concern]:
    """Record a refusal, once what was begun is rolled back; the caller sets whom it concerns as soon as that is known.

    Raises:
        DomainError: the refusal, or that of ``on_refusal``; STORE_UNAVAILABLE instead of it if it cannot be recorded.
    """
    about = Concern()
    try:
        yield about
    except DomainError as refusal:
        try:
            _record(store, clock, call, about, refusal.reason, about.on_refusal)
        except DomainError as another:
            _record(store, clock, call, about, another.reason, nothing_besides)
            raise
        raise


def _record(
    store: Store, clock: Clock, call: Call, about: Concern, reason: Reason, besides: Callable[[UnitOfWork], object]
) -> None:
    if reason not in AUDITED or not about.on_record:
        return
    with store.transaction() as uow:
        outcome = "ALARM" if reason in ALARMS else "REFUSED"
        uow.audit.append(entry(clock, call, outcome, about.subject_id, {"reason": reason.code, **about.details}))
        besides(uow)
