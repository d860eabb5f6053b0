"""A profile is reported in the answer and the trail, and decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import FingerPosition
from idverify.domain.model.enrolling import Besides, ProfileOutcome
from tests.fakes import sample
from tests.service_kit import AN, PERSON, Answers, World, encode, prints_of, refused

INDEX, THUMB = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_THUMB
VN = Besides(profile="vn-110-2020")
PRINTS = [sample("an/RIGHT_INDEX/98", INDEX), sample("an/LEFT_THUMB/90", THUMB)]
"""Of 49 and 45 minutiae: too few for the profile, and enough for everything else."""

FAILED = ["RIGHT_INDEX:MINUTIAE", "LEFT_THUMB:MINUTIAE"]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


def test_it_is_told_of_each_impression_and_gates_nothing(world: World) -> None:
    answers = Answers()
    world.enrolment.enrol(world.call("EnrolCitizen"), AN, PERSON, PRINTS, answers, besides=VN)
    (enrolled,) = answers.given
    assert [(taken.position, taken.place) for taken in enrolled.taken] == [(INDEX, 0), (THUMB, 1)]
    told = {result.demand.test.value: result.outcome for result in enrolled.taken[0].results}
    assert (told["MINUTIAE"], told["QUALITY"]) == (ProfileOutcome.FAILED, ProfileOutcome.PASSED)
    assert told["FORMAT"] is told["CENTRE"] is ProfileOutcome.UNTOLD, "a template came without its image"
    details = world.trail()[-1].entry.details
    assert (details["profile"], details["profile_failed"]) == ("vn-110-2020", FAILED)
    untold = details["profile_untold"]
    assert isinstance(untold, list)
    assert len(untold) == 8


def test_it_is_told_of_what_is_added(world: World) -> None:
    world.enrol(AN, prints_of("an", FingerPosition.RIGHT_RING))
    assert "profile" not in world.trail()[-1].entry.details, "none was asked for"
    answers = Answers()
    world.enrolment.add(world.call("AddFingerprints"), AN, PRINTS, answers, besides=VN)
    assert [len(taken.results) for taken in answers.given[0].taken] == [6, 6]
    assert world.trail()[-1].entry.details["profile_failed"] == FAILED


def test_one_that_is_not_there_is_refused_before_anything_is_done(world: World) -> None:
    unknown = Besides(profile="vn-2021")
    with refused(Reason.FIELD_INVALID):
        world.enrolment.enrol(world.call("EnrolCitizen"), AN, PERSON, PRINTS, encode, besides=unknown)
    with refused(Reason.FIELD_INVALID):
        world.enrolment.add(world.call("AddFingerprints"), AN, PRINTS, encode, besides=unknown)
    assert (world.biometrics.extractions, world.trail()) == (0, [])


def test_a_sample_alone_is_held_against_it_too(world: World) -> None:
    call = world.call("CheckQuality")
    assert world.samples.check_quality(call, PRINTS[0]).results == ()
    assert len(world.samples.check_quality(call, PRINTS[0], "vn-110-2020").results) == 6
    with refused(Reason.FIELD_INVALID):
        world.samples.check_quality(call, PRINTS[0], "vn-2021")
