"""The gallery as a whole, and work that takes longer than a call."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeAlias, TypeVar

from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

from idverify.client.calls import Call
from idverify.client.errors import ServiceError, status_error
from idverify.client.transport.asked import Asked, ask
from idverify.client.transport.caller import Caller
from idverify.v1 import gallery_pb2, gallery_pb2_grpc
from idverify.v1.types_pb2 import RequestContext

_Metadata = TypeVar("_Metadata", gallery_pb2.FindDuplicatesMetadata, gallery_pb2.RenewTemplatesMetadata)
_Result = TypeVar("_Result", bound=Message)


@dataclass(frozen=True, slots=True)
class LongWork(Generic[_Metadata, _Result]):
    """How long work stands. ``response`` when it succeeded, ``error`` when it ended otherwise."""

    done: bool
    metadata: _Metadata
    response: _Result | None
    error: ServiceError | None


FindDuplicates: TypeAlias = LongWork[gallery_pb2.FindDuplicatesMetadata, gallery_pb2.FindDuplicatesResponse]
RenewTemplates: TypeAlias = LongWork[gallery_pb2.RenewTemplatesMetadata, gallery_pb2.RenewTemplatesResponse]


class GalleryCalls(Caller):
    """GalleryService and google.longrunning.Operations."""

    @cached_property
    def _gallery(self) -> gallery_pb2_grpc.GalleryServiceStub:
        return gallery_pb2_grpc.GalleryServiceStub(self._channel)

    @cached_property
    def _operations(self) -> Any:
        return operations_pb2_grpc.OperationsStub(self._channel)

    @Call
    def gallery_status(self) -> Asked[gallery_pb2.GetGalleryStatusResponse]:
        """Ask how large the gallery is and how quick its searches are."""
        request = gallery_pb2.GetGalleryStatusRequest()
        return ask(gallery_pb2.GetGalleryStatusResponse, self._gallery.GetGalleryStatus, request)

    @Call
    def start_find_duplicates(
        self, context: RequestContext | None = None, *, target_fpir: float = 0.0, continue_operation: str = ""
    ) -> Asked[str]:
        """Start to search everybody among all others, or go on with a search that ended early; return its name."""
        request = gallery_pb2.StartFindDuplicatesRequest(
            context=context or self.new_context(), target_fpir=target_fpir, continue_operation=continue_operation
        )
        return ask(
            gallery_pb2.StartFindDuplicatesResponse,
            self._gallery.StartFindDuplicates,
            request,
            lambda answer: answer.operation,
        )

    @Call
    def wait_find_duplicates(self, name: str) -> Asked[FindDuplicates]:
        """Return how it stands when it has ended, or after a few seconds."""
        return self._wait(name, gallery_pb2.FindDuplicatesMetadata(), gallery_pb2.FindDuplicatesResponse())

    @Call
    def start_renew_templates(
        self, context: RequestContext | None = None, *, dry_run: bool = False, most_people: int = 0
    ) -> Asked[str]:
        """Start to make templates anew of the images that are kept; return the operation's name."""
        request = gallery_pb2.StartRenewTemplatesRequest(
            context=context or self.new_context(), dry_run=dry_run, most_people=most_people
        )
        return ask(
            gallery_pb2.StartRenewTemplatesResponse,
            self._gallery.StartRenewTemplates,
            request,
            lambda answer: answer.operation,
        )

    @Call
    def wait_renew_templates(self, name: str) -> Asked[RenewTemplates]:
        """Return how it stands when it has ended, or after a few seconds."""
        return self._wait(name, gallery_pb2.RenewTemplatesMetadata(), gallery_pb2.RenewTemplatesResponse())

    @Call
    def cancel_operation(self, name: str) -> Asked[None]:
        """Ask an operation to end."""
        request = operations_pb2.CancelOperationRequest(name=name)
        return ask(Empty, self._operations.CancelOperation, request, lambda _: None)

    def _wait(self, name: str, metadata: _Metadata, response: _Result) -> Asked[LongWork[_Metadata, _Result]]:
        def told(operation: operations_pb2.Operation) -> LongWork[_Metadata, _Result]:
            operation.metadata.Unpack(metadata)
            ended = response if operation.response.Unpack(response) else None
            error = status_error(operation.error) if operation.HasField("error") else None
            return LongWork(operation.done, metadata, ended, error)

        request = operations_pb2.WaitOperationRequest(name=name)
        return ask(operations_pb2.Operation, self._operations.WaitOperation, request, told)
