"""The minutiae of two people in one print, which matches both."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import grpc

from idverify.v1 import enrolment_pb2
from tests.attack.case import Case, Findings, Outcome
from tests.attack.doctoring import union
from tests.attack.people import enrol, enrolment, minutiae, number_of, touch
from tests.attack.stage import Server, Stage
from tests.e2e.harness import context, read_refusal

_UNION = 90
"""The citizen whom unions are enrolled for."""

_LATER = 50
"""The first of those who are enrolled after their union."""


def run(stage: Stage) -> Outcome:
    """Enrol unions of people who are enrolled, whether duplicates are to be refused or reported; and a union first."""
    found = Findings()
    people = 10 if stage.full else 5
    with stage.site().serving() as server:
        enrol(server, range(people))
        pairs = list(combinations(range(people), 2))
        for check in ("REFUSE", "REPORT"):
            ends = Counter(_end(server, pair, check) for pair in pairs)
            told = ", ".join(f"{count} {end}" for end, count in ends.most_common())
            found.note(f"{len(pairs)} unions with {check}: {told}", "enrolled" not in ends)
        alarms = [event for event in server.stubs("auditor").trail() if event.outcome == "ALARM"]
        found.note("alarms in the trail", bool(alarms))
        _before_either(server, found)
    return found.outcome


def _end(server: Server, pair: tuple[int, int], check: str) -> str:
    """Return what comes of enrolling the union of two people's next touches."""
    print_ = minutiae(union(*(touch(citizen, 1) for citizen in pair)))
    try:
        answer = server.stubs("enroller").enrolment.EnrolCitizen(enrolment(_UNION, [print_], check))
    except grpc.RpcError as error:
        return read_refusal(error).reason
    deletion = enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=number_of(_UNION))
    server.stubs("admin").enrolment.DeleteCitizen(deletion)
    return "enrolled with suspects named" if answer.duplicate_check_result.suspects else "enrolled"


def _before_either(server: Server, found: Findings) -> None:
    """Who enrols a union before either of the two is found when they come, if the union is not seen in itself."""
    stubs = server.stubs("enroller").enrolment
    for one, other in combinations(range(_LATER, _LATER + 8), 2):
        try:
            stubs.EnrolCitizen(enrolment(_UNION, [minutiae(union(touch(one), touch(other)))]))
        except grpc.RpcError:  # seen in itself: another pair
            continue
        ends = []
        for citizen in (one, other):
            try:
                stubs.EnrolCitizen(enrolment(citizen, [minutiae(touch(citizen, 1))]))
            except grpc.RpcError as error:
                ends.append(read_refusal(error).reason)
        found.same("enrolled before either, the two are", ends, ["DUPLICATE_PERSON_SUSPECTED"] * 2)
        return
    found.note("no union of 28 could be enrolled before either", held=True)


CASE = Case(
    number="4",
    name="two people's minutiae in one print",
    before="a union of two people's minutiae matched both",
    wanted="what can be found is refused at enrolment: in itself, or by a duplicate check that hits two people",
    run=run,
)
