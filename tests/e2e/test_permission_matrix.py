"""RPC by role by state of the client by entitlement: every cell is called, streams too, and ends as it is meant to."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from google.longrunning import operations_pb2
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2

import idverify.v1
from idverify.bootstrap import build
from idverify.dispatch.call_log import CallLine
from idverify.dispatch.deadline import CallDeadline
from idverify.dispatch.dispatcher import Dispatcher, Limits
from idverify.dispatch.open_calls import OpenLimits
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, Client, ClientEntry, ClientState, Credentials, Entitlement, Language, Role
from idverify.matching.assembly import Matching
from idverify.rpc.servicers.all import all_methods, all_streams, performer_of
from idverify.services.application import Application
from idverify.services.registry.directory import ClientDirectory
from idverify.settings import load_settings
from idverify.v1 import verification_pb2
from tests.e2e.permission_rows import ROWS, Row
from tests.fakes import FakeBiometrics, FakeClock, FakeGallery
from tests.waiting import until

PROCEDURE, OTHER_PROCEDURE = "1.001193", "1.004222"
STATES = {
    "active": None,
    "suspended": "CLIENT_SUSPENDED",
    "revoked": "CLIENT_REVOKED",
    "on the list": "CERTIFICATE_REVOKED",
}
ENTITLEMENTS = {
    "none": ((), frozenset[str]()),
    "others": ((Entitlement(OTHER_PROCEDURE, frozenset({"*"})),), frozenset({"birth"})),
    "this": ((Entitlement(PROCEDURE, frozenset({"residence"})),), frozenset({"residence"})),
    "all": ((Entitlement("*", frozenset({"*"})),), frozenset({"*"})),
}
ENTITLED = {"this", "all"}
ACCESS = {
    *("CLIENT_UNKNOWN", "CLIENT_SUSPENDED", "CLIENT_REVOKED", "CERTIFICATE_REVOKED"),
    *("CLIENT_NOT_AUTHORIZED", "CLIENT_NOT_ENTITLED"),
}


AGENCIES = {"RecordSourceService"}
"""Services of our protos that agencies serve and we call."""


def descriptors() -> dict[str, Any]:
    """Every RPC that we serve, of every proto of ours and of those of others."""
    pool = Path(idverify.v1.__file__).parent.glob("*_pb2.py")
    modules = [__import__(f"idverify.v1.{path.stem}", fromlist=["DESCRIPTOR"]) for path in pool]
    services = [s for m in (*modules, operations_pb2) for s in m.DESCRIPTOR.services_by_name.values()]
    served = [service for service in services if service.name not in AGENCIES]
    return {f"{service.full_name}/{method.name}": method for service in served for method in service.methods}


METHODS = descriptors()
STREAM = "idverify.v1.VerificationService/IdentifyStream"


def test_every_rpc_has_a_row() -> None:
    assert sorted(ROWS) == sorted(METHODS)


def request_of(rpc: str) -> Message:
    """A request that names a procedure and a record type where it can, and is otherwise nearly empty."""
    if rpc.endswith("IdentifyStream"):
        request = request_of(rpc.replace("IdentifyStream", "Identify"))
        assert isinstance(request, verification_pb2.IdentifyRequest)
        return verification_pb2.IdentifyStreamRequest(request=request)
    request = GetMessageClass(METHODS[rpc].input_type)()
    fields = request.DESCRIPTOR.fields_by_name
    if "context" in fields:
        context = request.context  # type: ignore[attr-defined]
        context.request_id, context.procedure_code, context.purpose = str(uuid.uuid4()), PROCEDURE, 5
    if "record_type" in fields:
        request.record_type = "residence"  # type: ignore[attr-defined]
    return request


@dataclass
class Door:
    """One call or stream, by a caller who is known by a number."""

    certificate: bytes
    sent: list[bytes]
    peer: str = ""
    connection: str = ""
    got: list[bytes] = field(default_factory=list)
    language: Language = Language.EN
    watermark: str = ""

    def admitted(self) -> None:
        """Nothing more is told them here."""

    @property
    def credentials(self) -> Credentials:
        return Credentials(self.certificate)

    def seconds_left(self) -> float:
        return 60.0

    async def read(self) -> bytes | None:
        return self.sent.pop(0) if self.sent else None

    async def write(self, answer: bytes) -> None:
        self.got.append(answer)


@dataclass
class Matrix:
    """All RPCs behind one dispatch."""

    application: Application
    dispatcher: Dispatcher
    callers: dict[bytes, Caller]

    async def outcome(self, rpc: str, caller: Caller | None) -> str:
        """Return the reason of a refusal that is about who calls, or nothing."""
        certificate = b"stranger"
        if caller is not None:
            certificate = caller.name.encode()
            self.callers[certificate] = caller
        door = Door(certificate, [request_of(rpc).SerializeToString()])
        try:
            await self._called(rpc, door)
        except DomainError as error:
            return error.reason.code if error.reason.code in ACCESS else ""
        return next((reason for body in door.got if (reason := _reason_in(body)) in ACCESS), "")

    async def _called(self, rpc: str, door: Door) -> None:
        for stream in all_streams(self.application):
            if stream.full_name == rpc:
                await self.dispatcher.stream(stream, door)
                return
        (method,) = [method for method in all_methods(self.application) if method.full_name == rpc]
        await self.dispatcher.call(method, door)


def _reason_in(body: bytes) -> str:
    answer, info = verification_pb2.IdentifyStreamResponse.FromString(body), error_details_pb2.ErrorInfo()
    return info.reason if any(detail.Unpack(info) for detail in answer.error.details) else ""


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    settings = load_settings(data_dir=tmp_path_factory.mktemp("data"))
    built = build(settings, clock=FakeClock(), matching=Matching(FakeBiometrics(), FakeGallery()))
    yield built
    built.close()


def caller_in(state: str, roles: frozenset[Role], entitlement: str) -> Caller:
    """The caller as the registry has it, or as the authority's list leaves it."""
    entitlements, record_types = ENTITLEMENTS[entitlement]
    may = Caller("someone", roles, entitlements=entitlements, record_types=record_types)
    directory, now = ClientDirectory(), FakeClock().now()
    client = Client.registered(ClientEntry(may, "name:someone"), now)
    if state in {"suspended", "revoked"}:
        client = client.in_state(ClientState(state), now)
    directory.put(client)
    (found,) = directory.known_by({"name:someone"})
    barred = Reason.CERTIFICATE_REVOKED if state == "on the list" else found.caller.barred
    return Caller("someone", roles, None, may.sample_kinds, entitlements, record_types, barred=barred)


