"""google.longrunning.Operations."""

from __future__ import annotations

from google.longrunning import operations_pb2
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from google.rpc import code_pb2, status_pb2

from idverify.dispatch.method import Methods
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, Language, Operation, OperationKind, OperationState
from idverify.domain.telling import sees_all
from idverify.rpc.convert.answers import encoded, timestamp
from idverify.rpc.convert.fields import invalid, seconds_of, uuid_text
from idverify.rpc.errors import domain_status, internal_status
from idverify.rpc.methods import rpc
from idverify.services.calls.call import Call
from idverify.services.operations import MOST_WAIT_SECONDS, OperationsService
from idverify.v1 import gallery_pb2 as pb

SERVICE = "google.longrunning.Operations"
PREFIX = "operations/"

_STARTED_BY = {
    OperationKind.FIND_DUPLICATES: "StartFindDuplicates",
    OperationKind.RENEW_TEMPLATES: "StartRenewTemplates",
}


class OperationsServicer:
    """Tells how long work stands."""

    def __init__(self, service: OperationsService) -> None:
        self._service = service

    def methods(self) -> Methods:
        """Return the RPCs."""
        return [
            rpc(SERVICE, "ListOperations", operations_pb2.ListOperationsRequest, self.list_operations),
            rpc(SERVICE, "GetOperation", operations_pb2.GetOperationRequest, self.get_operation),
            rpc(SERVICE, "DeleteOperation", operations_pb2.DeleteOperationRequest, self.delete_operation),
            rpc(SERVICE, "CancelOperation", operations_pb2.CancelOperationRequest, self.cancel_operation),
            rpc(SERVICE, "WaitOperation", operations_pb2.WaitOperationRequest, self.wait_operation),
        ]

    def list_operations(self, call: Call, request: operations_pb2.ListOperationsRequest) -> bytes:
        """Return a page."""
        if request.filter:
            raise invalid("filter", "is not supported; leave it empty")
        found, token = self._service.page(call, request.page_size, request.page_token)
        messages = [_message(operation, call.caller) for operation in found]
        return encoded(operations_pb2.ListOperationsResponse(operations=messages, next_page_token=token))

    def get_operation(self, call: Call, request: operations_pb2.GetOperationRequest) -> bytes:
        """Return one."""
        return encoded(_message(self._service.get(call, operation_id(request.name)), call.caller))

    def delete_operation(self, call: Call, request: operations_pb2.DeleteOperationRequest) -> bytes:
        """Forget one."""
        self._service.delete(call, operation_id(request.name))
        return encoded(Empty())

    def cancel_operation(self, call: Call, request: operations_pb2.CancelOperationRequest) -> bytes:
        """Ask one to end."""
        self._service.cancel(call, operation_id(request.name))
        return encoded(Empty())

    def wait_operation(self, call: Call, request: operations_pb2.WaitOperationRequest) -> bytes:
        """Return one when it has ended, or before."""
        seconds = seconds_of(request.timeout, "timeout") if request.HasField("timeout") else MOST_WAIT_SECONDS
        return encoded(_message(self._service.wait(call, operation_id(request.name), max(0.0, seconds)), call.caller))


def operation_id(name: str, field: str = "name") -> str:
    """Return the id in an operation's name. Raises DomainError FIELD_INVALID."""
    if not name.startswith(PREFIX) or name == PREFIX:
        raise invalid(field, "must be operations/ and a UUID")
    return uuid_text(name.removeprefix(PREFIX), field)


def _message(operation: Operation, caller: Caller) -> operations_pb2.Operation:
    metadata, response = AnyMessage(), None
    metadata.Pack(_metadata(operation))
    if operation.result is not None:
        response = AnyMessage()
        response.Pack(_response(operation.kind, operation.result, caller))
    return operations_pb2.Operation(
        name=f"{PREFIX}{operation.operation_id}",
        metadata=metadata,
        done=operation.state is not OperationState.RUNNING,
        response=response,
        error=_error(operation),
    )


def _metadata(operation: Operation) -> pb.FindDuplicatesMetadata | pb.RenewTemplatesMetadata:
    state = f"STATE_{operation.state.value}"
    told: pb.FindDuplicatesMetadata | pb.RenewTemplatesMetadata
    if operation.kind is OperationKind.RENEW_TEMPLATES:
        told = pb.RenewTemplatesMetadata(state=state, templates_renewed=operation.found)
    else:
        told = pb.FindDuplicatesMetadata(state=state, pairs_found=operation.found)
    told.people_done, told.people_total = operation.done, operation.total
    told.create_time.CopyFrom(timestamp(operation.created))
    told.update_time.CopyFrom(timestamp(operation.updated))
    return told


def _response(
    kind: OperationKind, result: bytes, caller: Caller
) -> pb.FindDuplicatesResponse | pb.RenewTemplatesResponse:
    if kind is OperationKind.RENEW_TEMPLATES:
        return pb.RenewTemplatesResponse.FromString(result)
    return _told(pb.FindDuplicatesResponse.FromString(result), caller)


def _told(found: pb.FindDuplicatesResponse, caller: Caller) -> pb.FindDuplicatesResponse:
    """Take out how alike people are, unless the caller sees all. What is stored is whole: whoever asks may see less."""
    if not sees_all(caller):
        for pair in found.pairs:
            pair.ClearField("score")
            pair.ClearField("fmr_at_score")
    return found


def _error(operation: Operation) -> status_pb2.Status | None:
    method = _STARTED_BY[operation.kind]
    match operation.state:
        case OperationState.CANCELLED:
            return status_pb2.Status(code=code_pb2.CANCELLED, message="it was cancelled")
        case OperationState.INTERRUPTED:
            return domain_status(
                DomainError(Reason.OPERATION_INTERRUPTED, "the server ended before it did; start another"),
                method,
                Language.VI,
            )
        case OperationState.FAILED:
            return internal_status(operation.operation_id, method, Language.VI)
        case _:
            return None
