"""Writes the store of a small town as the version that runs it does, for later versions to open.

Run it from the root of the repository: ``python -m tests.golden.make_store tests/golden/store_YEAR_MONTH``. Nobody in
it exists: numbers and names are invented, fingers are synthetic, the secrets guard nothing else. ``store_2026_11`` was
written so by the code of commit 6de0fd2, where the modules imported here had other names.
"""

from __future__ import annotations

import base64
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import grpc
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf.duration_pb2 import Duration

from enroll_tools.synthetic import TemplatePopulation, make_impression, make_master
from idverify.bootstrap import build
from idverify.matching.assembly import Matching
from idverify.matching.biometrics import MatcherBiometrics
from idverify.matching.gallery import MatcherGallery
from idverify.trust.key_file import load_or_create_master_keys
from idverify.trust.signing import rotate_signing_key
from idverify.v1 import enrolment_pb2, gallery_pb2, gallery_pb2_grpc, records_pb2, types_pb2, verification_pb2
from matcher.comparison.calibration import default_calibration
from matcher.extraction.ridge import RidgeExtractor
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.search import folder as gallery_folder
from matcher.search.gallery import Gallery
from matcher.search.params import GalleryParams
from matcher.types import FingerPosition
from tests.e2e.harness import PROCEDURE, RunningServer, local_settings
from tests.e2e.stubs import Stubs
from tests.fakes import FakeClock

NOW = FakeClock().time
PEOPLE, DELETED, PICTURED, LATE = 5, 3, 5, 6
"""How many are enrolled by records, numbered from 0; which of them is deleted again; who is enrolled by an image; and
who is so after the snapshot of the gallery."""

RESIDENCE = '{"permanent_address": {"province": "Bắc Ninh", "commune": "Kinh Bắc"}, "household_head": "Người Thử 0"}'
MOVED = RESIDENCE.replace("Kinh Bắc", "Võ Cường")
POPULATION = TemplatePopulation(2026)
_FINGERS = (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)


def number_of(person: int) -> str:
    """An invented citizen number."""
    return f"0270990000{person:02}"


def record_of(person: int, hand: int, impression: int) -> bytes:
    """An ISO/IEC 19794-2:2005 record of a synthetic finger."""
    template = next(iter(POPULATION.batch(2 * person + hand, 1, impression)))
    return write_record(template_to_record(template, _FINGERS[hand], finger_quality=80))


def sample_of(person: int, hand: int, impression: int) -> types_pb2.FingerprintSample:
    """The same as a sample."""
    return types_pb2.FingerprintSample(
        finger_position=f"FINGER_POSITION_{_FINGERS[hand].name}", iso_19794_2_2005=record_of(person, hand, impression)
    )


def image_of(person: int) -> types_pb2.FingerprintSample:
    """A PNG of a synthetic right index finger."""
    pixels = make_impression(make_master(person), 1).image.pixels
    image = types_pb2.FingerImage(data=cv2.imencode(".png", pixels)[1].tobytes(), resolution_ppi=500.0)
    return types_pb2.FingerprintSample(finger_position=types_pb2.FINGER_POSITION_RIGHT_INDEX, image=image)


def extracted_from(person: int) -> types_pb2.FingerprintSample:
    """A record of what is found in another image of that finger."""
    template = RidgeExtractor().extract(make_impression(make_master(person), 2).image)
    record = write_record(template_to_record(template, FingerPosition.RIGHT_INDEX, finger_quality=80))
    return types_pb2.FingerprintSample(finger_position=types_pb2.FINGER_POSITION_RIGHT_INDEX, iso_19794_2_2005=record)


def context(name: str) -> types_pb2.RequestContext:
    """A context whose request id is made of a name."""
    return types_pb2.RequestContext(
        request_id=f"00000000-0000-4000-8000-{name.encode().hex()[:12]:0>12}",
        agency_code="H05.12",
        procedure_code=PROCEDURE,
    )


def enrolment(person: int, samples: list[types_pb2.FingerprintSample]) -> enrolment_pb2.EnrolCitizenRequest:
    """A request to enrol somebody."""
    return enrolment_pb2.EnrolCitizenRequest(
        context=context(f"en{person}"),
        citizen_number=number_of(person),
        personal_data=enrolment_pb2.PersonalData(full_name=f"Người Thử {person}", birth_date="1999-05-01", sex="F"),
        samples=samples,
    )


