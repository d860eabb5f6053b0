"""Files of several impressions where samples are asked for: enrolled, verified and found by each of their fingers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import Decision, FingerPosition, ImageSample, MinutiaeSample, Sample
from idverify.domain.model.citizens import FingerException, FingerFault
from idverify.domain.model.enrolling import Besides, SlapPosition, SlapSample, Unpacked
from tests.fakes import FakeBiometrics, sample
from tests.service_kit import AN, BINH, PERSON, World, encode, prints_of, refused

INDEX, MIDDLE, THUMB = FingerPosition.RIGHT_INDEX, FingerPosition.RIGHT_MIDDLE, FingerPosition.LEFT_THUMB
FILE = Sample(None, ImageSample(b"a file of several"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


def held(world: World, *samples: Sample, slap: bytes = b"", fingers: tuple[FingerException, ...] = ()) -> Sample:
    slaps = (SlapSample(SlapPosition.RIGHT_FOUR, ImageSample(slap)),) if slap else ()
    world.biometrics.files[FILE.content.data] = Unpacked(tuple(samples), slaps, fingers)
    return FILE


def positions(world: World, subject_id: str) -> list[FingerPosition]:
    citizen = world.citizens.get(world.call("GetCitizen"), citizen_number=None, subject_id=subject_id)
    return [impression.position for encounter in citizen.encounters for impression in encounter.impressions]


def test_a_file_enrols_and_verifies_as_its_fingers(world: World) -> None:
    file = held(world, *prints_of("an", INDEX, THUMB))
    subject_id = world.enrol(AN, [file])
    assert positions(world, subject_id) == [INDEX, THUMB]
    assert world.verify(AN, [file]).decision is Decision.MATCH
    assert world.verify(AN, prints_of("an", THUMB)).decision is Decision.MATCH
    other = held(world, *prints_of("binh", INDEX, THUMB))
    assert world.verify(AN, [other]).decision is Decision.NO_MATCH


def test_of_each_finger_the_first_impression_is_a_probe(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX, THUMB))
    file = held(world, *prints_of("an", INDEX), *prints_of("binh", INDEX))
    assert world.verify(AN, [file]).decision is Decision.MATCH
    with refused(Reason.FINGER_DUPLICATED):
        world.verify(AN, [*prints_of("an", INDEX), file])


def test_a_slap_of_a_file_is_cut_and_its_missing_fingers_are_noted(world: World) -> None:
    lines = b"\n".join(one.content.data for one in prints_of("an", INDEX, *list(FingerPosition)[4:6]))
    gone = FingerException(MIDDLE, FingerFault.MISSING)
    file = held(world, *prints_of("an", THUMB), slap=lines, fingers=(gone,))
    subject_id = world.enrol(AN, [file])
    assert positions(world, subject_id) == [THUMB, INDEX, *list(FingerPosition)[4:6]]
    with world.store.reading() as view:
        assert view.changes.fingers_of(subject_id) == (gone,)
    only_slap = held(world, slap=lines, fingers=(gone,))
    assert world.verify(AN, [only_slap]).decision is Decision.MATCH
    world.enrolment.add(world.call("AddFingerprints"), AN, [only_slap], encode)


def test_what_the_call_says_of_a_finger_counts_more_than_the_file(world: World) -> None:
    file = held(world, *prints_of("an", THUMB), fingers=(FingerException(MIDDLE, FingerFault.MISSING),))
    bandaged = FingerException(MIDDLE, FingerFault.DAMAGED)
    besides = Besides(fingers=(bandaged,))
    world.enrolment.enrol(world.call("EnrolCitizen"), AN, PERSON, [file], encode, besides=besides)
    with world.store.reading() as view:
        assert view.changes.fingers_of(view.subjects.id_of(AN) or "") == (bandaged,)


def test_where_one_impression_is_asked_for_a_file_of_one_will_do(world: World) -> None:
    file = held(world, *prints_of("an", INDEX))
    assert world.samples.check_quality(world.call("CheckQuality"), file).quality.usable
    extracted = world.samples.extract(world.call("ExtractTemplate"), file)
    assert extracted.iso_minutiae == b"FMR" + prints_of("an", INDEX)[0].content.data
    several = held(world, *prints_of("an", INDEX, THUMB))
    with refused(Reason.SAMPLE_INVALID):
        world.samples.extract(world.call("ExtractTemplate"), several)


def test_one_view_of_a_record_stays_a_probe_of_any_finger_and_enrols_as_its_own(world: World) -> None:
    record = Sample(None, MinutiaeSample(prints_of("an", INDEX)[0].content.data), "signed")
    world.biometrics.files[record.content.data] = Unpacked((replace(record, position=INDEX),))
    subject_id = world.enrol(AN, [record])
    assert positions(world, subject_id) == [INDEX]
    assert world.verify(AN, [record]).decision is Decision.MATCH
    assert world.samples.extract(world.call("ExtractTemplate"), record).quality.usable


def test_what_cannot_be_taken_apart_is_refused_as_a_sample(world: World) -> None:
    world.biometrics.damaged.add(FILE.content.data)
    with refused(Reason.SAMPLE_INVALID):
        world.enrol(AN, [replace(FILE, position=INDEX)])
    world.enrol(AN, [sample("an/RIGHT_INDEX/80", INDEX)])
    with refused(Reason.SAMPLE_INVALID):
        world.verify(AN, [FILE])


def test_of_what_states_no_finger_since_it_cannot_be_read_that_is_told(world: World) -> None:
    world.biometrics.damaged.add(FILE.content.data)
    with refused(Reason.SAMPLE_FORMAT_UNSUPPORTED) as error:
        world.enrol(AN, [*prints_of("an", INDEX), FILE])
    assert error.value.metadata["sample"] == "1"


def test_a_finger_that_a_file_says_could_not_be_printed_is_spared_today(world: World) -> None:
    lines = b"\n".join(one.content.data for one in prints_of("an", INDEX, *list(FingerPosition)[4:6]))
    unable = FingerException(MIDDLE, FingerFault.BANDAGED)
    file = held(world, slap=lines, fingers=(unable,))
    subject_id = world.enrol(AN, [file])
    with world.store.reading() as view:
        assert view.changes.fingers_of(subject_id) == (replace(unable, until=world.clock.now().date()),)


def test_no_more_is_taken_apart_than_a_call_may_have(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    file = held(world, *prints_of("an", *list(FingerPosition)[1:5]))
    taken_apart: list[Sample] = []
    own = type(world.biometrics).unpacked

    def unpacked(self: FakeBiometrics, given: Sample) -> Unpacked | None:
        taken_apart.append(given)
        return own(self, given)

    monkeypatch.setattr(FakeBiometrics, "unpacked", unpacked)
    with refused(Reason.FINGER_COUNT_EXCEEDED):
        world.verify(AN, [file] * 11)
    assert not taken_apart
    with refused(Reason.FINGER_COUNT_EXCEEDED):
        world.verify(AN, [file] * 10)
    assert len(taken_apart) == 3
    taken_apart.clear()
    with refused(Reason.FINGER_COUNT_EXCEEDED):
        world.enrol(BINH, [file] * 40)
    assert len(taken_apart) == 11
    with refused(Reason.FINGER_COUNT_EXCEEDED):
        world.enrol(BINH, [file] * 41)
    assert len(taken_apart) == 11
    with refused(Reason.FINGER_COUNT_EXCEEDED):
        world.samples.match(world.call("CompareSamples"), prints_of("an", INDEX), [[file]] * 90, None)
    assert len(taken_apart) == 11 + 1 + 4


def test_one_of_a_gallery_that_cannot_be_cut_spoils_the_decision_on_them_alone(world: World) -> None:
    uncut = held(world, slap=b"only/one/finger")
    gallery = [[uncut], prints_of("an", INDEX), prints_of("binh", INDEX)]
    outcomes = world.samples.match(world.call("CompareSamples"), prints_of("an", INDEX), gallery, None)
    assert [outcome.refusal and outcome.refusal.reason for outcome in outcomes] == [
        Reason.SLAP_COUNT_MISMATCH,
        None,
        None,
    ]
    assert [outcome.decision for outcome in outcomes[1:]] == [Decision.MATCH, Decision.NO_MATCH]


def test_a_finger_that_a_file_says_is_missing_is_taken_by_neither_enrolling_nor_adding(world: World) -> None:
    file = held(world, *prints_of("an", THUMB), fingers=(FingerException(INDEX, FingerFault.MISSING),))
    samples = [file, *prints_of("an", INDEX)]
    with refused(Reason.FIELD_INVALID):
        world.enrol(AN, samples)
    world.enrol(AN, prints_of("an", INDEX))
    with refused(Reason.FIELD_INVALID):
        world.enrolment.add(world.call("AddFingerprints"), AN, samples, encode)
