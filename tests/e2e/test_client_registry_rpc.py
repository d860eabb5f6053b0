"""Clients are registered, suspended and revoked over mutual TLS, with effect on the next call and on open streams."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest

from idverify.client import Client, ServiceError, Tls
from idverify.v1 import clients_pb2 as pb
from idverify.v1 import verification_pb2
from tests.databases import Databases
from tests.e2e.certificates import Authority
from tests.e2e.harness import NUMBER, PROCEDURE, RunningServer, enrolment, local_settings, print_of, start_server
from tests.e2e.open_stream import OpenStream
from tests.waiting import PATIENCE

pytestmark = pytest.mark.every_database

CLIENTS = """
[clients.chief]
roles = ["admin", "auditor"]

[clients.enroller]
roles = ["enroller"]
sample_kinds = ["minutiae"]
"""


@dataclass
class Office:
    """A server with mutual TLS, and its clients by the names of their certificates."""

    server: RunningServer
    folder: Path

    @contextmanager
    def client(self, name: str) -> Iterator[Client]:
        tls = Tls.from_files(self.folder / "authority.crt", self.folder / f"{name}.crt", self.folder / f"{name}.key")
        with Client(self.server.address, tls=tls, timeout=PATIENCE) as client:
            yield client

    def register(self, name: str = "counter-1", **entry: Any) -> pb.Client:
        with self.client("chief") as chief:
            kinds = ["SAMPLE_KIND_MINUTIAE"]
            client = pb.Client(
                name=name, certificate_name=name, roles=["CLIENT_ROLE_COUNTER"], sample_kinds=kinds, **entry
            )
            return chief.register_client(client)


@pytest.fixture
def office(tmp_path: Path, databases: Databases) -> Iterator[Office]:
    authority = Authority(tmp_path)
    for name in ("server", "chief", "enroller", "counter-1", "counter-2", "keeper"):
        authority.issue(name)
    (tmp_path / "clients.toml").write_text(CLIENTS)
    files = {"tls_cert": tmp_path / "server.crt", "tls_key": tmp_path / "server.key", "tls_client_ca": authority.path}
    settings = local_settings(tmp_path / "data", databases, clients_file=tmp_path / "clients.toml", **files)
    office = Office(start_server(settings), tmp_path)
    with office.client("enroller") as enroller:
        request = enrolment()
        enroller.enrol(request.citizen_number, request.personal_data, request.samples)
    yield office
    office.server.stop()


EVERYTHING = [pb.Entitlement(procedure_code="*", record_types=["*"])]


def _reason(caught: pytest.ExceptionInfo[ServiceError]) -> tuple[str, str]:
    return caught.value.code.name, caught.value.reason


def _verify(client: Client, procedure: str = "") -> verification_pb2.VerifyResponse:
    return client.verify(NUMBER, [print_of("alice/RIGHT_INDEX/60")], client.new_context(procedure=procedure))


def test_a_client_may_what_its_entry_says_from_the_next_call_on(office: Office) -> None:
    with office.client("counter-1") as counter, office.client("chief") as chief:
        with pytest.raises(ServiceError) as caught:
            _verify(counter)
        assert _reason(caught) == ("UNAUTHENTICATED", "CLIENT_UNKNOWN")
        client = office.register()
        assert _verify(counter).decision
        with pytest.raises(ServiceError) as caught:
            _verify(counter, PROCEDURE)
        assert _reason(caught) == ("PERMISSION_DENIED", "CLIENT_NOT_ENTITLED")
        assert caught.value.metadata == {"field": "context.procedure_code"}
        client.entitlements.extend(EVERYTHING)
        assert chief.update_client(client, expected_version=1).version == 2
        assert _verify(counter, PROCEDURE).HasField("disclosure")
        assert ("counter-1", "Verify", "DENIED") in [(e.caller, e.action, e.outcome) for e in chief.audit_events()]


def test_records_that_a_client_is_not_given_are_missing(office: Office) -> None:
    residence = '{"permanent_address": {"province": "Bắc Ninh", "commune": "Kinh Bắc"}, "household_head": "X"}'
    entry = pb.Client(name="keeper", certificate_name="keeper", roles=["CLIENT_ROLE_ADMIN"], record_types=["residence"])
    office.register("counter-1", entitlements=EVERYTHING)
    office.register("counter-2", entitlements=[pb.Entitlement(procedure_code=PROCEDURE)])
    with office.client("chief") as chief:
        with pytest.raises(ServiceError) as caught:
            chief.put_record(NUMBER, "residence", residence)
        assert _reason(caught) == ("PERMISSION_DENIED", "CLIENT_NOT_ENTITLED")
        chief.register_client(entry)
    with office.client("keeper") as keeper:
        keeper.put_record(NUMBER, "residence", residence)
    with office.client("counter-1") as one, office.client("counter-2") as two:
        given, kept = (_verify(client, PROCEDURE).disclosure for client in (one, two))
    assert [record.record_type for record in given.records] == ["identity", "residence"]
    assert list(kept.records) == []
    assert "residence" in {missing.record_type for missing in kept.missing_records}


def test_who_is_suspended_waits_and_who_is_revoked_is_gone(office: Office) -> None:
    office.register()
    with office.client("counter-1") as counter, office.client("chief") as chief:
        _verify(counter)
        chief.suspend_client("counter-1")
        with pytest.raises(ServiceError) as caught:
            _verify(counter)
        assert _reason(caught) == ("PERMISSION_DENIED", "CLIENT_SUSPENDED")
        chief.reinstate_client("counter-1")
        _verify(counter)
        chief.revoke_client("counter-1")
        with pytest.raises(ServiceError) as caught:
            _verify(counter)
        assert _reason(caught) == ("UNAUTHENTICATED", "CLIENT_REVOKED")
        assert [client.state for client in chief.registered_clients() if client.name == "counter-1"] == [
            pb.CLIENT_STATE_REVOKED
        ]


@pytest.mark.parametrize("asked", [False, True], ids=["idle", "used"])
@pytest.mark.parametrize(("act", "reason"), [("revoke", "CLIENT_REVOKED"), ("suspend", "CLIENT_SUSPENDED")])
def test_an_open_stream_ends_with_its_client(office: Office, act: str, reason: str, asked: bool) -> None:
    office.register()
    with office.client("counter-1") as counter, office.client("chief") as chief:
        stream = OpenStream(counter)
        stream.ask()
        assert stream.answers.get(timeout=PATIENCE)
        getattr(chief, f"{act}_client")("counter-1")
        if asked:
            stream.ask()
        assert stream.ended.wait(PATIENCE)
        assert stream.error is not None
        assert stream.error.reason == reason
        assert stream.answers.empty(), "what is asked afterwards is not answered"
        ends = [e for e in chief.audit_events() if e.action == "IdentifyStream"]
        assert [e.outcome for e in ends] == ["DENIED"]


def test_a_stream_goes_on_while_its_client_may(office: Office) -> None:
    client = office.register()
    with office.client("counter-1") as counter, office.client("chief") as chief:
        stream = OpenStream(counter)
        for _ in range(3):
            stream.ask()
            assert stream.answers.get(timeout=PATIENCE)
        client.calls_per_minute = 1
        chief.update_client(client)
        stream.ask()
        assert stream.answers.get(timeout=PATIENCE)
        stream.ask()
        assert not stream.answers.get(timeout=PATIENCE), "the second in a minute is refused, and ends nothing"
        assert not stream.ended.is_set()


def test_calls_beyond_the_limit_of_the_entry_are_refused(office: Office) -> None:
    office.register(calls_per_minute=2)
    with office.client("counter-1") as counter:
        _verify(counter)
        _verify(counter)
        with pytest.raises(ServiceError) as caught:
            _verify(counter)
    assert _reason(caught) == ("RESOURCE_EXHAUSTED", "CALL_BUDGET_EXCEEDED")
    assert caught.value.code is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_clients_outlive_the_server(office: Office) -> None:
    office.register()
    with office.client("chief") as chief:
        chief.revoke_client("counter-1")
    office.server.stop()
    office.server = start_server(office.server.settings)
    with office.client("counter-1") as counter, pytest.raises(ServiceError) as caught:
        _verify(counter)
    assert _reason(caught) == ("UNAUTHENTICATED", "CLIENT_REVOKED")
