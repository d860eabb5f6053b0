"""The client whose calls are awaited: the same calls, answers and refusals as of the one that blocks."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator
from typing import Any, assert_type

import grpc
import pytest
from google.protobuf.message import Message

from idverify.client import AsyncClient, Client, ServiceError
from idverify.client.calls import AllPages, Call, Pages, Stream
from idverify.v1 import enrolment_pb2
from idverify.v1.types_pb2 import Purpose
from idverify.v1.verification_pb2 import IdentifyRequest
from tests.unit.idverify.client.scripted import DESK, deleted, refuse, scripted
from tests.waiting import PATIENCE

KINDS = (Call, Pages, AllPages, Stream)


def described(client: type) -> dict[str, Any]:
    """Everything about a client that is a call."""
    return {name: value for name, value in inspect.getmembers_static(client) if isinstance(value, KINDS)}


def test_both_clients_have_the_same_calls_with_one_description_each() -> None:
    ours, theirs = described(Client), described(AsyncClient)
    assert len(ours) > 80
    assert ours.keys() == theirs.keys()
    assert all(ours[name] is theirs[name] for name in ours)
    public = {name for name in dir(Client) if not name.startswith("_")}
    assert public == {name for name in dir(AsyncClient) if not name.startswith("_")}
    assert all(inspect.getdoc(value) for value in ours.values())


def test_a_call_is_told_and_its_refusal_too() -> None:
    async def play(address: str) -> None:
        async with AsyncClient(address, desk=DESK, timeout=PATIENCE) as client:
            assert await client.wait_until_serving(PATIENCE)
            answer = await client.delete_citizen("001099000001")
            assert_type(answer, enrolment_pb2.DeleteCitizenResponse)
            assert answer.removed_templates == 3
            with pytest.raises(ServiceError) as caught:
                await client.delete_citizen("001099000001")
            assert (caught.value.code, caught.value.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_MISSING")
            assert caught.value.metadata == {"field": "citizen_number"}

    with scripted(deleted, refuse(grpc.StatusCode.INVALID_ARGUMENT, "FIELD_MISSING", field="citizen_number")) as (
        at,
        _,
    ):
        asyncio.run(play(at))


def test_unavailable_is_repeated_with_the_same_request_id() -> None:
    async def play(address: str) -> int:
        async with AsyncClient(address, timeout=PATIENCE) as client:
            return (await client.delete_citizen("001099000001")).removed_templates

    with scripted(refuse(grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE"), deleted) as (at, script):
        assert asyncio.run(play(at)) == 3
        assert len({request.context.request_id for request in script.requests}) == 1
        assert len(script.requests) == 2


def test_pages_are_fetched_until_the_last() -> None:
    def page(request: enrolment_pb2.ListCitizensRequest, _: grpc.ServicerContext) -> Message:
        number = int(request.page_token or 0)
        citizen = enrolment_pb2.Citizen(subject_id=f"s{number}")
        return enrolment_pb2.ListCitizensResponse(
            citizens=[citizen], next_page_token=str(number + 1) if not number else ""
        )

    async def play(address: str) -> list[str]:
        async with AsyncClient(address, timeout=PATIENCE) as client:
            return [citizen.subject_id async for citizen in client.citizens(Purpose.PURPOSE_TEST)]

    with scripted(page) as (at, _):
        assert asyncio.run(play(at)) == ["s0", "s1"]


def test_one_call_has_a_deadline_of_its_own() -> None:
    def slow(_: Any, context: grpc.ServicerContext) -> Message:
        remaining.append(context.time_remaining())
        return deleted()

    async def play(address: str) -> None:
        async with AsyncClient(address, timeout=600) as client:
            await client.delete_citizen("001099000001")
            await client.within(60).delete_citizen("001099000001")
            await client.delete_citizen("001099000001")

    remaining: list[float] = []
    with scripted(slow) as (at, _):
        asyncio.run(play(at))
        with Client(at, timeout=600) as client:
            client.within(60).delete_citizen("001099000001")
    assert [left < 61 for left in remaining] == [False, True, False, True]


def test_a_server_that_does_not_serve() -> None:
    async def play(address: str) -> bool:
        async with AsyncClient(address) as client:
            return await client.wait_until_serving(0.3)

    with scripted(deleted, serving=False) as (at, _):
        assert not asyncio.run(play(at))
    assert not asyncio.run(play("127.0.0.1:1"))


def test_requests_that_are_awaited_are_not_for_the_client_that_blocks() -> None:
    async def some() -> AsyncIterator[IdentifyRequest]:
        yield IdentifyRequest()

    with scripted(deleted) as (at, _), Client(at) as client, pytest.raises(TypeError, match="AsyncClient"):
        client.identify_many(some())


def test_without_tls_only_this_machine_is_called() -> None:
    async def play() -> None:
        AsyncClient("service.example:443")

    with pytest.raises(ValueError, match="without TLS"):
        asyncio.run(play())
