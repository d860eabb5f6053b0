"""A client says with each call how new the answers were that it had, of whichever server."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
from google.protobuf.message import Message

from idverify.client import AsyncClient, Client
from idverify.client.transport.watermark import Watermark
from idverify.v1 import audit_pb2
from tests.unit.idverify.client.scripted import scripted


class Server:
    """Says of each answer how new it is, in turn, and notes what it was told."""

    def __init__(self, *newest: str) -> None:
        self.newest = list(newest)
        self.told: list[str | bytes] = []

    def __call__(self, request: Any, context: grpc.ServicerContext) -> Message:
        self.told.append(dict(context.invocation_metadata()).get("idverify-watermark", ""))
        told = self.newest.pop(0)
        context.set_trailing_metadata((("idverify-watermark", told),) if told else ())
        return audit_pb2.CheckAuditTrailResponse()


def test_the_newest_is_said_whatever_came_later() -> None:
    server = Server("", "7", "5", "soon", "9")
    with scripted(server) as (address, _), Client(address) as client:
        for _ in range(4):
            client.within(20).check_audit_trail()
        client.check_audit_trail()
    assert server.told == ["", "", "7", "7", "7"]


def test_calls_that_are_awaited_say_it_too() -> None:
    server = Server("7", "8")

    async def calls(address: str) -> None:
        async with AsyncClient(address) as client:
            await client.check_audit_trail()
            await client.check_audit_trail()

    with scripted(server) as (address, _):
        asyncio.run(calls(address))
    assert server.told == ["", "7"]


def test_what_is_no_watermark_is_none() -> None:
    watermark = Watermark()
    watermark.note(None)
    watermark.note([("idverify-watermark", b"7"), ("other", "8")])
    assert watermark.metadata() == (("idverify-watermark", "7"),)
    for told in ("9" * 19, "9" * 5000, "\u00b2", "\u0663", "-9", "9 ", ""):
        watermark.note([("idverify-watermark", told)])
    assert watermark.metadata() == (("idverify-watermark", "7"),)
    watermark.note([("idverify-watermark", "9" * 18)])
    assert watermark.metadata() == (("idverify-watermark", "9" * 18),)
