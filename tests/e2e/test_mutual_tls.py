"""Callers are known by their certificates, and may do what their roles allow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from cryptography.hazmat.primitives.hashes import SHA256

from idverify.domain.errors import SettingsError
from idverify.v1 import (
    assertions_pb2,
    attempts_pb2,
    attempts_pb2_grpc,
    audit_pb2,
    biometrics_pb2,
    enrolment_pb2,
    procedures_pb2,
    records_pb2,
    verification_pb2,
)
from tests.databases import Databases
from tests.e2e.certificates import Authority
from tests.e2e.harness import NUMBER, PROCEDURE, RunningServer, context, enrolment, local_settings, print_of, refusal
from tests.e2e.harness import start_server as start
from tests.e2e.process import start_process
from tests.e2e.stubs import TESTING, Stubs

CLIENTS = """
[clients.counter-1]
roles = ["counter"]
agency_code = "H05.12"
sample_kinds = ["image", "minutiae"]
certificate_name = "urn:idverify:counter-1"
procedures = {{ "1.001193" = ["*"] }}

[clients.enroller]
roles = ["enroller"]
sample_kinds = ["minutiae"]

[clients.counter-2]
roles = ["counter"]
procedures = {{ "*" = ["*"] }}

[clients.administrator]
roles = ["admin"]
certificate_sha256 = "{pinned}"

[clients.auditor]
roles = ["auditor"]

[clients.two-a]
roles = ["admin"]
certificate_name = "urn:a"

