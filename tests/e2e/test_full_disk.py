"""What a client and a load balancer see while the disk is full, and that nothing is lost by it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from idverify.v1 import enrolment_pb2, verification_pb2
from tests.e2e.harness import NUMBER, OTHER_NUMBER, context, enrolment, local_settings, print_of, start_server
from tests.e2e.harness import refusal as refused
from tests.e2e.stubs import Stubs
from tests.small_disk import fill, small_disk


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_full_disk_is_told_by_answer_health_and_one_line_of_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("idverify.rpc.health.PROBE_SECONDS", 0.05)
    with small_disk(tmp_path / "disk", "6m") as disk:
        server = start_server(local_settings(disk / "data"))
        with grpc.insecure_channel(server.address) as channel:
            stubs = Stubs(channel)
            health: Any = health_pb2_grpc.HealthStub(channel)

            def status() -> Any:
                return health.Check(health_pb2.HealthCheckRequest()).status

            def verification() -> verification_pb2.VerifyRequest:
                samples = [print_of("alice/RIGHT_INDEX/60")]
                return verification_pb2.VerifyRequest(context=context(), citizen_number=NUMBER, samples=samples)

            stubs.enrolment.EnrolCitizen(enrolment())
            filler = fill(disk)
            answered = 0
            with contextlib.suppress(grpc.RpcError):
                while stubs.verification.Verify(verification()):
                    answered += 1
            found = refused(stubs.verification.Verify, verification())
            assert (found.code, found.reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_NOT_WRITABLE")
            assert found.metadata == {"cause": "DISK_FULL"}
            wait_until(lambda: status() == health_pb2.HealthCheckResponse.NOT_SERVING)
            time.sleep(0.5)  # ten probes
            told = [r.__dict__.get("cause") for r in caplog.records if r.message == "the database cannot be written"]
            assert told == ["DISK_FULL"]
            assert [r.message for r in caplog.records].count("not ready") == 1
            filler.unlink()
            wait_until(lambda: status() == health_pb2.HealthCheckResponse.SERVING)
            stubs.enrolment.EnrolCitizen(enrolment(OTHER_NUMBER, "bob"))
            assert stubs.count() == 2
            assert stubs.outcomes().count("Verify:MATCH") == answered
            stubs.enrolment.DeleteCitizen(enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=NUMBER))
        server.stop()
