"""The reference implementation of ``RecordSourceService``: look up, say, sign."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import grpc
from joserfc import jws
from joserfc.jwk import ECKey

from enroll_tools.record_source.register import Entry, Register
from idverify.v1 import record_source_pb2 as pb
from idverify.v1 import record_source_pb2_grpc

ALGORITHM = "ES256"
TYPE = "idverify-record+jwt"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answers.

    Attributes:
        name: claim ``iss``.
        agency: claim ``owning_agency``.
        key: private, P-256, with a ``kid``.
        keep_seconds: how long an answer may be kept.
        delay_seconds: how long it waits before each answer, to see what a counter does with a slow source.
    """

    name: str
    agency: str
    key: ECKey
    keep_seconds: int = 0
    delay_seconds: float = 0.0


class ReferenceSource(record_source_pb2_grpc.RecordSourceServiceServicer):
    """Answers from a register that is known to say this now."""

    def __init__(self, identity: Identity, register: Register, clock: Callable[[], float] = time.time) -> None:
        self.identity = identity
        self.register = register
        self.clock = clock

    def FetchRecord(  # noqa: N802 - as gRPC calls it
        self, request: pb.FetchRecordRequest, context: grpc.ServicerContext
    ) -> pb.FetchRecordResponse:
        """Return a citizen's record, signed."""
        time.sleep(self.identity.delay_seconds)
        if not any(record_type == request.record_type for _, record_type in self.register):
            _abort(context, grpc.StatusCode.INVALID_ARGUMENT, "this source keeps no records of this type")
        entry = self.register.get((request.citizen_number, request.record_type))
        if entry is None:
            _abort(context, grpc.StatusCode.NOT_FOUND, "there is no such record")
        return pb.FetchRecordResponse(signed_record=self.signed(self.claims(request, entry)))

    def claims(self, request: pb.FetchRecordRequest, entry: Entry) -> dict[str, Any]:
        """Return what is said."""
        now = int(self.clock())
        return {
            "iss": self.identity.name,
            "iat": now,
            "sub": request.citizen_number,
            "query_id": request.query_id,
            "record_type": request.record_type,
            "owning_agency": self.identity.agency,
            "version": entry.version,
            "as_of": now,
            "keep_seconds": self.identity.keep_seconds,
            "record": dict(entry.record),
        }

    def signed(self, claims: dict[str, Any]) -> str:
        """Sign it."""
        key = self.identity.key
        header = {"alg": ALGORITHM, "kid": str(key.kid), "typ": TYPE}
        return jws.serialize_compact(header, json.dumps(claims, ensure_ascii=False).encode(), key)


def _abort(context: grpc.ServicerContext, code: grpc.StatusCode, text: str) -> NoReturn:
    context.abort(code, text)
    raise AssertionError("abort raises")
