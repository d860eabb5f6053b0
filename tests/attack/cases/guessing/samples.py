"""Templates that a client may not send, and samples that were presented before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf.message import Message

from idverify.v1 import biometrics_pb2, types_pb2, verification_pb2
from tests.attack.case import Case, Findings, Outcome
from tests.attack.doctoring import in_another_order, shaken
from tests.attack.people import enrol, minutiae, touch, verification
from tests.attack.stage import Server, Stage
from tests.e2e.harness import context, read_refusal, refusal

_COUNTERS = ("counter-1", "counter-2")
_SHAKEN_BY = 1.0
"""Pixels; two touches of a finger differ by more."""


def run_templates(stage: Stage) -> Outcome:
    """Send minutiae as a client whose entry allows images only."""
    found = Findings()
    with stage.site().serving() as server:
        enrol(server, [0])
        stubs, print_ = server.stubs("images-only"), minutiae(touch(0, 1))
        calls: dict[str, tuple[Callable[..., Any], Message]] = {
            "Verify": (stubs.verification.Verify, verification(0, [print_])),
            "Identify": (
                stubs.verification.Identify,
                verification_pb2.IdentifyRequest(context=context(), sample=print_),
            ),
            "CompareSamples": (
                stubs.biometrics.CompareSamples,
                biometrics_pb2.CompareSamplesRequest(context=context(), probe=print_, reference=print_),
            ),
            "CheckQuality": (
                stubs.biometrics.CheckQuality, biometrics_pb2.CheckQualityRequest(context=context(), sample=print_)
            ),
        }  # fmt: skip
        refused = {name: refusal(*call).reason for name, call in calls.items()}
        found.same("refused as", sorted(set(refused.values())), ["SAMPLE_KIND_NOT_ALLOWED"])
        alarms = [
            e.action for e in server.stubs("auditor").trail() if e.outcome == "ALARM" and e.caller == "images-only"
        ]
        found.same("alarms in the trail", alarms, list(calls))
        allowed = server.stubs("counter-1").verification.Verify(verification(0, [print_]))
        found.note("a client that may send them is answered", allowed.HasField("disclosure"))
    return found.outcome


def run_replays(stage: Stage) -> Outcome:
    """Present again what was presented: as it was, in another order, a little moved, and real touches."""
    found = Findings()
    people = 40 if stage.full else 8
    with stage.site().serving(moved_clock=True) as server:
        enrol(server, range(people))
        _exact(server, found)
        _near(server, found, range(2, people))
    return found.outcome


def _exact(server: Server, found: Findings) -> None:
    first, print_ = verification(0, [minutiae(touch(0, 1))]), minutiae(touch(0, 1))
    answer = server.stubs("counter-1").verification.Verify(first)
    found.note("shown for the first time it matches", answer.HasField("disclosure"))
    found.note("a retry has that answer", server.stubs("counter-1").verification.Verify(first) == answer)
    again = {f"{who}, {whom}": _outcome(server, who, whom, print_) for who in _COUNTERS for whom in (0, 1)}
    again["in another order"] = _outcome(server, "counter-2", 1, minutiae(in_another_order(touch(0, 1))))
    searched = verification_pb2.IdentifyRequest(context=context(), sample=print_)
    again["searched for"] = refusal(server.stubs("counter-2").verification.Identify, searched).reason
    assert server.clock is not None
    server.clock.advance(23 * 3600.0)
    again["after 23 h"] = _outcome(server, "counter-2", 1, print_)
    taken = [how for how, outcome in again.items() if outcome != "SAMPLE_REPLAYED"]
    found.same("again by 2 clients for 2 citizens, reordered, searched for, after 23 h: taken", taken, [])
    alarms = [event.action for event in server.stubs("auditor").trail() if event.outcome == "ALARM"]
    found.same("alarms in the trail", len(alarms), len(again))


def _near(server: Server, found: Findings, citizens: range) -> None:
    """What is moved by a pixel, from the enrolled template and from an earlier probe; and true touches."""
    enrolled = [_outcome(server, "counter-1", c, minutiae(shaken(touch(c), _SHAKEN_BY, c))) for c in citizens]
    touches = [_outcome(server, "counter-2", c, minutiae(touch(c, 1))) for c in citizens]
    earlier = [_outcome(server, "counter-1", c, minutiae(shaken(touch(c, 1), _SHAKEN_BY, c))) for c in citizens]
    for what, outcomes in (("an enrolled print", enrolled), ("an earlier probe", earlier)):
        known = outcomes.count("SAMPLE_REPLAYED")
        found.note(f"{what} moved by a pixel: {known} of {len(outcomes)} refused", known == len(outcomes))
    false = touches.count("SAMPLE_REPLAYED")
    found.note(f"other touches taken for copies: {false} of {len(touches)}", false == 0)


def _outcome(server: Server, client: str, citizen: int, sample: types_pb2.FingerprintSample) -> str:
    """Return the decision, or why there is none."""
    try:
        answer = server.stubs(client).verification.Verify(verification(citizen, [sample]))
    except grpc.RpcError as error:
        return read_refusal(error).reason
    return types_pb2.Decision.Name(answer.decision).removeprefix("DECISION_")


TEMPLATES = Case(
    number="1",
    name="templates without permission",
    before="any client that may verify could send made-up minutiae",
    wanted="refused unless the client's entry allows them, with an alarm",
    run=run_templates,
)

REPLAYS = Case(
    number="1",
    name="a sample again",
    before="the same bytes were taken as often as they came",
    wanted=(
        "known by bytes or minutiae, whoever sends them for whom, for 24 h, but not in a retry; for one citizen also "
        "what is nearer than two touches ever are"
    ),
    run=run_replays,
)
