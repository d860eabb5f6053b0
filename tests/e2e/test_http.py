"""The HTTP door of a real server: what a description promises is kept, and who goes away is not worked for."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from google.protobuf.json_format import MessageToDict

from idverify.client import verify_assertion
from idverify.domain.errors import SettingsError
from idverify.rest import door
from idverify.v1 import verification_pb2
from tests.e2e.certificates import Authority
from tests.e2e.doors import Pair
from tests.e2e.harness import (
    NUMBER,
    PROCEDURE,
    RunningServer,
    context,
    enrolment,
    local_settings,
    print_of,
    start_server,
)
from tests.peer_verifiers import held_to_its_description
from tests.waiting import PATIENCE

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"

HOW = (
    *("--suppress-health-check", "all", "-n", "2"),
    *("--header", "Request-Timeout: 100"),  # or a busy machine is out of a second's time, which is 504
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    running = start_server(local_settings(tmp_path / "data", http="127.0.0.1:0", log_dir=tmp_path / "log"))
    yield running
    running.stop()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("phases", ["fuzzing", pytest.param("coverage", marks=pytest.mark.long)])
def test_whatever_is_sent_is_answered_as_described(server: RunningServer, phases: str) -> None:
    url = f"http://{server.http}"
    assert held_to_its_description(url, "--checks", CHECKS, "--seed", "1", "--phases", phases, *HOW) == ""


def test_a_citizen_is_verified_and_the_answer_checked_with_what_is_public(server: RunningServer) -> None:
    with httpx2.Client(base_url=f"http://{server.http}") as client:
        assert client.post("/v1/citizens", json=MessageToDict(enrolment())).status_code == 200
        request = verification_pb2.VerifyRequest(
            context=context(procedure_code=PROCEDURE), citizen_number=NUMBER, samples=[print_of("alice/RIGHT_INDEX/61")]
        )
        told = client.post("/v1/verifications", json=MessageToDict(request)).json()
        keys = client.get("/.well-known/jwks.json").text
        shown = told["disclosure"]["assertion"]["jwt"]
        verified = verify_assertion(shown, keys, issuer="idverify.local", audience="H05.12")
        assert verified["txn"] == told["transactionId"]
        proof = client.get(f"/v1/log/events/{told['auditEvent']}/proof").json()["proof"]
        assert proof.startswith("c2sp.org/tlog-proof@v1")
        assert client.get("/log/checkpoint").text.splitlines()[0] in proof


def test_without_a_certificate_there_is_what_is_public_and_nothing_else(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.issue("server")
    clients = tmp_path / "clients.toml"
    clients.write_text('[clients.counter]\nroles = ["counter"]\n')
    files = {"tls_cert": tmp_path / "server.crt", "tls_key": tmp_path / "server.key", "tls_client_ca": authority.path}
    rate = {"public_calls_per_minute": 4}
    running = start_server(
        local_settings(tmp_path / "data", None, http="127.0.0.1:0", clients_file=clients, **rate, **files)
    )
    try:
        with httpx2.Client(base_url=f"https://{running.http}", verify=Pair(authority).for_http()) as client:
            assert client.get("/.well-known/jwks.json").json()["keys"]
            assert client.get("/status-lists/0").status_code == 200
            refused = client.get("/v1/keySet")
            assert (refused.status_code, refused.json()["reason"]) == (401, "CLIENT_UNKNOWN")
            for path in ["/openapi.json"] * 9 + ["/v1/keySet"]:  # one is left, and what comes in again meanwhile
                last = client.get(path)
            assert (last.status_code, last.json()["reason"]) == (429, "CALL_BUDGET_EXCEEDED")
            assert 1 <= int(last.headers["retry-after"]) <= 15
            assert client.get("/livez").status_code == 200
    finally:
        running.stop()


@pytest.mark.parametrize(
    ("http", "words"), [("0.0.0.0:80", "loopback"), ("nowhere", "host:port"), ("unix:/x", "host:port")]
)
def test_an_address_that_cannot_be_is_refused_before_anything_is_opened(tmp_path: Path, http: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        local_settings(tmp_path, http=http)


def test_an_address_in_use_is_told(tmp_path: Path, server: RunningServer) -> None:
    with pytest.raises(SettingsError, match="cannot listen on"):
        start_server(local_settings(tmp_path / "other", http=server.http))


@pytest.mark.parametrize("sent", [b"", b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"POST / HTTP/1.1\r\nX"])
def test_who_asks_nothing_holds_no_connection(sent: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "_IDLE_SECONDS", 1.0)
    monkeypatch.setattr(door, "_LOOK_SECONDS", 0.1)
    running = start_server(local_settings(tmp_path / "data", http="127.0.0.1:0"))
    try:
        host, _, port = running.http.rpartition(":")
        with socket.create_connection((host, int(port)), PATIENCE) as connection:
            connection.sendall(sent)
            assert connection.recv(1) == b""
        with httpx2.Client(base_url=f"http://{running.http}") as client:
            assert client.get("/livez").status_code == 200
    finally:
        running.stop()
