"""One finger under several names: not enrolled twice, and no more evidence than one finger."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.attempts import Scope
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Decision, DuplicateCheck, FingerPosition, Role, Sample
from idverify.domain.same_finger import HONEST_SHARE, numbered, repeated, same_finger_fmr
from idverify.ports.attempts import Counted
from idverify.services.calls.call import Call
from tests.fakes import sample
from tests.service_kit import AN, BINH, BIRTH, PERSON, Answers, World, prints_of, refused, told

INDEX, THUMB, MIDDLE = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_THUMB, FingerPosition.RIGHT_MIDDLE
REFUSE, REPORT, SKIP = DuplicateCheck.REFUSE, DuplicateCheck.REPORT, DuplicateCheck.SKIP
AS_THUMB = sample("an/RIGHT_INDEX/70", THUMB)
"""An's index finger, said to be the thumb."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


def enrol(world: World, prints: list[Sample], check: DuplicateCheck = REFUSE, call: Call | None = None) -> Any:
    answers = Answers()
    world.enrolment.enrol(call or world.call("EnrolCitizen"), AN, PERSON, prints, answers, check)
    return answers.given[-1]


def add(world: World, prints: list[Sample], check: DuplicateCheck = REFUSE) -> Any:
    answers = Answers()
    world.enrolment.add(world.call("AddFingerprints"), AN, prints, answers, check)
    return answers.given[-1]


def test_one_finger_under_two_names_is_not_enrolled(world: World) -> None:
    before = world.state()
    with pytest.raises(DomainError, match=f"^{Reason.SAME_FINGER_SUSPECTED.code}: ") as error:
        enrol(world, [*prints_of("an", MIDDLE, INDEX), AS_THUMB])
    assert error.value.metadata == {"sample": "1", "other_sample": "2"}
    assert world.state() == before
    refusal = world.trail()[-1].entry
    assert refusal.outcome == "REFUSED"
    assert refusal.details["same_fingers"] == ["RIGHT_INDEX=LEFT_THUMB"]


def test_it_does_not_hide_behind_another_impression(world: World) -> None:
    """The best impression of each finger is its own; the other is of the index finger."""
    with refused(Reason.SAME_FINGER_SUSPECTED):
        enrol(world, [*prints_of("an", INDEX, THUMB), AS_THUMB])


def test_several_impressions_of_one_finger_are_welcome(world: World) -> None:
    assert enrol(world, prints_of("an", INDEX, INDEX, THUMB)).same_fingers == ()


def test_a_finger_that_nobody_knows_may_be_any(world: World) -> None:
    enrol(world, [*prints_of("an", INDEX), sample("an/RIGHT_INDEX/80", FingerPosition.UNKNOWN)])
    add(world, [sample("an/RIGHT_INDEX/60", FingerPosition.UNKNOWN)])


def test_a_finger_is_not_added_under_another_name(world: World) -> None:
    enrol(world, prints_of("an", INDEX))
    before = world.state()
    with pytest.raises(DomainError, match=f"^{Reason.SAME_FINGER_SUSPECTED.code}: ") as error:
        add(world, [*prints_of("an", MIDDLE), AS_THUMB])
    assert error.value.metadata == {"sample": "1", "enrolled": "RIGHT_INDEX"}
    assert world.state() == before
    add(world, prints_of("an", MIDDLE, INDEX, quality=60))


def test_report_enrols_and_says_which(world: World) -> None:
    (same,) = enrol(world, [*prints_of("an", INDEX), AS_THUMB], REPORT).same_fingers
    assert (same.position, same.other, same.sample, same.other_sample) == (INDEX, THUMB, 0, 1)
    (added,) = [s for s in add(world, [sample("an/RIGHT_INDEX/60", MIDDLE)], REPORT).same_fingers if s.other is INDEX]
    assert (added.position, added.other_sample) == (MIDDLE, None)
    enrolled, with_another = (event.entry.details for event in world.trail())
    assert enrolled["same_fingers"] == ["RIGHT_INDEX=LEFT_THUMB"]
    assert "RIGHT_MIDDLE=RIGHT_INDEX" in str(with_another["same_fingers"])


def test_not_looking_is_the_administrators_and_on_the_record(world: World) -> None:
    admin = world.call("EnrolCitizen", roles=frozenset({Role.ADMIN}))
    assert enrol(world, [*prints_of("an", INDEX), AS_THUMB], SKIP, admin).same_fingers == ()
    assert world.trail()[-1].entry.details["duplicate_check"] == "SKIP"


def test_of_two_names_added_at_the_same_moment_one_is_refused(world: World) -> None:
    enrol(world, prints_of("an", MIDDLE))

    def named(position: FingerPosition) -> str:
        try:
            add(world, [sample("an/RIGHT_INDEX/80", position)])
        except DomainError as error:
            return error.reason.code
        return "OK"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(named, (INDEX, THUMB)))
    assert answers == ["OK", "SAME_FINGER_SUSPECTED"]


