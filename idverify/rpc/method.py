"""One RPC: what it takes, and what does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message
from google.rpc import status_pb2

from idverify.services.call import Call

Request = TypeVar("Request", bound=Message)


@dataclass(frozen=True, slots=True)
class Method(Generic[Request]):
    """Binds an RPC of a service to a function.

    Attributes:
        service: full name of the service.
        name: of the RPC within it.
        request_type: message it takes.
        run: from call and request to the encoded answer; runs in a worker thread.
        needs_request_id: it decides, discloses or changes something.
        at_once: it reads memory only, so it runs on the event loop and answers even when all workers are busy.
    """

    service: str
    name: str
    request_type: type[Request]
    run: Callable[[Call, Request], bytes]
    needs_request_id: bool = False
    at_once: bool = False

    @property
    def full_name(self) -> str:
        """``package.Service/Method``."""
        return f"{self.service}/{self.name}"


Methods = list[Method[Any]]


@dataclass(frozen=True, slots=True)
class Item:
    """One request of a stream: the id by which its sender knows it, and the request of the RPC that answers it."""

    request_id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class StreamMethod:
    """A streaming RPC that answers each of its requests as another RPC would.

    Attributes:
        service: full name of the service.
        name: of the RPC within it.
        request_type: message of the stream.
        each: the RPC that answers one.
        item: from a message of the stream. Raises DomainError.
        answered: from item, place in the stream and encoded answer to the encoded message that goes back.
        refused: the same for a refusal.
    """

    service: str
    name: str
    request_type: type[Message]
    each: Method[Any]
    item: Callable[[bytes], Item]
    answered: Callable[[Item, int, bytes], bytes]
    refused: Callable[[Item, int, status_pb2.Status], bytes]

    @property
    def full_name(self) -> str:
        """``package.Service/Method``."""
        return f"{self.service}/{self.name}"


def service_name(file: Any, service: str) -> str:
    """Return the full name of a service of a generated module's ``DESCRIPTOR``."""
    name: str = file.services_by_name[service].full_name
    return name
