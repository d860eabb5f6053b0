"""How a call ended, whichever way it came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from google.protobuf.message import DecodeError
from google.rpc import code_pb2, error_details_pb2, status_pb2

from idverify.v1 import verification_pb2

GONE = "GONE"
"""The client did not wait for the end."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal, as the client is told. ``reason`` empty: gRPC's own."""

    code: str
    reason: str
    message: str
    metadata: Mapping[str, str]
    localized: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a call.

    Attributes:
        code: name among ``google.rpc.Code``, or :data:`GONE`.
        refusals: of the call, or of single requests of a stream.
        answers: as they came.
    """

    code: str
    refusals: Sequence[Refused] = ()
    answers: Sequence[bytes] = field(default=(), repr=False)


def refused(status: status_pb2.Status) -> Refused:
    """Read a status."""
    info, words = error_details_pb2.ErrorInfo(), error_details_pb2.LocalizedMessage()
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(words)
    return Refused(code_pb2.Code.Name(status.code), info.reason, status.message, dict(info.metadata), words.message)


def refused_in_stream(answers: Sequence[bytes]) -> list[Refused]:
    """Return the refusals among the answers of a stream."""
    found = []
    for body in answers:
        try:
            answer = verification_pb2.IdentifyStreamResponse.FromString(body)
        except DecodeError:
            continue  # told by whoever looks at answers
        if answer.HasField("error"):
            found.append(refused(answer.error))
    return found
