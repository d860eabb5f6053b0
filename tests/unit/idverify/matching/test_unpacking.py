"""Files of several impressions through the port: which samples they become, and what each is told to be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from enroll_tools.synthetic import EASY, Population
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Decision, FingerPosition, ImageFormat, ImageSample, MinutiaeSample, Sample
from idverify.domain.model.citizens import FingerException, FingerFault
from idverify.domain.model.enrolling import SlapPosition
from idverify.matching import unpacking
from idverify.matching.biometrics import MatcherBiometrics
from matcher.comparison.calibration import default_calibration
from matcher.extraction.ridge import RidgeExtractor
from matcher.formats.iso19794_2 import template_to_view
from matcher.formats.minutiae_record import MinutiaeRecord, RecordFormat
from matcher.formats.records import convert, read_record, write_record
from matcher.images.decoding import encode_png
from matcher.types import FingerPosition as MatcherPosition
from matcher.types import Image
from tests.golden.ansi_nist import make_ansi_nist as made
from tests.prints import finger
from tests.service_kit import AN, World

INDEX, MIDDLE, LEFT_INDEX = FingerPosition.RIGHT_INDEX, FingerPosition.RIGHT_MIDDLE, FingerPosition.LEFT_INDEX
BIOMETRICS = MatcherBiometrics(RidgeExtractor(), default_calibration())


def piv(form: RecordFormat = RecordFormat.ANSI_378_2004, positions: tuple[int, ...] = (2, 7)) -> bytes:
    views = tuple(
        replace(template_to_view(finger(seed), MatcherPosition(position)), view_number=0)
        for seed, position in enumerate(positions)
    )
    return write_record(convert(MinutiaeRecord(300, 400, views), form).record)


def refusal(sample: Sample, reason: Reason) -> DomainError:
    with pytest.raises(DomainError) as error:
        BIOMETRICS.extract(sample)
    assert error.value.reason is reason
    return error.value


@pytest.mark.parametrize("form", [form for form in RecordFormat if form is not RecordFormat.XYT])
def test_views_of_a_record_become_samples_of_their_fingers(form: RecordFormat) -> None:
    held = BIOMETRICS.unpacked(Sample(None, MinutiaeSample(piv(form))))
    assert held is not None
    assert [sample.position for sample in held.samples] == [INDEX, LEFT_INDEX]
    for seed, sample in enumerate(held.samples):
        record = read_record(sample.content.data)
        assert (record.format, record.warnings, len(record.views)) == (form, (), 1)
        assert len(record.views[0]) == len(finger(seed))
        assert BIOMETRICS.extract(sample).quality.usable


def test_the_stated_finger_is_chosen_and_another_refused() -> None:
    record = MinutiaeSample(piv())
    held = BIOMETRICS.unpacked(Sample(LEFT_INDEX, record))
    assert held is not None
    assert [sample.position for sample in held.samples] == [LEFT_INDEX]
    error = refusal(Sample(MIDDLE, record), Reason.SAMPLE_POSITION_MISMATCH)
    assert error.metadata == {"stated": "RIGHT_MIDDLE", "record": "RIGHT_INDEX,LEFT_INDEX"}
    assert refusal(Sample(None, record), Reason.SAMPLE_INVALID).metadata["impressions"] == "2"
    unknown = BIOMETRICS.unpacked(Sample(FingerPosition.UNKNOWN, record))
    assert unknown is not None
    assert {sample.position for sample in unknown.samples} == {FingerPosition.UNKNOWN}


def test_a_record_of_one_view_stays_the_bytes_that_came() -> None:
    sample = Sample(None, MinutiaeSample(piv(positions=(2,)) + bytes(3)), "signed")
    held = BIOMETRICS.unpacked(sample)
    assert held is not None
    assert held.samples == (replace(sample, position=INDEX),)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unpacking, "read_record", lambda *_, **__: pytest.fail("it is read already"))
        assert BIOMETRICS.extract(held.samples[0]).quality.usable
    empty = write_record(MinutiaeRecord(300, 400, ()))
    assert refusal(Sample(INDEX, MinutiaeSample(empty)), Reason.SAMPLE_INVALID).metadata["impressions"] == "0"


def test_an_image_is_itself() -> None:
    assert BIOMETRICS.unpacked(Sample(None, ImageSample(b"\x89PNG"))) is None


def test_a_file_becomes_images_with_the_resolution_of_their_records() -> None:
    held = BIOMETRICS.unpacked(Sample(None, ImageSample(made.WHOLE)))
    assert held is not None
    assert (held.slaps, held.fingers) == ((), ())
    assert held.samples == (
        Sample(INDEX, ImageSample(made.PIXELS, ImageFormat.RAW_GREY8, 16, 16, 500.0)),
        Sample(LEFT_INDEX, ImageSample(made.PIXELS, ImageFormat.RAW_GREY8, 16, 16, 500.0)),
    )
    wsq = made.file_of([made.tagged(b"any", compression="WSQ20", ppi=(1000, 1000), finger="0")])
    held = BIOMETRICS.unpacked(Sample(MIDDLE, ImageSample(wsq)))
    assert held is not None
    assert held.samples == (Sample(MIDDLE, ImageSample(b"any", resolution_ppi=1000.0)),)


def test_slaps_missing_fingers_and_minutiae_are_told() -> None:
    missing = {18: made.items((3, "XX"), (4, "UP"))}
    slap = made.tagged(finger="13", further=missing)
    held = BIOMETRICS.unpacked(
        Sample(None, ImageSample(made.file_of([slap, made.own(made.OWN_ROWS, idc=2, finger=8)])))
    )
    assert held is not None
    assert [slap.position for slap in held.slaps] == [SlapPosition.RIGHT_FOUR]
    assert held.fingers == (
        FingerException(FingerPosition.RIGHT_MIDDLE, FingerFault.MISSING),
        FingerException(FingerPosition.RIGHT_RING, FingerFault.BANDAGED),
    )
    (minutiae,) = held.samples
    assert (minutiae.position, type(minutiae.content)) == (FingerPosition.LEFT_MIDDLE, MinutiaeSample)


def test_a_finger_that_is_there_all_the_same_is_not_missing() -> None:
    held = BIOMETRICS.unpacked(Sample(None, ImageSample(made.FILES["scarred_and_unable_but_shown.an2"])))
    assert held is not None
    assert ([sample.position for sample in held.samples], held.fingers) == ([INDEX, MIDDLE], ())


def test_the_resolution_that_a_caller_states_counts_most_and_else_that_of_the_image() -> None:
    unstated = made.tagged(b"\x89PNG\r\nany", compression="PNG", unit="0", ppi=(1, 1))
    file = made.file_of([unstated])
    for ppi in (None, 1000.0):
        held = BIOMETRICS.unpacked(Sample(None, ImageSample(file, resolution_ppi=ppi)))
        assert held is not None
        assert held.samples == (Sample(INDEX, ImageSample(b"\x89PNG\r\nany", resolution_ppi=ppi)),)
    raw = ImageSample(made.FILES["no_resolution.an2"], resolution_ppi=500.0)
    held = BIOMETRICS.unpacked(Sample(None, raw))
    assert held is not None
    assert held.samples == (Sample(INDEX, ImageSample(made.PIXELS, ImageFormat.RAW_GREY8, 16, 16, 500.0)),)


def test_a_segmented_slap_is_cut_where_its_record_says() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (200, 400), dtype=np.uint8)
    segments = made.items((2, 0, 149, 10, 189), (3, 160, 399, 0, 199))
    page = encode_png(Image(pixels, 500.0))
    of_1000 = made.tagged(page, finger="13", compression="PNG", further={21: segments})
    held = BIOMETRICS.unpacked(Sample(None, ImageSample(made.file_of([of_1000]))))
    assert held is not None
    assert [sample.position for sample in held.samples] == [INDEX, MIDDLE]
    assert not held.slaps


def test_what_cannot_be_taken_apart_is_refused_by_extraction_with_the_same_reason() -> None:
    refused = {
        "palm.an2": Reason.SAMPLE_FORMAT_UNSUPPORTED,
        "palm_as_finger.an2": Reason.SAMPLE_FORMAT_UNSUPPORTED,
        "group_unsegmented.an2": Reason.SAMPLE_FORMAT_UNSUPPORTED,
        "truncated.an2": Reason.SAMPLE_INVALID,
        "no_resolution.an2": Reason.SAMPLE_RESOLUTION_UNKNOWN,
        "binary_and_tagged.an2": Reason.SAMPLE_INVALID,
    }
    for name, reason in refused.items():
        refusal(Sample(None, ImageSample(made.FILES[name])), reason)
    pixels = np.full((200, 400), 255, np.uint8)
    beyond = made.tagged(
        encode_png(Image(pixels, 500.0)),
        finger="13",
        compression="PNG",
        further={21: made.items((2, 500, 600, 0, 100))},
    )
    refusal(Sample(None, ImageSample(made.file_of([beyond]))), Reason.SAMPLE_INVALID)
    for count, refused_because in ((6, "beyond its image"), (7, "more than 6 images of several fingers")):
        error = refusal(Sample(None, ImageSample(made.file_of([beyond] * count))), Reason.SAMPLE_INVALID)
        assert refused_because in error.message


@pytest.mark.slow
def test_who_is_enrolled_by_a_file_is_verified_by_a_card_of_two_fingers(tmp_path: Path) -> None:
    """A record of a file at 500 ppi believed over a PNG that states 1000, and the two views of a PIV card."""
    population = Population(9, EASY)
    shown = (MatcherPosition.RIGHT_INDEX, MatcherPosition.LEFT_INDEX)
    parts = [
        made.tagged(
            encode_png(replace(population.impression(0, one, 1).image, resolution_ppi=1000.0)),
            finger=str(int(one)),
            compression="PNG",
            idc=int(one),
        )
        for one in shown
    ]
    world = World(tmp_path)
    biometrics = MatcherBiometrics(RidgeExtractor(), default_calibration())
    world.enrolment = replace(world.enrolment, biometrics=biometrics)
    world.verification = replace(world.verification, biometrics=biometrics)
    world.enrol(AN, [Sample(None, ImageSample(made.file_of(parts)))])

    def card(person: int) -> Sample:
        templates = [RidgeExtractor().extract(population.impression(person, one, 2).image) for one in shown]
        views = tuple(template_to_view(template, one) for template, one in zip(templates, shown, strict=True))
        record = MinutiaeRecord(templates[0].width, templates[0].height, views)
        return Sample(None, MinutiaeSample(write_record(convert(record, RecordFormat.ANSI_378_2004).record)))

    assert world.verify(AN, [card(0)]).decision is Decision.MATCH
    assert world.verify(AN, [card(1)]).decision is not Decision.MATCH
    world.store.close()
