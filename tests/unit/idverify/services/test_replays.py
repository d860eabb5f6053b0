"""A sample that was presented before is refused; a request that is repeated is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Decision, Role
from tests.fakes import FakeBiometrics, sample
from tests.service_kit import AN, BINH, Answers, World, refused

COUNTER, ENROLLER = frozenset({Role.COUNTER}), frozenset({Role.ENROLLER})
OWN = [sample(f"{AN}/RIGHT_INDEX/80")]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, FakeBiometrics(marks=True))
    world.enrol(AN, [sample(f"{AN}/RIGHT_INDEX/90")])
    world.enrol(BINH)
    return world


def verify(world: World, number: str = AN, client: str = "counter-7") -> Decision:
    return world.verify(number, OWN, call=world.call("Verify", caller=client, roles=COUNTER)).decision


@pytest.mark.parametrize(("number", "client"), [(AN, "counter-7"), (AN, "counter-8"), (BINH, "counter-8")])
def test_the_same_sample_again_is_refused_whoever_sends_it_for_whom(world: World, number: str, client: str) -> None:
    assert verify(world) is Decision.MATCH
    with pytest.raises(DomainError) as caught:
        verify(world, number, client)
    assert (caught.value.reason, caught.value.metadata) == (Reason.SAMPLE_REPLAYED, {"sample": "0"})
    assert world.trail()[-1].entry.outcome == "ALARM"
    assert world.trail()[-1].entry.details["reason"] == "SAMPLE_REPLAYED"


def test_a_search_knows_what_a_verification_saw_and_the_other_way_round(world: World) -> None:
    verify(world)
    with refused(Reason.SAMPLE_REPLAYED):
        world.identify(OWN, call=world.call("Identify", roles=COUNTER))
    other = [sample(f"{AN}/RIGHT_INDEX/81")]
    world.identify(other, call=world.call("Identify", roles=COUNTER))
    with refused(Reason.SAMPLE_REPLAYED):
        world.verify(AN, other, call=world.call("Verify", roles=COUNTER))


def test_what_was_enrolled_is_no_probe(world: World) -> None:
    new = "027184000555"
    world.enrol(new, call=world.call("EnrolCitizen", roles=ENROLLER))
    with refused(Reason.SAMPLE_REPLAYED):
        world.verify(new, [sample(f"{new}/RIGHT_INDEX/80")], call=world.call("Verify", roles=COUNTER))


def test_what_was_verified_may_be_enrolled(world: World) -> None:
    verify(world)
    answers = Answers()
    world.enrolment.add(world.call("AddFingerprints", roles=ENROLLER), AN, OWN, answers)
    assert answers.given


def test_a_repeated_request_is_given_its_first_answer(world: World) -> None:
    call = world.call("Verify", roles=COUNTER)
    first = world.verification.verify(call, AN, OWN, None, Answers())
    assert world.verification.verify(call, AN, OWN, None, Answers()) == first


def test_of_twins_at_the_same_moment_both_are_given_the_answer(world: World) -> None:
    call, start = world.call("Verify", roles=COUNTER), Barrier(4)

    def one(_: int) -> bytes:
        start.wait()
        return world.verification.verify(call, AN, OWN, None, lambda answer: repr(answer).encode())

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(one, range(4)))) == 1
    assert [e.entry.outcome for e in world.trail()].count("MATCH") == 1


def test_of_many_at_the_same_moment_one_is_told(world: World) -> None:
    start = Barrier(4)

    def one(place: int) -> bool:
        start.wait()
        try:
            return verify(world, client=f"counter-{place}") is Decision.MATCH
        except DomainError:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, range(4))) == 1


def test_what_was_refused_was_not_presented(world: World) -> None:
    with refused(Reason.SUBJECT_NOT_FOUND):
        verify(world, "027184000123")
    assert verify(world) is Decision.MATCH


def test_a_day_later_it_is_known_no_more(world: World) -> None:
    verify(world)
    world.clock.advance(24 * 3600 + 1)
    assert verify(world) is Decision.MATCH


def test_to_a_tester_all_samples_are_new(world: World) -> None:
    verify(world)
    assert world.verify(AN, OWN).decision is Decision.MATCH


# --- copies that were made over: no digest knows them ---------------------------------------------------------------


@pytest.fixture
def keen(tmp_path: Path) -> World:
    world = World(tmp_path, FakeBiometrics(copies=True))
    world.enrol(AN, [sample(f"{AN}/RIGHT_INDEX/90")])
    world.enrol(BINH)
    return world


def test_a_copy_of_what_is_enrolled_is_refused_and_counts(keen: World) -> None:
    stolen = [sample(f"{AN}/RIGHT_INDEX/90")]
    for _ in range(5):
        with refused(Reason.SAMPLE_REPLAYED):
            keen.verify(AN, stolen, call=keen.call("Verify", roles=COUNTER))
        assert keen.trail()[-1].entry.outcome == "ALARM"
    with refused(Reason.ATTEMPTS_EXCEEDED):
        verify(keen)


def test_a_copy_of_what_was_shown_is_refused(keen: World) -> None:
    verify(keen)
    with refused(Reason.SAMPLE_REPLAYED):
        verify(keen, client="counter-8")


def test_a_search_refuses_copies_of_the_person_it_finds(keen: World) -> None:
    stolen = [sample(f"{AN}/RIGHT_INDEX/90")]
    with refused(Reason.SAMPLE_REPLAYED):
        keen.identify(stolen, call=keen.call("Identify", roles=COUNTER))
    keen.identify(OWN, call=keen.call("Identify", roles=COUNTER))
    with refused(Reason.SAMPLE_REPLAYED):
        verify(keen)
    assert keen.identify(stolen).decision is Decision.MATCH  # a tester


def test_only_the_last_few_are_kept_and_go_with_the_citizen(keen: World) -> None:
    for quality in range(80, 88):
        print_ = [sample(f"{AN}/RIGHT_INDEX/{quality}")]
        keen.verify(AN, print_, call=keen.call("Verify", roles=COUNTER))
    with keen.store.reading() as view:
        subject_id = view.subjects.id_of(AN) or ""
        assert view.recent_probes.of(subject_id) == [f"{AN}/RIGHT_INDEX/{q}".encode() for q in range(83, 88)]
    assert verify(keen) is Decision.MATCH
    keen.delete(AN)
    with keen.store.reading() as view:
        assert view.recent_probes.of(subject_id) == []
