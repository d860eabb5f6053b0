"""What state a citizen may come into, why, and what that refuses.

A citizen locks and unlocks by their own finger; whoever enrols may do everything else. What is asked of a person who is
not active is refused, whatever finger is shown: a lock that the right finger opens by the way would be none.
"""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ChangeReason, CitizenState

_ACTIVE, _LOCKED = CitizenState.ACTIVE, CitizenState.LOCKED
_DEACTIVATED, _DECEASED = CitizenState.DEACTIVATED, CitizenState.DECEASED

_REFUSALS: Mapping[CitizenState, tuple[Reason, str]] = {
    _LOCKED: (
        Reason.AUTH_LOCKED_BY_SUBJECT,
        "the citizen has locked their identity; they unlock it by their own finger",
    ),
    _DEACTIVATED: (Reason.SUBJECT_DEACTIVATED, "the citizen is deactivated; identify the person by other means"),
    CitizenState.MERGED: (Reason.SUBJECT_DEACTIVATED, "the citizen was merged into another; use that one"),
    _DECEASED: (Reason.SUBJECT_DECEASED, "the citizen is recorded as deceased; report who claims to be them"),
}

_REASONS: Mapping[tuple[CitizenState, CitizenState], frozenset[ChangeReason]] = {
    (before, after): frozenset(reasons)
    for befores, after, reasons in (
        (
            (_ACTIVE, _LOCKED),
            _DEACTIVATED,
            (ChangeReason.CITIZEN_REQUEST, ChangeReason.MISUSE_SUSPECTED, ChangeReason.LEGAL_DECISION),
        ),
        ((_ACTIVE, _LOCKED, _DEACTIVATED), _DECEASED, (ChangeReason.DEATH_REGISTERED,)),
        (
            (_DEACTIVATED,),
            _ACTIVE,
            (
                ChangeReason.CITIZEN_REQUEST,
                ChangeReason.LEGAL_DECISION,
                ChangeReason.RESOLVED,
                ChangeReason.RECORDING_ERROR,
            ),
        ),
        # Whose fingers no longer unlock what they locked.
        ((_LOCKED,), _ACTIVE, (ChangeReason.CITIZEN_REQUEST, ChangeReason.LEGAL_DECISION)),
        ((_DECEASED,), _ACTIVE, (ChangeReason.RECORDING_ERROR, ChangeReason.LEGAL_DECISION)),
    )
    for before in befores
}


def require_active(state: CitizenState) -> None:
    """Refuse what is asked of somebody who is not active.

    Raises:
        DomainError: AUTH_LOCKED_BY_SUBJECT, SUBJECT_DEACTIVATED, SUBJECT_DECEASED.
    """
    if state is not _ACTIVE:
        reason, text = _REFUSALS[state]
        raise DomainError(reason, text)


def require_not_gone(state: CitizenState) -> None:
    """Refuse what somebody may ask about themselves though they have locked their identity, but nobody in their place.

    Raises:
        DomainError: SUBJECT_DEACTIVATED, SUBJECT_DECEASED.
    """
    if state is not _LOCKED:
        require_active(state)


def require_locked(state: CitizenState) -> None:
    """Refuse to unlock what the citizen has not locked.

    Raises:
        DomainError: SUBJECT_DEACTIVATED, SUBJECT_DECEASED; CITIZEN_STATE_UNFIT for who is active.
    """
    if state is _ACTIVE:
        raise state_unfit(state)
    if state is not _LOCKED:
        require_active(state)


def require_change(before: CitizenState, after: CitizenState, reason: ChangeReason) -> None:
    """Require that an officer may bring a citizen from one state into another for a reason.

    Raises:
        DomainError: CITIZEN_STATE_UNFIT if the state does not lead there; FIELD_INVALID if the reason is none for it.
    """
    reasons = _REASONS.get((before, after))
    if reasons is None:
        raise state_unfit(before)
    if reason not in reasons:
        fit = ", ".join(sorted(r.value for r in reasons))
        raise DomainError(Reason.FIELD_INVALID, f"reason must be one of {fit} for this state", {"field": "reason"})


def state_unfit(state: CitizenState) -> DomainError:
    """Return the refusal of what a state does not lead to."""
    return DomainError(
        Reason.CITIZEN_STATE_UNFIT, "the state of the citizen does not lead there", {"state": state.value}
    )
