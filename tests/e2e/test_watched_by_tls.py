"""Where callers have certificates: figures by role and not by name, given to who has a certificate too."""

from __future__ import annotations

import logging
import ssl
import urllib.request
from pathlib import Path

import grpc
import pytest

from idverify.v1 import verification_pb2
from tests.e2e.certificates import Authority
from tests.e2e.harness import NUMBER, context, enrolment, local_settings, print_of, refusal, start_server
from tests.e2e.stubs import Stubs
from tests.e2e.watched_kit import address, samples
from tests.fakes import FakeBiometrics

CLIENTS = """
[clients.one-stop-bac-ninh]
roles = ["counter"]
sample_kinds = ["minutiae"]

[clients.van-of-tran-van-b]
roles = ["enroller"]
sample_kinds = ["minutiae"]
"""
COUNTER, VAN, STRANGER = "one-stop-bac-ninh", "van-of-tran-van-b", "nobody-known"


def read(where: str, folder: Path, name: str | None) -> str:
    trust = ssl.create_default_context(cafile=str(folder / "authority.crt"))
    if name is not None:
        trust.load_cert_chain(folder / f"{name}.crt", folder / f"{name}.key")
    with urllib.request.urlopen(where, context=trust, timeout=30) as answer:
        return bytes(answer.read()).decode()


def test_clients_are_counted_by_role_and_a_replay_is_an_alarm(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "idverify")
    authority = Authority(tmp_path)
    for name in ("server", COUNTER, VAN, STRANGER, "prometheus"):
        authority.issue(name)
    (tmp_path / "clients.toml").write_text(CLIENTS, encoding="utf-8")
    settings = local_settings(
        tmp_path / "data",
        clients_file=tmp_path / "clients.toml",
        tls_cert=tmp_path / "server.crt",
        tls_key=tmp_path / "server.key",
        tls_client_ca=authority.path,
        watch_listen="0.0.0.0:0",
    )
    server = start_server(settings, FakeBiometrics(marks=True))

    def client(name: str) -> grpc.Channel:
        pair = (tmp_path / f"{name}.key").read_bytes(), (tmp_path / f"{name}.crt").read_bytes()
        return grpc.secure_channel(server.address, grpc.ssl_channel_credentials(authority.path.read_bytes(), *pair))

    def verify() -> verification_pb2.VerifyRequest:
        return verification_pb2.VerifyRequest(
            context=context(), citizen_number=NUMBER, samples=[print_of("alice/RIGHT_INDEX/81")]
        )

    try:
        with client(VAN) as van, client(COUNTER) as counter, client(STRANGER) as stranger:
            Stubs(van).enrolment.EnrolCitizen(enrolment())
            Stubs(counter).verification.Verify(verify())
            assert refusal(Stubs(counter).verification.Verify, verify()).reason == "SAMPLE_REPLAYED"
            assert refusal(Stubs(stranger).verification.Verify, verify()).reason == "CLIENT_UNKNOWN"
        where = f"https://127.0.0.1:{address(caplog).rpartition(':')[2]}/metrics"
        text = read(where, tmp_path, "prometheus")
        with pytest.raises(OSError, match=r"ssl|SSL|reset|closed|alert"):
            read(where, tmp_path, None)
    finally:
        server.stop()
    assert [name for name in (COUNTER, VAN, STRANGER, "prometheus", NUMBER, "alice") if name in text] == []
    found = samples(text)
    calls = {series: value for series, value in found.items() if series.startswith("idverify_calls_total")}
    verified, enrolled = "idverify.v1.VerificationService/Verify", "idverify.v1.EnrolmentService/EnrolCitizen"
    replayed = f'code="FAILED_PRECONDITION",method="{verified}",reason="SAMPLE_REPLAYED",role="counter"'
    assert calls == {
        f'idverify_calls_total{{code="OK",method="{enrolled}",reason="",role="enroller"}}': 1,
        f'idverify_calls_total{{code="OK",method="{verified}",reason="",role="counter"}}': 1,
        f"idverify_calls_total{{{replayed}}}": 1,
        f'idverify_calls_total{{code="UNAUTHENTICATED",method="{verified}",reason="CLIENT_UNKNOWN",role="none"}}': 1,
    }
    assert found["idverify_alarms_total"] == 1
    assert found['idverify_events_total{action="Verify",outcome="ALARM",reason="SAMPLE_REPLAYED"}'] == 1
    kinds = {"server", "authority", "client"}
    expiring = {whose: found[f'idverify_certificate_expires_in_seconds{{whose="{whose}"}}'] for whose in kinds}
    assert all(0 < left <= 3600 for left in expiring.values())
