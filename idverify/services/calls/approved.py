"""What an approval holds for, and the end of acts from which nothing comes any more."""

from __future__ import annotations

from datetime import datetime

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ActState, AuditEntry, Citizen, HeldAct, RequestContext
from idverify.ports import UnitOfWork
from idverify.services.calls.auditing import Details
from idverify.services.calls.call import Call


def stale(act_id: str) -> DomainError:
    """Return the refusal of an act that concerns what is not as it was when it was asked for."""
    return DomainError(
        Reason.ACT_STALE, "what it concerns was changed, or is another, since it was asked for", {"act_id": act_id}
    )


def require_as_approved(call: Call, citizen: Citizen) -> None:
    """Require that a citizen is whom an approval was for, if there was one; in the transaction that acts.

    Raises:
        DomainError: ACT_STALE.
    """
    approval = call.approval
    if approval is not None and (approval.subject is None or not approval.subject.is_still(citizen)):
        raise stale(approval.act_id)


def let_expire(uow: UnitOfWork, act: HeldAct, now: datetime) -> None:
    """End an act, erasing its request; on the record, if nobody had decided."""
    uow.acts.put(act.ended_as(ActState.EXPIRED))
    if act.state is ActState.PENDING:
        details: Details = {"act_id": act.act_id, "act": act.act.value, "asked_by": act.caller}
        method = act.method.rpartition("/")[2]
        uow.audit.append(AuditEntry(now, "service", method, "EXPIRED", "", RequestContext(), details))


def end_acts_of(uow: UnitOfWork, call: Call | None, people: list[Citizen], now: datetime) -> None:
    """End the acts that name people who are erased, but for the one by which they are: it keeps their number."""
    own = call.approval.act_id if call and call.approval else None
    gone = {citizen.subject_id for citizen in people}
    numbers = {number for citizen in people for number in (citizen.citizen_number, *citizen.former_numbers)}
    for act in uow.acts.open():
        named = act.subject
        if named and act.act_id != own and (named.subject_id in gone or named.citizen_number in numbers):
            let_expire(uow, act, now)
