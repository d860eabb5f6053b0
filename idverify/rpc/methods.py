"""RPCs as methods of the dispatch: what is particular to protobuf."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from google.protobuf.message import Message

from idverify.dispatch.fair_queue import Priority
from idverify.dispatch.method import SMALL_REQUEST, Method
from idverify.domain.model import Act
from idverify.rpc.convert.context import context_of, request_content
from idverify.rpc.convert.fields import parse
from idverify.rpc.convert.samples import MOST_SAMPLE_BYTES
from idverify.services.calls.call import Call

Request = TypeVar("Request", bound=Message)


# Its parameters are the fields of a method, each named where it is given.
def rpc(
    service: str,
    name: str,
    request_type: type[Request],
    run: Callable[[Call, Request], bytes],
    *,
    needs_request_id: bool = False,
    at_once: bool = False,
    apart: bool = False,
    most_bytes: int = SMALL_REQUEST,
    priority: Priority = Priority.CHECK,
    record_type: Callable[[Request], str] = lambda _: "",
    needs_purpose: bool = False,
    act: Callable[[Request], Act | None] = lambda _: None,
    citizen_number: Callable[[Request], str] = lambda _: "",
    decides_on: Callable[[Request], str] = lambda _: "",
) -> Method[Request]:
    """Return an RPC as a method; see :class:`idverify.dispatch.method.Method`.

    Args:
        service: full name of the service.
        name: of the RPC within it.
        request_type: message it takes.
        run: from call and request to the encoded answer.
        needs_request_id: it decides, discloses or changes something.
        at_once: it reads memory only.
        apart: it is long, and needs no fingerprints.
        most_bytes: of a request.
        priority: who goes first.
        record_type: of the record that is put or got whole.
        needs_purpose: it reads people, and must say why.
        act: what it is that may need a second person.
        citizen_number: of whom such an act concerns.
        decides_on: id of the transaction on which it says the second officer's word.
    """
    read, content = partial(parse, request_type), partial(request_content, f"{service}/{name}")
    return Method(
        service,
        name,
        read,
        context_of,
        content,
        run,
        needs_request_id=needs_request_id,
        at_once=at_once,
        apart=apart,
        most_bytes=most_bytes,
        priority=priority,
        record_type=record_type,
        needs_purpose=needs_purpose,
        act=act,
        citizen_number=citizen_number,
        decides_on=decides_on,
    )


def bytes_of_samples(samples: int) -> int:
    """Return how many bytes a request with so many samples may have."""
    return SMALL_REQUEST + samples * MOST_SAMPLE_BYTES


def service_name(file: Any, service: str) -> str:
    """Return the full name of a service of a generated module's ``DESCRIPTOR``."""
    name: str = file.services_by_name[service].full_name
    return name
