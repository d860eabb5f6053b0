"""Records of several images and documents of BIRs through the port: which samples they become."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from enroll_tools.synthetic import EASY, Population
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Decision, FingerPosition, ImageFormat, ImageSample, MinutiaeSample, Sample
from idverify.domain.model.citizens import FingerException, FingerFault
from idverify.domain.model.enrolling import SlapPosition, SlapSample, Unpacked
from idverify.matching.biometrics import MatcherBiometrics
from idverify.matching.containers import sample_of
from matcher.comparison.calibration import default_calibration
from matcher.extraction.ridge import RidgeExtractor
from matcher.formats.cbeff import Bir, write_bir_xml
from matcher.formats.cbeff.subtypes import words_for
from matcher.formats.iso19794_4 import FingerImageRecord, ImageRecordFormat, read_image_record, write_image_record
from matcher.formats.records import read_record, write_record
from matcher.images.decoding import encode_png
from matcher.images.records.writing import write_finger_image
from matcher.types import FingerPosition as MatcherPosition
from matcher.types import Image
from tests.golden.ansi_nist import make_ansi_nist as made
from tests.golden.make_iso39794 import block_39794, representation_39794
from tests.places import GOLDEN
from tests.service_kit import AN, World

INDEX, MIDDLE, LEFT_INDEX = FingerPosition.RIGHT_INDEX, FingerPosition.RIGHT_MIDDLE, FingerPosition.LEFT_INDEX
BIOMETRICS = MatcherBiometrics(RidgeExtractor(), default_calibration())
GREY = Image(np.full((200, 200), 255, np.uint8), 500.0)
ONE = write_finger_image(GREY, MatcherPosition.RIGHT_INDEX)


def of_several(*positions: int) -> bytes:
    view = read_image_record(ONE).views[0]
    views = tuple(replace(view, position=position) for position in positions)
    return write_image_record(FingerImageRecord(ImageRecordFormat.ISO_19794_4_2011, views))


def held(data: bytes, stated: FingerPosition | None = None, ppi: float | None = None) -> Unpacked:
    found = BIOMETRICS.unpacked(Sample(stated, ImageSample(data, resolution_ppi=ppi)))
    assert found is not None
    return found


def refusal(data: bytes, reason: Reason, stated: FingerPosition | None = None) -> DomainError:
    with pytest.raises(DomainError) as error:
        BIOMETRICS.extract(Sample(stated, ImageSample(data)))
    assert error.value.reason is reason
    return error.value


def xml(*birs: Bir) -> bytes:
    return write_bir_xml(birs)


def bir(data: bytes, position: MatcherPosition = MatcherPosition.RIGHT_INDEX, **more: object) -> Bir:
    return Bir(data, subtype=words_for(position), **more)  # type: ignore[arg-type]


def test_images_of_a_record_become_samples_of_their_fingers() -> None:
    found = held(of_several(2, 0, 14))
    assert [sample.position for sample in found.samples] == [INDEX, None]
    assert [slap.position for slap in found.slaps] == [SlapPosition.LEFT_FOUR]
    for sample in found.samples:
        assert not BIOMETRICS.extract(sample).quality.usable
    assert [sample.position for sample in held(of_several(2, 7), LEFT_INDEX).samples] == [LEFT_INDEX]
    assert refusal(of_several(2, 7), Reason.SAMPLE_INVALID).metadata["impressions"] == "2"
    assert refusal(of_several(2, 7), Reason.SAMPLE_POSITION_MISMATCH, MIDDLE).metadata["record"] == (
        "RIGHT_INDEX,LEFT_INDEX"
    )


def test_a_record_of_one_image_stays_the_bytes_that_came_with_the_finger_that_it_states() -> None:
    sample = Sample(None, ImageSample(ONE), "signed")
    assert BIOMETRICS.unpacked(sample) == Unpacked((replace(sample, position=INDEX),))
    assert held(of_several(13)).slaps == (SlapSample(SlapPosition.RIGHT_FOUR, ImageSample(of_several(13))),)


@pytest.mark.parametrize("position", [21, 40])
def test_palms_and_groups_that_are_no_slap_are_refused(position: int) -> None:
    refusal(of_several(position), Reason.SAMPLE_FORMAT_UNSUPPORTED)


def test_a_block_of_39794_gives_files_with_the_resolution_that_it_states() -> None:
    data = block_39794(representation_39794(b"one"), representation_39794(b"two", position=7, sampling=None))
    assert held(data).samples == (
        Sample(INDEX, ImageSample(b"one", resolution_ppi=500.0)),
        Sample(LEFT_INDEX, ImageSample(b"two")),
    )
    assert {sample.content.resolution_ppi for sample in held(data, ppi=1000.0).samples} == {1000.0}  # type: ignore[union-attr]


def test_birs_become_samples_slaps_and_missing_fingers() -> None:
    record = (GOLDEN / "extended_length_missing.iso").read_bytes()
    right = ("Right", "IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger")
    found = held(
        xml(
            bir(b"png"),
            bir(record),
            bir(b"any", MatcherPosition.UNKNOWN),
            Bir(b"slap", subtype=right),
            Bir(b"", subtype=words_for(MatcherPosition.LEFT_RING), others={"EXCEPTION": "true"}),
            Bir(b"face", modalities=("Face",)),
        )
    )
    assert [(sample.position, type(sample.content)) for sample in found.samples] == [
        (INDEX, ImageSample),
        (INDEX, MinutiaeSample),
        (None, ImageSample),
    ]
    assert found.slaps == (SlapSample(SlapPosition.RIGHT_FOUR, ImageSample(b"slap")),)
    assert found.fingers == (FingerException(FingerPosition.LEFT_RING, FingerFault.MISSING),)


def test_a_record_of_several_images_in_a_bir_comes_apart_too() -> None:
    found = held(xml(bir(of_several(2, 7), MatcherPosition.UNKNOWN), bir(of_several(2, 7), MatcherPosition.LEFT_INDEX)))
    assert [sample.position for sample in found.samples] == [INDEX, LEFT_INDEX, LEFT_INDEX]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (xml(bir(ONE, encrypted=True)), Reason.SAMPLE_INVALID),
        (xml(bir(xml(bir(ONE)))), Reason.SAMPLE_INVALID),
        (xml(bir(made.FILES["binary_and_tagged.an2"], MatcherPosition.UNKNOWN)), Reason.SAMPLE_INVALID),
        (xml(Bir(b"face", modalities=("Face",))), Reason.SAMPLE_FORMAT_UNSUPPORTED),
        (b"<BIR><BDB>*</BDB></BIR>", Reason.SAMPLE_INVALID),
        (b"<!DOCTYPE BIR><BIR/>", Reason.SAMPLE_INVALID),
        (xml(bir(ONE, MatcherPosition.LEFT_RING)), Reason.SAMPLE_POSITION_MISMATCH),
    ],
)
def test_documents_that_hold_nothing_to_be_had_are_refused(document: bytes, reason: Reason) -> None:
    refusal(document, reason)


@pytest.mark.slow
def test_who_is_enrolled_by_birs_is_verified_by_a_record_of_two_images(tmp_path: Path) -> None:
    population = Population(9, EASY)
    shown = (MatcherPosition.RIGHT_INDEX, MatcherPosition.LEFT_INDEX)
    world = World(tmp_path)
    world.enrolment = replace(world.enrolment, biometrics=BIOMETRICS)
    world.verification = replace(world.verification, biometrics=BIOMETRICS)
    parts = [bir(write_finger_image(population.impression(0, one, 1).image, one), one) for one in shown]
    world.enrol(AN, [Sample(None, ImageSample(xml(*parts)))])

    def record(person: int) -> Sample:
        alone = [write_finger_image(population.impression(person, one, 2).image, one) for one in shown]
        views = tuple(read_image_record(each).views[0] for each in alone)
        both = write_image_record(FingerImageRecord(ImageRecordFormat.ISO_19794_4_2011, views))
        return Sample(None, ImageSample(both))

    assert world.verify(AN, [record(0)]).decision is Decision.MATCH
    assert world.verify(AN, [record(1)]).decision is not Decision.MATCH
    world.store.close()


def test_a_record_of_minutiae_behind_a_binary_header_in_a_bir_is_one_of_minutiae() -> None:
    minutiae = (GOLDEN / "ansi2004.fmr").read_bytes()
    behind = struct.pack("<IBBHHbBI", 16 + len(minutiae), 1, 4, 0x0101, 2, -1, 4, 8) + minutiae  # BioAPI 1.1
    for data in (minutiae, behind):
        assert sample_of(bir(data)) == Sample(INDEX, MinutiaeSample(data))
        assert {type(sample.content) for sample in held(xml(bir(data))).samples} == {MinutiaeSample}
    assert sample_of(bir(ONE, MatcherPosition.UNKNOWN), 500.0) == Sample(None, ImageSample(ONE, resolution_ppi=500.0))


def test_where_a_record_departs_from_its_standard_is_told() -> None:
    minutiae = (GOLDEN / "ansi2004.fmr").read_bytes()
    view = read_record(minutiae).views[0]
    one = write_record(replace(read_record(minutiae), views=(view,)))
    assert [quirk.code for quirk in BIOMETRICS.extract(Sample(None, MinutiaeSample(one))).quirks] == []
    (told,) = BIOMETRICS.extract(Sample(None, MinutiaeSample(one + bytes(40)))).quirks
    assert (told.code, told.byte) == ("TRAILING_ZEROS", len(one))
    made_up = Population(seed=5, impressions=EASY).impression(0, MatcherPosition.RIGHT_INDEX, 1).image
    image = write_finger_image(made_up, MatcherPosition.RIGHT_INDEX)
    told, *_ = BIOMETRICS.extract(Sample(INDEX, ImageSample(image + bytes(40)))).quirks
    assert told.code == "TRAILING_ZEROS"


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes])
def test_base64_text_of_a_file_is_the_file(encode: Callable[[bytes], bytes]) -> None:
    png = encode_png(GREY)
    assert held(encode(png)).samples == (Sample(None, ImageSample(png)),)
    stated = Sample(INDEX, ImageSample(encode(png).rstrip(b"="), ImageFormat.PNG, resolution_ppi=500.0), "signed")
    assert BIOMETRICS.unpacked(stated) == Unpacked((replace(stated, content=replace(stated.content, data=png)),))
    assert held(encode(made.WHOLE)) == held(made.WHOLE)
    document = xml(bir(ONE))
    assert held(encode(document)) == held(document)
    for block in (png, (GOLDEN / "ansi2004.fmr").read_bytes()):
        assert held(xml(bir(encode(block)))) == held(xml(bir(block)))


def test_text_that_is_no_file_stays_as_it_is() -> None:
    png = encode_png(GREY)
    for data in (b"QUJD" * 100, base64.b64encode(b"GIF89a" + bytes(90)), b"!" + base64.b64encode(png)):
        assert BIOMETRICS.unpacked(Sample(None, ImageSample(data))) is None
    raw = ImageSample(base64.b64encode(png), ImageFormat.RAW_GREY8, 4, 4, 500.0)
    assert BIOMETRICS.unpacked(Sample(None, raw)) is None
    damaged = base64.b64encode(png) + b"!"
    assert [sample.content.data for sample in held(xml(bir(damaged))).samples] == [damaged]
    assert refusal(damaged, Reason.SAMPLE_FORMAT_UNSUPPORTED)
    for nested in (made.WHOLE, xml(bir(ONE))):
        assert refusal(xml(bir(base64.b64encode(nested))), Reason.SAMPLE_INVALID)
