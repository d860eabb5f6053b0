"""How often somebody may try: a client with a citizen, all clients with a citizen, a client with all citizens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle

import grpc

from idverify.v1 import attempts_pb2, attempts_pb2_grpc, types_pb2
from matcher.types import Template
from tests.attack.case import Case, Findings, Outcome
from tests.attack.people import enrol, minutiae, number_of, strangers, touch, verification
from tests.attack.stage import ENTRIES, Entry, Server, Stage
from tests.e2e.harness import Refusal, context, read_refusal, refusal


@dataclass
class Series:
    """Tries one after the other, as fast as the service lets them, until a lock.

    Attributes:
        left: what each answer said is left.
        waits: seconds that each refusal said to wait, which then were waited.
        scopes: of those refusals.
        unguided: refusals without RetryInfo.
        locked: the refusal that says so.
    """

    left: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    scopes: set[str] = field(default_factory=set)
    unguided: int = 0
    locked: Refusal | None = None


@dataclass(frozen=True)
class Limits:
    """Failures at which a client is locked out from a citizen, a citizen or a client is locked, and a client waits.

    And how many citizens there are.
    """

    pair: int
    citizen: int
    client: int
    client_waits: int
    citizens: int

    def settings(self) -> dict[str, int]:
        """Return them as the operator sets them."""
        return {
            "attempts_lock": self.pair,
            "attempts_citizen_lock": self.citizen,
            "attempts_client_lock": self.client,
            "attempts_client_free": self.client_waits,
        }


_DEFAULT, _SMALL = Limits(20, 50, 150, 100, citizens=82), Limits(8, 14, 14, 10, citizens=20)


def run(stage: Stage) -> Outcome:
    """Fail until nothing goes on, as one client with one citizen, as several, and as one with many citizens."""
    found, fingers = Findings(), strangers()  # none is shown twice: it would be a replay
    limits = _DEFAULT if stage.full else _SMALL
    site = stage.site(entries={**ENTRIES, **dict.fromkeys(["counter-3", *_SEVERAL], Entry())})
    with site.serving(moved_clock=True, **limits.settings()) as server:
        enrol(server, range(limits.citizens))
        _one_client(server, fingers, found, limits)
        _several_clients(server, fingers, found, limits)
        _many_citizens(server, fingers, found, limits)
    return found.outcome


def _tried(server: Server, fingers: Iterator[Template], tries: Iterable[tuple[str, int]]) -> Series:
    """Try as clients, each with a citizen, until one is locked; wait as long as is said."""
    series = Series()
    assert server.clock is not None
    for client, citizen in tries:
        while series.locked is None:
            request = verification(citizen, [minutiae(next(fingers))])
            try:
                answer = server.stubs(client).verification.Verify(request)
            except grpc.RpcError as error:
                refused = read_refusal(error)
                assert refused.reason in {"ATTEMPTS_EXCEEDED", "ATTEMPTS_LOCKED"}, refused
                if refused.reason == "ATTEMPTS_LOCKED":
                    series.locked = refused
                    return series
                series.unguided += not refused.retry
                series.scopes.add(refused.metadata["scope"])
                series.waits.append(int(refused.metadata["retry_seconds"]))
                server.clock.advance(series.waits[-1])
                continue
            series.left.append(answer.attempts.left)
            break
    return series


def _one_client(server: Server, fingers: Iterator[Template], found: Findings, limits: Limits) -> None:
    series = _tried(server, fingers, (("counter-1", 0) for _ in range(2 * limits.pair)))
    told = [limits.pair - n for n in range(1, 7)]
    found.same("a client with a citizen: left after each of the first", series.left[:6], told)
    found.note(f"waits of {series.waits[0]} to {max(series.waits)} s from 5 on", series.waits[:3] == [30, 60, 120])
    found.same("of them without RetryInfo", series.unguided, 0)
    found.note(f"locked after {len(series.left)}", limits.pair <= len(series.left) <= limits.pair + 2)
    found.same("for", series.locked and series.locked.metadata["scope"], "CLIENT_AND_CITIZEN")
    other = server.stubs("counter-2").verification.Verify(verification(0, [minutiae(touch(0, 1))]))
    found.note("another client's match goes on", other.decision == types_pb2.DECISION_MATCH)
    service = attempts_pb2_grpc.AttemptServiceStub(server.stubs("admin").channel)
    listed = service.ListAttemptLimits(attempts_pb2.ListAttemptLimitsRequest()).limits
    service.LiftAttemptLimit(attempts_pb2.LiftAttemptLimitRequest(context=context(), citizen_number=number_of(0)))
    lifted = server.stubs("counter-1").verification.Verify(verification(0, [minutiae(touch(0, 2))]))
    found.note("an administrator lists and lifts it", bool(listed) and lifted.HasField("disclosure"))


def _several_clients(server: Server, fingers: Iterator[Template], found: Findings, limits: Limits) -> None:
    """Each stays below its own lock with the citizen."""
    clients = cycle(_SEVERAL)
    series = _tried(server, fingers, ((next(clients), 1) for _ in range(2 * limits.citizen)))
    found.note(
        f"a citizen with {len(_SEVERAL)} clients: locked after {len(series.left)}",
        limits.citizen <= len(series.left) <= limits.citizen + 10,
    )
    found.same("for", series.locked and series.locked.metadata["scope"], "CITIZEN")


def _many_citizens(server: Server, fingers: Iterator[Template], found: Findings, limits: Limits) -> None:
    """One citizen after the other, none five times; a client is forgiven 3 an hour, so that the waits let in more."""
    citizens = [citizen for _ in range(4) for citizen in range(2, limits.citizens)]
    series = _tried(server, fingers, (("counter-3", citizen) for citizen in citizens))
    found.note(
        f"a client with many citizens: waits from {limits.client_waits} on, locked after {len(series.left)}",
        limits.client <= len(series.left) <= limits.client_waits + 5 * (limits.client - limits.client_waits),
    )
    found.same("for", series.locked and series.locked.metadata["scope"], "CLIENT")
    match = verification(0, [minutiae(touch(0, 3))])
    again = refusal(server.stubs("counter-3").verification.Verify, match)
    found.same("then also with a finger that would match", again.reason, "ATTEMPTS_LOCKED")


_SEVERAL = ("counter-4", "counter-5", "counter-6", "counter-7")

CASE = Case(
    number="1",
    name="limits on tries",
    before="nothing limited attempts",
    wanted=(
        "limits per client and citizen, citizen, client: growing waits after 5 failures, a lock with a named way out, "
        "RetryInfo and what is left in the answers"
    ),
    run=run,
)
