"""Answering a request once: a repeated request_id gets the first answer, and has no further effect.

Every use case that decides or changes something runs through :func:`answer_once`, so that its refusals are in the
audit trail too (:mod:`idverify.services.calls.refusing`).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TypeVar

from idverify.domain.errors import DomainError, Reason
from idverify.ports import Clock, Store, StoredReply, UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.refusing import Concern, refusals_audited

Seen = TypeVar("Seen")

_SIGNS_OF_A_TWIN = frozenset(
    {
        Reason.REQUEST_REPLAYED,
        Reason.REFERENCE_EXISTS,
        Reason.DUPLICATE_PERSON_SUSPECTED,
        Reason.SUBJECT_NOT_FOUND,
        Reason.SAMPLE_REPLAYED,
        Reason.VERSION_MISMATCH,
        Reason.ENCOUNTER_NOT_FOUND,
        Reason.VIRTUAL_NUMBER_USED,
        Reason.SLIP_CLOSED,
        Reason.SUBJECT_REQUEST_DECIDED,
        Reason.LEGAL_HOLD_NOT_FOUND,
        Reason.TRANSACTION_MISMATCH,
        Reason.TRANSACTION_ENDED,
        Reason.EXCEPTION_UNCONFIRMED,
        Reason.AUTH_LOCKED_BY_SUBJECT,
        Reason.CITIZEN_STATE_UNFIT,
        Reason.NOTHING_TO_CHANGE,
        Reason.CLIENT_EXISTS,
        Reason.CLIENT_STATE_FINAL,
    }
)


def answer_once(store: Store, clock: Clock, call: Call, work: Callable[[Concern], bytes]) -> bytes:
    """Return the first answer to this request, doing ``work`` only if there is none; audit a refusal.

    ``work`` stores its answer with :func:`remember`, and notes whom it concerns as soon as it knows. Of two concurrent
    requests with one id, the one that commits second is rolled back and given the answer of the first.

    Raises:
        DomainError: REQUEST_REPLAYED, STORE_UNAVAILABLE, and whatever ``work`` raises.
    """
    return answer_once_seen(store, clock, call, lambda _view, _about: None, lambda about, _: work(about))


def answer_once_seen(
    store: Store,
    clock: Clock,
    call: Call,
    look: Callable[[UnitOfWork, Concern], Seen],
    work: Callable[[Concern, Seen], bytes],
) -> bytes:
    """Do so where the work begins with a look at the database: in the view in which the first answer was looked for.

    Raises:
        DomainError: as :func:`answer_once`, and whatever ``look`` raises.
    """
    with refusals_audited(store, clock, call) as about:
        try:
            with store.reading() as view:
                seen = (look(view, about),) if _reply(view, call) is None else None
            return _given_again(store, clock, call) if seen is None else work(about, seen[0])
        except DomainError as error:
            # A concurrent twin may have won, which shows as a replay or as a conflict with its effect.
            if error.reason not in _SIGNS_OF_A_TWIN:
                raise
            answer = first_answer(store, clock, call)
            if answer is None:
                raise
            return answer


def remember(uow: UnitOfWork, call: Call, body: bytes, subject_id: str | None) -> None:
    """Store the answer in the transaction that has the effect."""
    reply = StoredReply(call.method, call.digest, body)
    uow.replies.put(call.caller.name, call.context.request_id, reply, subject_id)


def first_answer(store: Store, clock: Clock, call: Call) -> bytes | None:
    """Return the answer already given to this request, if there is one; that it is given again is put on the record.

    Raises:
        DomainError: REQUEST_REPLAYED if the id was used for another request, or if the answer was erased, with the
            citizen it was about or because its time was over.
    """
    with store.reading() as view:
        if _reply(view, call) is None:
            return None
    return _given_again(store, clock, call)


def _given_again(store: Store, clock: Clock, call: Call) -> bytes:
    with store.transaction() as uow:
        reply = _reply(uow, call)
        assert reply is not None  # none is ever taken back
        subject_id, event = uow.replies.given(call.caller.name, call.context.request_id)
        details: Details = {} if event is None else {"first_event": event}
        uow.audit.append(entry(clock, call, "REPEATED", subject_id or "", details))
    return reply


def _reply(uow: UnitOfWork, call: Call) -> bytes | None:
    reply = uow.replies.find(call.caller.name, call.context.request_id)
    if reply is None:
        return None
    if reply.method != call.method or not hmac.compare_digest(reply.digest, call.digest):
        raise DomainError(Reason.REQUEST_REPLAYED, "this request_id was used for a different request; use a new UUID")
    if reply.body is None:
        raise DomainError(
            Reason.REQUEST_REPLAYED, "this request was answered, and its answer is no longer kept; use a new UUID"
        )
    return reply.body
