"""Templates renewed by a real server on grown prints, killed half-way: nobody is lost, and the next one goes on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.rpc import code_pb2

from enroll_tools.synthetic.prints.impression import make_impression
from enroll_tools.synthetic.prints.master import Master, make_master
from idverify.v1 import audit_pb2, enrolment_pb2, gallery_pb2, gallery_pb2_grpc, types_pb2, verification_pb2
from matcher.types import Image
from tests.databases import Databases
from tests.e2e.harness import context
from tests.e2e.process import ServerProcess, start_process
from tests.e2e.stubs import TESTING, Stubs
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.slow

PEOPLE = 3
FINGERS = ("RIGHT_INDEX", "LEFT_THUMB")
SERVE = ("-m", "idverify.cli", "serve", "--listen", "127.0.0.1:0", "--data-dir")


def number_of(person: int) -> str:
    return f"02719900000{person}"


def masters() -> list[list[Master]]:
    return [[make_master(10 * person + finger) for finger in range(len(FINGERS))] for person in range(PEOPLE)]


def print_of(master: Master, impression: int, position: str) -> types_pb2.FingerprintSample:
    return types_pb2.FingerprintSample(
        finger_position=f"FINGER_POSITION_{position}",
        image=types_pb2.FingerImage(data=_png(make_impression(master, impression).image)),
    )


def _png(image: Image) -> bytes:
    out = io.BytesIO()
    resolution = (image.resolution_ppi, image.resolution_ppi)
    PIL.Image.fromarray(image.pixels).save(out, "PNG", dpi=resolution)
    return out.getvalue()


@dataclass
class Service:
    """A server in a process of its own."""

    process: ServerProcess
    stubs: Stubs
    gallery: Any
    operations: Any

    def start(self, **fields: Any) -> str:
        request = gallery_pb2.StartRenewTemplatesRequest(context=context(), **fields)
        return str(self.gallery.StartRenewTemplates(request).operation)

    def get(self, name: str) -> Any:
        return self.operations.GetOperation(operations_pb2.GetOperationRequest(name=name), timeout=PATIENCE)

    def report(self, name: str) -> gallery_pb2.RenewTemplatesResponse:
        wait_until(lambda: self.get(name).done)
        report = gallery_pb2.RenewTemplatesResponse()
        assert self.get(name).response.Unpack(report)
        return report

    def renewed(self, name: str) -> int:
        told = gallery_pb2.RenewTemplatesMetadata()
        assert self.get(name).metadata.Unpack(told)
        return told.templates_renewed

    def extractors(self) -> list[str]:
        """Of every impression, in order."""
        found = []
        for person in range(PEOPLE):
            request = enrolment_pb2.GetCitizenRequest(context=TESTING, citizen_number=number_of(person))
            citizen = self.stubs.enrolment.GetCitizen(request).citizen
            found += [impression.extractor for e in citizen.encounters for impression in e.impressions]
        return found

    def finds(self, sample: types_pb2.FingerprintSample) -> int:
        request = verification_pb2.IdentifyRequest(context=context(), sample=sample)
        return len(self.stubs.verification.Identify(request, timeout=PATIENCE).candidates)


@contextmanager
def serving(folder: Path, databases: Databases) -> Iterator[Service]:
    process = start_process(folder, *SERVE, databases=databases)
    try:
        with process.stubs() as stubs:
            channel = stubs.channel
            gallery = gallery_pb2_grpc.GalleryServiceStub(channel)
            yield Service(process, stubs, gallery, operations_pb2_grpc.OperationsStub(channel))
    finally:
        process.kill()


def enrol(service: Service, people: list[list[Master]]) -> None:
    for person, fingers in enumerate(people):
        prints = [print_of(master, 1, position) for master, position in zip(fingers, FINGERS, strict=True)]
        service.stubs.enrolment.EnrolCitizen(
            enrolment_pb2.EnrolCitizenRequest(
                context=context(),
                citizen_number=number_of(person),
                personal_data=enrolment_pb2.PersonalData(full_name="Người Thử"),
                samples=prints,
            ),
            timeout=PATIENCE,
        )


def test_killed_half_way_it_goes_on_and_nobody_is_lost(
    tmp_path: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = masters()
    monkeypatch.setenv("IDVERIFY_KEEP_IMAGES", "true")
    monkeypatch.setenv("IDVERIFY_WORKERS", "2")
    monkeypatch.setenv("IDVERIFY_EXTRACTOR", "ridge")
    with serving(tmp_path, databases) as service:
        enrol(service, people)
        (former,) = set(service.extractors())
    monkeypatch.setenv("IDVERIFY_EXTRACTOR", "leader")
    with serving(tmp_path, databases) as service:
        dry = service.report(service.start(dry_run=True, most_people=1))
        assert (dry.dry_run, dry.people, dry.templates_renewed) == (True, 1, len(FINGERS))
        assert set(service.extractors()) == {former}
        cut = service.start()
        wait_until(lambda: service.renewed(cut))
        service.process.kill()
    with serving(tmp_path, databases) as service:
        assert service.get(cut).error.code == code_pb2.ABORTED
        done = sum(extractor != former for extractor in service.extractors())
        assert done >= len(FINGERS)
        events = [e for e in service.stubs.trail() if (e.action, e.outcome) == ("StartRenewTemplates", "RENEWED")]
        assert len(events) * len(FINGERS) == done, "all of a citizen's, or none"
        report = service.report(service.start())
        assert (report.templates_current, report.templates_renewed) == (done, PEOPLE * len(FINGERS) - done)
        assert (report.templates_kept, report.people_to_capture) == (0, 0)
        assert set(service.extractors()) == {report.extractor}
        assert all(service.finds(print_of(fingers[0], 7, FINGERS[0])) == 1 for fingers in people)
        checked = service.stubs.audit.CheckAuditTrail(audit_pb2.CheckAuditTrailRequest(full=True), timeout=PATIENCE)
        assert (checked.intact, list(checked.findings)) == (True, [])
