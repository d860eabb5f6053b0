"""Calls straight into the dispatch, as a door makes them: quick enough for a million."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from idverify.dispatch.refusal import FailedError
from idverify.domain.errors import DomainError
from idverify.domain.guidance.language import language_asked
from idverify.domain.model import Credentials, Language
from idverify.rpc.dispatching import dispatcher_of
from idverify.rpc.errors import status_of
from idverify.rpc.servicers.all import all_methods, all_streams
from tests.attack.mutate.mutants import Mutant
from tests.attack.mutate.outcomes import GONE, Outcome, refused, refused_in_stream
from tests.attack.mutate.rpcs import RPCS
from tests.attack.mutate.target import Target

LAST_IN_LINE = "idverify.v1.AttemptService/ListAttemptLimits", "idverify.v1.AuditService/CheckAuditTrail"
"""One call for the only worker, and one for the only thread for what is long."""


@dataclass
class Arrived:
    """Implements :class:`idverify.dispatch.door.StreamArrival`."""

    certificate: bytes | None
    sent: list[bytes]
    seconds: float | None = 30.0
    peer: str = "192.0.2.7"
    connection: str = "192.0.2.7:5000"
    language: Language = Language.VI
    watermark: str = ""
    got: list[bytes] = field(default_factory=list)

    @property
    def credentials(self) -> Credentials:
        """What it shows of who makes it."""
        return Credentials(self.certificate)

    def admitted(self) -> None:
        """Nothing more is told them here."""

    def seconds_left(self) -> float | None:
        return self.seconds

    async def read(self) -> bytes | None:
        return self.sent.pop(0) if self.sent else None

    async def write(self, answer: bytes) -> None:
        self.got.append(answer)


class Dispatching:
    """Makes calls one after another. Made and used on an event loop."""

    def __init__(self, target: Target) -> None:
        application = target.application
        self._certificates = target.certificates
        self._methods = {method.full_name: method for method in all_methods(application)}
        self._streams = {stream.full_name: stream for stream in all_streams(application)}
        self._dispatcher = dispatcher_of(target.settings, application)

    async def call(self, mutant: Mutant) -> Outcome:
        """Make a call; when it returns nothing of it is being worked on any more."""
        arrival = Arrived(
            self._certificates[mutant.who], list(mutant.bodies), mutant.seconds, language=_language(mutant)
        )
        outcome = await self._ended(mutant, arrival)
        if outcome.code in {GONE, "DEADLINE_EXCEEDED"}:
            await self._settled(mutant.rpc)
        return outcome

    async def close(self) -> None:
        """Wait for what runs."""
        await self._dispatcher.close()

    async def _ended(self, mutant: Mutant, arrival: Arrived) -> Outcome:
        stream = self._streams.get(mutant.rpc)
        work: Coroutine[Any, Any, bytes | None]
        if stream is None:
            work = self._dispatcher.call(self._methods[mutant.rpc], arrival)
        else:
            work = self._dispatcher.stream(stream, arrival)
        try:
            answer = await (work if mutant.gone_after is None else _given_up(work, mutant.gone_after))
        except (DomainError, FailedError) as error:
            told = refused(status_of(error, RPCS[mutant.rpc].name, arrival.language))
            return Outcome(told.code, [told])
        except asyncio.CancelledError:
            return Outcome(GONE)
        if stream is None:
            return Outcome("OK", answers=[answer or b""])
        return Outcome("OK", refused_in_stream(arrival.got), arrival.got)

    async def _settled(self, rpc: str) -> None:
        """Wait until the thread is free again: what was begun runs to its end though nobody waits for it."""
        apart = rpc in self._methods and self._methods[rpc].apart
        last = self._methods[LAST_IN_LINE[apart]]
        await self._dispatcher.call(last, Arrived(self._certificates["tester"], [b""]))


def _language(mutant: Mutant) -> Language:
    return language_asked(",".join(str(value) for name, value in mutant.metadata if name == "accept-language"))


async def _given_up(work: Coroutine[Any, Any, bytes | None], steps: int) -> bytes | None:
    task = asyncio.ensure_future(work)
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    return await task
