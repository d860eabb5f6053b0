"""Deadlines, a full queue, health, and an orderly end, while fingerprints keep the workers busy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import Features, Sample
from idverify.rpc.health import fault
from idverify.v1 import assertions_pb2, biometrics_pb2, procedures_pb2
from tests.databases import Databases
from tests.e2e.harness import RunningServer, enrolment, local_settings, print_of, read_refusal, refusal, start_server
from tests.e2e.stubs import Stubs
from tests.fakes import FakeBiometrics
from tests.waiting import PATIENCE, wait_until

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
REQUEST = biometrics_pb2.CheckQualityRequest(sample=print_of("a/RIGHT_INDEX/60"))


@dataclass
class SlowBiometrics(FakeBiometrics):
    """Extraction takes until the gate opens."""

    gate: threading.Event = field(default_factory=threading.Event)
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def extract(self, sample: Sample) -> Features:
        self.begun.release()
        assert self.gate.wait(PATIENCE)
        return super().extract(sample)


@dataclass
class Busy:
    """A server with two workers and room for one more."""

    server: RunningServer
    stubs: Stubs
    biometrics: SlowBiometrics
    pool: ThreadPoolExecutor

    def occupy(self, calls: int = 2) -> list[Future[Any]]:
        """Make calls that keep workers busy; return when they do."""
        futures = [self.pool.submit(self.stubs.biometrics.CheckQuality, REQUEST) for _ in range(calls)]
        for _ in futures:
            assert self.biometrics.begun.acquire(timeout=PATIENCE)
        return futures

    def health(self, service: str = "") -> int:
        request = health_pb2.HealthCheckRequest(service=service)
        stub: Any = health_pb2_grpc.HealthStub(self.stubs.channel)
        status: int = stub.Check(request, timeout=PATIENCE).status
        return status


@pytest.fixture
def busy(tmp_path: Path, databases: Databases) -> Iterator[Busy]:
    biometrics = SlowBiometrics()
    settings = local_settings(tmp_path / "data", databases, queue_length=1, default_deadline_seconds=PATIENCE)
    server = start_server(settings, biometrics)
    with grpc.insecure_channel(server.address) as channel, ThreadPoolExecutor(8) as pool:
        yield Busy(server, Stubs(channel), biometrics, pool)
        biometrics.gate.set()
    server.stop()


def test_a_full_queue_is_said_at_once_and_empties(busy: Busy) -> None:
    working = busy.occupy()
    waiting = busy.pool.submit(busy.stubs.biometrics.CheckQuality, REQUEST)

    def full() -> bool:
        nonlocal waiting
        if waiting.done():  # refused: one of our own looks was waiting just then
            waiting = busy.pool.submit(busy.stubs.biometrics.CheckQuality, REQUEST)
            wait([waiting], timeout=0.5)  # or the next look takes its place again, for ever
        try:
            busy.stubs.biometrics.CheckQuality(REQUEST, timeout=0.2)
        except grpc.RpcError as error:
            return read_refusal(error).reason == "SERVER_BUSY"
        return False

    wait_until(full)
    found = refusal(busy.stubs.biometrics.CheckQuality, REQUEST)
    assert (found.code, found.reason, found.retry) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "SERVER_BUSY", True)
    busy.biometrics.gate.set()
    assert all(future.result(PATIENCE).quality.usable for future in (*working, waiting))
    assert busy.stubs.biometrics.CheckQuality(REQUEST).quality.usable


def test_what_needs_no_worker_is_answered_while_all_are_busy(busy: Busy) -> None:
    busy.occupy()
    assert busy.health() == SERVING
    assert busy.stubs.assertions.GetKeySet(assertions_pb2.GetKeySetRequest(), timeout=PATIENCE).active_key_id
    assert busy.stubs.procedures.ListProcedures(procedures_pb2.ListProceduresRequest(), timeout=PATIENCE).procedures


def test_a_call_whose_deadline_passes_in_the_queue_is_never_begun(busy: Busy) -> None:
    busy.occupy()
    found = refusal(busy.stubs.enrolment.EnrolCitizen, enrolment(), timeout=0.3)
    assert found.code is grpc.StatusCode.DEADLINE_EXCEEDED
    busy.biometrics.gate.set()
    wait_until(lambda: busy.stubs.biometrics.CheckQuality(REQUEST).quality.usable)
    assert busy.biometrics.extractions == 3
    assert busy.stubs.count() == 0


def test_work_begun_stops_at_the_next_check_after_the_caller_has_gone(
    busy: Busy, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    request = enrolment()
    call = busy.stubs.enrolment.EnrolCitizen.future(request)
    assert busy.biometrics.begun.acquire(timeout=PATIENCE)
    call.cancel()
    wait_until(lambda: any(record.__dict__.get("code") == "CANCELLED" for record in caplog.records))
    busy.biometrics.gate.set()
    wait_until(lambda: busy.stubs.biometrics.CheckQuality(REQUEST).quality.usable)
    assert busy.stubs.count() == 0
    assert busy.stubs.enrolment.EnrolCitizen(request).subject_id
    assert busy.stubs.count() == 1


def test_the_server_has_a_deadline_where_the_client_has_none(tmp_path: Path) -> None:
    biometrics = SlowBiometrics()
    server = start_server(local_settings(tmp_path / "data", default_deadline_seconds=0.3), biometrics)
    with grpc.insecure_channel(server.address) as channel:
        found = refusal(Stubs(channel).biometrics.CheckQuality, REQUEST)
        assert (found.code, found.reason) == (grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED")
        biometrics.gate.set()
    server.stop()


def test_a_call_in_flight_ends_before_the_server_does(busy: Busy) -> None:
    (working, _) = busy.occupy()
    busy.server.begin_stop()
    wait_until(lambda: _refused(busy))
    assert not working.done()
    busy.biometrics.gate.set()
    assert working.result(PATIENCE).quality.usable


def _refused(busy: Busy) -> bool:
    try:
        busy.stubs.assertions.GetKeySet(assertions_pb2.GetKeySetRequest(), timeout=1)
    except grpc.RpcError:
        return True
    return False


def test_health_is_told_for_every_service_and_ends_with_the_server(busy: Busy) -> None:
    assert busy.health("idverify.v1.VerificationService") == SERVING
    with pytest.raises(grpc.RpcError) as caught:
        busy.health("idverify.v1.Nothing")
    assert isinstance(caught.value, grpc.Call)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    stub: Any = health_pb2_grpc.HealthStub(busy.stubs.channel)
    watched = stub.Watch(health_pb2.HealthCheckRequest(), timeout=PATIENCE)
    assert next(watched).status == SERVING
    busy.server.begin_stop()
    assert next(watched).status == NOT_SERVING


@pytest.mark.parametrize(
    "failure", [DomainError(Reason.STORE_UNAVAILABLE, "gone"), StoredDataError("broken"), OSError("no disk")]
)
def test_a_service_without_its_signing_keys_is_not_ready(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    assert fault(server.application) is None

    def key_set(_: object) -> tuple[str, str]:
        raise failure

    monkeypatch.setattr(type(server.application.signer), "key_set", key_set)
    assert fault(server.application) is not None


def test_a_failure_of_ours_says_nothing_about_it(
    stubs: Stubs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def extract(_: object, sample: Sample) -> Features:
        raise RuntimeError(f"Nguyễn Thị Thử {sample.content.data!r}")

    monkeypatch.setattr(FakeBiometrics, "extract", extract)
    request = enrolment()
    found = refusal(stubs.enrolment.EnrolCitizen, request)
    assert (found.code, found.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert found.metadata == {"request_id": request.context.request_id}
    assert "Thử" not in found.message
    (record,) = [r for r in caplog.records if r.message == "call failed"]
    assert (record.__dict__["exception"], record.__dict__["request_id"]) == (
        "RuntimeError",
        found.metadata["request_id"],
    )
    assert record.__dict__["where"].startswith("extract:")
    assert "Thử" not in str(record.__dict__)
