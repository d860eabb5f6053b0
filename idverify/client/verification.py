"""Who is this: verifying and identifying."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from dataclasses import dataclass
from functools import cached_property

from idverify.client.calls import Call, Stream
from idverify.client.errors import ServiceError, status_error
from idverify.client.transport.asked import Asked, Streamed, ask, each
from idverify.client.transport.caller import Caller
from idverify.v1 import verification_pb2, verification_pb2_grpc
from idverify.v1.types_pb2 import FingerprintSample, RequestContext


@dataclass(frozen=True, slots=True)
class StreamAnswer:
    """How one of many identifications ended.

    Attributes:
        request_id: of its request.
        place: of its request, counting from 0.
        response: the answer, or None.
        error: the refusal, or None.
    """

    request_id: str
    place: int
    response: verification_pb2.IdentifyResponse | None
    error: ServiceError | None


class VerificationCalls(Caller):
    """VerificationService."""

    @cached_property
    def _verification(self) -> verification_pb2_grpc.VerificationServiceStub:
        return verification_pb2_grpc.VerificationServiceStub(self._channel)

    @Call
    def verify(
        self,
        citizen_number: str,
        samples: Iterable[FingerprintSample],
        context: RequestContext | None = None,
        *,
        target_fmr: float = 0.0,
        sd_jwt: bool = False,
    ) -> Asked[verification_pb2.VerifyResponse]:
        """Ask whether this is the person who bears the number. A non-match is an answer, no error."""
        request = verification_pb2.VerifyRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            samples=samples,
            target_fmr=target_fmr,
            sd_jwt=sd_jwt,
        )
        return ask(verification_pb2.VerifyResponse, self._verification.Verify, request)

    @Call
    def identify(
        self,
        samples: FingerprintSample | Iterable[FingerprintSample],
        context: RequestContext | None = None,
        *,
        max_candidates: int = 0,
        target_fpir: float = 0.0,
        sd_jwt: bool = False,
    ) -> Asked[verification_pb2.IdentifyResponse]:
        """Ask who this is, by one finger or several of one person. Nobody is an answer, no error."""
        request = self.identify_request(
            samples, context, max_candidates=max_candidates, target_fpir=target_fpir, sd_jwt=sd_jwt
        )
        return ask(verification_pb2.IdentifyResponse, self._verification.Identify, request)

    @Stream
    def identify_many(
        self,
        requests: Iterable[verification_pb2.IdentifyRequest] | AsyncIterable[verification_pb2.IdentifyRequest],
        *,
        timeout: float | None = None,
    ) -> Streamed[StreamAnswer]:
        """Identify many; answers come in the order in which they are ready, a refusal ends nothing.

        Requests are taken from the iterable as the service gets on: in a thread of gRPC's, or where answers are awaited
        in the event loop, and then they may be awaited too. Stop iterating to cancel.

        Args:
            requests: see :meth:`identify_request`.
            timeout: seconds for all of them; None: as long as it takes.
        """
        messages = each(requests, lambda request: verification_pb2.IdentifyStreamRequest(request=request))
        return Streamed(self._verification.IdentifyStream, messages, timeout, _stream_answer)

    def identify_request(
        self,
        samples: FingerprintSample | Iterable[FingerprintSample],
        context: RequestContext | None = None,
        *,
        max_candidates: int = 0,
        target_fpir: float = 0.0,
        sd_jwt: bool = False,
    ) -> verification_pb2.IdentifyRequest:
        """Return what :meth:`identify` sends."""
        request = verification_pb2.IdentifyRequest(
            context=context or self.new_context(),
            max_candidates=max_candidates,
            target_fpir=target_fpir,
            sd_jwt=sd_jwt,
        )
        several = [samples] if isinstance(samples, FingerprintSample) else list(samples)
        if len(several) == 1:  # as servers from before know it
            request.sample.CopyFrom(several[0])
        else:
            request.samples.extend(several)
        return request


def _stream_answer(answer: verification_pb2.IdentifyStreamResponse) -> StreamAnswer:
    if answer.WhichOneof("result") == "response":
        return StreamAnswer(answer.request_id, answer.place, answer.response, None)
    return StreamAnswer(answer.request_id, answer.place, None, status_error(answer.error))
