"""Trying which citizen numbers somebody bears."""

from __future__ import annotations

from collections import Counter

from tests.attack.case import Case, Findings, Outcome
from tests.attack.people import enrol, minutiae, touch, verification
from tests.attack.stage import Server, Stage
from tests.e2e.harness import Refusal, refusal

_BORNE = 1


def run(stage: Stage) -> Outcome:
    """Try numbers that nobody bears, until none is looked for any more, and then one that somebody bears."""
    found = Findings()
    calls, limits = (1000, {}) if stage.full else (40, {"attempts_client_free": 15, "attempts_client_lock": 20})
    with stage.site().serving(moved_clock=True, **limits) as server:
        enrol(server, [_BORNE])
        told: Counter[str] = Counter()
        for number in range(calls):
            told[_tried(server, "counter-1", 10 + number).reason] += 1
            assert server.clock is not None
            server.clock.advance(10.0)
        most = limits.get("attempts_client_lock", 150) + calls * 10 / 3600 * 3
        found.note(
            f"of {calls} numbers {told['SUBJECT_NOT_FOUND']} were answered", 0 < told["SUBJECT_NOT_FOUND"] < most
        )
        rest = sorted(set(told) - {"SUBJECT_NOT_FOUND"})
        found.note(f"the rest: {', '.join(rest)}", bool(rest) and set(rest) <= {"ATTEMPTS_EXCEEDED", "ATTEMPTS_LOCKED"})
        _until_refused(server)
        last = _tried(server, "counter-1", 9)
        borne = _tried(server, "counter-1", _BORNE)
        same = (borne.reason, borne.message, borne.metadata) == (last.reason, last.message, last.metadata)
        found.note(
            "a number that somebody bears is refused in the same words" if same else f"a borne one: {borne}", same
        )
        again = server.stubs("counter-2").verification.Verify(verification(_BORNE, [minutiae(touch(_BORNE, 1))]))
        found.note("another client goes on", again.HasField("disclosure"))
    return found.outcome


def _until_refused(server: Server) -> None:
    while _tried(server, "counter-1", 9).reason == "SUBJECT_NOT_FOUND":
        pass


def _tried(server: Server, client: str, citizen: int) -> Refusal:
    return refusal(server.stubs(client).verification.Verify, verification(citizen, [minutiae(touch(1, 2))]))


CASE = Case(
    number="1",
    name="numbers that nobody bears",
    before="a client could try whether a number is borne without limit: none of the tries was counted",
    wanted="each counts as a failure of the client; once it is closed, borne numbers are refused in the same words",
    run=run,
)