[clients.two-b]
roles = ["admin"]
certificate_name = "urn:b"
"""


@dataclass
class Office:
    """A server with mutual TLS and an authority for its clients."""

    server: RunningServer
    authority: Authority

    @contextmanager
    def client(self, name: str | None) -> Iterator[Stubs]:
        """The services as a client with this certificate sees them; None: without one."""
        folder = self.authority.folder
        pair = (
            (None, None)
            if name is None
            else ((folder / f"{name}.key").read_bytes(), (folder / f"{name}.crt").read_bytes())
        )
        credentials = grpc.ssl_channel_credentials(self.authority.path.read_bytes(), *pair)
        with grpc.secure_channel(self.server.address, credentials) as channel:
            yield Stubs(channel)

    def denials(self) -> list[tuple[str, str, str]]:
        """Caller, action and reason of every denial in the trail."""
        with self.client("auditor") as auditor:
            return [
                (event.caller, event.action, json.loads(event.details_json)["reason"])
                for event in auditor.trail()
                if event.outcome == "DENIED"
            ]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("tls")
    authority = Authority(folder)
    authority.issue("server")
    authority.issue("counter-1", common_name="somebody", uris=("urn:idverify:counter-1",))
    authority.issue("enroller")
    authority.issue("counter-2")
    authority.issue("auditor")
    authority.issue("stranger")
    # Carries a URI, so its common name counts for nothing.
    authority.issue("disguised", common_name="enroller", uris=("urn:idverify:nobody",))
    authority.issue("ambiguous", uris=("urn:a", "urn:b"))
    pinned = authority.issue("pinned", common_name="administrator")
    authority.issue("same-name", common_name="administrator")
    clients = folder / "clients.toml"
    clients.write_text(CLIENTS.format(pinned=pinned.fingerprint(SHA256()).hex()))
    files = {"tls_cert": folder / "server.crt", "tls_key": folder / "server.key", "tls_client_ca": authority.path}
    settings = local_settings(folder / "data", databases, clients_file=clients, **files)
    server = start(settings)
    office = Office(server, authority)
    with office.client("enroller") as enroller:
        enroller.enrolment.EnrolCitizen(enrolment())
    yield office
    server.stop()


def _verify(agency: str) -> verification_pb2.VerifyRequest:
    return verification_pb2.VerifyRequest(
        context=context(agency_code=agency, procedure_code=PROCEDURE),
        citizen_number=NUMBER,
        samples=[print_of("alice/RIGHT_INDEX/60")],
    )


def test_each_role_does_its_work(office: Office) -> None:
    with office.client("counter-1") as counter:
        assert counter.verification.Verify(_verify("H05.12")).HasField("disclosure")
        assert counter.procedures.ListProcedures(procedures_pb2.ListProceduresRequest()).procedures
        assert counter.assertions.GetKeySet(assertions_pb2.GetKeySetRequest()).active_key_id
    with office.client("pinned") as administrator:
        asked = enrolment_pb2.GetCitizenRequest(context=TESTING, citizen_number=NUMBER)
        assert administrator.enrolment.GetCitizen(asked).HasField("citizen")
    with office.client("auditor") as auditor:
        assert auditor.audit.CheckAuditTrail(audit_pb2.CheckAuditTrailRequest()).intact
        assert {event.caller for event in auditor.trail()} >= {"counter-1", "enroller", "administrator"}


def test_no_role_does_anothers(office: Office) -> None:
    with (
        office.client("counter-1") as counter,
        office.client("auditor") as auditor,
        office.client("enroller") as enroller,
    ):
        denied = [
            (counter.enrolment.EnrolCitizen, enrolment("027199000009")),
            (
                counter.enrolment.DeleteCitizen,
                enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=NUMBER),
            ),
            # Nobody has this number, and the answer does not tell.
            (counter.enrolment.GetCitizen, enrolment_pb2.GetCitizenRequest(citizen_number="027199000009")),
            (enroller.records.ListRecordTypes, records_pb2.ListRecordTypesRequest()),
            (counter.audit.ListAuditEvents, audit_pb2.ListAuditEventsRequest()),
            (auditor.verification.Verify, _verify("")),
            (auditor.biometrics.CheckQuality, biometrics_pb2.CheckQualityRequest(sample=print_of("a/X/60"))),
            (enroller.verification.Verify, _verify("")),
        ]
        found = [refusal(call, request) for call, request in denied]
        assert {(f.code, f.reason) for f in found} == {(grpc.StatusCode.PERMISSION_DENIED, "CLIENT_NOT_AUTHORIZED")}
        assert len({f.message for f in found}) == 1
        assert enroller.count() == 1
    assert ("counter-1", "EnrolCitizen", "CLIENT_NOT_AUTHORIZED") in office.denials()
    assert ("auditor", "Verify", "CLIENT_NOT_AUTHORIZED") in office.denials()


def test_a_denial_has_no_context_for_the_request_is_not_read(office: Office) -> None:
    with office.client("auditor") as auditor:
        refusal(auditor.verification.Verify, _verify("H05.99"))
        last = auditor.trail()[-1]
        assert (last.outcome, json.loads(last.context_json)) == ("DENIED", {})


@pytest.mark.parametrize("name", ["stranger", "disguised", "ambiguous", "same-name"])
def test_a_certificate_that_nobody_registered(office: Office, name: str) -> None:
    before = len(office.denials())
    with office.client(name) as stubs:
        found = refusal(stubs.assertions.GetKeySet, assertions_pb2.GetKeySetRequest())
    assert (found.code, found.reason) == (grpc.StatusCode.UNAUTHENTICATED, "CLIENT_UNKNOWN")
    assert office.denials()[before:] == [("unknown", "GetKeySet", "CLIENT_UNKNOWN")]


def test_a_patient_stranger_does_not_make_the_trail_long(office: Office) -> None:
    office.server.application.audit.count_denials()
    with office.client("auditor") as auditor:
        before = len(auditor.trail())
    with office.client("stranger") as stubs:
        for _ in range(40):
            refusal(stubs.assertions.GetKeySet, assertions_pb2.GetKeySetRequest())
    office.server.application.audit.count_denials()
    with office.client("auditor") as auditor:
        *single, counted = auditor.trail()[before:]
    assert [json.loads(event.details_json)["peer"] for event in single] == ["127.0.0.1"] * 10
    assert (counted.action, json.loads(counted.details_json)["most"]) == ("DeniedCalls", ["unknown 127.0.0.1: 30"])


def test_no_certificate_and_anothers_authority_do_not_get_in(office: Office, tmp_path: Path) -> None:
    with office.client(None) as stubs:
        assert (
            refusal(stubs.assertions.GetKeySet, assertions_pb2.GetKeySetRequest()).code is grpc.StatusCode.UNAVAILABLE
        )
    forger = Authority(tmp_path, "forger")
    forger.issue("enroller")
    pair = ((tmp_path / "enroller.key").read_bytes(), (tmp_path / "enroller.crt").read_bytes())
    credentials = grpc.ssl_channel_credentials(office.authority.path.read_bytes(), *pair)
    with grpc.secure_channel(office.server.address, credentials) as channel:
        found = refusal(Stubs(channel).assertions.GetKeySet, assertions_pb2.GetKeySetRequest())
    assert found.code is grpc.StatusCode.UNAVAILABLE


@pytest.mark.slow
def test_a_server_with_certificates_warns_of_nothing_and_lets_its_clients_in(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = office.authority.folder
    files = {"TLS_CERT": "server.crt", "TLS_KEY": "server.key", "CLIENTS_FILE": "clients.toml"}
    for name, file in files.items():
        monkeypatch.setenv(f"IDVERIFY_{name}", str(folder / file))
    monkeypatch.setenv("IDVERIFY_TLS_CLIENT_CA", str(office.authority.path))
    monkeypatch.setenv("IDVERIFY_HTTP", "127.0.0.1:0")
    server = start_process(tmp_path / "data")
    pair = ((folder / "auditor.key").read_bytes(), (folder / "auditor.crt").read_bytes())
    credentials = grpc.ssl_channel_credentials(office.authority.path.read_bytes(), *pair)
    with grpc.secure_channel(server.address, credentials) as channel:
        assert Stubs(channel).trail() is not None
    assert server.terminate() == 0
    (listening,) = (line for line in server.lines if line["message"] == "listening")
    assert listening["tls"] is True
    assert listening["open_in_browser"] == f"https://{listening['http']}/"
    assert not [line for line in server.lines if line["message"].startswith("without TLS")]


def test_a_caller_acts_for_its_own_agency(office: Office) -> None:
    with office.client("counter-1") as counter:
        found = refusal(counter.verification.Verify, _verify("H05.99"))
        assert (found.reason, found.metadata) == ("CLIENT_NOT_AUTHORIZED", {"field": "context.agency_code"})
        assert counter.verification.Verify(_verify("")).HasField("disclosure")
    with office.client("auditor") as auditor:
        denied, verified = auditor.trail()[-2:]
    assert (denied.action, denied.outcome) == ("Verify", "DENIED")
    assert json.loads(verified.context_json)["agency_code"] == "H05.12"


def test_minutiae_are_taken_from_whom_they_are_allowed_only(office: Office) -> None:
    sent = [
        ("verification", "Verify", _verify("")),
        ("verification", "Identify", verification_pb2.IdentifyRequest(context=context(), sample=print_of("a/X/60"))),
        ("biometrics", "CheckQuality", biometrics_pb2.CheckQualityRequest(sample=print_of("a/X/60"))),
        ("biometrics", "ExtractTemplate", biometrics_pb2.ExtractTemplateRequest(sample=print_of("a/X/60"))),
    ]
    with office.client("counter-2") as counter:
        for service, method, request in sent:
            found = refusal(getattr(getattr(counter, service), method), request)
            assert (found.code, found.reason) == (grpc.StatusCode.PERMISSION_DENIED, "SAMPLE_KIND_NOT_ALLOWED")
            assert found.metadata == {"sample": "0", "kind": "minutiae"}
    with office.client("auditor") as auditor:
        alarms = [(e.caller, e.action) for e in auditor.trail() if e.outcome == "ALARM"]
    assert alarms == [("counter-2", method) for _, method, _ in sent]


def test_a_counter_is_told_no_score_of_a_stranger(office: Office) -> None:
    request = _verify("")
    request.samples[0].CopyFrom(print_of("mallory/RIGHT_INDEX/60"))
    with office.client("counter-1") as counter:
        answer = counter.verification.Verify(request)
    assert (answer.score, answer.fmr_at_score, answer.attempts.left) == (0.0, 0.0, 19)
    (finger,) = answer.fingers
    assert (finger.score, finger.fmr_at_score, finger.decision) == (0.0, 0.0, 0)


def test_after_five_strangers_the_answer_says_when_to_come_again(office: Office) -> None:
    with office.client("counter-1") as counter:
        counter.verification.Verify(_verify(""))
        for _ in range(5):
            request = _verify("")
            request.samples[0].CopyFrom(print_of("mallory/RIGHT_INDEX/60"))
            answer = counter.verification.Verify(request)
        assert answer.attempts.wait.seconds == 30
        found = refusal(counter.verification.Verify, _verify(""))
    assert (found.code, found.reason, found.retry) == (
        grpc.StatusCode.RESOURCE_EXHAUSTED, "ATTEMPTS_EXCEEDED", True
    )  # fmt: skip
    lift = attempts_pb2.LiftAttemptLimitRequest(context=context(), citizen_number=NUMBER)
    with office.client("pinned") as administrator:
        limits = attempts_pb2_grpc.AttemptServiceStub(administrator.channel)
        listed = limits.ListAttemptLimits(attempts_pb2.ListAttemptLimitsRequest()).limits
        assert [(limit.client, limit.locked) for limit in listed] == [("counter-1", False)]
        assert limits.LiftAttemptLimit(lift).lifted == 2
    with office.client("counter-1") as counter:
        assert counter.verification.Verify(_verify("")).HasField("disclosure")


def test_certificates_that_do_not_fit_are_said_at_start(office: Office, tmp_path: Path) -> None:
    folder = office.authority.folder
    for wrong in [
        {"tls_key": folder / "auditor.key"},
        {"tls_client_ca": folder / "clients.toml"},
        {"tls_cert": tmp_path},
    ]:
        files = {
            "tls_cert": folder / "server.crt",
            "tls_key": folder / "server.key",
            "tls_client_ca": office.authority.path,
        }
        settings = local_settings(tmp_path / "data", None, clients_file=folder / "clients.toml", **(files | wrong))
        running = None
        with pytest.raises(SettingsError, match="cannot be used"):
            running = start(settings)
        assert running is None
