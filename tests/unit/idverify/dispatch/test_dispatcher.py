"""What every call goes through, by a door that is neither gRPC nor anything else."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from idverify.dispatch.dispatcher import Dispatcher, Limits
from idverify.dispatch.method import Item, Method, StreamMethod
from idverify.dispatch.open_calls import OpenLimits
from idverify.dispatch.refusal import FailedError, Refusal
from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import Caller, Credentials, Language, RequestContext, Role
from idverify.ports import ALONE, Following
from idverify.services.application import CallerOf
from idverify.services.calls.call import Call
from idverify.services.foreground import Foreground
from tests.service_kit import World
from tests.unit.idverify.dispatch.test_keeping_up import Database
from tests.waiting import until

COUNTER = Caller("counter-7", frozenset({Role.COUNTER}))
BOUND = Caller("counter-8", frozenset({Role.COUNTER}), agency_code="H05.12")
AUDITOR = Caller("auditor-1", frozenset({Role.AUDITOR}))
CALLERS = {caller.name.encode(): caller for caller in (COUNTER, BOUND, AUDITOR)}
LIMITS = Limits(
    workers=2,
    queue_length=1,
    default_deadline=20.0,
    stream_concurrency=2,
    request_memory=4 << 20,
    largest_request=2 << 20,
    strangers_per_minute=3,
    open=OpenLimits(4, 16, 32, 2, 3),
)
ID = "3f2b8c54-6f0e-4a52-9d3c-0a8a3c1f7e11"


def caller_of(shown: Credentials) -> Caller:
    certificate = shown.certificate
    if certificate not in CALLERS:
        raise DomainError(Reason.CLIENT_UNKNOWN, "nobody")
    return CALLERS[certificate]


@dataclass
class Door:
    """A call: who makes it, how long they wait, and, of a stream, what they send and get."""

    certificate: bytes | None = b"counter-7"
    seconds: float | None = None
    sent: list[bytes] = field(default_factory=list)
    got: list[bytes] = field(default_factory=list)
    peer: str = "10.0.0.1"
    connection: str = "10.0.0.1:5000"
    reads: int = 0
    language: Language = Language.EN
    watermark: str = ""
    let_in: int = 0

    def admitted(self) -> None:
        self.let_in += 1

    @property
    def credentials(self) -> Credentials:
        return Credentials(self.certificate)

    def seconds_left(self) -> float | None:
        return self.seconds

    async def read(self) -> bytes | None:
        self.reads += 1
        return self.sent.pop(0) if self.sent else None

    async def write(self, answer: bytes) -> None:
        self.got.append(answer)


def read(body: bytes) -> dict[str, str]:
    """Read ``name=value name=value``."""
    try:
        return dict(part.split("=") for part in body.decode().split())
    except ValueError:
        raise DomainError(Reason.FIELD_INVALID, "not a request", {"field": "request"}) from None


def context(request: dict[str, str]) -> RequestContext:
    return RequestContext(request.get("id", ""), agency_code=request.get("agency", ""), officer_id="cb-07")


def answer(call: Call, request: dict[str, str]) -> bytes:
    call.deadline.check()
    if "fail" in request:
        raise KeyError("secret")
    return f"{call.caller.name} {call.method} {call.context.agency_code} {request.get('say', '')}".encode()


def content(request: dict[str, str]) -> bytes:
    return request.get("say", "").encode()


VERIFY = Method("idverify.v1.VerificationService", "Verify", read, context, content, answer, needs_request_id=True)
QUIET = replace(VERIFY, name="Identify", needs_request_id=False)


def item(body: bytes) -> Item:
    return Item(read(body).get("id", ""), body)


def refused(item: Item, place: int, refusal: Refusal, language: Language) -> bytes:
    assert language is Language.EN  # as the door has it
    said = refusal.reason.code if isinstance(refusal, DomainError) else "FAILED"
    return f"{place} {item.request_id} {said}".encode()


def answered(item: Item, place: int, given: bytes) -> bytes:
    return f"{place} {item.request_id} ".encode() + given


STREAM = StreamMethod("idverify.v1.VerificationService", "IdentifyStream", QUIET, item, answered, refused)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


def run(
    world: World,
    scenario: Callable[[Dispatcher], Awaitable[Any]],
    limits: Limits = LIMITS,
    following: Following = ALONE,
    known: CallerOf = caller_of,
) -> Any:
    async def whole() -> Any:
        dispatcher = Dispatcher(known, world.audit, world.performer, limits, Foreground(), following=following)
        try:
            return await scenario(dispatcher)
        finally:
            await dispatcher.close()

    return asyncio.run(whole())


def call(world: World, body: str = f"id={ID} say=hello", door: Door | None = None, method: Method[Any] = VERIFY) -> Any:
    door = replace(door or Door(), sent=[body.encode()])
    return run(world, lambda dispatcher: dispatcher.call(method, door))


def _admitted(dispatcher: Dispatcher) -> int:
    workers = dispatcher._workers
    return len(workers._running) + len(list(workers._queue))


def reason_of(world: World, *given: Any, **named: Any) -> Reason:
    with pytest.raises(DomainError) as caught:
        call(world, *given, **named)
    return caught.value.reason


def denials(world: World) -> list[tuple[str, str, object, str]]:
    entries = [event.entry for event in world.trail()]
    return [(e.caller, e.action, e.details["reason"], e.context.officer_id) for e in entries if e.outcome == "DENIED"]


def test_a_call_is_answered(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "idverify")
    assert call(world) == b"counter-7 Verify  hello"
    (line,) = [r.__dict__ for r in caplog.records if r.message == "call"]
    assert (line["method"], line["caller"], line["code"], line["request_id"]) == (
        "idverify.v1.VerificationService/Verify",
        "counter-7",
        "OK",
        ID,
    )
    assert line["transaction_id"]


def test_who_is_turned_away_is_in_the_trail(world: World) -> None:
    assert reason_of(world, door=Door(certificate=None)) is Reason.CLIENT_UNKNOWN
    assert reason_of(world, door=Door(certificate=b"auditor-1")) is Reason.CLIENT_NOT_AUTHORIZED
    assert reason_of(world, "not a request", Door(certificate=b"auditor-1")) is Reason.CLIENT_NOT_AUTHORIZED
    assert denials(world) == [
        ("unknown", "Verify", "CLIENT_UNKNOWN", ""),
        ("auditor-1", "Verify", "CLIENT_NOT_AUTHORIZED", ""),
        ("auditor-1", "Verify", "CLIENT_NOT_AUTHORIZED", ""),
    ]


def test_strangers_do_not_fill_the_trail(world: World) -> None:
    async def scenario(dispatcher: Dispatcher) -> list[Reason]:
        told = []
        for certificate, peer in [(None, "10.0.0.1")] * 5 + [(None, "10.0.0.2"), (b"nobody", "10.0.0.1")]:
            with pytest.raises(DomainError) as caught:
                await dispatcher.call(VERIFY, Door(certificate, peer=peer))
            told.append(caught.value.reason)
        return told

    often, unknown = Reason.CALL_BUDGET_EXCEEDED, Reason.CLIENT_UNKNOWN
    assert run(world, scenario) == [unknown] * 3 + [often] * 2 + [unknown, unknown]
    assert denials(world) == [("unknown", "Verify", "CLIENT_UNKNOWN", "")] * 5


@pytest.mark.parametrize("watermark", ["9" * 18, "-1"])
def test_what_a_stranger_says_of_other_servers_is_not_looked_at(world: World, watermark: str) -> None:
    database = Database()

    async def scenario(dispatcher: Dispatcher) -> list[Reason]:
        told = []
        for _ in range(5):
            door = Door(None, watermark=watermark)
            with pytest.raises(DomainError) as caught:
                await dispatcher.call(VERIFY, door)
            told.append(caught.value.reason)
            assert door.let_in == 0
        return told

    often, unknown = Reason.CALL_BUDGET_EXCEEDED, Reason.CLIENT_UNKNOWN
    assert run(world, scenario, following=database) == [unknown] * 3 + [often] * 2
    assert database.rounds == 5  # one a call: who was registered elsewhere is known


def test_a_client_pays_for_what_it_says_of_other_servers(world: World) -> None:
    brisk = replace(COUNTER, calls_per_minute=2)

    async def scenario(dispatcher: Dispatcher) -> list[Reason]:
        told = []
        for _ in range(3):
            with pytest.raises(DomainError) as caught:
                await dispatcher.call(VERIFY, Door(watermark="-1"))
            told.append(caught.value.reason)
        with pytest.raises(DomainError) as caught:
            await dispatcher.stream(STREAM, Door(watermark="-1"))
        return [*told, caught.value.reason]

    wrong, often = Reason.FIELD_INVALID, Reason.CALL_BUDGET_EXCEEDED
    assert run(world, scenario, following=Database(), known=lambda _: brisk) == [wrong, wrong, often, often]


def test_who_waits_for_another_server_has_a_call_open(world: World) -> None:
    database = Database()
    one = replace(LIMITS, open=replace(LIMITS.open, client_calls=1))

    async def scenario(dispatcher: Dispatcher) -> None:
        waits = asyncio.create_task(dispatcher.call(QUIET, Door(watermark="8", sent=[b"say=x"])))
        await until(lambda: database.rounds > 1)
        with pytest.raises(DomainError, match="TOO_MANY_OPEN"):
            await dispatcher.call(QUIET, Door(sent=[b"say=y"]))
        database.committed = 8
        assert await waits == b"counter-7 Identify  x"

    run(world, scenario, one, database)


def test_who_was_revoked_in_what_was_waited_for_is_turned_away(world: World) -> None:
    database = Database()

    def known(_: Credentials) -> Caller:
        return replace(COUNTER, barred=Reason.CLIENT_REVOKED if database.followed > 7 else None)

    async def scenario(dispatcher: Dispatcher) -> None:
        waits = asyncio.create_task(dispatcher.call(QUIET, Door(watermark="8", sent=[b"say=x"])))
        await until(lambda: database.rounds > 1)
        database.committed = 8
        with pytest.raises(DomainError, match="CLIENT_REVOKED"):
            await waits

    run(world, scenario, following=database, known=known)


def test_callers_are_let_in_who_are_known(world: World) -> None:
    doors = [Door(sent=[f"id={ID}".encode()]), Door(b"auditor-1"), Door(sent=[b"id=a"])]

    async def scenario(dispatcher: Dispatcher) -> None:
        await dispatcher.call(VERIFY, doors[0])
        with pytest.raises(DomainError, match="CLIENT_NOT_AUTHORIZED"):
            await dispatcher.call(VERIFY, doors[1])
        await dispatcher.stream(STREAM, doors[2])

    run(world, scenario)
    assert [door.let_in for door in doors] == [1, 0, 1]


@pytest.mark.parametrize("certificate", [None, b"auditor-1"])
def test_the_request_of_who_is_turned_away_is_not_read(world: World, certificate: bytes | None) -> None:
    door = Door(certificate, sent=[b"id=a"])
    with pytest.raises(DomainError, match=r"^CLIENT_"):
        run(world, lambda dispatcher: dispatcher.call(VERIFY, door))
    assert (door.reads, door.sent) == (0, [b"id=a"])


def test_a_method_takes_no_more_bytes_than_it_says(world: World) -> None:
    with pytest.raises(DomainError) as caught:
        call(world, "say=" + "x" * 100, method=replace(QUIET, most_bytes=50))
    assert (caught.value.reason, caught.value.metadata) == (Reason.REQUEST_TOO_LARGE, {"limit_bytes": "50"})
    assert call(world, "say=x", method=replace(QUIET, most_bytes=50)) == b"counter-7 Identify  x"
    brief = replace(STREAM, each=replace(QUIET, most_bytes=20))
    door = Door(sent=[b"id=a", b"id=b say=" + b"x" * 20])
    run(world, lambda dispatcher: dispatcher.stream(brief, door))
    assert sorted(door.got) == [b"0 a counter-7 Identify  ", b"1  REQUEST_TOO_LARGE"]


class Freed(bytes):
    """A request that says when it leaves the memory."""

    gone: ClassVar[list[int]] = []

    def __del__(self) -> None:
        self.gone.append(len(self))


@pytest.mark.parametrize("body", [b"nonsense", b"say=no_id", b"id=a fail=yes", b"id=a agency=H05.13"])
def test_a_refused_request_leaves_the_memory_without_a_collection(world: World, body: bytes) -> None:
    async def scenario(dispatcher: Dispatcher) -> None:
        door = Door(b"counter-8", sent=[Freed(body)])
        Freed.gone.clear()
        gc.collect()
        gc.disable()
        try:
            with suppress(DomainError, FailedError):
                await dispatcher.call(VERIFY, door)
            for _ in range(100):  # the worker's thread lets go of it a moment later
                await asyncio.sleep(0.01)
                if Freed.gone:
                    break
            assert Freed.gone == [len(body)]
        finally:
            gc.enable()

    run(world, scenario)


def test_a_call_without_a_request_is_refused(world: World) -> None:
    with pytest.raises(DomainError, match="FIELD_INVALID"):
        run(world, lambda dispatcher: dispatcher.call(VERIFY, Door()))


def test_a_caller_acts_for_its_own_agency(world: World) -> None:
    own = Door(certificate=b"counter-8")
    assert call(world, f"id={ID}", own) == b"counter-8 Verify H05.12 "
    assert reason_of(world, f"id={ID} agency=H05.13", own) is Reason.CLIENT_NOT_AUTHORIZED
    assert denials(world) == [("counter-8", "Verify", "CLIENT_NOT_AUTHORIZED", "cb-07")]


def test_what_has_an_effect_needs_a_request_id(world: World) -> None:
    with pytest.raises(DomainError) as caught:
        call(world, "say=hello")
    assert (caught.value.reason, caught.value.metadata) == (Reason.FIELD_MISSING, {"field": "context.request_id"})
    assert call(world, "say=hello", method=QUIET) == b"counter-7 Identify  hello"
    assert reason_of(world, "nonsense") is Reason.FIELD_INVALID


def test_a_failure_is_told_by_reference_only(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(FailedError) as caught:
        call(world, f"id={ID} fail=yes")
    assert caught.value.reference == ID
    (line,) = [r.__dict__ for r in caplog.records if r.message == "call failed"]
    assert (line["code"], line["exception"], line["request_id"]) == ("INTERNAL", "KeyError", ID)
    assert "secret" not in str(line)
    assert "cause" not in line


def test_of_what_was_changed_past_the_service_the_log_has_the_cause(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(call: Call, request: dict[str, str]) -> bytes:
        raise StoredDataError("the audit trail was taken back")

    with pytest.raises(FailedError):
        call(world, method=replace(QUIET, run=fail))
    (line,) = [r.__dict__ for r in caplog.records if r.message == "call failed"]
    assert (line["exception"], line["cause"]) == ("StoredDataError", "the audit trail was taken back")


def test_the_client_or_the_server_says_until_when(world: World) -> None:
    assert reason_of(world, door=Door(seconds=0.0)) is Reason.DEADLINE_EXCEEDED
    asked = threading.Event()

    def wait(call: Call, request: dict[str, str]) -> bytes:
        del request
        asked.wait(20)
        call.deadline.check()  # the caller has gone
        raise AssertionError

    short = replace(LIMITS, default_deadline=0.05)

    async def scenario(dispatcher: Dispatcher) -> None:
        with pytest.raises(DomainError, match="DEADLINE_EXCEEDED"):
            await dispatcher.call(replace(QUIET, run=wait), Door(sent=[b""]))
        asked.set()

    run(world, scenario, short)


def test_what_does_not_fit_the_queue_is_refused_but_what_is_at_once(world: World) -> None:
    gate = threading.Event()

    def wait(call: Call, request: dict[str, str]) -> bytes:
        gate.wait(20)
        return answer(call, request)

    slow, at_once = replace(QUIET, run=wait), replace(QUIET, at_once=True)

    async def scenario(dispatcher: Dispatcher) -> None:
        held = [asyncio.create_task(dispatcher.call(slow, Door(sent=[b""]))) for _ in range(3)]
        await until(lambda: _admitted(dispatcher) == 3)
        with pytest.raises(DomainError, match="SERVER_BUSY"):
            await dispatcher.call(QUIET, Door(sent=[b""]))
        assert await dispatcher.call(at_once, Door(sent=[b"say=now"])) == b"counter-7 Identify  now"
        gate.set()
        assert len(await asyncio.gather(*held)) == 3

    run(world, scenario)


def streamed(world: World, sent: Sequence[bytes], certificate: bytes = b"counter-7") -> list[bytes]:
    door = Door(certificate, sent=list(sent))
    run(world, lambda dispatcher: dispatcher.stream(STREAM, door))
    return sorted(door.got)


def test_each_request_of_a_stream_has_its_own_outcome(world: World) -> None:
    assert streamed(world, [b"id=a say=x", b"nonsense", b"id=b fail=yes", b"id=c say=y"]) == [
        b"0 a counter-7 Identify  x",
        b"1  FIELD_INVALID",
        b"2 b FAILED",
        b"3 c counter-7 Identify  y",
    ]


def test_a_request_of_a_stream_is_for_the_callers_agency_too(world: World) -> None:
    assert streamed(world, [b"id=a agency=H05.13", b"id=b"], b"counter-8") == [
        b"0 a CLIENT_NOT_AUTHORIZED",
        b"1 b counter-8 Identify H05.12 ",
    ]


def test_a_stream_is_refused_as_a_whole_only_to_who_may_not_open_it(world: World) -> None:
    with pytest.raises(DomainError, match="CLIENT_NOT_AUTHORIZED"):
        streamed(world, [b"id=a"], b"auditor-1")
    assert denials(world) == [("auditor-1", "IdentifyStream", "CLIENT_NOT_AUTHORIZED", "")]


def test_a_time_out_that_is_not_the_calls_own_is_a_failure(world: World) -> None:
    def out_of_time(call: Call, request: dict[str, str]) -> bytes:
        raise TimeoutError

    with pytest.raises(FailedError):
        call(world, method=replace(VERIFY, run=out_of_time))


def test_a_stream_waits_where_a_call_is_refused(world: World) -> None:
    gate = threading.Event()

    def wait(call: Call, request: dict[str, str]) -> bytes:
        gate.wait(20)
        return answer(call, request)

    busy = replace(QUIET, run=wait)

    async def scenario(dispatcher: Dispatcher) -> None:
        held = [asyncio.create_task(dispatcher.call(busy, Door(sent=[b""]))) for _ in range(3)]
        await until(lambda: _admitted(dispatcher) == 3)
        door = Door(sent=[b"id=a say=x"])
        waiting = asyncio.create_task(dispatcher.stream(STREAM, door))
        await asyncio.sleep(0.1)
        assert door.got == []
        gate.set()
        await asyncio.gather(waiting, *held)
        assert door.got == [b"0 a counter-7 Identify  x"]

    run(world, scenario)
