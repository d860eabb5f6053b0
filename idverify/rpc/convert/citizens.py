"""What may change about citizens, between messages and domain types."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from idverify.domain import model
from idverify.domain.citizens.history import outcome_text
from idverify.domain.guidance.actions import action_text
from idverify.domain.guidance.language import Text
from idverify.rpc.convert.answers import citizen_state_code, finger_exception_message, personal_data_message, timestamp
from idverify.rpc.convert.fields import invalid, known_enum, missing, text
from idverify.rpc.convert.samples import position_of
from idverify.services.people.changing import Why
from idverify.v1 import citizens_pb2 as pb
from idverify.v1 import enrolment_pb2

LONGEST_GROUNDS = 200


def why_of(message: pb.ChangeGrounds) -> Why:
    """Return why something is to be changed. Raises DomainError FIELD_MISSING, FIELD_INVALID."""
    value = known_enum(message.reason, pb.ChangeReason, "grounds.reason")
    if value == pb.CHANGE_REASON_UNSPECIFIED:
        raise missing("grounds.reason")
    reason = model.ChangeReason(pb.ChangeReason.Name(value).removeprefix("CHANGE_REASON_"))
    return Why(reason, text(message.grounds, "grounds.grounds", LONGEST_GROUNDS), message.expected_version or None)


def state_of(value: int) -> model.CitizenState:
    """Return the state that an officer wants. Raises DomainError FIELD_MISSING, FIELD_INVALID."""
    known = known_enum(value, enrolment_pb2.CitizenState, "state")
    if value == enrolment_pb2.CITIZEN_STATE_UNSPECIFIED:
        raise missing("state")
    if value in {enrolment_pb2.CITIZEN_STATE_LOCKED, enrolment_pb2.CITIZEN_STATE_MERGED}:
        raise invalid("state", "is brought about by LockCitizen or MergeCitizens alone")
    return model.CitizenState(enrolment_pb2.CitizenState.Name(known).removeprefix("CITIZEN_STATE_"))


def change_message(change: model.CitizenChange) -> pb.CitizenChange:
    """Return a change."""
    return pb.CitizenChange(
        version=change.version,
        change_time=timestamp(change.changed),
        reason=f"CHANGE_REASON_{change.reason.value}",
        grounds=change.grounds,
        client=change.client,
        officer_id=change.officer,
        before=_standing(change.before),
        after=_standing(change.after),
    )


def _standing(standing: model.CitizenStanding) -> pb.CitizenStanding:
    return pb.CitizenStanding(
        personal_data=personal_data_message(standing.personal_data),
        citizen_number=standing.citizen_number,
        state=citizen_state_code(standing.state),
        merged_into_subject_id=standing.merged_into,
        absorbed_subject_ids=standing.absorbed,
        finger_exceptions=map(finger_exception_message, standing.fingers),
    )


def lifetime_of(request: pb.CreateVirtualNumberRequest) -> timedelta | None:
    """Return how long a number is to live; None: not stated. Raises DomainError FIELD_INVALID beyond every calendar."""
    if not request.HasField("lifetime"):
        return None
    try:
        return request.lifetime.ToTimedelta()
    except (OverflowError, ValueError):
        raise invalid("lifetime", "must be a minute to 366 days, or be left out") from None


def history_message(entry: model.HistoryEntry) -> pb.HistoryEntry:
    """Return what a citizen is told of an event."""
    outcome = outcome_text(entry)
    action = action_text(entry.action) or Text(entry.action, entry.action)
    return pb.HistoryEntry(
        audit_event=entry.event,
        time=timestamp(entry.time),
        client=entry.client,
        agency_code=entry.agency_code,
        procedure_code=entry.procedure_code,
        dossier_code=entry.dossier_code,
        action=entry.action,
        action_vi=action.vi,
        action_en=action.en,
        outcome=f"HISTORY_OUTCOME_{entry.outcome.value}",
        outcome_vi=outcome.vi,
        outcome_en=outcome.en,
        reason=entry.reason.code if entry.reason else "",
        disclosed=entry.disclosed,
        merged=entry.merged,
    )


def virtual_number_message(number: model.VirtualNumber) -> pb.VirtualNumber:
    """Return a virtual number as others than the citizen see it."""
    return pb.VirtualNumber(
        last_digits=number.number[-4:],
        create_time=timestamp(number.created),
        expire_time=timestamp(number.expires),
        one_time=number.one_time,
        use_time=timestamp(number.used) if number.used else None,
        revoke_time=timestamp(number.revoked) if number.revoked else None,
    )


def fingers_of(
    messages: Iterable[enrolment_pb2.FingerException], field: str = "fingers"
) -> tuple[model.FingerException, ...]:
    """Return the fingers that cannot be shown. Raises DomainError FIELD_MISSING, FIELD_INVALID."""
    return tuple(_finger(message, f"{field}[{place}]") for place, message in enumerate(messages))


def _finger(message: enrolment_pb2.FingerException, field: str) -> model.FingerException:
    position = position_of(message.finger_position, f"{field}.finger_position")
    fault = known_enum(message.fault, enrolment_pb2.FingerFault, f"{field}.fault")
    if position is None or fault == enrolment_pb2.FINGER_FAULT_UNSPECIFIED:
        raise missing(f"{field}.finger_position" if position is None else f"{field}.fault")
    name = enrolment_pb2.FingerFault.Name(fault).removeprefix("FINGER_FAULT_")
    return model.FingerException(position, model.FingerFault(name), _day(message.until, f"{field}.until"))


def _day(text_: str, field: str) -> date | None:
    try:
        day = date.fromisoformat(text_) if text_ else None
    except ValueError:
        day = None
    if text_ != (day.isoformat() if day else ""):
        raise invalid(field, "must be YYYY-MM-DD, or be left out")
    return day
