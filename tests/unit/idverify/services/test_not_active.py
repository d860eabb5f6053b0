"""No refusal tells how near a print comes, uncounted: of who is not active, and of another's consent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import ChangeReason, CitizenState, Decision, FingerPosition, Likeness, Role
from idverify.ports import Hit, SearchResult
from idverify.services.calls.call import Call
from tests.fakes import FakeBiometrics
from tests.service_kit import AN, BINH, BIRTH, World, prints_of, refused
from tests.unit.idverify.services.counter.counter_kit import Counter
from tests.unit.idverify.services.test_identification_service import ToldGallery

INDEX = FingerPosition.RIGHT_INDEX


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, FakeBiometrics(marks=True))
    yield world
    world.store.close()


@pytest.fixture
def gone(world: World) -> str:
    """An is deactivated."""
    subject_id = world.enrol(AN, prints_of("an", INDEX))
    world.change_state(AN, CitizenState.DEACTIVATED, ChangeReason.MISUSE_SUSPECTED)
    return subject_id


def call(world: World, method: str = "Identify", procedure: str = "", consent: str = "") -> Call:
    counter = frozenset({Role.COUNTER})
    return world.call(method, roles=counter, procedure_code=procedure, consent_ref=consent)


def counted(world: World, subject_id: str) -> list[str]:
    with world.store.reading() as view:
        return sorted(c.client for c in view.attempts.of_subject(subject_id))


def consented(world: World) -> str:
    """Return a consent that Bình gave to this client."""
    counter = Counter(world)
    counter.start(BINH)
    counter.capture(prints_of(BINH, INDEX, quality=85)[0])
    counter.agree()
    return counter.authenticate(BINH).consent_id


def test_who_is_not_surely_found_is_answered_as_nobody(world: World, gone: str) -> None:
    found = SearchResult((Hit(gone, INDEX, Likeness(1e-3, 30.0)),), 2)
    world.identification = replace(world.identification, gallery=ToldGallery(result=found))
    prints = prints_of("near", INDEX)
    told = world.identify(prints, fpir=0.1, call=call(world))
    assert (told.decision, told.candidates) == (Decision.NO_MATCH, ())
    assert told.attempts is not None
    with refused(Reason.SAMPLE_REPLAYED):
        world.identify(prints, fpir=0.1, call=call(world))
    assert counted(world, gone) == []
    kept = world.trail()[-2].entry
    assert (kept.outcome, kept.subject_id, kept.details["candidates"]) == ("NO_MATCH", "", [])
    assert (kept.details["withheld"], kept.details["reason"]) == (gone, "SUBJECT_DEACTIVATED")


def test_who_is_surely_found_is_refused_and_it_counts(world: World, gone: str) -> None:
    prints = prints_of("an", INDEX, quality=71)
    with refused(Reason.SUBJECT_DEACTIVATED):
        world.identify(prints, call=call(world))
    assert world.trail()[-1].entry.subject_id == gone
    assert counted(world, gone) == ["", "counter-7"]
    with refused(Reason.SAMPLE_REPLAYED):
        world.identify(prints, call=call(world))


def test_a_consent_that_is_anothers_is_refused_whatever_finger_is_shown(world: World) -> None:
    world.enrol(AN)
    world.enrol(BINH)
    consent_id = consented(world)
    for prints in (prints_of(AN, INDEX, quality=81), prints_of("mallory", INDEX)):
        about = call(world, "Verify", BIRTH, consent_id)
        with refused(Reason.CONSENT_INVALID):
            world.verify(AN, prints, call=about)


def test_a_consent_of_another_than_who_is_found_counts(world: World) -> None:
    subject_id = world.enrol(AN)
    world.enrol(BINH)
    consent_id = consented(world)
    prints = prints_of(AN, INDEX, quality=81)
    about = call(world, "Identify", BIRTH, consent_id)
    with refused(Reason.CONSENT_INVALID):
        world.identify(prints, call=about)
    assert counted(world, subject_id) == ["", "counter-7"]
    with refused(Reason.SAMPLE_REPLAYED):
        world.identify(prints, call=call(world))