def wanted(row: Row, role: Role | None, state: str, entitlement: str) -> str:
    barred = STATES[state]
    if barred:
        return barred
    if role not in row.roles:
        return "CLIENT_NOT_AUTHORIZED"
    asked = row.procedure or row.record_type
    return "CLIENT_NOT_ENTITLED" if asked and entitlement not in ENTITLED else ""


@pytest.mark.parametrize("rpc", sorted(ROWS))
def test_every_cell_ends_as_it_is_meant_to(application: Application, rpc: str) -> None:
    cells = list(product((None, *Role), STATES, ENTITLEMENTS))

    async def run() -> dict[object, tuple[str, str]]:
        callers: dict[bytes, Caller] = {}

        def caller_of(shown: Credentials) -> Caller:
            certificate = shown.certificate
            if certificate not in callers:
                raise DomainError(Reason.CLIENT_UNKNOWN, "nobody")
            return callers[certificate]

        limits = Limits(2, 8, 60.0, 2, 1 << 26, 1 << 20, 1000, OpenLimits(9, 9, 9, 9, 9))
        dispatcher = Dispatcher(caller_of, application.audit, performer_of(application), limits, application.foreground)
        matrix = Matrix(application, dispatcher, callers)
        try:
            found: dict[object, tuple[str, str]] = {"a stranger": (await matrix.outcome(rpc, None), "CLIENT_UNKNOWN")}
            for role, state, entitlement in cells:
                caller = caller_in(state, frozenset({role} if role else ()), entitlement)
                cell = await matrix.outcome(rpc, caller)
                found[role, state, entitlement] = cell, wanted(ROWS[rpc], role, state, entitlement)
        finally:
            await dispatcher.close()
        return found

    found = asyncio.run(run())
    assert len(found) == 1 + len(cells) == 1 + 8 * 4 * 4
    assert {cell: told for cell, told in found.items() if told[0] != told[1]} == {}


@pytest.mark.parametrize("rpc", sorted(name for name in ROWS if name != STREAM))
def test_whoever_reads_people_says_why_and_nobody_else_has_to(application: Application, rpc: str) -> None:
    (method,) = [method for method in all_methods(application) if method.full_name == rpc]
    request = request_of(rpc)
    if "context" in request.DESCRIPTOR.fields_by_name:
        request.context.ClearField("purpose")  # type: ignore[attr-defined]
    caller = caller_in("active", frozenset(Role), "all")
    deadline = CallDeadline(60.0)
    refused = None
    try:
        performer_of(application).perform(
            method, request.SerializeToString(), caller, deadline, CallLine(method.full_name)
        )
    except DomainError as error:
        refused = error.reason, error.metadata.get("field")
    assert (refused == (Reason.FIELD_MISSING, "context.purpose")) is ROWS[rpc].purpose


@dataclass
class ChangingDoor(Door):
    """A stream on which two requests come; between them something happens to who asks."""

    happen: Callable[[], object] = lambda: None

    async def read(self) -> bytes | None:
        if len(self.sent) == 1:
            await until(lambda: self.got)  # the first is answered
            self.happen()
        return await super().read()


@pytest.mark.parametrize("state", STATES)
def test_what_changes_while_a_stream_is_open_counts_from_its_next_request_on(
    application: Application, state: str
) -> None:
    """The last request of the stream too: that it ends is no answer."""
    cells = list(product((None, *Role), ENTITLEMENTS))

    async def run() -> dict[object, tuple[str, str]]:
        callers: dict[bytes | None, Caller] = {}
        limits = Limits(2, 8, 60.0, 2, 1 << 26, 1 << 20, 1000, OpenLimits(9, 9, 9, 9, 9))
        dispatcher = Dispatcher(
            lambda shown: callers[shown.certificate],
            application.audit,
            performer_of(application),
            limits,
            application.foreground,
        )
        (method,) = all_streams(application)
        found: dict[object, tuple[str, str]] = {}
        try:
            for role, entitlement in cells:
                callers[b"c"] = caller_in("active", frozenset({Role.COUNTER}), "all")
                after = caller_in(state, frozenset({role} if role else ()), entitlement)
                door = ChangingDoor(b"c", [request_of(STREAM).SerializeToString() for _ in range(2)])
                door.happen = partial(callers.__setitem__, b"c", after)
                ended = ""
                try:
                    await dispatcher.stream(method, door)
                except DomainError as error:
                    ended = error.reason.code
                first, *rest = map(_reason_in, door.got)
                assert first not in ACCESS
                told = ended or next((reason for reason in rest if reason in ACCESS), "" if rest else "not answered")
                found[role, entitlement] = told, wanted(ROWS[STREAM], role, state, entitlement)
        finally:
            await dispatcher.close()
        return found

    found = asyncio.run(run())
    assert len(found) == 8 * 4
    assert {cell: told for cell, told in found.items() if told[0] != told[1]} == {}
