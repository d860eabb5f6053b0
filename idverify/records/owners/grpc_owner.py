"""An agency's own service, by gRPC: ``RecordSourceService`` of the protos."""

from __future__ import annotations

from typing import Any

import grpc

from idverify.domain.model.owners import Fault, RecordQuery, SignedAnswer, SourceError
from idverify.trust.source_signatures import MOST_BYTES, SourceKeys
from idverify.v1 import record_source_pb2 as pb
from idverify.v1 import record_source_pb2_grpc

LARGEST_MESSAGE = MOST_BYTES + 1024
"""Bytes that the channel takes: each is in memory before it is looked at, and a source is asked by several threads."""

_FAULTS = {
    grpc.StatusCode.DEADLINE_EXCEEDED: Fault.SLOW,
    grpc.StatusCode.UNAVAILABLE: Fault.UNREACHABLE,
    grpc.StatusCode.PERMISSION_DENIED: Fault.REFUSED,
    grpc.StatusCode.UNAUTHENTICATED: Fault.REFUSED,
    grpc.StatusCode.INVALID_ARGUMENT: Fault.REFUSED,
    grpc.StatusCode.FAILED_PRECONDITION: Fault.REFUSED,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Fault.REFUSED,
}


class GrpcOwner:
    """Implements the port ``RecordOwner``.

    Args:
        channel: to the agency's service.
        keys: that it signs with.
    """

    def __init__(self, channel: grpc.Channel, keys: SourceKeys) -> None:
        self._stub: Any = record_source_pb2_grpc.RecordSourceServiceStub(channel)
        self._keys = keys

    def ask(self, query: RecordQuery, seconds: float) -> SignedAnswer | None:
        """Return what the owner says; None if it has no such record.

        Raises:
            SourceError: SLOW, UNREACHABLE, REFUSED, SIGNATURE, MALFORMED.
        """
        request = pb.FetchRecordRequest(
            query_id=query.query_id,
            record_type=query.record_type,
            citizen_number=query.citizen_number,
            full_name=query.full_name,
            birth_date=query.birth_date,
            procedure_code=query.procedure_code,
            agency_code=query.agency_code,
            officer_id=query.officer_id,
        )
        try:
            response = self._stub.FetchRecord(request, timeout=seconds)
        except grpc.RpcError as error:
            code = error.code() if isinstance(error, grpc.Call) else grpc.StatusCode.UNKNOWN
            if code is grpc.StatusCode.NOT_FOUND:
                return None
            # Not its text: it may name the citizen.
            raise SourceError(_FAULTS.get(code, Fault.UNREACHABLE), f"gRPC status {code.name}") from None
        return self._keys.read(response.signed_record)