@dataclass
class Town:
    """The service while it is lived in, and what is to be told of it."""

    stubs: Stubs
    told: dict[str, Any]

    def enrol(self, person: int, samples: list[types_pb2.FingerprintSample]) -> None:
        request = enrolment(person, samples)
        answer = self.stubs.enrolment.EnrolCitizen(request)
        self.told["people"][number_of(person)] = answer.subject_id
        if not samples[0].HasField("image"):  # which is long
            self.told["answered"][f"enrol {person}"] = {"request": _text(request), "answer": _text(answer)}

    def verify(self, name: str, person: int, sample: types_pb2.FingerprintSample) -> None:
        request = verification_pb2.VerifyRequest(
            context=context(name), citizen_number=number_of(person), samples=[sample]
        )
        answer = self.stubs.verification.Verify(request)
        self.told["answered"][f"verify {name}"] = {"request": _text(request), "answer": _text(answer)}

    def live(self) -> None:
        for person in range(PEOPLE):
            self.enrol(person, [sample_of(person, 0, 0), sample_of(person, 1, 0)])
        self.enrol(PICTURED, [image_of(PICTURED)])
        added = enrolment_pb2.AddFingerprintsRequest(
            context=context("add0"), citizen_number=number_of(0), samples=[sample_of(0, 0, 2)]
        )
        self.stubs.enrolment.AddFingerprints(added)
        for version, content in enumerate((RESIDENCE, MOVED)):
            put = records_pb2.PutRecordRequest(
                context=context(f"put{version}"), citizen_number=number_of(0), record_type="residence", json=content
            )
            self.stubs.records.PutRecord(put)
        for person in range(PEOPLE):
            self.verify(f"own {person}", person, sample_of(person, 0, 1))
        self.verify("other", 1, sample_of(0, 0, 1))
        self.verify(f"own {PICTURED}", PICTURED, extracted_from(PICTURED))
        deletion = enrolment_pb2.DeleteCitizenRequest(context=context("del"), citizen_number=number_of(DELETED))
        self.stubs.enrolment.DeleteCitizen(deletion)
        del self.told["people"][number_of(DELETED)]
        started = gallery_pb2_grpc.GalleryServiceStub(self.stubs.channel).StartFindDuplicates(
            gallery_pb2.StartFindDuplicatesRequest(context=context("dup"))
        )
        self.told["operation"] = started.operation
        wait = operations_pb2.WaitOperationRequest(name=started.operation, timeout=Duration(seconds=60))
        assert operations_pb2_grpc.OperationsStub(self.stubs.channel).WaitOperation(wait).done


def _text(message: Any) -> str:
    return base64.b64encode(message.SerializeToString(deterministic=True)).decode()


def serve(data_dir: Path) -> RunningServer:
    """Serve a data folder in January 2026, with the real matcher but for its network."""
    settings = local_settings(data_dir, snapshot_minutes=10_000.0)
    calibration = default_calibration()
    gallery = MatcherGallery(calibration)
    matching = Matching(MatcherBiometrics(RidgeExtractor(), calibration), gallery, gallery)
    return RunningServer(settings, build(settings, clock=FakeClock(), matching=matching)).start()


def write_data(folder: Path) -> dict[str, Any]:
    """Write a data folder; the snapshot in it is one enrolment behind the database, as after a power cut."""
    told: dict[str, Any] = {"people": {}, "answered": {}, "issuer": "idverify.local"}
    server = serve(folder)
    with grpc.insecure_channel(server.address) as channel:
        Town(Stubs(channel), told).live()
        server.stop()
    shutil.copytree(folder / "gallery", folder / "kept")
    rotate_signing_key(folder / "signing-keys.json", load_or_create_master_keys(folder / "keys.json"), NOW)
    server = serve(folder)
    with grpc.insecure_channel(server.address) as channel:
        town = Town(Stubs(channel), told)
        town.enrol(LATE, [image_of(LATE)])
        town.verify(f"own {LATE}", LATE, extracted_from(LATE))
        trail = town.stubs.trail()
        told["trail"] = [[event.action, event.outcome, event.hash] for event in trail]
        server.stop()
    shutil.rmtree(folder / "gallery")
    (folder / "kept").rename(folder / "gallery")
    for lock in folder.glob("*.lock"):
        lock.unlink()
    return told


def write_gallery(folder: Path) -> None:
    """Write a gallery of two segments, with lists and without; some of what was added is gone."""
    gallery = Gallery(params=GalleryParams(merged_at_once=4))
    for first, count in ((0, 80), (100, 5)):
        templates = list(POPULATION.batch(first, count, 0))
        people = [f"Người {first + i}" for i in range(count)]
        gallery.add(range(first, first + count), templates, people, [1 + i % 2 for i in range(count)])
    gallery.remove([3, 101])
    gallery_folder.write(folder, gallery.freeze(), gallery.index_id)


def main(folder: Path) -> None:
    """Write everything."""
    told = write_data(folder / "data")
    (folder / "told.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    write_gallery(folder / "gallery")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
