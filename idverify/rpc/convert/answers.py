"""Parts of answers that several services give, from domain types to messages."""

from __future__ import annotations

from datetime import datetime

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from idverify.domain import model
from idverify.domain.attempts import AttemptsLeft
from idverify.domain.guidance.officer import officer_text
from idverify.v1 import enrolment_pb2, types_pb2, verification_pb2


def encoded(message: Message) -> bytes:
    """Return the bytes of an answer; the same bytes for the same answer."""
    return message.SerializeToString(deterministic=True)


def timestamp(time: datetime) -> Timestamp:
    """Return a time, which must be aware."""
    message = Timestamp()
    message.FromDatetime(time)
    return message


def officer_proof(officer_id: str, *, signed_in: bool) -> str:
    """Return the wire's name of how it is known which officer acts."""
    return f"OFFICER_PROOF_{'SIGNED_IN' if signed_in else 'CLAIMED' if officer_id else 'UNSPECIFIED'}"


def position_code(position: model.FingerPosition) -> str:
    """Return the wire's name of a finger; message constructors take names for codes."""
    return f"FINGER_POSITION_{position.name}"


def decision_code(decision: model.Decision) -> str:
    """Return the wire's name of a decision."""
    return f"DECISION_{decision.value}"


def figures(likeness: model.Likeness | None) -> dict[str, float]:
    """Return score and error rate as fields of a message; None leaves them unset: the caller is not told."""
    return {} if likeness is None else {"score": likeness.score, "fmr_at_score": likeness.fmr}


def attempts_message(left: AttemptsLeft | None) -> verification_pb2.AttemptsLeft | None:
    """Return what is left after a failure; None stays None, and the field unset."""
    if left is None:
        return None
    wait = Duration()
    wait.FromTimedelta(left.wait)
    return verification_pb2.AttemptsLeft(left=left.left, wait=wait, locked=left.locked)


def step_message(step: model.NextStep | None) -> types_pb2.OfficerStep | None:
    """Return what the officer does next; None stays None, and the field unset."""
    if step is None:
        return None
    return types_pb2.OfficerStep(
        action=f"OFFICER_ACTION_{step.action.value}",
        finger_position=None if step.finger is None else position_code(step.finger),
        advice=[f"CAPTURE_ADVICE_{advice.value}" for advice in step.advice],
        text_vi=officer_text(step, model.Language.VI),
        text_en=officer_text(step, model.Language.EN),
    )


def quality_message(quality: model.Quality) -> types_pb2.SampleQuality:
    """Return a sample's quality."""
    return types_pb2.SampleQuality(
        score=quality.score,
        algorithm=quality.algorithm,
        minutiae=quality.minutiae,
        advice=[f"CAPTURE_ADVICE_{item.value}" for item in quality.advice],
        usable=quality.usable,
    )


def operating_point_message(point: model.OperatingPoint) -> types_pb2.OperatingPoint:
    """Return what a decision was made with."""
    return types_pb2.OperatingPoint(
        target_fmr=point.target_fmr,
        comparator=point.comparator,
        calibration=point.calibration,
        fmr_extrapolated_below=point.fmr_extrapolated_below,
    )


def record_message(record: model.Record) -> types_pb2.Record:
    """Return a linked record."""
    return types_pb2.Record(
        record_type=record.record_type,
        owning_agency=record.owning_agency,
        json=record.json,
        sha256=record.sha256,
        version=record.version,
        update_time=timestamp(record.updated),
        disputed_fields=record.disputed,
        source=f"RECORD_SOURCE_{record.source.name}",
        absent_fields=record.absent,
        provenance=_provenance_message(record.provenance),
    )


def _provenance_message(provenance: model.Provenance | None) -> types_pb2.RecordProvenance | None:
    if provenance is None:
        return None
    return types_pb2.RecordProvenance(
        source=provenance.source,
        key_id=provenance.key_id,
        answer_sha256=provenance.sha256,
        receive_time=timestamp(provenance.received),
        cached=provenance.cached,
    )


def encounter_message(encounter: model.Encounter) -> enrolment_pb2.Encounter:
    """Return an encounter."""
    return enrolment_pb2.Encounter(
        encounter_id=encounter.encounter_id,
        create_time=timestamp(encounter.created),
        impressions=[
            enrolment_pb2.EnrolledImpression(
                finger_position=position_code(impression.position),
                quality=quality_message(impression.quality),
                extractor=impression.extractor,
            )
            for impression in encounter.impressions
        ],
    )


def citizen_message(citizen: model.Citizen) -> enrolment_pb2.Citizen:
    """Return a citizen."""
    return enrolment_pb2.Citizen(
        subject_id=citizen.subject_id,
        citizen_number=citizen.citizen_number,
        personal_data=personal_data_message(citizen.personal_data),
        encounters=[encounter_message(encounter) for encounter in citizen.encounters],
        create_time=timestamp(citizen.created),
        state=citizen_state_code(citizen.state),
        version=citizen.version,
        update_time=timestamp(citizen.updated),
        former_citizen_numbers=citizen.former_numbers,
        merged_into_subject_id=citizen.merged_into,
        absorbed_subject_ids=citizen.absorbed,
        finger_exceptions=map(finger_exception_message, citizen.fingers),
    )


def personal_data_message(personal: model.PersonalData) -> enrolment_pb2.PersonalData:
    """Return personal data."""
    return enrolment_pb2.PersonalData(full_name=personal.full_name, birth_date=personal.birth_date, sex=personal.sex)


def finger_exception_message(finger: model.FingerException) -> enrolment_pb2.FingerException:
    """Return a finger that cannot be shown."""
    return enrolment_pb2.FingerException(
        finger_position=position_code(finger.position),
        fault=f"FINGER_FAULT_{finger.fault.value}",
        until=finger.until.isoformat() if finger.until else "",
    )


def citizen_state_code(state: model.CitizenState) -> str:
    """Return the wire's name of a citizen's state."""
    return f"CITIZEN_STATE_{state.value}"
