"""Exceptions: two officers vouch for a citizen who can show no finger, where the procedure allows it, for a reason."""

from __future__ import annotations

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ExceptionReason, Procedure, RequestContext, Transaction, Vouched, Vouching
from idverify.domain.vouching.officers import same_officer

LEAST_IN_VAIN = 3
"""Impressions that were taken in vain before their failing is a reason."""

MOST_DOCUMENTS = 10
LONGEST_NOTE = 300
"""Characters."""


def require_allowed(procedure: Procedure) -> None:
    """Require that a procedure allows exceptions. Raises DomainError EXCEPTION_NOT_ALLOWED."""
    if not procedure.exceptions_allowed:
        raise DomainError(
            Reason.EXCEPTION_NOT_ALLOWED, "this procedure takes nobody at two officers' word; see exceptions_allowed"
        )


def require_officer(context: RequestContext) -> str:
    """Return who acts. Raises DomainError FIELD_MISSING: an officer without an id vouches for nobody."""
    if not context.officer_id:
        raise DomainError(Reason.FIELD_MISSING, "who vouches for a citizen has an id", {"field": "context.officer_id"})
    return context.officer_id


def require_founded(reason: ExceptionReason, fingers_left: bool, in_vain: int) -> None:
    """Require what can be known of a reason; the other reasons are the officers' to state.

    Args:
        reason: as stated.
        fingers_left: the register knows of an enrolled finger that can be shown.
        in_vain: how many impressions of this transaction were taken in vain.

    Raises:
        DomainError: EXCEPTION_UNFOUNDED.
    """
    if reason is ExceptionReason.NO_USABLE_FINGER and fingers_left:
        raise _unfounded("FINGERS_LEFT", "the register knows of an enrolled finger that can be shown: take that")
    if reason is ExceptionReason.CAPTURE_FAILED and in_vain < LEAST_IN_VAIN:
        raise _unfounded("TOO_FEW_TRIES", f"take {LEAST_IN_VAIN} impressions at least before giving up")


def require_confirmable(transaction: Transaction, second: RequestContext, reason: ExceptionReason) -> Vouching:
    """Return the first officer's word, which a second one is about to confirm.

    Raises:
        DomainError: EXCEPTION_UNCONFIRMED where nobody vouches yet; TRANSACTION_MISMATCH for another reason;
            CLIENT_NOT_AUTHORIZED for the same officer.
    """
    vouching = transaction.vouching
    if vouching is None:
        raise unconfirmed("nobody asked for an exception in this transaction")
    if same_officer(require_officer(second), vouching.officer_id):
        raise DomainError(
            Reason.CLIENT_NOT_AUTHORIZED,
            "no officer confirms what they said; ask a second one",
            {"cause": "SAME_OFFICER"},
        )
    if reason is not vouching.reason:
        raise DomainError(
            Reason.TRANSACTION_MISMATCH, "the first officer states another reason; agree on one", {"field": "reason"}
        )
    return vouching


def require_vouched(transaction: Transaction) -> tuple[Vouching, Vouched]:
    """Return what both officers vouched for. Raises DomainError EXCEPTION_UNCONFIRMED."""
    vouching = transaction.vouching
    if vouching is None or not vouching.confirmed:
        raise unconfirmed("two officers must vouch for the citizen first: AskException, then ConfirmException")
    officers = (vouching.officer_id, vouching.second_officer_id)
    kinds = tuple(dict.fromkeys(document.kind for document in vouching.documents))
    return vouching, Vouched(vouching.reason, officers, kinds, vouching.signed_in and vouching.second_signed_in)


def unconfirmed(what: str) -> DomainError:
    """Return EXCEPTION_UNCONFIRMED."""
    return DomainError(Reason.EXCEPTION_UNCONFIRMED, what)


def _unfounded(cause: str, what: str) -> DomainError:
    return DomainError(Reason.EXCEPTION_UNFOUNDED, what, {"cause": cause})
