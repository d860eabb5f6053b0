"""What strangers and large requests do to the memory of the server: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2, health_pb2_grpc

from idverify.v1 import assertions_pb2, biometrics_pb2, enrolment_pb2, types_pb2, verification_pb2
from tests.e2e.certificates import Authority
from tests.e2e.harness import Refusal, enrolment, print_of, refusal
from tests.e2e.process import ServerProcess, start_process
from tests.e2e.stubs import Stubs

_CALLS = 40
_BYTES = 14 << 20
_GROWTH = 120 << 20
"""Bytes. Read at once, the requests would take 560 MiB; unread they may take 64 KiB each."""


@contextmanager
def _client(server: ServerProcess, authority: Authority, name: str) -> Iterator[Stubs]:
    key, certificate = ((authority.folder / f"{name}.{kind}").read_bytes() for kind in ("key", "crt"))
    credentials = grpc.ssl_channel_credentials(authority.path.read_bytes(), key, certificate)
    with grpc.secure_channel(server.address, credentials) as channel:
        yield Stubs(channel)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority(tmp_path_factory.mktemp("certificates"))
    for name in ("server", "counter", "enroller", "stranger"):
        made.issue(name)
    return made


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[ServerProcess]:
    """One for all: the most that it ever took counts, whoever took it."""
    clients = authority.folder / "clients.toml"
    clients.write_text('[clients.counter]\nroles = ["counter"]\n[clients.enroller]\nroles = ["enroller"]\n')
    files = {"TLS_CERT": "server.crt", "TLS_KEY": "server.key", "TLS_CLIENT_CA": authority.path.name}
    with pytest.MonkeyPatch.context() as environment:
        for name, file in (files | {"CLIENTS_FILE": clients.name}).items():
            environment.setenv(f"IDVERIFY_{name}", str(authority.folder / file))
        running = start_process(authority.folder / "data")
    yield running
    running.terminate()


def _identification(size: int) -> verification_pb2.IdentifyRequest:
    return verification_pb2.IdentifyRequest(
        sample=types_pb2.FingerprintSample(image=types_pb2.FingerImage(data=bytes(size)))
    )


def _at_once(stubs: Stubs, body: Message) -> list[Refusal]:
    with ThreadPoolExecutor(_CALLS) as pool:
        return list(pool.map(lambda _: refusal(stubs.verification.Identify, body), range(_CALLS)))


@pytest.mark.parametrize(("who", "reason"), [("stranger", "CLIENT_UNKNOWN"), ("enroller", "CLIENT_NOT_AUTHORIZED")])
def test_what_nobody_may_ask_takes_no_memory(
    server: ServerProcess, authority: Authority, who: str, reason: str
) -> None:
    before = server.resident()
    with _client(server, authority, who) as stubs:
        assert {found.reason for found in _at_once(stubs, _identification(_BYTES))} == {reason}
    assert server.resident("VmHWM") - before < _GROWTH


def test_each_method_takes_what_it_needs(server: ServerProcess, authority: Authority) -> None:
    with _client(server, authority, "counter") as counter, _client(server, authority, "enroller") as enroller:
        long = bytes(9 << 20)
        checked = biometrics_pb2.CheckQualityRequest(sample=types_pb2.FingerprintSample(iso_19794_2_2005=long))
        found = refusal(counter.biometrics.CheckQuality, checked)
        assert (found.reason, found.metadata) == ("REQUEST_TOO_LARGE", {"limit_bytes": str((8 << 20) + (64 << 10))})
        asked = enrolment_pb2.GetCitizenRequest(citizen_number="0" * (64 << 10))
        assert refusal(enroller.enrolment.GetCitizen, asked).metadata == {"limit_bytes": str(64 << 10)}
        request = enrolment()
        request.samples.add().CopyFrom(print_of("x" * (7 << 20), "LEFT_THUMB"))
        assert refusal(enroller.enrolment.EnrolCitizen, request).reason == "SAMPLE_KIND_NOT_ALLOWED"  # it was read
        assert counter.assertions.GetKeySet(assertions_pb2.GetKeySetRequest()).active_key_id


def test_health_reads_names_only(server: ServerProcess, authority: Authority) -> None:
    with _client(server, authority, "stranger") as stubs:
        health: Any = health_pb2_grpc.HealthStub(stubs.channel)
        assert health.Check(health_pb2.HealthCheckRequest()).status == health_pb2.HealthCheckResponse.SERVING
        watched = health.Watch(health_pb2.HealthCheckRequest())
        assert next(watched).status == health_pb2.HealthCheckResponse.SERVING
        watched.cancel()
        found = refusal(health.Check, health_pb2.HealthCheckRequest(service="x" * 5000))
        assert (found.reason, found.metadata) == ("REQUEST_TOO_LARGE", {"limit_bytes": "4096"})
        with pytest.raises(grpc.RpcError, match="at most 4096"):
            next(health.Watch(health_pb2.HealthCheckRequest(service="x" * 5000)))
