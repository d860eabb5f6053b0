"""One method: how its requests are read, and what does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from idverify.dispatch.fair_queue import Priority
from idverify.dispatch.refusal import Refusal
from idverify.domain.model import Act, Language, RequestContext
from idverify.services.calls.call import Call

Request = TypeVar("Request")

SMALL_REQUEST = 64 << 10
"""Bytes. What a request without samples and records has at most."""


@dataclass(frozen=True, slots=True)
class Method(Generic[Request]):
    """Binds a method of a service to a function. All of it but ``at_once`` runs in a worker thread.

    Attributes:
        service: full name of the service.
        name: of the method within it; in the audit trail, the action.
        read: from the bytes of a request. Raises DomainError.
        context: who calls and why, as the request states it; empty if it cannot. Raises DomainError.
        content: what a retry must repeat, as bytes.
        run: from call and request to the encoded answer.
        needs_request_id: it decides, discloses or changes something.
        at_once: it reads memory only, so it runs on the event loop and answers even when all workers are busy.
        apart: it is long and needs no fingerprints, so that it runs beside the workers, one such call at a time.
        most_bytes: that a request may have; the door reads none that is larger than its own limit.
        priority: who goes first where there is not room for all.
        record_type: of the record that is put or got whole; empty: of none.
        needs_purpose: it reads people of whom nobody has shown a finger, and must say why.
        act: what it is that may need a second person; None: nothing. If it has an effect, its answer is remembered
            (:func:`idverify.services.calls.once.answer_once`), so that it is done once whoever has it done.
        citizen_number: of whom such an act concerns; empty: of nobody in particular.
        decides_on: id of the transaction on which it says the second officer's word; empty: it says none.
    """

    service: str
    name: str
    read: Callable[[bytes], Request]
    context: Callable[[Request], RequestContext]
    content: Callable[[Request], bytes]
    run: Callable[[Call, Request], bytes]
    needs_request_id: bool = False
    at_once: bool = False
    apart: bool = False
    most_bytes: int = SMALL_REQUEST
    priority: Priority = Priority.CHECK
    record_type: Callable[[Request], str] = lambda _: ""
    needs_purpose: bool = False
    act: Callable[[Request], Act | None] = lambda _: None
    citizen_number: Callable[[Request], str] = lambda _: ""
    decides_on: Callable[[Request], str] = lambda _: ""

    @property
    def full_name(self) -> str:
        """``package.Service/Method``, which permissions go by."""
        return f"{self.service}/{self.name}"


Methods = list[Method[Any]]


@dataclass(frozen=True, slots=True)
class Item:
    """One request of a stream: the id by which its sender knows it, and the request of the method that answers it."""

    request_id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class StreamMethod:
    """A stream that answers each of its requests as another method would.

    Attributes:
        service: full name of the service.
        name: of the stream within it.
        each: the method that answers one.
        item: from a message of the stream. Raises DomainError.
        answered: from item, place in the stream and encoded answer to the encoded message that goes back.
        refused: the same for a refusal, told in a language.
    """

    service: str
    name: str
    each: Method[Any]
    item: Callable[[bytes], Item]
    answered: Callable[[Item, int, bytes], bytes]
    refused: Callable[[Item, int, Refusal, Language], bytes]

    @property
    def full_name(self) -> str:
        """``package.Service/Method``, which permissions go by."""
        return f"{self.service}/{self.name}"
