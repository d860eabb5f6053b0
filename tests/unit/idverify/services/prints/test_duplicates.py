"""The duplicate check at enrolment: whom it finds, what it costs the honest, and what two clerks at once can do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import DuplicateCheck, FingerPosition, Likeness, Role, Sample
from idverify.ports import Hit, Prepared, SearchResult
from idverify.services.calls.call import Call
from idverify.services.prints.duplicates import Duplicates
from tests.fakes import FakeGallery, PastDeadline, sample
from tests.service_kit import AN, BINH, PERSON, Answers, World, prints_of, refused
from tests.waiting import PATIENCE

INDEX, THUMB, MIDDLE = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_THUMB, FingerPosition.RIGHT_MIDDLE
REFUSE, REPORT, SKIP = DuplicateCheck.REFUSE, DuplicateCheck.REPORT, DuplicateCheck.SKIP
CHI = "027184000778"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


def enrol(world: World, number: str, prints: list[Sample], check: DuplicateCheck, call: Call | None = None) -> Any:
    """Enrol; return the whole answer."""
    answers = Answers()
    world.enrolment.enrol(call or world.call("EnrolCitizen"), number, PERSON, prints, answers, check)
    return answers.given[-1]


def add(world: World, number: str, prints: list[Sample], check: DuplicateCheck = REFUSE) -> Any:
    answers = Answers()
    world.enrolment.add(world.call("AddFingerprints"), number, prints, answers, check)
    return answers.given[-1]


def test_a_second_number_for_the_same_fingers_is_refused_and_changes_nothing(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX, THUMB))
    before = world.state()
    with pytest.raises(DomainError, match="DUPLICATE_PERSON_SUSPECTED") as error:
        enrol(world, BINH, prints_of("an", INDEX, THUMB, quality=60), REFUSE)
    assert world.state() == before
    facts = error.value.metadata
    assert (facts["subject_id"], facts["finger"], facts["suspects"]) == (an, "RIGHT_INDEX", "1")
    assert float(facts["score"]) == pytest.approx(120)
    assert float(facts["fpir"]) < 1e-10
    refusal = world.trail()[-1].entry
    assert (refusal.outcome, refusal.details["reason"]) == ("REFUSED", "DUPLICATE_PERSON_SUSPECTED")
    assert refusal.details["suspects"] == [an]


def test_one_finger_of_many_is_enough(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    found = enrol(world, BINH, [*prints_of("an", INDEX), *prints_of("binh", THUMB, MIDDLE)], REPORT).duplicates
    assert [s.subject_id for s in found.suspects] == [an]


@pytest.mark.parametrize("how", ["enrol", "add"])
def test_nobody_hides_behind_a_better_print_of_somebody_else(world: World, how: str) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    hidden = [*prints_of("binh", INDEX, quality=90), *prints_of("an", INDEX, quality=70)]
    if how == "add":
        world.enrol(BINH, prints_of("binh", INDEX, quality=80))
    before = world.state()
    with refused(Reason.DUPLICATE_PERSON_SUSPECTED):
        enrol(world, BINH, hidden, REFUSE) if how == "enrol" else add(world, BINH, hidden)
    assert world.state() == before
    if how == "enrol":
        found = enrol(world, BINH, hidden, REPORT).duplicates
        assert [s.subject_id for s in found.suspects] == [an]


def test_a_new_person_passes_and_is_told_what_was_looked_at(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX, THUMB))
    found: Duplicates = enrol(world, BINH, prints_of("binh", INDEX, THUMB), REFUSE).duplicates
    assert found == Duplicates((), 1e-3, 2, figures_told=True)
    details = world.trail()[-1].entry.details
    assert (details["duplicate_check"], details["suspects"]) == ("REFUSE", [])


def test_report_enrols_and_names_the_suspects(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    answer = enrol(world, BINH, prints_of("an", INDEX), REPORT)
    assert [s.subject_id for s in answer.duplicates.suspects] == [an]
    assert world.trail()[-1].entry.details["suspects"] == [an]
    third = enrol(world, CHI, prints_of("an", INDEX), REPORT)
    assert {s.subject_id for s in third.duplicates.suspects} == {an, answer.subject_id}


def test_only_administrators_may_skip(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    with refused(Reason.CLIENT_NOT_AUTHORIZED):
        enrol(world, BINH, prints_of("an", INDEX), SKIP)
    assert world.trail()[-1].entry.outcome == "DENIED"
    call = world.call("EnrolCitizen", caller="admin", roles=frozenset({Role.ENROLLER, Role.ADMIN}))
    assert enrol(world, BINH, prints_of("an", INDEX), SKIP, call).duplicates is None
    assert world.trail()[-1].entry.details["duplicate_check"] == "SKIP"
    with refused(Reason.CLIENT_NOT_AUTHORIZED):
        add(world, AN, prints_of("an", THUMB), SKIP)


def test_own_fingers_are_no_duplicates_but_those_of_others_are(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    world.enrol(BINH, prints_of("binh", INDEX))
    assert add(world, AN, prints_of("an", INDEX, THUMB)).duplicates.suspects == ()
    before = world.state()
    with refused(Reason.DUPLICATE_PERSON_SUSPECTED):
        add(world, BINH, prints_of("an", THUMB))
    assert world.state() == before
    assert [s.subject_id for s in add(world, BINH, prints_of("an", THUMB), REPORT).duplicates.suspects] == [an]


@dataclass
class ToldGallery(FakeGallery):
    """Finds what it is told to."""

    result: SearchResult = field(default_factory=lambda: SearchResult((), 1))

    def search(self, probe: Prepared, **options: Any) -> SearchResult:
        return self.result


def test_the_target_is_one_enrolment_in_a_thousand(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    for fmr, suspected in ((0.9e-6, True), (1.1e-6, False)):
        hits = (Hit(an, INDEX, Likeness(fmr, 60.0)),)
        told = replace(world.enrolment, gallery=ToldGallery(result=SearchResult(hits, 1000)))
        answers = Answers()
        number = BINH if suspected else CHI
        told.enrol(world.call("EnrolCitizen"), number, PERSON, prints_of("x", MIDDLE), answers, REPORT)
        assert bool(answers.given[-1].duplicates.suspects) is suspected
        world.delete(number)


def test_in_too_large_a_gallery_it_is_as_strict_as_can_be_claimed_and_says_so(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    hits = (Hit(an, INDEX, Likeness(1e-9, 90.0)),)
    told = replace(world.enrolment, gallery=ToldGallery(result=SearchResult(hits, 10_000_000)))
    answers = Answers()
    told.enrol(world.call("EnrolCitizen"), BINH, PERSON, prints_of("x", MIDDLE), answers, REPORT)
    found = answers.given[-1].duplicates
    assert found.target_fpir == pytest.approx(0.00995, rel=0.01)
    assert [s.subject_id for s in found.suspects] == [an]


@pytest.mark.parametrize("check", [REFUSE, REPORT])
def test_nobody_is_enrolled_who_was_not_looked_for_everywhere(world: World, check: DuplicateCheck) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    before = world.state()
    partial = replace(world.enrolment, gallery=ToldGallery(result=SearchResult((), 3, 0.75)))
    with refused(Reason.GALLERY_INCOMPLETE) as caught:
        partial.enrol(world.call("EnrolCitizen"), BINH, PERSON, prints_of("x", MIDDLE), Answers(), check)
    assert caught.value.metadata == {"searched_share": "0.750"}
    assert world.state() == before


def test_somebody_deleted_meanwhile_is_no_suspect(world: World) -> None:
    hits = (Hit("gone", INDEX, Likeness(1e-9, 90.0)),)
    told = replace(world.enrolment, gallery=ToldGallery(result=SearchResult(hits, 5)))
    answers = Answers()
    told.enrol(world.call("EnrolCitizen"), BINH, PERSON, prints_of("x", MIDDLE), answers, REFUSE)
    assert answers.given[-1].duplicates.suspects == ()


def test_of_two_enrolments_of_one_person_at_the_same_moment_one_is_refused(world: World) -> None:
    """Both have searched before either is stored."""
    both = threading.Barrier(2)

    @dataclass
    class Meeting(FakeGallery):
        def search(self, probe: Prepared, **options: Any) -> SearchResult:
            found = super().search(probe, **options)
            both.wait(PATIENCE)
            return found

    world.enrolment = replace(world.enrolment, gallery=Meeting())

    def outcome(number: str) -> str:
        try:
            enrol(world, number, prints_of("an", INDEX), REFUSE)
        except DomainError as error:
            return error.reason.code
        return "enrolled"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(outcome, [AN, BINH]))
    assert sorted(outcomes) == ["DUPLICATE_PERSON_SUSPECTED", "enrolled"]
    assert [e.entry.outcome for e in world.trail()] == ["ENROLLED", "REFUSED"]
    assert world.biometrics.preparations == 2 + 1, "each probe, and the one print that it was compared with as it came"


def test_a_refused_request_may_be_sent_again_as_a_report(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    call = world.call("EnrolCitizen", "content")
    with refused(Reason.DUPLICATE_PERSON_SUSPECTED):
        enrol(world, BINH, prints_of("an", INDEX), REFUSE, call)
    world.delete(AN)
    assert enrol(world, BINH, prints_of("an", INDEX), REFUSE, call).duplicates.suspects == ()


def test_the_number_is_told_before_the_fingers(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    with refused(Reason.REFERENCE_EXISTS):
        enrol(world, AN, prints_of("an", INDEX), REFUSE)


def test_the_best_impression_of_each_finger_is_searched_for(world: World) -> None:
    probes: list[Prepared] = []

    @dataclass
    class Noting(FakeGallery):
        def search(self, probe: Prepared, **options: Any) -> SearchResult:
            probes.append(probe)
            return super().search(probe, **options)

    world.enrolment = replace(world.enrolment, gallery=Noting())
    prints = [sample(f"an/{p.name}/{q}", p) for p in (INDEX, THUMB) for q in (40, 90, 60)]
    enrol(world, AN, prints, REFUSE)
    assert set(probes) == {Prepared(b"an/LEFT_THUMB/90"), Prepared(b"an/RIGHT_INDEX/90")}
    assert len(probes) == 2


def test_the_deadline_ends_it(world: World) -> None:
    with refused(Reason.DEADLINE_EXCEEDED):
        enrol(world, AN, prints_of("an", INDEX), REFUSE, world.call("EnrolCitizen", deadline=PastDeadline()))
    assert world.trail() == []
