"""The hill climber against the service: ``python -m tests.attack.hill_climber``, or ``make attack``.

Against both oracles: the score, and whether the decision says "near". With limits off, to show what the hidden score
alone is worth; with limits on, from many clients at many citizens.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from idverify.domain.errors import DomainError
from idverify.domain.model import Caller, Decision, Role
from idverify.services.verification import Verified
from tests.attack.climbing import Climber
from tests.attack.office import Office, client, open_office

NEARNESS = {Decision.NO_MATCH: 0.0, Decision.INCONCLUSIVE: 1.0, Decision.MATCH: 2.0}


_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where databases lie that nobody needs afterwards: a hundred thousand commits are not what is measured."""


@dataclass
class Outcome:
    """What an attack came to.

    Attributes:
        calls: that were made.
        matched: calls after which each assertion was had.
        answered: calls that were answered with a decision.
        refused: the others, by reason.
    """

    calls: int = 0
    matched: list[int] = field(default_factory=list)
    answered: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def nearness(answer: Verified) -> float:
    """Return how near a try came, as far as that is told."""
    return NEARNESS[answer.decision] if answer.likeness is None else answer.likeness.score


def climb_each(office: Office, citizens: Iterable[int], most_calls: int, *, sees_scores: bool) -> Outcome:
    """Climb one citizen after another, with one client, until the assertion is had or so many calls were made."""
    attacker = client("attacker", *([Role.TESTER] if sees_scores else []))
    outcome = Outcome()
    for citizen in citizens:
        climber = Climber(1, citizen)
        for made in range(1, most_calls + 1):
            answer = _tried(office, attacker, citizen, climber, outcome)
            if answer is not None and answer.disclosure is not None:
                outcome.matched.append(made)
                break
    return outcome


def storm(office: Office, clients: int, citizens: int, calls: int, seconds_between: float) -> Outcome:
    """Climb all citizens at once, from many clients in turn, as fast as that goes and whatever is refused."""
    attackers = [client(f"attacker-{number}") for number in range(clients)]
    climbers = [Climber(2, citizen) for citizen in range(citizens)]
    outcome = Outcome()
    for number in range(calls):
        citizen = number // clients % citizens
        office.clock.advance(seconds_between)
        answer = _tried(office, attackers[number % clients], citizen, climbers[citizen], outcome)
        if answer is not None and answer.disclosure is not None:
            outcome.matched.append(outcome.calls)
    return outcome


def _tried(office: Office, attacker: Caller, citizen: int, climber: Climber, outcome: Outcome) -> Verified | None:
    """Make a try and let the climber learn from it; None: it was refused."""
    outcome.calls += 1
    try:
        answer = office.verify(attacker, citizen, climber.propose())
    except DomainError as error:
        outcome.refused[f"{error.reason.code} {error.metadata.get('scope', '')}".strip()] += 1
        return None
    outcome.answered += 1
    climber.learn(nearness(answer))
    return answer


def _told(name: str, outcome: Outcome, seconds: float) -> None:
    at = ", ".join(map(str, outcome.matched[:10])) or "-"
    print(f"{name:<44} {outcome.calls:>8} {outcome.answered:>9} {len(outcome.matched):>11}   {at}   ({seconds:.0f} s)")
    for reason, count in outcome.refused.most_common():
        print(f"{'':<6}{reason:<38} {count:>8}")


def main() -> int:
    """Run all attacks; 1 if the last, which must not, had an assertion."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--climbs", type=int, default=8, help="citizens climbed with limits off")
    parser.add_argument("--most-calls", type=int, default=2000, help="calls at each of them")
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--citizens", type=int, default=1000)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seconds-between", type=float, default=1.0, help="on the test's clock")
    given = parser.parse_args()
    print(f"{'attack':<44} {'calls':>8} {'answered':>9} {'assertions':>11}   after calls")
    for name, sees_scores in (("limits off, score told", True), ("limits off, score hidden", False)):
        with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
            office, began = open_office(Path(folder), given.climbs, guarded=False), time.monotonic()
            outcome = climb_each(office, range(given.climbs), given.most_calls, sees_scores=sees_scores)
            _told(name, outcome, time.monotonic() - began)
    with tempfile.TemporaryDirectory(dir=_MEMORY) as folder:
        office, began = open_office(Path(folder), given.citizens, guarded=True), time.monotonic()
        outcome = storm(office, given.clients, given.citizens, given.calls, given.seconds_between)
        name = f"limits on, {given.clients} clients, {given.citizens} citizens"
        _told(name, outcome, time.monotonic() - began)
    return 1 if outcome.matched else 0


if __name__ == "__main__":
    sys.exit(main())
