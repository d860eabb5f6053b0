"""The gallery as a whole, and work that takes longer than a call."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf.empty_pb2 import Empty

from idverify.client.calls import Calls
from idverify.client.errors import ServiceError, status_error
from idverify.v1 import gallery_pb2, gallery_pb2_grpc
from idverify.v1.types_pb2 import RequestContext


@dataclass(frozen=True, slots=True)
class FindDuplicates:
    """How a search for duplicates stands. ``response`` when it succeeded, ``error`` when it ended otherwise."""

    done: bool
    metadata: gallery_pb2.FindDuplicatesMetadata
    response: gallery_pb2.FindDuplicatesResponse | None
    error: ServiceError | None


class GalleryCalls(Calls):
    """GalleryService and google.longrunning.Operations."""

    @cached_property
    def _gallery(self) -> gallery_pb2_grpc.GalleryServiceStub:
        return gallery_pb2_grpc.GalleryServiceStub(self._channel)

    @cached_property
    def _operations(self) -> Any:
        return operations_pb2_grpc.OperationsStub(self._channel)

    def gallery_status(self) -> gallery_pb2.GetGalleryStatusResponse:
        """Ask how large the gallery is and how quick its searches are."""
        request = gallery_pb2.GetGalleryStatusRequest()
        return self._call(gallery_pb2.GetGalleryStatusResponse, self._gallery.GetGalleryStatus, request)

    def start_find_duplicates(self, context: RequestContext | None = None, *, target_fpir: float = 0.0) -> str:
        """Start to search everybody among all others; return the operation's name."""
        request = gallery_pb2.StartFindDuplicatesRequest(context=context or self.new_context(), target_fpir=target_fpir)
        response = self._call(gallery_pb2.StartFindDuplicatesResponse, self._gallery.StartFindDuplicates, request)
        return response.operation

    def wait_find_duplicates(self, name: str) -> FindDuplicates:
        """Return how it stands when it has ended, or after a few seconds."""
        request = operations_pb2.WaitOperationRequest(name=name)
        return _find_duplicates(self._call(operations_pb2.Operation, self._operations.WaitOperation, request))

    def cancel_operation(self, name: str) -> None:
        """Ask an operation to end."""
        self._call(Empty, self._operations.CancelOperation, operations_pb2.CancelOperationRequest(name=name))


def _find_duplicates(operation: operations_pb2.Operation) -> FindDuplicates:
    metadata, response = gallery_pb2.FindDuplicatesMetadata(), None
    operation.metadata.Unpack(metadata)
    if operation.HasField("response"):
        response = gallery_pb2.FindDuplicatesResponse()
        operation.response.Unpack(response)
    error = status_error(operation.error) if operation.HasField("error") else None
    return FindDuplicates(operation.done, metadata, response, error)
