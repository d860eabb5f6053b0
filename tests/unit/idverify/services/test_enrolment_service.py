"""Enrolling, adding, reading, deleting: all or nothing, once, and on the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, PersonalData, Sample, StoredTemplate
from idverify.ports import UnitOfWork
from idverify.services.enrolment import MOST_ENROLLED_SAMPLES
from idverify.storage.store import SqlStore
from tests.fakes import FakeGallery, PastDeadline, sample
from tests.service_kit import AN, BINH, PERSON, Answers, World, encode, prints_of, refused

INDEX, THUMB = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_THUMB


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


def test_who_is_enrolled_is_known_at_once(world: World) -> None:
    subject_id = world.enrol(AN, prints_of("an", INDEX, INDEX, THUMB))
    assert len(world.gallery) == 3
    citizen = world.citizens.get(world.call("GetCitizen"), citizen_number=AN, subject_id=None)
    assert citizen == world.citizens.get(world.call("GetCitizen"), citizen_number=None, subject_id=subject_id)
    assert citizen.personal_data == PERSON
    assert [i.position for i in citizen.encounters[0].impressions] == [INDEX, INDEX, THUMB]
    assert world.verify(AN, prints_of("an", THUMB)).decision.value == "MATCH"
    events = [(e.entry.action, e.entry.outcome, e.entry.subject_id) for e in world.trail()]
    assert events == [
        ("EnrolCitizen", "ENROLLED", subject_id),
        ("GetCitizen", "READ", subject_id),
        ("GetCitizen", "READ", subject_id),
        ("Verify", "MATCH", subject_id),
    ]


def test_what_is_unusual_about_the_number_comes_back(world: World) -> None:
    answers = Answers()
    person = PersonalData("Trần Thị Bình", "1985", "F")
    world.enrolment.enrol(world.call("EnrolCitizen"), AN, person, prints_of("b", INDEX), answers)
    assert answers.given[0].warnings == ("BIRTH_YEAR_DISAGREES", "SEX_DISAGREES")


@pytest.mark.parametrize(
    ("number", "person", "prints", "reason"),
    [
        ("12345", PERSON, prints_of("an", INDEX), Reason.IDENTIFIER_MALFORMED),
        (AN, replace(PERSON, full_name=" "), prints_of("an", INDEX), Reason.FIELD_MISSING),
        (AN, replace(PERSON, birth_date="1984-02-31"), prints_of("an", INDEX), Reason.FIELD_INVALID),
        (AN, replace(PERSON, birth_date="2027"), prints_of("an", INDEX), Reason.FIELD_INVALID),
        (AN, PERSON, [], Reason.FIELD_MISSING),
        (AN, PERSON, [sample("an/RIGHT_INDEX/80", None)], Reason.FIELD_MISSING),
        (AN, PERSON, prints_of("an", *[INDEX] * (MOST_ENROLLED_SAMPLES + 1)), Reason.FINGER_COUNT_EXCEEDED),
        (AN, PERSON, [*prints_of("an", INDEX), sample("nonsense")], Reason.SAMPLE_INVALID),
        (AN, PERSON, [*prints_of("an", INDEX), *prints_of("an", THUMB, quality=5)], Reason.SAMPLE_QUALITY_LOW),
    ],
)
def test_what_is_refused_changes_nothing(
    world: World, number: str, person: PersonalData, prints: Sequence[Sample], reason: Reason
) -> None:
    before = world.state()
    with refused(reason):
        world.enrolment.enrol(world.call("EnrolCitizen"), number, person, prints, encode)
    assert world.state() == before


def test_the_refused_sample_is_named(world: World) -> None:
    prints = [*prints_of("an", INDEX), *prints_of("an", THUMB, quality=5)]
    with pytest.raises(DomainError) as error:
        world.enrol(AN, prints)
    assert error.value.metadata == {"sample": "1", "quality": "5", "advice": "SMALL_AREA"}


def test_a_number_is_enrolled_once(world: World) -> None:
    subject_id = world.enrol(AN)
    before, extractions = world.state(), world.biometrics.extractions
    with refused(Reason.REFERENCE_EXISTS):
        world.enrol(AN)
    assert world.state() == before
    assert world.biometrics.extractions == extractions, "refused before the work is done"
    last = world.trail()[-1].entry
    assert (last.outcome, last.subject_id, last.details) == ("REFUSED", subject_id, {"reason": "REFERENCE_EXISTS"})


def test_a_repeated_request_gets_the_first_answer(world: World) -> None:
    call, answers = world.call("EnrolCitizen", "content"), Answers()
    first = world.enrolment.enrol(call, AN, PERSON, prints_of("an", INDEX), answers)
    before, extractions, events = world.state(), world.biometrics.extractions, len(world.trail())
    world.clock.advance(86_400)
    assert world.enrolment.enrol(call, AN, PERSON, prints_of("an", INDEX), answers) == first
    assert world.state() == before
    assert (world.biometrics.extractions, len(answers.given)) == (extractions, 1)
    (repeated,) = world.trail()[events:]
    assert (repeated.entry.outcome, repeated.entry.details) == ("REPEATED", {"first_event": 1})


def test_a_request_id_is_good_for_one_request_of_one_caller(world: World) -> None:
    world.enrol(AN, call=world.call("EnrolCitizen", "one", request_id="r1"))
    with refused(Reason.REQUEST_REPLAYED):
        world.enrol(BINH, call=world.call("EnrolCitizen", "two", request_id="r1"))
    with refused(Reason.REQUEST_REPLAYED):
        world.verify(AN, prints_of("an", INDEX), call=world.call("Verify", "one", request_id="r1"))
    assert [e.entry.details for e in world.trail()[1:]] == [{"reason": "REQUEST_REPLAYED"}] * 2
    world.enrol(BINH, call=world.call("EnrolCitizen", "two", request_id="r1", caller="counter-8"))


def test_of_requests_at_the_same_moment_one_has_the_effect(world: World) -> None:
    call = world.call("EnrolCitizen", "content")

    def enrol(_: int) -> bytes:
        return world.enrolment.enrol(call, AN, PERSON, prints_of("an", INDEX), encode)

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(enrol, range(6)))
    assert len(answers) == 1
    assert len(world.gallery) == len(list(world.store.all_templates())) == 1
    assert [e.entry.outcome for e in world.trail()] == ["ENROLLED"] + ["REPEATED"] * 5, "none was refused"


def test_of_two_enrolments_of_one_number_one_is_refused(world: World) -> None:
    def enrol(_: int) -> str:
        try:
            return world.enrol(AN)
        except DomainError as error:
            return error.reason.code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(enrol, range(4)))
    assert answers.count("REFERENCE_EXISTS") == 3
    assert len(world.gallery) == len(list(world.store.all_templates())) == 1


class FaultyGallery(FakeGallery):
    def add(self, templates: Sequence[StoredTemplate]) -> None:
        super().add(templates)
        raise MemoryError


def test_a_gallery_that_fails_leaves_nobody_enrolled(world: World) -> None:
    faulty = replace(world.enrolment, gallery=FaultyGallery())
    before = world.state()
    with pytest.raises(MemoryError):
        faulty.enrol(world.call("EnrolCitizen"), AN, PERSON, prints_of("an", INDEX), encode)
    assert world.state() == before
    assert len(faulty.gallery) == 0
    assert world.trail() == []


def test_an_answer_that_cannot_be_encoded_leaves_nobody_enrolled(world: World) -> None:
    def failing(_: object) -> bytes:
        raise OverflowError

    before = world.state()
    with pytest.raises(OverflowError):
        world.enrolment.enrol(world.call("EnrolCitizen"), AN, PERSON, prints_of("an", INDEX), failing)
    assert world.state() == before


class FailingCommits:
    """A database that goes away when it is told to commit."""

    def __init__(self, store: SqlStore) -> None:
        self.reading = store.reading
        self.all_templates = store.all_templates
        self.close = store.close
        self.require_writable = store.require_writable
        self.template_ids = store.template_ids
        self.template_owners = store.template_owners
        self.templates_of = store.templates_of
        self._store = store

    @contextmanager
    def transaction(self, *, alone: bool = False) -> Iterator[UnitOfWork]:
        with self._store.transaction(alone=alone) as uow:
            yield uow
            raise DomainError(Reason.STORE_UNAVAILABLE, "gone")


def test_a_commit_that_fails_leaves_the_gallery_as_it_was(world: World) -> None:
    world.enrol(AN)
    before = world.state()
    store = FailingCommits(world.store)
    failing, deleting = replace(world.enrolment, store=store), replace(world.citizens, store=store)
    prints = prints_of("an", THUMB)
    acts: list[Callable[[], bytes]] = [
        lambda: failing.enrol(world.call("EnrolCitizen"), BINH, PERSON, prints, encode),
        lambda: failing.add(world.call("AddFingerprints"), AN, prints, encode),
        lambda: deleting.delete(world.call("DeleteCitizen"), AN, encode),
    ]
    for act in acts:
        with refused(Reason.STORE_UNAVAILABLE):
            act()
        assert world.state() == before
    assert [e.entry.outcome for e in world.trail()] == ["ENROLLED"]


def test_adding_fingers(world: World) -> None:
    subject_id = world.enrol(AN, prints_of("an", INDEX))
    world.enrolment.add(world.call("AddFingerprints"), AN, prints_of("an", THUMB), encode)
    citizen = world.citizens.get(world.call("GetCitizen"), citizen_number=AN, subject_id=None)
    assert [[i.position for i in e.impressions] for e in citizen.encounters] == [[INDEX], [THUMB]]
    assert {t.subject_id for t in world.gallery.templates.values()} == {subject_id}
    assert len(world.gallery) == 2


def test_adding_is_answered_once(world: World) -> None:
    world.enrol(AN)
    call = world.call("AddFingerprints", "content")

    def add(_: int) -> bytes:
        return world.enrolment.add(call, AN, prints_of("an", THUMB), encode)

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(add, range(4)))
    assert len(answers) == 1
    assert len(world.gallery) == len(list(world.store.all_templates())) == 2


def test_nobody_is_added_to(world: World) -> None:
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.enrolment.add(world.call("AddFingerprints"), AN, prints_of("an", THUMB), encode)
    assert world.biometrics.extractions == 0
    with refused(Reason.IDENTIFIER_MALFORMED):
        world.enrolment.add(world.call("AddFingerprints"), "1", prints_of("an", THUMB), encode)
    assert [e.entry.details for e in world.trail()] == [{"reason": "SUBJECT_NOT_FOUND"}]


def test_who_is_deleted_is_gone(world: World) -> None:
    gone = world.enrol(AN)
    world.enrol(BINH)
    call = world.call("DeleteCitizen", "content")
    first = world.citizens.delete(call, AN, encode)
    assert {t.subject_id for t in world.gallery.templates.values()} == {
        t.subject_id for t in world.store.all_templates()
    }
    assert gone not in {t.subject_id for t in world.store.all_templates()}
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.citizens.get(world.call("GetCitizen"), citizen_number=AN, subject_id=None)
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.citizens.get(world.call("GetCitizen"), citizen_number=None, subject_id=gone)
    assert world.citizens.delete(call, AN, encode) == first, "a retry of the deletion itself is answered"
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.delete(AN)
    assert world.enrol(AN) != gone


def test_an_answer_about_somebody_deleted_is_not_given_again(world: World) -> None:
    call = world.call("EnrolCitizen", "content")
    world.enrol(AN, call=call)
    world.delete(AN)
    with refused(Reason.REQUEST_REPLAYED):
        world.enrol(AN, call=call)


def test_deleting_is_answered_once(world: World) -> None:
    world.enrol(AN)
    call = world.call("DeleteCitizen", "content")
    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(lambda _: world.citizens.delete(call, AN, encode), range(4)))
    assert len(answers) == 1
    assert [e.entry.outcome for e in world.trail()] == ["ENROLLED", "DELETED", *["REPEATED"] * 3]


def test_pages(world: World) -> None:
    ids = [world.enrol(f"02708400{n:04d}") for n in range(5)]
    seen: list[str] = []
    token = ""
    while True:
        shown, token = world.citizens.page(world.call("ListCitizens"), 2, token)
        seen += [c.subject_id for c in shown]
        if not token:
            break
    assert seen == ids
    assert world.trail()[-1].entry.details == {"subjects": ids[4:]}
    with refused(Reason.PAGE_TOKEN_INVALID):
        world.citizens.page(world.call("ListCitizens"), 2, "YXVkaXQ6Mg==")
    with refused(Reason.FIELD_INVALID):
        world.citizens.page(world.call("ListCitizens"), -1, "")


def test_a_caller_who_has_gone_costs_nothing(world: World) -> None:
    with refused(Reason.DEADLINE_EXCEEDED):
        world.enrol(AN, call=world.call("EnrolCitizen", deadline=PastDeadline()))
    assert world.biometrics.extractions == 0
    assert world.trail() == []


def test_the_trail_holds_nothing_personal(world: World) -> None:
    world.enrol(AN)
    world.put(AN, "residence", '{"permanent_address": {"province": "Bắc Ninh", "commune": "Kinh Bắc"}}')
    world.verify(AN, prints_of(AN, INDEX), call=world.call("Verify", procedure_code="1.001193"))
    with refused(Reason.REFERENCE_EXISTS):
        world.enrol(AN)
    told = repr(world.trail())
    for secret in (AN, PERSON.full_name, PERSON.birth_date, "Kinh Bắc"):
        assert secret not in told


def test_a_refusal_that_cannot_be_recorded_is_not_given(world: World) -> None:
    """Whoever guesses numbers must not get an answer that leaves no trace."""
    failing = replace(world.enrolment, store=FailingCommits(world.store))
    with refused(Reason.STORE_UNAVAILABLE):
        failing.add(world.call("AddFingerprints"), AN, prints_of("an", THUMB), encode)
    assert world.trail() == []
