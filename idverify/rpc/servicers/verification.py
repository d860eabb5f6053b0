"""VerificationService."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from idverify.dispatch.fair_queue import Priority
from idverify.dispatch.method import Item, Method, Methods, StreamMethod
from idverify.dispatch.refusal import Refusal
from idverify.domain.assertions.request_digest import request_digest
from idverify.domain.model import Language, Sample
from idverify.rpc.convert.answers import (
    attempts_message,
    decision_code,
    encoded,
    figures,
    operating_point_message,
    position_code,
    quality_message,
    step_message,
)
from idverify.rpc.convert.disclosing import disclosure_message
from idverify.rpc.convert.fields import invalid, optional_number, parse
from idverify.rpc.convert.samples import sample_of, samples_of
from idverify.rpc.convert.verified import verify_response
from idverify.rpc.errors import status_of
from idverify.rpc.methods import bytes_of_samples, rpc, service_name
from idverify.services.calls.call import Asked, Call
from idverify.services.identification import IdentificationService, Identified
from idverify.services.verification import MOST_PROBES, VerificationService
from idverify.v1 import verification_pb2 as pb

_MOST = bytes_of_samples(MOST_PROBES)


class VerificationServicer:
    """Verifies 1:1 and identifies 1:N."""

    def __init__(self, verification: VerificationService, identification: IdentificationService) -> None:
        self._verification = verification
        self._identification = identification

    def methods(self) -> Methods:
        """Return the RPCs."""
        return [
            rpc(
                _service(),
                "Verify",
                pb.VerifyRequest,
                self.verify,
                needs_request_id=True,
                most_bytes=_MOST,
                priority=Priority.COUNTER,
            ),
            self._identify(),
        ]

    def streams(self) -> list[StreamMethod]:
        """Return the streaming RPCs."""
        return [StreamMethod(_service(), "IdentifyStream", self._identify(), _item, _item_answered, _item_refused)]

    def _identify(self) -> Method[pb.IdentifyRequest]:
        return rpc(
            _service(),
            "Identify",
            pb.IdentifyRequest,
            self.identify,
            needs_request_id=True,
            most_bytes=_MOST,
            priority=Priority.COUNTER,
        )

    def verify(self, call: Call, request: pb.VerifyRequest) -> bytes:
        """Compare with the citizen who bears the number."""
        samples = samples_of(request.samples)
        target_fmr = optional_number(request.target_fmr, "target_fmr")
        asking = _asking(call, request, request.citizen_number, samples)
        return self._verification.verify(
            asking, request.citizen_number, samples, target_fmr, lambda v: encoded(verify_response(v))
        )

    def identify(self, call: Call, request: pb.IdentifyRequest) -> bytes:
        """Search the gallery."""
        samples = _probes(request)
        target_fpir = optional_number(request.target_fpir, "target_fpir")
        asking = _asking(call, request, "", samples)
        return self._identification.identify(asking, samples, request.max_candidates or None, target_fpir, _identified)


def _service() -> str:
    return service_name(pb.DESCRIPTOR, "VerificationService")


def _asking(
    call: Call, request: pb.VerifyRequest | pb.IdentifyRequest, citizen_number: str, samples: Sequence[Sample]
) -> Call:
    digest = request_digest(call.method, call.context, citizen_number, samples)
    return replace(call, asked=Asked(digest, request.sd_jwt))


def _item(body: bytes) -> Item:
    message = parse(pb.IdentifyStreamRequest, body)
    return Item(message.request.context.request_id, message.request.SerializeToString(deterministic=True))


def _item_answered(item: Item, place: int, answer: bytes) -> bytes:
    response = pb.IdentifyResponse.FromString(answer)
    return encoded(pb.IdentifyStreamResponse(request_id=item.request_id, place=place, response=response))


def _item_refused(item: Item, place: int, refusal: Refusal, language: Language) -> bytes:
    error = status_of(refusal, "Identify", language)
    return encoded(pb.IdentifyStreamResponse(request_id=item.request_id, place=place, error=error))


def _probes(request: pb.IdentifyRequest) -> list[Sample]:
    """Return the samples of either field."""
    if not request.samples:
        return [sample_of(request.sample, "sample")]
    if request.HasField("sample"):
        raise invalid("samples", "and sample exclude each other: put all into samples")
    return samples_of(request.samples)


def _identified(identified: Identified) -> bytes:
    candidates = [
        pb.Candidate(
            subject_id=candidate.subject_id,
            rank=candidate.rank,
            fpir_at_score=candidate.fpir,
            finger_position=position_code(candidate.position),
            fingers=[
                pb.CandidateFinger(finger_position=position_code(finger.position), **figures(finger.likeness))
                for finger in candidate.fingers
            ],
            **figures(candidate.likeness),
        )
        for candidate in identified.candidates
    ]
    return encoded(
        pb.IdentifyResponse(
            candidates=candidates,
            searched_fingers=identified.searched_fingers,
            operating_point=operating_point_message(identified.operating_point),
            probe_quality=quality_message(max(identified.qualities, key=lambda quality: quality.score)),
            probe_qualities=[quality_message(quality) for quality in identified.qualities],
            comparisons=identified.comparisons,
            disclosure=disclosure_message(identified.disclosure),
            transaction_id=identified.transaction_id,
            decision=decision_code(identified.decision),
            attempts=attempts_message(identified.attempts),
            repeated_samples=identified.repeated_samples,
            audit_event=identified.event,
            next=step_message(identified.next),
            complete=identified.searched_share >= 1.0,
            searched_share=identified.searched_share,
        )
    )
