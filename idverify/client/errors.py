"""The one exception of the client: what the service refused, or why it could not be asked."""

from __future__ import annotations

from collections.abc import Mapping

import grpc
import grpc.aio
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from idverify.client.connection import Tls
from idverify.client.unconnected import explained


class ServiceError(Exception):
    """A call that gave no answer.

    Attributes:
        code: gRPC status code.
        reason: stable reason code of the service, see ``docs/errors.md``; the name of ``code`` where the refusal did
            not come from the service itself (no connection, deadline, a method that the server does not have).
        message: one sentence that says what to do next.
        metadata: small facts for a program, e.g. ``{"field": "citizen_number"}``.
        told: for the clerk, in the language of the desk; empty where the refusal did not come from the service itself.
    """

    def __init__(
        self, code: grpc.StatusCode, reason: str, message: str, metadata: Mapping[str, str], told: str = ""
    ) -> None:
        super().__init__(f"{reason}: {message}")
        self.code = code
        self.reason = reason
        self.message = message
        self.metadata = dict(metadata)
        self.told = told


def _service_error(call: grpc.Call | grpc.aio.AioRpcError, tls: Tls | None) -> ServiceError:
    """Translate a failed call."""
    code = call.code() or grpc.StatusCode.UNKNOWN
    text = call.details() or code.name.lower().replace("_", " ")
    if code is grpc.StatusCode.UNAVAILABLE:
        text = explained(text, tls)
    return _told_by(_status(call), code, text)


def translated(error: grpc.RpcError, tls: Tls | None) -> ServiceError:
    """Translate what gRPC raises, of a call that blocks or one that is awaited; ``tls``: with what it was made."""
    if isinstance(error, grpc.Call | grpc.aio.AioRpcError):
        return _service_error(error, tls)
    return ServiceError(grpc.StatusCode.UNKNOWN, "UNKNOWN", "the call failed without a status", {})


def status_error(status: status_pb2.Status) -> ServiceError:
    """Translate a refusal that came inside an answer: of one request of a stream, or of an operation."""
    code = next((c for c in grpc.StatusCode if c.value[0] == status.code), grpc.StatusCode.UNKNOWN)
    return _told_by(status, code, status.message)


def _told_by(status: status_pb2.Status | None, code: grpc.StatusCode, text: str) -> ServiceError:
    info, told = error_details_pb2.ErrorInfo(reason=code.name), error_details_pb2.LocalizedMessage()
    for detail in status.details if status is not None else ():
        detail.Unpack(info)
        detail.Unpack(told)
    return ServiceError(code, info.reason, text, info.metadata, told.message)


def _status(call: grpc.Call | grpc.aio.AioRpcError) -> status_pb2.Status | None:
    try:
        return rpc_status.from_call(call)  # type: ignore[arg-type] # one that was awaited has all that is asked of it
    except ValueError:  # a proxy changed the status on its way: what it added is not the service's reason
        return None
