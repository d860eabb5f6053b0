"""Calls at a given rate, whatever becomes of them, and what became of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import grpc
import grpc.aio

from benchmarks.overload.certificates import CLIENTS
from benchmarks.overload.service import Service

METHOD = "/idverify.v1.BiometricService/CheckQuality"
_BUSY = grpc.StatusCode.RESOURCE_EXHAUSTED


@dataclass(frozen=True, slots=True)
class Outcome:
    """One call: its status, and how long it took."""

    code: grpc.StatusCode
    seconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the calls of one measurement.

    Attributes:
        offered: calls a second.
        goodput: answers in time, a second.
        refused: calls that were told to come again.
        expired: calls that were let in and not answered in time.
        median, late: seconds that half and 99 % of the calls that were let in took at most, expired ones included.
        refusal_late: seconds in which 99 % of the refusals came.
    """

    offered: float
    goodput: float
    refused: int
    expired: int
    median: float
    late: float
    refusal_late: float


async def closed_loop(service: Service, body: bytes, callers: int, seconds: float, deadline: float) -> Figures:
    """Have so many callers make one call after the other."""
    outcomes: list[Outcome] = []
    start = time.perf_counter()

    async def caller(call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]) -> None:
        while time.perf_counter() - start < seconds:
            outcomes.append(await _one(call, body, deadline))

    async with _Calls(service) as calls:
        await asyncio.gather(*(caller(calls[n % len(calls)]) for n in range(callers)))
    return _figures(outcomes, time.perf_counter() - start)


async def open_loop(service: Service, body: bytes, rate: float, seconds: float, deadline: float) -> Figures:
    """Make ``rate`` calls a second, evenly, without waiting for answers."""
    tasks: list[asyncio.Task[Outcome]] = []
    async with _Calls(service) as calls:
        start = time.perf_counter()
        for n in range(round(rate * seconds)):
            await asyncio.sleep(max(0.0, start + n / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(_one(calls[n % len(calls)], body, deadline)))
        offering = time.perf_counter() - start
        outcomes = await asyncio.gather(*tasks)
    whole = time.perf_counter() - start
    return _figures(outcomes, offering, whole)


class _Calls:
    """The method as each of the registered clients may call it."""

    def __init__(self, service: Service) -> None:
        self._channels = [grpc.aio.secure_channel(service.address, service.credentials(name)) for name in CLIENTS]

    async def __aenter__(self) -> list[grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]]:
        await asyncio.gather(*(channel.channel_ready() for channel in self._channels))
        return [channel.unary_unary(METHOD) for channel in self._channels]

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(channel.close() for channel in self._channels))


async def _one(call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes], body: bytes, deadline: float) -> Outcome:
    start = time.perf_counter()
    try:
        await call(body, timeout=deadline)
    except grpc.aio.AioRpcError as error:
        return Outcome(error.code(), time.perf_counter() - start)
    return Outcome(grpc.StatusCode.OK, time.perf_counter() - start)


def _figures(outcomes: Sequence[Outcome], offering: float, whole: float | None = None) -> Figures:
    answered = [one.seconds for one in outcomes if one.code is grpc.StatusCode.OK]
    refused = [one.seconds for one in outcomes if one.code is _BUSY]
    others = [one.seconds for one in outcomes if one.code not in {grpc.StatusCode.OK, _BUSY}]
    admitted = answered + others
    return Figures(
        offered=len(outcomes) / offering,
        goodput=len(answered) / (whole or offering),
        refused=len(refused),
        expired=len(others),
        median=_quantile(admitted, 0.5),
        late=_quantile(admitted, 0.99),
        refusal_late=_quantile(refused, 0.99),
    )


def _quantile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0
