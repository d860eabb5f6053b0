"""Made-up minutiae that are moved about until they match, against both oracles: the score, and the decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import grpc

from idverify.v1 import types_pb2, verification_pb2
from tests.attack.case import Case, Findings, Outcome
from tests.attack.climbing import Climber
from tests.attack.people import enrol, minutiae, verification
from tests.attack.stage import Entry, Server, Stage
from tests.e2e.harness import read_refusal

_NEARNESS = {
    types_pb2.DECISION_NO_MATCH: 0.0,
    types_pb2.DECISION_INCONCLUSIVE: 1.0,
    types_pb2.DECISION_MATCH: 2.0,
}
_SECONDS_BETWEEN = 1.0
"""On the test's clock: 100,000 calls take more than a day."""

_TOLD_EVERY = 5000


@dataclass
class Climbs:
    """What an attack came to.

    Attributes:
        calls: that were made.
        answered: of them, with a decision.
        refused: the others, by reason and scope.
        matched: calls after which each assertion was had.
    """

    calls: int = 0
    answered: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    matched: list[int] = field(default_factory=list)

    def tried(
        self, server: Server, client: str, citizen: int, climber: Climber, *, by_score: bool
    ) -> verification_pb2.VerifyResponse | None:
        """Make a try and let the climber learn from it; return the answer, None if it was refused."""
        self.calls += 1
        request = verification(citizen, [minutiae(climber.propose())])
        try:
            answer: verification_pb2.VerifyResponse = server.stubs(client).verification.Verify(request)
        except grpc.RpcError as error:
            refused = read_refusal(error)
            self.refused[f"{refused.reason} {refused.metadata.get('scope', '')}".strip()] += 1
            return None
        self.answered += 1
        climber.learn(answer.score if by_score else _NEARNESS[answer.decision])
        return answer


def run_unlimited(stage: Stage) -> Outcome:
    """Climb one citizen after another as a tester, whom nothing limits: by the score, then as if none were told."""
    found = Findings()
    citizens, most = (range(4), 2000) if stage.full else ([_EASY], 320)
    with stage.site().serving() as server:
        enrol(server, citizens)
        for oracle, by_score in (("score", True), ("decision alone", False)):
            climbs = _one_by_one(server, citizens, most, by_score=by_score)
            at = f" after {', '.join(map(str, climbs.matched))} calls" if climbs.matched else ""
            told = f"by the {oracle}: {len(climbs.matched)} of {len(citizens)} matched{at}"
            stage.tell(told)
            # A climber that climbs nowhere with the score would show nothing without it.
            found.note(told, bool(climbs.matched) is by_score)
    return found.outcome


def _one_by_one(server: Server, citizens: Iterable[int], most: int, *, by_score: bool) -> Climbs:
    """Until the assertion is had, or so many calls were made at each."""
    climbs = Climbs()
    for citizen in citizens:
        climber = Climber(1, citizen)
        for made in range(1, most + 1):
            answer = climbs.tried(server, "tester", citizen, climber, by_score=by_score)
            if answer is not None and answer.HasField("disclosure"):
                climbs.matched.append(made)
                break
    return climbs


def run_limited(stage: Stage) -> Outcome:
    """Climb all citizens at once from many clients in turn, whatever is refused."""
    clients, citizens, calls = (10, 1000, 100_000) if stage.full else (2, 10, 300)
    lock, settings = (150, {}) if stage.full else (30, {"attempts_client_lock": 30, "attempts_client_free": 20})
    names = [f"attacker-{number}" for number in range(clients)]
    entries = {"admin": Entry(("admin", "enroller"))} | dict.fromkeys(names, Entry())
    with stage.site(entries=entries).serving(moved_clock=True, **settings) as server:
        enrol(server, range(citizens), "SKIP")
        stage.tell(f"{citizens} enrolled")
        climbs = _storm(stage, server, names, citizens, calls)
    found = Findings()
    refused = ", ".join(f"{count} {reason}" for reason, count in climbs.refused.most_common())
    found.note(
        f"{climbs.calls} calls of {clients} clients at {citizens} citizens: {len(climbs.matched)} assertions",
        not climbs.matched,
    )
    # Of its failures 3 an hour are forgiven a client.
    most = clients * (lock + 3 * calls * _SECONDS_BETWEEN / 3600)
    found.note(f"{climbs.answered} answered; refused: {refused}", climbs.answered <= most)
    return found.outcome


def _storm(stage: Stage, server: Server, names: list[str], citizens: int, calls: int) -> Climbs:
    climbs, climbers = Climbs(), [Climber(2, citizen) for citizen in range(citizens)]
    assert server.clock is not None
    for number in range(calls):
        citizen = number // len(names) % citizens
        server.clock.advance(_SECONDS_BETWEEN)
        answer = climbs.tried(server, names[number % len(names)], citizen, climbers[citizen], by_score=False)
        if answer is not None and answer.HasField("disclosure"):
            climbs.matched.append(climbs.calls)
        if climbs.calls % _TOLD_EVERY == 0:
            stage.tell(f"{climbs.calls} calls, {climbs.answered} answered, {len(climbs.matched)} assertions")
    return climbs


_EASY = 8
"""A citizen whom this climber reaches soon."""

UNLIMITED = Case(
    number="1",
    name="hill climber without limits",
    before="by the score told on NO_MATCH, MATCH in 5 of 8 runs after 517 to 1,996 calls",
    wanted="what the hidden score alone is worth: none by the decision, where the score would lead there",
    run=run_unlimited,
)

LIMITED = Case(
    number="1",
    name="hill climber with limits",
    before="with nothing but the right to verify and a citizen number, MATCH in 5 of 8 runs",
    wanted="10 clients, 1,000 citizens, 100,000 calls on a test clock: no assertion",
    run=run_limited,
)
