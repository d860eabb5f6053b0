"""A client that nobody registered sends what it likes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import grpc
import grpc.aio

from benchmarks.overload.certificates import STRANGER
from benchmarks.overload.load import METHOD
from benchmarks.overload.service import Service

Call = grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]

CALLS, BYTES = 300, 14_000_000
CONNECTIONS = 5
_SETTLING_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of the service in MB: before the calls, at most during them, and ten seconds after at most."""

    idle: float
    most: float
    after: float
    refused: int


async def attack(service: Service, count: int = CALLS) -> Memory:
    """Make so many calls at the same time; return what the service's memory did."""
    idle = service.resident()
    service.forget_most()
    body = bytes(BYTES)
    # A connection of its own for every channel: by default gRPC lets those to one server share one.
    channels = [
        grpc.aio.secure_channel(
            service.address,
            service.credentials(STRANGER),
            options=[("grpc.use_local_subchannel_pool", 1), ("grpc.max_send_message_length", -1)],
        )
        for _ in range(CONNECTIONS)
    ]
    calls: list[Call] = [channel.unary_unary(METHOD) for channel in channels]
    codes = await asyncio.gather(*(_code(calls[n % CONNECTIONS], body) for n in range(count)))
    await asyncio.gather(*(channel.close() for channel in channels))
    most = service.most_resident()
    after = await _settled(service, idle)
    return Memory(idle, most, after, sum(code is not grpc.StatusCode.OK for code in codes))


async def _settled(service: Service, idle: float) -> float:
    """Return what is held once it is as little as before, or after some seconds."""
    for _ in range(round(_SETTLING_SECONDS)):
        if service.resident() <= idle:
            break
        await asyncio.sleep(1.0)
    return service.resident()


async def _code(call: Call, body: bytes) -> grpc.StatusCode:
    try:
        await call(body, timeout=120.0)
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK
