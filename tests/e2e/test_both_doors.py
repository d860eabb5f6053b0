"""By HTTP as by gRPC: the same answers, refusals, limits and events of one script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import grpc
import pytest
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from idverify.v1 import (
    acts_pb2,
    assertions_pb2,
    attempts_pb2,
    audit_pb2,
    biometrics_pb2,
    catalogue_pb2,
    citizens_pb2,
    clients_pb2,
    enrolment_pb2,
    gallery_pb2,
    procedures_pb2,
    records_pb2,
    reports_pb2,
    slips_pb2,
    transactions_pb2_grpc,
    types_pb2,
    verification_pb2,
)
from idverify.v1 import transactions_pb2 as steps
from tests.e2e.certificates import Authority
from tests.e2e.doors import Door, GrpcDoor, HttpDoor, Pair, Told, as_json
from tests.e2e.harness import (
    NUMBER,
    OTHER_NUMBER,
    PROCEDURE,
    RunningServer,
    context,
    enrolment,
    local_settings,
    print_of,
    start_server,
)
from tests.fakes import FakeClock

V = "idverify.v1."
FIXED = "7f9c1c6e-8f0b-4d5a-9a38-2f1f3a1f0c11"
KINDS: tuple[Callable[[RunningServer, Pair | None], Door], ...] = (GrpcDoor, HttpDoor)
MIN = "PURPOSE_CITIZEN_REQUEST"
Row = tuple[str, Message, str]


def verify(text: str, number: str = NUMBER, **fields: str) -> Message:
    return verification_pb2.VerifyRequest(context=context(**fields), citizen_number=number, samples=[print_of(text)])


def get(number: str, purpose: str = MIN) -> Message:
    return enrolment_pb2.GetCitizenRequest(context=types_pb2.RequestContext(purpose=purpose), citizen_number=number)


def record(json: str = '{"a": 1}') -> Message:
    return records_pb2.PutRecordRequest(context=context(), citizen_number=NUMBER, record_type="land-title", json=json)


def rows() -> list[Row]:
    """Method, request, and the reason that is expected; empty: an answer."""
    grounds = citizens_pb2.ChangeGrounds(reason="CHANGE_REASON_RECORDING_ERROR", grounds="1/QĐ")
    page = enrolment_pb2.ListCitizensRequest(context=types_pb2.RequestContext(purpose=MIN), page_size=1)
    return [
        ("EnrolmentService/EnrolCitizen", enrolment(request_id=FIXED), ""),
        ("EnrolmentService/EnrolCitizen", enrolment(request_id=FIXED), ""),  # repeated: one effect
        ("EnrolmentService/EnrolCitizen", enrolment(OTHER_NUMBER, request_id=FIXED), "REQUEST_REPLAYED"),
        ("EnrolmentService/EnrolCitizen", enrolment(who="bob"), "REFERENCE_EXISTS"),
        ("EnrolmentService/EnrolCitizen", enrolment(OTHER_NUMBER), "DUPLICATE_PERSON_SUSPECTED"),
        ("EnrolmentService/EnrolCitizen", enrolment("12"), "IDENTIFIER_MALFORMED"),
        ("EnrolmentService/GetCitizen", get(NUMBER), ""),
        ("EnrolmentService/GetCitizen", get(NUMBER, "PURPOSE_UNSPECIFIED"), "FIELD_MISSING"),
        ("EnrolmentService/GetCitizen", get(OTHER_NUMBER), "SUBJECT_NOT_FOUND"),
        ("EnrolmentService/ListCitizens", page, ""),
        ("VerificationService/Verify", verify("alice/RIGHT_INDEX/61", procedure_code=PROCEDURE), ""),
        ("VerificationService/Verify", verify("alice/RIGHT_INDEX/61"), ""),
        ("VerificationService/Verify", verify("eve/RIGHT_INDEX/62"), ""),
        ("VerificationService/Verify", verify("alice/RIGHT_INDEX/5"), "SAMPLE_QUALITY_LOW"),
        ("VerificationService/Verify", verify("alice/RIGHT_INDEX/63", procedure_code="9.9"), "PROCEDURE_NOT_FOUND"),
        ("VerificationService/Verify", verify("x", request_id=""), "FIELD_MISSING"),
        ("VerificationService/Verify", verify("x", request_id="no uuid"), "FIELD_INVALID"),
        ("VerificationService/Verify", verify("x", officer_id="a\nb"), "FIELD_INVALID"),
        (
            "VerificationService/Identify",
            verification_pb2.IdentifyRequest(context=context(), sample=print_of("alice/RIGHT_INDEX/64")),
            "",
        ),
        ("BiometricService/CheckQuality", biometrics_pb2.CheckQualityRequest(sample=print_of("a/RIGHT_INDEX/50")), ""),
        ("BiometricService/CheckQuality", biometrics_pb2.CheckQualityRequest(), "SAMPLE_INVALID"),
        ("RecordService/PutRecord", record(), "RECORD_TYPE_NOT_FOUND"),
        ("RecordService/ListRecordTypes", records_pb2.ListRecordTypesRequest(), ""),
        ("ProcedureService/ListProcedures", procedures_pb2.ListProceduresRequest(), ""),
        ("ProcedureService/GetProcedure", procedures_pb2.GetProcedureRequest(code=PROCEDURE), ""),
        ("ProcedureService/GetProcedure", procedures_pb2.GetProcedureRequest(code="9.9"), "PROCEDURE_NOT_FOUND"),
        ("CatalogueService/ListProcedureVersions", catalogue_pb2.ListProcedureVersionsRequest(code=PROCEDURE), ""),
        (
            "CitizenService/CorrectPersonalData",
            citizens_pb2.CorrectPersonalDataRequest(
                context=context(),
                citizen_number=NUMBER,
                personal_data=enrolment_pb2.PersonalData(full_name="Nguyễn Thị Thủ", birth_date="1999-05-01", sex="F"),
                grounds=grounds,
            ),
            "",
        ),
        ("AttemptService/ListAttemptLimits", attempts_pb2.ListAttemptLimitsRequest(), ""),
        ("ActService/ListActs", acts_pb2.ListActsRequest(page_size=-1), "FIELD_INVALID"),
        ("SlipService/IssueSlips", slips_pb2.IssueSlipsRequest(context=context(), count=2_000), "FIELD_INVALID"),
        ("ReportService/CountDisclosures", reports_pb2.CountDisclosuresRequest(first_month="2026-1"), "FIELD_INVALID"),
        (
            "AttemptService/LiftAttemptLimit",
            attempts_pb2.LiftAttemptLimitRequest(
                context=context(), subject_id="x", reason=attempts_pb2.LIFT_REASON_POOR_IMPRESSIONS
            ),
            "SUBJECT_NOT_FOUND",
        ),
        (
            "AuditService/SearchAuditEvents",
            audit_pb2.SearchAuditEventsRequest(since_time=Timestamp(seconds=2), until_time=Timestamp(seconds=1)),
            "FIELD_INVALID",
        ),
        ("ReportService/CountDecisions", reports_pb2.CountDecisionsRequest(first_day="2026-1-5"), "FIELD_INVALID"),
        ("TransactionService/ListOpenTransactions", steps.ListOpenTransactionsRequest(context=context()), ""),
        ("GalleryService/GetGalleryStatus", gallery_pb2.GetGalleryStatusRequest(), ""),
        ("TransactionService/GetTransaction", steps.GetTransactionRequest(transaction_id="x"), "TRANSACTION_NOT_FOUND"),
        (
            "EnrolmentService/DeleteCitizen",
            enrolment_pb2.DeleteCitizenRequest(context=context(), citizen_number=NUMBER),
            "",
        ),
        ("EnrolmentService/GetCitizen", get(NUMBER), "SUBJECT_NOT_FOUND"),
    ]


CLIENTS = """
[clients.enroller]
roles = ["enroller"]
sample_kinds = ["minutiae"]

[clients.counter]
roles = ["counter"]
agency_code = "H05.12"
sample_kinds = ["minutiae"]
procedures = { "1.001193" = ["*"] }

[clients.slow]
roles = ["counter"]
calls_per_minute = 1

[clients.auditor]
roles = ["auditor"]
"""


def rows_of_clients() -> list[tuple[str, str, Message, str]]:
    """Who calls what, and the reason that is expected."""
    key_set, clients = "AssertionService/GetKeySet", "ClientRegistryService/ListClients"
    return [
        ("enroller", "EnrolmentService/EnrolCitizen", enrolment(), ""),
        ("counter", "EnrolmentService/EnrolCitizen", enrolment(OTHER_NUMBER), "CLIENT_NOT_AUTHORIZED"),
        ("stranger", key_set, assertions_pb2.GetKeySetRequest(), "CLIENT_UNKNOWN"),
        ("auditor", clients, clients_pb2.ListClientsRequest(), ""),
        ("counter", "VerificationService/Verify", verify("alice/RIGHT_INDEX/61", procedure_code=PROCEDURE), ""),
        ("counter", "VerificationService/Verify", verify("x", agency_code="H06"), "CLIENT_NOT_AUTHORIZED"),
        ("counter", "VerificationService/Verify", verify("x", procedure_code="1.000894"), "CLIENT_NOT_ENTITLED"),
        ("slow", "ProcedureService/ListProcedures", procedures_pb2.ListProceduresRequest(), ""),
        ("slow", "ProcedureService/ListProcedures", procedures_pb2.ListProceduresRequest(), "CALL_BUDGET_EXCEEDED"),
        ("slow", "VerificationService/Verify", verify("alice/RIGHT_INDEX/62"), "CALL_BUDGET_EXCEEDED"),
        *(("counter", "VerificationService/Verify", verify(f"eve/RIGHT_INDEX/{n}"), "") for n in range(70, 75)),
        ("counter", "VerificationService/Verify", verify("eve/RIGHT_INDEX/75"), "ATTEMPTS_EXCEEDED"),
    ]


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Callable[..., RunningServer]]:
    """Makes servers that stand at the same time on their clocks."""
    running: list[RunningServer] = []

    def start(**settings: Path) -> RunningServer:
        folder = tmp_path / str(len(running))
        running.append(start_server(local_settings(folder, None, http="127.0.0.1:0", **settings), clock=FakeClock()))
        return running[-1]

    yield start
    for each in running:
        each.stop()


def events_of(server: RunningServer, pair: Pair | None = None) -> list[dict[str, object]]:
    """Return the trail, without what is drawn by lot."""
    with closing(GrpcDoor(server, pair)) as door:
        trail = door.call(V + "AuditService/ListAuditEvents", audit_pb2.ListAuditEventsRequest(page_size=1000))
    return [{name: value for name, value in event.items() if name != "hash"} for event in trail.answer["events"]]


def test_what_is_asked_is_answered_refused_and_noted_alike(servers: Callable[..., RunningServer]) -> None:
    script = rows()
    told: list[list[Told]] = []
    events = []
    for kind in KINDS:
        server = servers()
        with closing(kind(server, None)) as door:
            told.append([door.call(V + method, request) for method, request, _ in script])
        events.append(events_of(server))
    for (method, _, reason), by_grpc, by_http in zip(script, *told, strict=True):
        assert by_grpc == by_http, method
        assert by_http.reason == reason, method
    assert events[0] == events[1]
    assert len(events[0]) > 10


def test_callers_are_known_limited_and_denied_alike(servers: Callable[..., RunningServer], tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    for name in ("server", "enroller", "counter", "slow", "auditor", "stranger"):
        authority.issue(name)
    clients = tmp_path / "clients.toml"
    clients.write_text(CLIENTS)
    files = {"tls_cert": tmp_path / "server.crt", "tls_key": tmp_path / "server.key", "tls_client_ca": authority.path}
    script, told, events = rows_of_clients(), [], []
    for kind in KINDS:
        server = servers(clients_file=clients, **files)
        with ExitStack() as open_doors:
            doors = {who: kind(server, Pair(authority, who)) for who in {row[0] for row in script}}
            for door in doors.values():
                open_doors.enter_context(closing(door))
            told.append([doors[who].call(V + method, request) for who, method, request, _ in script])
        events.append(events_of(server, Pair(authority, "auditor")))
    for (who, method, _, reason), by_grpc, by_http in zip(script, *told, strict=True):
        assert by_grpc == by_http, (who, method)
        assert by_http.reason == reason, (who, method)
    assert events[0] == events[1]
    with closing(HttpDoor(server, Pair(authority))) as nobody:
        assert nobody.call(V + "ProcedureService/ListProcedures", procedures_pb2.ListProceduresRequest()).reason == (
            "CLIENT_UNKNOWN"
        )


def test_a_transaction_goes_its_way(servers: Callable[..., RunningServer]) -> None:
    ways = []
    for kind in KINDS:
        server = servers()
        with closing(kind(server, None)) as door:
            door.call(V + "EnrolmentService/EnrolCitizen", enrolment())
            ways.append(list(_way(server, door)))
    assert ways[0] == ways[1]
    assert ways[0][-1].answer["verification"]["decision"] == "DECISION_MATCH"


def _way(server: RunningServer, door: Door) -> Iterator[Told]:
    """Take the steps by a door; what the next one must show is asked of gRPC, unmasked."""
    with grpc.insecure_channel(server.address) as channel:
        begun = transactions_pb2_grpc.TransactionServiceStub(channel).StartTransaction(
            steps.StartTransactionRequest(
                context=context(procedure_code=PROCEDURE, officer_id="CB-1"), citizen_number=NUMBER
            )
        )
        yield Told(answer=as_json(begun))
        at = steps.TransactionStep(
            transaction_id=begun.standing.transaction_id, nonce=begun.nonce, step=begun.standing.step
        )
        capture = steps.AddCaptureRequest(
            context=context(officer_id="CB-1"), step=at, sample=print_of("alice/RIGHT_INDEX/65")
        )
        yield door.call(V + "TransactionService/AddCapture", capture)
        asked = steps.GetTransactionRequest(context=context(officer_id="CB-1"), transaction_id=at.transaction_id)
        yield door.call(V + "TransactionService/GetTransaction", asked)
        at.step = transactions_pb2_grpc.TransactionServiceStub(channel).GetTransaction(asked).standing.step
        yield door.call(
            V + "TransactionService/AuthenticateCitizen",
            steps.AuthenticateCitizenRequest(context=context(officer_id="CB-1"), step=at, citizen_number=NUMBER),
        )
