"""Long work over google.longrunning: progress, result, cancellation, and what a restart says of it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf.duration_pb2 import Duration
from google.rpc import code_pb2

from idverify.bootstrap import build
from idverify.matching.assembly import Matching
from idverify.ports import Deadline, Prepared, SearchResult
from idverify.v1 import enrolment_pb2, gallery_pb2, gallery_pb2_grpc
from tests.databases import Databases
from tests.e2e.harness import RunningServer, context, enrolment, local_settings, refusal
from tests.e2e.stubs import Stubs
from tests.fakes import FakeBiometrics, FakeGallery
from tests.waiting import PATIENCE

pytestmark = pytest.mark.every_database


@dataclass
class GatedGallery(FakeGallery):
    """Searches when the gate is open."""

    gate: threading.Event = field(default_factory=threading.Event)

    def search(self, probe: Prepared, *, deadline: Deadline, **options: Any) -> SearchResult:
        while not self.gate.wait(0.01):
            deadline.check()
        return super().search(probe, deadline=deadline, **options)


@dataclass
class Service:
    server: RunningServer
    gallery: GatedGallery
    stubs: Stubs
    long: Any
    operations: Any

    def enrol(self, *people: str) -> list[str]:
        """Enrol people, though they may be enrolled."""
        ids = []
        for number, who in enumerate(people, self.stubs.count() + 1):
            request = enrolment(f"0271990{number:05}", who)
            request.duplicate_check = enrolment_pb2.DUPLICATE_CHECK_REPORT
            ids.append(self.stubs.enrolment.EnrolCitizen(request).subject_id)
        return ids

    def start(self, **fields: Any) -> str:
        request = gallery_pb2.StartFindDuplicatesRequest(context=context(), **fields)
        return str(self.long.StartFindDuplicates(request).operation)

    def get(self, name: str) -> Any:
        return self.operations.GetOperation(operations_pb2.GetOperationRequest(name=name))

    def wait(self, name: str, seconds: float = PATIENCE) -> Any:
        request = operations_pb2.WaitOperationRequest(name=name, timeout=Duration(seconds=int(seconds)))
        return self.operations.WaitOperation(request)


def _service(folder: Path, databases: Databases) -> Service:
    settings, gallery = local_settings(folder, databases), GatedGallery()
    gallery.gate.set()
    server = RunningServer(settings, build(settings, matching=Matching(FakeBiometrics(), gallery))).start()
    channel = grpc.insecure_channel(server.address)
    long, operations = gallery_pb2_grpc.GalleryServiceStub(channel), operations_pb2_grpc.OperationsStub(channel)
    return Service(server, gallery, Stubs(channel), long, operations)


@pytest.fixture
def service(tmp_path: Path, databases: Databases) -> Iterator[Service]:
    made = _service(tmp_path / "data", databases)
    yield made
    made.stubs.channel.close()
    made.server.stop()


def metadata(operation: Any) -> gallery_pb2.FindDuplicatesMetadata:
    found = gallery_pb2.FindDuplicatesMetadata()
    assert operation.metadata.Unpack(found)
    return found


def response(operation: Any) -> gallery_pb2.FindDuplicatesResponse:
    found = gallery_pb2.FindDuplicatesResponse()
    assert operation.response.Unpack(found)
    return found


def test_everybody_enrolled_twice_is_found(service: Service) -> None:
    ids = service.enrol("alice", "bob", "alice", "carol", "bob")
    operation = service.wait(service.start())
    assert operation.done
    found = response(operation)
    assert [{p.subject_id, p.other_subject_id} for p in found.pairs] in (
        [{ids[0], ids[2]}, {ids[1], ids[4]}],
        [{ids[1], ids[4]}, {ids[0], ids[2]}],
    )
    assert (found.pairs_found, found.people) == (2, 5)
    told = metadata(operation)
    assert (told.state, told.people_done, told.people_total, told.pairs_found) == (
        *(gallery_pb2.FindDuplicatesMetadata.STATE_SUCCEEDED, 5, 5),
        2,
    )
    assert service.stubs.outcomes()[-2:] == ["StartFindDuplicates:STARTED", "StartFindDuplicates:SUCCEEDED"]


def test_progress_cancellation_and_one_at_a_time(service: Service) -> None:
    service.enrol("alice", "bob")
    service.gallery.gate.clear()
    name = service.start()
    running = service.get(name)
    assert not running.done
    assert metadata(running).state == gallery_pb2.FindDuplicatesMetadata.STATE_RUNNING
    again = gallery_pb2.StartFindDuplicatesRequest(context=context())
    busy = refusal(service.long.StartFindDuplicates, again)
    assert (busy.reason, busy.metadata) == ("OPERATION_RUNNING", {"operation": name})
    delete = operations_pb2.DeleteOperationRequest(name=name)
    assert refusal(service.operations.DeleteOperation, delete).reason == "OPERATION_RUNNING"
    assert not service.wait(name, 1).done
    service.operations.CancelOperation(operations_pb2.CancelOperationRequest(name=name))
    ended = service.wait(name)
    assert (ended.done, ended.error.code) == (True, code_pb2.CANCELLED)
    service.operations.CancelOperation(operations_pb2.CancelOperationRequest(name=name))
    service.operations.DeleteOperation(delete)
    get = operations_pb2.GetOperationRequest(name=name)
    assert refusal(service.operations.GetOperation, get).reason == "OPERATION_NOT_FOUND"


def test_a_start_is_answered_once(service: Service) -> None:
    request = gallery_pb2.StartFindDuplicatesRequest(context=context())
    first = service.long.StartFindDuplicates(request)
    service.wait(first.operation)
    assert service.long.StartFindDuplicates(request) == first
    listed = service.operations.ListOperations(operations_pb2.ListOperationsRequest())
    assert [operation.name for operation in listed.operations] == [first.operation]


def test_pages(service: Service) -> None:
    names = []
    for _ in range(3):
        names.append(service.start())
        service.wait(names[-1])
    one = service.operations.ListOperations(operations_pb2.ListOperationsRequest(page_size=2))
    two = service.operations.ListOperations(
        operations_pb2.ListOperationsRequest(page_size=2, page_token=one.next_page_token)
    )
    assert [o.name for o in [*one.operations, *two.operations]] == names
    assert two.next_page_token == ""


def test_one_that_was_cancelled_goes_on(service: Service) -> None:
    ids = service.enrol("alice", "bob", "alice")
    service.gallery.gate.clear()
    name = service.start(target_fpir=0.01)
    service.operations.CancelOperation(operations_pb2.CancelOperationRequest(name=name))
    service.wait(name)
    service.gallery.gate.set()
    found = response(service.wait(service.start(continue_operation=name)))
    assert [{p.subject_id, p.other_subject_id} for p in found.pairs] == [{ids[0], ids[2]}]
    assert found.people == 3


@pytest.mark.parametrize("name", ["operations/", "operations/x", str(uuid.uuid4()), f"operations/{uuid.uuid4()}"])
def test_nothing_goes_on_that_is_not_there(service: Service, name: str) -> None:
    request = gallery_pb2.StartFindDuplicatesRequest(context=context(), continue_operation=name)
    refused = refusal(service.long.StartFindDuplicates, request)
    assert refused.reason in {"FIELD_INVALID", "OPERATION_NOT_FOUND"}


@pytest.mark.parametrize("name", ["", "operations/", "operations/x", f"other/{uuid.uuid4()}"])
def test_names_that_are_none(service: Service, name: str) -> None:
    get = operations_pb2.GetOperationRequest(name=name)
    assert refusal(service.operations.GetOperation, get).reason in {"FIELD_INVALID", "OPERATION_NOT_FOUND"}


def test_a_filter_is_refused_as_there_is_none(service: Service) -> None:
    found = refusal(service.operations.ListOperations, operations_pb2.ListOperationsRequest(filter="done = true"))
    assert (found.reason, found.metadata) == ("FIELD_INVALID", {"field": "filter"})


def test_what_the_server_did_not_live_to_end_is_interrupted(tmp_path: Path, databases: Databases) -> None:
    first = _service(tmp_path / "data", databases)
    first.enrol("alice", "bob")
    done = first.start()
    result = first.wait(done)
    first.gallery.gate.clear()
    name = first.start()
    first.stubs.channel.close()
    first.server.stop()
    second = _service(tmp_path / "data", databases)
    try:
        interrupted = second.get(name)
        assert (interrupted.done, interrupted.error.code) == (True, code_pb2.ABORTED)
        assert metadata(interrupted).state == gallery_pb2.FindDuplicatesMetadata.STATE_INTERRUPTED
        assert response(second.get(done)) == response(result)
    finally:
        second.stubs.channel.close()
        second.server.stop()


def test_a_database_left_by_a_dead_server_says_so(tmp_path: Path, databases: Databases) -> None:
    first = _service(tmp_path / "data", databases)
    first.enrol("alice")
    first.gallery.gate.clear()
    name = first.start()
    # As after kill -9: the database still has it running.
    with first.server.application.store.reading() as view:
        left = view.operations.get(name.removeprefix("operations/"))
    assert left is not None
    first.stubs.channel.close()
    first.server.stop()
    with first.server.application.store.transaction() as uow:
        uow.operations.put(left)
    first.server.application.store.close()
    second = _service(tmp_path / "data", databases)
    try:
        assert second.get(name).error.code == code_pb2.ABORTED
    finally:
        second.stubs.channel.close()
        second.server.stop()


def test_the_galleries_figures(service: Service) -> None:
    service.enrol("alice", "bob")
    status = service.long.GetGalleryStatus(gallery_pb2.GetGalleryStatusRequest())
    assert (status.impressions, status.bytes, status.segments) == (4, 400, 1)
    assert not status.HasField("snapshot_time")
    assert len(status.search_latency.counts) == len(status.search_latency.bounds_seconds) + 1
