"""Does the model foretell what the running service does?

What a call takes of the processor, and how much of that at once, is measured; how long calls take that come by chance
is foretold.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import grpc.aio
import numpy as np

from benchmarks.capacity.queueing import Times, poisson, responses
from benchmarks.overload.certificates import CLIENTS
from benchmarks.overload.service import Service
from benchmarks.speed.verifications import Asked, answered

LOADS = 0.3, 0.6
"""Parts of what the service can do, at which it is asked."""

_TOGETHER = 8
_REPEATS = 20


@dataclass(frozen=True, slots=True)
class Measured:
    """What the model is given: seconds of each call alone, core seconds of a call, and cores that many calls get."""

    alone: Times
    work: float
    cores: float


@dataclass(frozen=True, slots=True)
class Foretold:
    """Seconds of a call at one load, as foretold and as seen: the mean, and what half of them take at most."""

    load: float
    rate: float
    mean: tuple[float, float]
    median: tuple[float, float]

    @property
    def ratio(self) -> float:
        """Foretold over seen, of the means."""
        return self.mean[0] / self.mean[1]


def measured(service: Service, asked: Asked, requests: Sequence[bytes]) -> Measured:
    """Ask one by one, then many at once, each half of the requests."""
    half = len(requests) // 2
    seconds, _ = asyncio.run(answered(service, asked, requests[:half], 1))
    before = _processor(service)
    _, whole = asyncio.run(answered(service, asked, requests[half:], _TOGETHER))
    spent = _processor(service) - before
    return Measured(np.array(seconds), spent / (len(requests) - half), spent / whole)


def together(first: Measured, second: Measured) -> Measured:
    """Return what was measured before and after: what else the machine did changed meanwhile."""
    alone = np.concatenate([first.alone, second.alone])
    return Measured(alone, (first.work + second.work) / 2, (first.cores + second.cores) / 2)


def seen(service: Service, asked: Asked, requests: Sequence[bytes], of: Measured, load: float) -> tuple[Times, Times]:
    """Ask as people come, at a part of what the service can do; return when they came, and how long each waited."""
    arrivals = poisson(np.random.default_rng(round(1000 * load)), load * of.cores / of.work, len(requests))
    return arrivals, asyncio.run(_at(service, asked, requests, arrivals))


def foretold(arrivals: Times, waited: Times, of: Measured, load: float) -> Foretold:
    """Foretell the same, and put it beside what was seen."""
    random = np.random.default_rng(round(1000 * load))
    most = of.work / float(of.alone.mean())
    work = [random.choice(of.alone, len(arrivals)) * most for _ in range(_REPEATS)]
    expected = np.concatenate([responses(arrivals, each, of.cores, most) for each in work])
    return Foretold(
        load,
        len(arrivals) / float(arrivals[-1]),
        (float(expected.mean()), float(waited.mean())),
        (float(np.median(expected)), float(np.median(waited))),
    )


async def _at(service: Service, asked: Asked, requests: Sequence[bytes], arrivals: Times) -> Times:
    """Send each request at its time; return how long each took from that time on."""
    channels = [grpc.aio.secure_channel(service.address, service.credentials(name)) for name in CLIENTS]
    await asyncio.gather(*(channel.channel_ready() for channel in channels))
    began = time.perf_counter()

    async def one(number: int, request: bytes, comes: float) -> float:
        await asyncio.sleep(max(0.0, began + comes - time.perf_counter()))
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]
        call = channels[number % len(channels)].unary_unary(asked.method)
        await call(request, timeout=60.0)
        return time.perf_counter() - began - comes

    taken = await asyncio.gather(*map(one, count(), requests, arrivals.tolist()))
    await asyncio.gather(*(channel.close() for channel in channels))
    return np.array(taken)


def _processor(service: Service) -> float:
    """Return the processor time of who serves and of who asks, seconds: they share the cores."""
    fields = Path(f"/proc/{service.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + time.process_time()