def test_trying_whose_finger_it_is_counts_for_the_client(world: World) -> None:
    enrol(world, prints_of("an", INDEX))
    for check in (REFUSE, REPORT):
        call = world.call("AddFingerprints", caller="enroller-1", roles=frozenset({Role.ENROLLER}))
        before = _failures(world)
        with refused(Reason.SAME_FINGER_SUSPECTED) if check is REFUSE else nullcontext():
            world.enrolment.add(call, AN, [sample("an/RIGHT_INDEX/60", THUMB)], Answers(), check)
        assert _failures(world) > before


def _failures(world: World) -> float:
    with world.store.reading() as view:
        counted = Counted(Scope.CLIENT, "enroller-1")
        standing = view.attempts.find([counted]).get(counted)
    return 0.0 if standing is None else standing.failures


def test_two_names_of_one_finger_prove_what_one_does(world: World) -> None:
    """Enrolled before anybody looked: both names match, and count once."""
    call = world.call("EnrolCitizen", roles=frozenset({Role.ADMIN}))
    enrol(world, [*prints_of("an", INDEX, MIDDLE), AS_THUMB], SKIP, call)
    once = world.verify(AN, prints_of("an", INDEX))
    twice = world.verify(AN, [*prints_of("an", INDEX), AS_THUMB])
    both = world.verify(AN, prints_of("an", INDEX, MIDDLE))
    assert told(twice.likeness).fmr == pytest.approx(2 * told(once.likeness).fmr)
    assert told(both.likeness).fmr < told(once.likeness).fmr ** 1.4
    assert (once.repeated_samples, twice.repeated_samples, both.repeated_samples) == ((), (1,), ())
    details = [event.entry.details.get("repeated_samples") for event in world.trail()[1:]]
    assert details == [None, ["1"], None]


def test_the_assertion_names_only_what_counted(world: World) -> None:
    call = world.call("EnrolCitizen", roles=frozenset({Role.ADMIN}))
    enrol(world, [*prints_of("an", INDEX), AS_THUMB], SKIP, call)
    verified = world.verify(
        AN, [*prints_of("an", INDEX), AS_THUMB], call=world.call("Verify", procedure_code=BIRTH, agency_code="H05.12")
    )
    assert verified.disclosure is not None
    assert world.claims(verified.disclosure.assertion.jwt)["bio"]["fingers"] == ["RIGHT_INDEX"]


def test_a_search_by_two_names_of_one_finger_is_a_search_by_one(world: World) -> None:
    enrol(world, prints_of("an", INDEX, THUMB))
    found = world.identify([*prints_of("an", INDEX), sample("an/RIGHT_INDEX/60", THUMB)])
    assert found.decision is Decision.MATCH
    assert found.repeated_samples == (1,)
    assert world.trail()[-1].entry.details["probes"] == 1


def test_a_print_made_of_two_people_is_refused_whatever_the_officer_says(world: World) -> None:
    enrol(world, prints_of("an", INDEX))
    world.enrol(BINH, prints_of("binh", INDEX))
    union = [sample("an+binh/RIGHT_INDEX/80", INDEX)]
    before = world.state()
    for check in (REFUSE, REPORT):
        with pytest.raises(DomainError, match=f"^{Reason.SAMPLE_IMPLAUSIBLE.code}: ") as error:
            world.enrol("027084000111", union, check=check)
        assert error.value.metadata == {"finger": "RIGHT_INDEX"}
        with refused(Reason.SAMPLE_IMPLAUSIBLE):
            add(world, union, check)
    assert world.state() == before
    alarm = world.trail()[-1].entry
    assert (alarm.outcome, alarm.details["reason"]) == ("ALARM", "SAMPLE_IMPLAUSIBLE")


def test_somebody_enrolled_twice_is_no_print_of_two_people(world: World) -> None:
    enrol(world, prints_of("an", INDEX))
    world.enrol(BINH, prints_of("an", INDEX), check=REPORT)
    with refused(Reason.DUPLICATE_PERSON_SUSPECTED):
        world.enrol("027084000111", prints_of("an", INDEX))


def test_fingers_are_numbered_by_their_first_print() -> None:
    assert numbered(5, []) == (0, 1, 2, 3, 4)
    assert numbered(5, [(3, 1), (4, 3)]) == (0, 1, 2, 1, 1)
    assert repeated(numbered(5, [(3, 1), (4, 3)])) == (3, 4)


def test_the_more_is_compared_the_surer_it_must_be() -> None:
    assert same_finger_fmr(1) == pytest.approx(HONEST_SHARE)
    assert same_finger_fmr(45) == pytest.approx(HONEST_SHARE / 45, rel=1e-2)
    assert same_finger_fmr(0) == same_finger_fmr(1)
