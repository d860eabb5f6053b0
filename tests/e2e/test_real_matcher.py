"""The whole way with the real extractor, comparator and index, on fingers that the project's generator grows."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import grpc
import PIL.Image
import pytest

from enroll_tools.synthetic.prints.impression import make_impression, poor_impression
from enroll_tools.synthetic.prints.master import Master, make_master
from idverify.bootstrap import build
from idverify.v1 import biometrics_pb2, enrolment_pb2, types_pb2, verification_pb2
from matcher.formats.minutiae_record import RecordFormat
from matcher.formats.records import convert, read_record, write_record
from matcher.types import Image
from tests.databases import Databases
from tests.e2e.doors import GrpcDoor, HttpDoor
from tests.e2e.harness import PROCEDURE, RunningServer, context, local_settings, refusal
from tests.e2e.stubs import Stubs
from tests.golden.ansi_nist import make_ansi_nist as made
from tests.places import GOLDEN

pytestmark = pytest.mark.slow

READABLE = {"extended_length_missing", "ansi378_2004", "ansi378_2004_long"}
"""With one view, and only the extension block left out: known to happen, and harmless. Or ANSI INCITS 378-2004."""
OTHER_FORMATS = {"image_record", "unknown_version"}
PEOPLE = 3


def _number(person: int) -> str:
    return f"02719900000{person}"


def _png(image: Image, *, stated: bool = True) -> bytes:
    out = io.BytesIO()
    resolution = {"dpi": (image.resolution_ppi, image.resolution_ppi)} if stated else {}
    PIL.Image.fromarray(image.pixels).save(out, "PNG", **resolution)
    return out.getvalue()


def _sample(image: Image) -> types_pb2.FingerprintSample:
    return types_pb2.FingerprintSample(
        finger_position=types_pb2.FINGER_POSITION_RIGHT_THUMB, image=types_pb2.FingerImage(data=_png(image))
    )


@dataclass(frozen=True)
class World:
    """A server that knows three people, and everybody's fingers; the last is nobody's it knows."""

    stubs: Stubs
    server: RunningServer
    masters: list[Master]
    subject_ids: list[str]

    def probe(self, person: int) -> types_pb2.FingerprintSample:
        """A new impression."""
        return _sample(make_impression(self.masters[person], 1000 + person).image)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[World]:
    settings = local_settings(tmp_path_factory.mktemp("data"), databases, http="127.0.0.1:0")
    server = RunningServer(settings, build(settings)).start()
    masters = [make_master(seed) for seed in range(PEOPLE + 1)]
    with grpc.insecure_channel(server.address) as channel:
        stubs = Stubs(channel)
        subject_ids = []
        for person in range(PEOPLE):
            request = enrolment_pb2.EnrolCitizenRequest(
                context=context(),
                citizen_number=_number(person),
                personal_data=enrolment_pb2.PersonalData(full_name="Người Thử"),
                samples=[_sample(make_impression(masters[person], seed).image) for seed in range(2)],
            )
            subject_ids.append(stubs.enrolment.EnrolCitizen(request).subject_id)
        yield World(stubs, server, masters, subject_ids)
    server.stop()


@pytest.mark.parametrize("person", range(PEOPLE))
def test_the_right_person_is_verified_and_found(world: World, person: int) -> None:
    probe = world.probe(person)
    verified = world.stubs.verification.Verify(
        verification_pb2.VerifyRequest(
            context=context(procedure_code=PROCEDURE), citizen_number=_number(person), samples=[probe]
        )
    )
    assert verified.decision == types_pb2.DECISION_MATCH
    assert verified.fmr_at_score <= verified.operating_point.target_fmr
    assert verified.HasField("disclosure")
    probe.finger_position = types_pb2.FINGER_POSITION_UNSPECIFIED
    found = world.stubs.verification.Identify(verification_pb2.IdentifyRequest(context=context(), sample=probe))
    assert [candidate.subject_id for candidate in found.candidates] == [world.subject_ids[person]]


def test_the_wrong_person_is_neither(world: World) -> None:
    stranger = world.probe(PEOPLE)
    for person in range(PEOPLE):
        answer = world.stubs.verification.Verify(
            verification_pb2.VerifyRequest(
                context=context(procedure_code=PROCEDURE), citizen_number=_number(person), samples=[stranger]
            )
        )
        assert answer.decision != types_pb2.DECISION_MATCH
        assert not answer.HasField("disclosure")
    found = world.stubs.verification.Identify(verification_pb2.IdentifyRequest(context=context(), sample=stranger))
    assert list(found.candidates) == []


def test_an_extracted_record_stands_for_its_image(world: World) -> None:
    extracted = world.stubs.biometrics.ExtractTemplate(biometrics_pb2.ExtractTemplateRequest(sample=world.probe(0)))
    record = types_pb2.FingerprintSample(iso_19794_2_2005=extracted.iso_19794_2_2005)
    compared = world.stubs.biometrics.CompareSamples(
        biometrics_pb2.CompareSamplesRequest(probe=world.probe(0), reference=record)
    )
    assert compared.decision == types_pb2.DECISION_MATCH
    assert compared.paired_minutiae >= 6
    answer = world.stubs.verification.Verify(
        verification_pb2.VerifyRequest(context=context(), citizen_number=_number(0), samples=[record])
    )
    assert answer.decision == types_pb2.DECISION_MATCH


@pytest.mark.parametrize("door", [GrpcDoor, HttpDoor])
def test_minutiae_come_as_text_and_several_prints_as_a_file(
    world: World, door: Callable[[RunningServer], GrpcDoor | HttpDoor]
) -> None:
    data = world.stubs.biometrics.ExtractTemplate(
        biometrics_pb2.ExtractTemplateRequest(sample=world.probe(0))
    ).iso_19794_2_2005
    record = read_record(data)
    text = write_record(convert(record, RecordFormat.XYT).record)
    frame = types_pb2.MinutiaeFrame(width=record.width, height=record.height, resolution_ppi=500)
    prints = [_png(make_impression(world.masters[person], 1000 + person).image) for person in (0, 1)]
    parts = [
        made.tagged(png, finger=str(finger), compression="PNG", idc=finger)
        for finger, png in enumerate(prints, start=1)
    ]
    (view,), thumb = record.views, types_pb2.FINGER_POSITION_RIGHT_THUMB
    card = write_record(replace(record, views=(replace(view, position=7), replace(view, position=1))))
    samples = {
        "an xyt text": types_pb2.FingerprintSample(iso_19794_2_2005=text, minutiae_frame=frame),
        "base64 text": types_pb2.FingerprintSample(iso_19794_2_2005=base64.encodebytes(data)),
        "a file": types_pb2.FingerprintSample(
            finger_position=thumb, image=types_pb2.FingerImage(data=made.file_of(parts))
        ),
        "a card": types_pb2.FingerprintSample(finger_position=thumb, iso_19794_2_2005=card),
    }
    with closing(door(world.server)) as opened:
        for name, sample in samples.items():
            request = verification_pb2.VerifyRequest(context=context(), citizen_number=_number(0), samples=[sample])
            told = opened.call("idverify.v1.VerificationService/Verify", request)
            assert (told.reason, told.answer.get("decision")) == ("", "DECISION_MATCH"), name
        bare = types_pb2.FingerprintSample(iso_19794_2_2005=text)
        request = verification_pb2.VerifyRequest(context=context(), citizen_number=_number(0), samples=[bare])
        assert opened.call("idverify.v1.VerificationService/Verify", request).reason == "SAMPLE_RESOLUTION_UNKNOWN"


def test_a_poor_print_is_advised_on_and_carries_no_decision(world: World) -> None:
    poor = _sample(poor_impression(world.masters[0], 5))
    quality = world.stubs.biometrics.CheckQuality(biometrics_pb2.CheckQualityRequest(sample=poor)).quality
    assert not quality.usable
    assert quality.advice
    request = verification_pb2.VerifyRequest(context=context(), citizen_number=_number(0), samples=[poor])
    found = refusal(world.stubs.verification.Verify, request)
    assert (found.code, found.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "SAMPLE_QUALITY_LOW")


def _malformed(world: World) -> list[tuple[str, types_pb2.FingerImage]]:
    image = make_impression(world.masters[0], 7).image
    png, height, width = _png(image), *image.pixels.shape
    raw: dict[str, Any] = {"data": image.pixels.tobytes(), "format": types_pb2.IMAGE_FORMAT_RAW_GREY8}
    bomb = io.BytesIO()
    PIL.Image.new("L", (20_000, 20_000)).save(bomb, "PNG")
    picture = types_pb2.FingerImage
    return [
        ("SAMPLE_INVALID", picture(data=png[: len(png) // 2])),
        ("SAMPLE_FORMAT_UNSUPPORTED", picture(data=b"GIF89a" + png)),
        ("SAMPLE_INVALID", picture(data=png, format=types_pb2.IMAGE_FORMAT_TIFF)),
        ("SAMPLE_RESOLUTION_UNKNOWN", picture(data=_png(image, stated=False))),
        ("SAMPLE_INVALID", picture(data=png, resolution_ppi=99.0)),
        ("SAMPLE_INVALID", picture(data=png, resolution_ppi=2001.0)),
        ("SAMPLE_INVALID", picture(data=bomb.getvalue(), resolution_ppi=500.0)),
        ("SAMPLE_INVALID", picture(**raw, resolution_ppi=500.0)),
        ("SAMPLE_RESOLUTION_UNKNOWN", picture(**raw, width=width, height=height)),
        ("SAMPLE_INVALID", picture(**raw, width=width, height=height + 1, resolution_ppi=500.0)),
        ("SAMPLE_INVALID", picture(**raw, width=2**32 - 1, height=2**32 - 1, resolution_ppi=500.0)),
    ]


def test_malformed_images_get_their_reason_and_change_nothing(world: World) -> None:
    before = (world.stubs.outcomes(), len(world.server.application.gallery))
    for reason, image in _malformed(world):
        request = enrolment_pb2.EnrolCitizenRequest(
            context=context(),
            citizen_number=_number(9),
            personal_data=enrolment_pb2.PersonalData(full_name="Người Thử"),
            samples=[types_pb2.FingerprintSample(finger_position=types_pb2.FINGER_POSITION_RIGHT_THUMB, image=image)],
        )
        found = refusal(world.stubs.enrolment.EnrolCitizen, request)
        assert (found.code, found.reason) == (grpc.StatusCode.INVALID_ARGUMENT, reason)
        assert found.metadata["sample"] == "0"
    assert (world.stubs.outcomes(), len(world.server.application.gallery)) == before


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.iso")), ids=lambda path: path.stem)
def test_records_are_read_or_refused(world: World, path: Path) -> None:
    sample = types_pb2.FingerprintSample(iso_19794_2_2005=path.read_bytes())
    request = biometrics_pb2.CheckQualityRequest(sample=sample)
    if path.stem in READABLE:
        assert world.stubs.biometrics.CheckQuality(request).quality.minutiae > 0
        return
    found = refusal(world.stubs.biometrics.CheckQuality, request)
    expected = "SAMPLE_FORMAT_UNSUPPORTED" if path.stem in OTHER_FORMATS else "SAMPLE_INVALID"
    assert (found.code, found.reason) == (grpc.StatusCode.INVALID_ARGUMENT, expected)


def test_a_restart_finds_everybody(world: World, databases: Databases) -> None:
    world.server.stop()  # the last test of the file: one server a database
    rebuilt = build(local_settings(world.server.settings.data_dir, databases))
    assert len(rebuilt.gallery) == 2 * PEOPLE
    rebuilt.close()
