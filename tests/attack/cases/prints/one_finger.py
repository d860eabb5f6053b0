"""One finger under several names is one finger."""

from __future__ import annotations

from idverify.v1 import enrolment_pb2
from tests.attack.case import Case, Findings, Outcome
from tests.attack.doctoring import shaken, some
from tests.attack.people import enrolment, minutiae, number_of, touch, verification
from tests.attack.stage import Server, Stage
from tests.e2e.harness import context, refusal

_NAMES = ("right-thumb", "right-index", "right-middle", "right-ring", "right-little")


def run(stage: Stage) -> Outcome:
    """Enrol one finger as two, and verify with one finger as five."""
    found = Findings()
    with stage.site().serving() as server:
        _enrolled(server, found)
        _verified(server, found)
    return found.outcome


def _enrolled(server: Server, found: Findings) -> None:
    stubs = server.stubs("enroller").enrolment
    both = [minutiae(touch(0), name) for name in ("right-index", "left-index")]
    found.same("one image as two fingers", refusal(stubs.EnrolCitizen, enrolment(0, both)).reason, _SUSPECTED)
    touches = [minutiae(touch(0, n), name) for n, name in enumerate(("right-index", "left-index"))]
    found.same("two touches of one", refusal(stubs.EnrolCitizen, enrolment(0, touches)).reason, _SUSPECTED)
    stubs.EnrolCitizen(enrolment(0, [minutiae(touch(0))]))
    added = enrolment_pb2.AddFingerprintsRequest(
        context=context(), citizen_number=number_of(0), samples=[minutiae(touch(0, 2), "left-index")]
    )
    found.same("added under another name", refusal(stubs.AddFingerprints, added).reason, _SUSPECTED)
    reported = stubs.EnrolCitizen(
        enrolment(1, [minutiae(touch(1), "right-index"), minutiae(touch(1, 1), "left-index")], "REPORT")
    )
    named = len(reported.duplicate_check_result.same_fingers)
    found.same("with REPORT, pairs named", named, 1)


def _verified(server: Server, found: Findings) -> None:
    """A citizen who has one finger under five names, as it could be enrolled once, and poor prints of it, five times.

    Compared as a tester, who is told the figures.
    """
    enrolled = [minutiae(touch(2), name) for name in _NAMES]
    server.stubs("admin").enrolment.EnrolCitizen(enrolment(2, enrolled, "SKIP"))
    verify = server.stubs("tester").verification.Verify
    rates, repeated = [], set()
    for seed in _POOR_PRINTS:
        print_ = shaken(some(touch(2, 6), 24 + seed % 8, seed), 10.0 + seed % 6, seed)
        one = verify(verification(2, [minutiae(print_, _NAMES[0])]))
        five = verify(verification(2, [minutiae(print_, name) for name in _NAMES]))
        rates.append((one.fmr_at_score, five.fmr_at_score))
        repeated.add(tuple(five.repeated_samples))
    found.same("of five names of one finger repeat another", repeated, {(1, 2, 3, 4)})
    told = ", ".join(f"1 in {1 / one:.0f} to 1 in {1 / five:.0f}" for one, five in rates)
    found.note(f"they turn {told}", all(five >= one for one, five in rates))


_POOR_PRINTS = (5, 9, 27, 28)
"""Seeds of prints that come about as near as that of the finding."""

_SUSPECTED = "SAME_FINGER_SUSPECTED"

CASE = Case(
    number="3",
    name="one finger under several names",
    before="one image was enrolled as right and left index; five names of one finger turned 1 in 992 into 1 in 769,940",
    wanted="refused or reported at enrolment; at verification counted once",
    run=run,
)
