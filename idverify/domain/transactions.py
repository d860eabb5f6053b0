"""The rules of a transaction: how a step is bound to the one before, and what comes next."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime

from idverify.domain.assurance import Factor
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Advice, FingerPosition, RequestContext
from idverify.domain.model.transactions import Action, NextStep, Outcome, StepTaken, Transaction
from idverify.domain.model.vouching import Vouching

USUAL_FINGERS = (
    FingerPosition.RIGHT_INDEX,
    FingerPosition.LEFT_INDEX,
    FingerPosition.RIGHT_THUMB,
    FingerPosition.LEFT_THUMB,
    FingerPosition.RIGHT_MIDDLE,
    FingerPosition.LEFT_MIDDLE,
)
"""What is asked for of a citizen whose number is not stated yet."""

_SHOWN_BY = {Factor.IDENTITY_CARD: Action.READ_CARD, Factor.PIN: Action.ENTER_PIN}

_BOUND = tuple(f.name for f in fields(RequestContext) if f.name not in {"request_id", "transaction_id"})


def following_step(former: str, method: str, digest: bytes) -> str:
    """Return where a transaction stands after a step: SHA-256 over the step before, the method and the request.

    Args:
        former: hexadecimal; empty: it begins.
        method: name of the RPC.
        digest: of the request's content.
    """
    whole = hashlib.sha256(bytes.fromhex(former))
    for part in (method.encode(), digest):
        whole.update(len(part).to_bytes(4, "big") + part)
    return whole.hexdigest()


def require_at(transaction: Transaction, shown: StepTaken, now: datetime) -> None:
    """Require that a transaction takes the next step, and that this one follows the last.

    Raises:
        DomainError: as :func:`require_open`, and TRANSACTION_MISMATCH.
    """
    require_open(transaction, now)
    for name, told, known in (("nonce", shown.nonce, transaction.nonce), ("step", shown.step, transaction.step)):
        if not hmac.compare_digest(told.encode(), known.encode()):
            raise _mismatch(name, "is not the one that the last answer gave")


def require_open(transaction: Transaction, now: datetime) -> None:
    """Require that a transaction goes on. Raises DomainError TRANSACTION_ENDED, TRANSACTION_EXPIRED."""
    if transaction.outcome is not None:
        raise DomainError(
            Reason.TRANSACTION_ENDED,
            "this transaction has ended; begin another",
            {"outcome": transaction.outcome.value},
        )
    if is_expired(transaction, now):
        raise DomainError(Reason.TRANSACTION_EXPIRED, "the time of this transaction is over; begin another")


def is_expired(transaction: Transaction, now: datetime) -> bool:
    """Tell whether its time ended it, or is about to."""
    return transaction.outcome is Outcome.EXPIRED or (transaction.outcome is None and now >= transaction.expires)


def require_about(transaction: Transaction, subject_id: str) -> None:
    """Require that a transaction began with the number of this citizen. Raises DomainError TRANSACTION_MISMATCH."""
    if transaction.subject_id != subject_id:
        raise _mismatch("citizen_number", "is of another citizen than the transaction began with")


def require_same_context(transaction: Transaction, stated: RequestContext) -> RequestContext:
    """Return the context of a later step: what the transaction began with, and the step's own request id.

    Raises:
        DomainError: TRANSACTION_MISMATCH for a field that says something else than at the beginning.
    """
    for name in _BOUND:
        if getattr(stated, name) not in {"", getattr(transaction.context, name)}:
            raise _mismatch(f"context.{name}", "is another than the transaction began with; leave it out")
    return replace(transaction.context, request_id=stated.request_id)


def next_step(
    transaction: Transaction,
    *,
    consent_needed: bool,
    missing: Sequence[Factor] = (),
    of_use: Sequence[Factor] = (),
    advice: Sequence[Advice] = (),
) -> NextStep:
    """Return what the officer does next.

    Args:
        transaction: as it stands now.
        consent_needed: the procedure rests on consent.
        missing: factors that the procedure needs besides fingers and what was shown.
        of_use: factors that fields of the procedure need besides; without them those are kept back.
        advice: about the impression that was taken last, if it was too poor.
    """
    if transaction.outcome is not None or transaction.stopped:
        return NextStep(Action.STOP if transaction.outcome is None else Action.DONE)
    vouching = transaction.vouching
    if vouching is None and not transaction.captures:
        return _capture(transaction, advice)
    if missing:
        return NextStep(_SHOWN_BY[missing[0]])
    if consent_needed and transaction.consent is None:
        return NextStep(Action.CONSENT)
    return _last(vouching, of_use)


def _last(vouching: Vouching | None, of_use: Sequence[Factor]) -> NextStep:
    if vouching is not None:
        return NextStep(Action.CONCLUDE if vouching.confirmed else Action.SECOND_OFFICER)
    return NextStep(_SHOWN_BY[of_use[0]], may_be_passed=True) if of_use else NextStep(Action.AUTHENTICATE)


def _capture(transaction: Transaction, advice: Sequence[Advice]) -> NextStep:
    left = [position for position in transaction.wanted if position not in transaction.tried]
    # All tried in vain: a better impression of the best finger is worth more than giving up.
    again = left or list(transaction.wanted)
    return NextStep(Action.CAPTURE, again[0] if again else None, tuple(advice))


def name_first() -> DomainError:
    """Return the refusal of what can be shown only of somebody who was named when the transaction began."""
    return DomainError(
        Reason.FIELD_MISSING,
        "more than a finger is shown of a citizen who was named: begin the transaction with the citizen number",
        {"field": "citizen_number"},
    )


def _mismatch(field: str, what: str) -> DomainError:
    return DomainError(Reason.TRANSACTION_MISMATCH, f"{field} {what}", {"field": field})
