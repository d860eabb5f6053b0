"""How near a try came is told to nobody who could climb by it."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from idverify.v1 import biometrics_pb2, types_pb2, verification_pb2
from matcher.quality.score import assess
from matcher.types import Template
from tests.attack.case import Case, Findings, Outcome
from tests.attack.doctoring import shaken, some
from tests.attack.people import enrol, enrolment, minutiae, strangers, touch, verification
from tests.attack.stage import Server, Stage
from tests.e2e.harness import context, refusal

_FIGURES = frozenset({"score", "fmr_at_score", "fpir_at_score", "paired_minutiae"})
_NAMES = {number: name.removeprefix("DECISION_") for name, number in types_pb2.Decision.items()}
_GOOD = 25
"""A sample of this quality is not too poor to speak against anybody: INCONCLUSIVE then says that it came near."""


def figures(answer: Message) -> dict[str, float]:
    """Return every figure of likeness that is in a message, however deep, by its name; quality is none."""
    found: dict[str, float] = {}
    for field, value in answer.ListFields():
        for one in value if field.is_repeated else [value]:
            if isinstance(one, Message):
                found |= {} if isinstance(one, types_pb2.SampleQuality) else figures(one)
            elif field.name in _FIGURES:
                found[field.name] = one
    return found


def run(stage: Stage) -> Outcome:
    """Ask in every way for what is near."""
    found, fingers = Findings(), strangers()
    with stage.site().serving(moved_clock=True) as server:
        enrol(server, range(3))
        near = _nearly(server)
        _verified(server, fingers, found, near)
        _others(server, fingers, found, near)
        _suspects(server, found)
        tester = server.stubs("tester").verification.Verify(verification(0, [minutiae(next(fingers))]))
        found.note(f"a tester is told all: {bool(figures(tester))}", bool(figures(tester)))
    return found.outcome


def _nearly(server: Server) -> Template:
    """Return minutiae that come near those of citizen 0 and do not match: another touch's, shaken until they do.

    Found as a tester, whom the service tells everything and does not count; the attacker is not.
    """
    verify, mate = server.stubs("tester").verification.Verify, touch(0, 1)
    for seed in range(400):
        template = shaken(some(mate, 24 + seed % 10, seed), 10.0 + seed % 6, seed)
        answer = verify(verification(0, [minutiae(template)]))
        good = answer.fingers[0].probe_quality.score >= _GOOD
        if good and answer.decision == types_pb2.DECISION_INCONCLUSIVE:
            return template
    raise AssertionError("nothing came near")


def _poor(fingers: Iterator[Template]) -> Template:
    """Return a stranger's print of which so little is left that it speaks for and against nobody."""
    template = next(fingers)
    fewer = (some(template, count, 1) for count in range(len(template), 0, -1))
    return next(print_ for print_ in fewer if assess(print_).score < _GOOD)


def _verified(server: Server, fingers: Iterator[Template], found: Findings, near: Template) -> None:
    """A stranger, what is near, and what is poor: how much each costs, and what is told."""
    verify = server.stubs("counter-1").verification.Verify
    prints = (next(fingers), near, next(fingers), _poor(fingers))
    answers = [verify(verification(0, [minutiae(print_)])) for print_ in prints]
    decisions = [_NAMES[answer.decision] for answer in answers]
    wanted = ["NO_MATCH", "INCONCLUSIVE", "NO_MATCH", "INCONCLUSIVE"]
    found.same("a stranger, what is near, a stranger, a poor print", decisions, wanted)
    found.same("figures told of them", [figures(answer) for answer in answers], [{}, {}, {}, {}])
    found.same("tries left after each", [answer.attempts.left for answer in answers], [19, 18, 17, 17])
    match = verify(verification(0, [minutiae(touch(0, 2))]))
    found.same("figures of a match", sorted(figures(match)), ["fmr_at_score", "score"])


def _others(server: Server, fingers: Iterator[Template], found: Findings, near: Template) -> None:
    """The other ways to ask."""
    counter = server.stubs("counter-2")
    compared = biometrics_pb2.CompareSamplesRequest(
        context=context(), probe=minutiae(touch(0, 3)), reference=minutiae(next(fingers))
    )
    found.same("figures of CompareSamples", figures(counter.biometrics.CompareSamples(compared)), {})
    compared.probe.CopyFrom(minutiae(near))
    compared.reference.CopyFrom(minutiae(touch(0)))
    compared.target_fmr = 0.01
    lax = counter.biometrics.CompareSamples(compared)
    found.same("what is near, at a lax target, and figures", (_NAMES[lax.decision], figures(lax)), ("MATCH", {}))
    searched = verification_pb2.IdentifyRequest(context=context(), sample=minutiae(next(fingers)))
    found.same("figures of Identify", figures(counter.verification.Identify(searched)), {})


def _suspects(server: Server, found: Findings) -> None:
    """Somebody enrolled under a second number."""
    stubs = server.stubs("enroller").enrolment
    reported = stubs.EnrolCitizen(enrolment(9, [minutiae(touch(1, 1))], "REPORT"))
    suspects = reported.duplicate_check_result.suspects
    found.same("suspects named by a duplicate check", len(suspects), 1)
    found.same("figures of them", figures(reported), {})
    refused = refusal(stubs.EnrolCitizen, enrolment(10, [minutiae(touch(2, 1))]))
    told = sorted(_FIGURES & set(refused.metadata))
    found.same(f"figures in {refused.reason}", told, [])


CASE = Case(
    number="1",
    name="what is told",
    before="Verify told the exact score on NO_MATCH",
    wanted=(
        "no score, FMR or per-finger score but on MATCH, none of suspects; INCONCLUSIVE near the threshold is a failure"
    ),
    run=run,
)
