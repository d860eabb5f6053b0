"""The outcome of a verification on the wire."""

from __future__ import annotations

from idverify.domain.model import Decision
from idverify.rpc.convert.answers import (
    attempts_message,
    decision_code,
    figures,
    operating_point_message,
    position_code,
    quality_message,
    step_message,
)
from idverify.rpc.convert.disclosing import disclosure_message
from idverify.services.verification import FingerOutcome, Verified
from idverify.v1 import types_pb2
from idverify.v1 import verification_pb2 as pb


def _paired(finger: FingerOutcome) -> list[types_pb2.PairedMinutia]:
    """Return what of the caller's own sample is in the register too; nothing unless its match is told."""
    if finger.likeness is None or finger.decision is not Decision.MATCH:
        return []
    return [types_pb2.PairedMinutia(x=x, y=y) for x, y in finger.likeness.paired]


def verify_response(verified: Verified) -> pb.VerifyResponse:
    """Return the outcome, as the caller is told it."""
    fingers = [
        types_pb2.FingerResult(
            finger_position=position_code(finger.position) if finger.position is not None else None,
            decision=decision_code(finger.decision) if finger.decision else None,
            probe_quality=quality_message(finger.quality),
            paired_minutiae=_paired(finger),
            **figures(finger.likeness),
        )
        for finger in verified.fingers
    ]
    return pb.VerifyResponse(
        decision=decision_code(verified.decision),
        operating_point=operating_point_message(verified.operating_point),
        fingers=fingers,
        next_best_fingers=[position_code(position) for position in verified.next_best],
        disclosure=disclosure_message(verified.disclosure),
        transaction_id=verified.transaction_id,
        attempts=attempts_message(verified.attempts),
        repeated_samples=verified.repeated_samples,
        next=step_message(verified.next),
        number_superseded=verified.number_superseded,
        audit_event=verified.event,
        **figures(verified.likeness),
    )
