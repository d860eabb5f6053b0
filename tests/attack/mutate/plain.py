"""Sound requests without prints, and the context of every request."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from random import Random

from google.longrunning import operations_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

from idverify.v1 import (
    acts_pb2,
    assertions_pb2,
    attempts_pb2,
    audit_pb2,
    citizens_pb2,
    clients_pb2,
    confirmations_pb2,
    enrolment_pb2,
    gallery_pb2,
    legal_holds_pb2,
    log_pb2,
    procedures_pb2,
    records_pb2,
    reports_pb2,
    sign_ins_pb2,
    slips_pb2,
    subject_requests_pb2,
    transactions_pb2,
    types_pb2,
)
from tests.attack.mutate.callers import SPARES, TO_REVOKE, spare
from tests.attack.mutate.standing import (
    ACT,
    ACT_DIGEST,
    AGENCY,
    BORN,
    CONSENT,
    NAME,
    OFFICER,
    OPERATION,
    PEOPLE,
    PROCEDURE,
    RESIDENCE,
    number_of,
)


def context(random: Random, *, procedure: bool = False) -> types_pb2.RequestContext:
    """Return a context with a new request id; now and then with one of a few that come again."""
    again = random.random() < 0.04
    number = random.randrange(8) if again else random.getrandbits(122)
    return types_pb2.RequestContext(
        request_id=str(uuid.UUID(int=number + 1, version=4)),
        procedure_code=PROCEDURE if procedure and random.random() < 0.7 else "",
        agency_code=AGENCY,
        officer_id=OFFICER,
        purpose=types_pb2.PURPOSE_TEST,
        nonce="n" * 20 if random.random() < 0.2 else "",
        consent_ref=random.choice(("", "", CONSENT)) if procedure else "",
    )


def _client(random: Random, name: str) -> clients_pb2.Client:
    return clients_pb2.Client(
        name=name,
        roles=[clients_pb2.CLIENT_ROLE_COUNTER],
        certificate_sha256=f"{random.randrange(50):064x}",
        entitlements=[clients_pb2.Entitlement(procedure_code=PROCEDURE, record_types=["residence"])],
        record_types=["residence"],
        sample_kinds=[clients_pb2.SAMPLE_KIND_IMAGE],
        calls_per_minute=random.choice((0, 600)),
        reads_per_day=random.choice((0, 10)),
    )


def _number(random: Random) -> str:
    return number_of(random.randrange(PEOPLE + 1))


def _spare(random: Random) -> str:
    return spare(random.randrange(SPARES))


_PERSON = enrolment_pb2.PersonalData(full_name=f"{NAME} Hai", birth_date=BORN, sex="M")
_GROUNDS = citizens_pb2.ChangeGrounds(reason=citizens_pb2.CHANGE_REASON_RECORDING_ERROR, grounds="QD 17/2026")
_REISSUED = citizens_pb2.ChangeGrounds(reason=citizens_pb2.CHANGE_REASON_NUMBER_REISSUED, grounds="QD 18/2026")
_ASKED = citizens_pb2.ChangeGrounds(reason=citizens_pb2.CHANGE_REASON_CITIZEN_REQUEST, grounds="QD 19/2026")
_CITIZEN, _RECORD, _CLIENTS, _OPERATIONS = enrolment_pb2, records_pb2, clients_pb2, operations_pb2

PLAIN: dict[str, Callable[[Random], Message]] = {
    "GetCitizen": lambda r: _CITIZEN.GetCitizenRequest(context=context(r), citizen_number=_number(r)),
    "ListCitizens": lambda r: _CITIZEN.ListCitizensRequest(context=context(r), page_size=r.choice((0, 2))),
    "CorrectPersonalData": lambda r: citizens_pb2.CorrectPersonalDataRequest(
        context=context(r), citizen_number=_number(r), personal_data=_PERSON, grounds=_GROUNDS
    ),
    "ReplaceCitizenNumber": lambda r: citizens_pb2.ReplaceCitizenNumberRequest(
        context=context(r), citizen_number=_number(r), new_citizen_number=number_of(99), grounds=_REISSUED
    ),
    "ChangeCitizenState": lambda r: citizens_pb2.ChangeCitizenStateRequest(
        context=context(r), citizen_number=_number(r), state=enrolment_pb2.CITIZEN_STATE_DEACTIVATED, grounds=_ASKED
    ),
    "ListCitizenChanges": lambda r: citizens_pb2.ListCitizenChangesRequest(
        context=context(r), citizen_number=_number(r)
    ),
    "DeleteCitizen": lambda r: _CITIZEN.DeleteCitizenRequest(context=context(r), citizen_number=_number(r)),
    "PutRecord": lambda r: _RECORD.PutRecordRequest(
        context=context(r), citizen_number=_number(r), record_type="residence", json=RESIDENCE
    ),
    "GetRecord": lambda r: _RECORD.GetRecordRequest(
        context=context(r), citizen_number=_number(r), record_type="residence"
    ),
    "ListRecordTypes": lambda _: _RECORD.ListRecordTypesRequest(),
    "ListProcedures": lambda _: procedures_pb2.ListProceduresRequest(),
    "GetProcedure": lambda _: procedures_pb2.GetProcedureRequest(code=PROCEDURE),
    "GetKeySet": lambda _: assertions_pb2.GetKeySetRequest(),
    "GetGalleryStatus": lambda _: gallery_pb2.GetGalleryStatusRequest(),
    "StartFindDuplicates": lambda r: gallery_pb2.StartFindDuplicatesRequest(context=context(r)),
    "StartRenewTemplates": lambda r: gallery_pb2.StartRenewTemplatesRequest(context=context(r), most_people=1),
    "ListSignIns": lambda r: sign_ins_pb2.ListSignInsRequest(context=context(r), citizen_number=_number(r)),
    "ListOpenTransactions": lambda r: transactions_pb2.ListOpenTransactionsRequest(context=context(r)),
    "CountDecisions": lambda r: reports_pb2.CountDecisionsRequest(context=context(r), first_day="2026-01-05"),
    "ListAttemptLimits": lambda _: attempts_pb2.ListAttemptLimitsRequest(),
    "LiftAttemptLimit": lambda r: attempts_pb2.LiftAttemptLimitRequest(context=context(r), citizen_number=_number(r)),
    "ListAuditEvents": lambda r: audit_pb2.ListAuditEventsRequest(page_size=r.choice((0, 5))),
    "SearchAuditEvents": lambda r: audit_pb2.SearchAuditEventsRequest(
        context=context(r), page_size=r.choice((0, 5)), outcome=r.choice(("", "MATCH")), subject_id="nobody"
    ),
    "CheckAuditTrail": lambda _: audit_pb2.CheckAuditTrailRequest(),
    "GetLogCheckpoint": lambda _: log_pb2.GetLogCheckpointRequest(),
    "GetEventProof": lambda r: log_pb2.GetEventProofRequest(sequence=r.choice((1, 5))),
    "GetConsistencyProof": lambda _: log_pb2.GetConsistencyProofRequest(old_size=1),
    "RegisterClient": lambda r: _CLIENTS.RegisterClientRequest(
        context=context(r), client=_client(r, f"new-{r.randrange(50)}")
    ),
    "UpdateClient": lambda r: _CLIENTS.UpdateClientRequest(context=context(r), client=_client(r, _spare(r))),
    "SuspendClient": lambda r: _CLIENTS.SuspendClientRequest(context=context(r), name=_spare(r)),
    "ReinstateClient": lambda r: _CLIENTS.ReinstateClientRequest(context=context(r), name=_spare(r)),
    "RevokeClient": lambda r: _CLIENTS.RevokeClientRequest(
        context=context(r), name=spare(SPARES + r.randrange(TO_REVOKE))
    ),
    "GetClient": lambda r: _CLIENTS.GetClientRequest(name=_spare(r)),
    "ListClients": lambda r: _CLIENTS.ListClientsRequest(page_size=r.choice((0, 3))),
    "ListActs": lambda r: acts_pb2.ListActsRequest(page_size=r.choice((0, 1))),
    "GetAct": lambda r: acts_pb2.GetActRequest(context=context(r), act_id=ACT),
    "ApproveAct": lambda r: acts_pb2.ApproveActRequest(context=context(r), act_id=ACT, digest=ACT_DIGEST.hex()),
    "RejectAct": lambda r: acts_pb2.RejectActRequest(context=context(r), act_id=ACT),
    "IssueConfirmation": lambda r: confirmations_pb2.IssueConfirmationRequest(
        context=context(r, procedure=True), citizen_number=_number(r), days=30
    ),
    "RevokeConfirmation": lambda r: confirmations_pb2.RevokeConfirmationRequest(
        context=context(r), citizen_number=number_of(0), consent_ref=CONSENT
    ),
    "IssueSlips": lambda r: slips_pb2.IssueSlipsRequest(context=context(r), count=r.choice((1, 2))),
    "ReconcileSlip": lambda r: slips_pb2.ReconcileSlipRequest(
        context=context(r, procedure=True),
        slip_number="000001123456789042",
        seen_time=Timestamp(seconds=1_800_000_000),
        officer_id=OFFICER,
        second_officer_id="can-bo-18",
        citizen_number=_number(r),
        documents=[transactions_pb2.SeenDocument(kind=transactions_pb2.DOCUMENT_KIND_PASSPORT, number="B1234567")],
    ),
    "VoidSlip": lambda r: slips_pb2.VoidSlipRequest(
        context=context(r), serial=f"{r.randrange(1, 20):06}", reason="bi uot"
    ),
    "ListSlips": lambda r: slips_pb2.ListSlipsRequest(context=context(r), page_size=r.choice((0, 2))),
    "PlaceLegalHold": lambda r: legal_holds_pb2.PlaceLegalHoldRequest(
        context=context(r), citizen_number=number_of(0), reason="QD 12/2026"
    ),
    "ReleaseLegalHold": lambda r: legal_holds_pb2.ReleaseLegalHoldRequest(
        context=context(r), citizen_number=_number(r), hold_id=CONSENT, reason="het han"
    ),
    "ListLegalHolds": lambda r: legal_holds_pb2.ListLegalHoldsRequest(page_size=r.choice((0, 2))),
    "OpenSubjectRequest": lambda r: subject_requests_pb2.OpenSubjectRequestRequest(
        context=context(r), citizen_number=_number(r), kind=subject_requests_pb2.SUBJECT_REQUEST_KIND_ACCESS
    ),
    "ListSubjectRequests": lambda r: subject_requests_pb2.ListSubjectRequestsRequest(page_size=r.choice((0, 2))),
    "DecideSubjectRequest": lambda r: subject_requests_pb2.DecideSubjectRequestRequest(
        context=context(r), subject_request_id=CONSENT, state=subject_requests_pb2.SUBJECT_REQUEST_STATE_ACCEPTED
    ),
    "ExportSubjectData": lambda r: subject_requests_pb2.ExportSubjectDataRequest(
        context=context(r), subject_request_id=CONSENT
    ),
    "GetStatusList": lambda _: confirmations_pb2.GetStatusListRequest(),
    "ListOperations": lambda _: _OPERATIONS.ListOperationsRequest(),
    "GetOperation": lambda _: _OPERATIONS.GetOperationRequest(name=f"operations/{OPERATION}"),
    "DeleteOperation": lambda _: _OPERATIONS.DeleteOperationRequest(name=f"operations/{OPERATION}"),
    "CancelOperation": lambda _: _OPERATIONS.CancelOperationRequest(name=f"operations/{OPERATION}"),
    "WaitOperation": lambda _: _OPERATIONS.WaitOperationRequest(
        name=f"operations/{OPERATION}", timeout=Duration(nanos=1_000_000)
    ),
    "grpc.health.v1.Health/Check": lambda _: health_pb2.HealthCheckRequest(),
    "grpc.health.v1.Health/List": lambda _: Empty(),  # a message without fields, as its own is
    "grpc.health.v1.Health/Watch": lambda _: health_pb2.HealthCheckRequest(),
    "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": lambda r: r.choice(
        (
            reflection_pb2.ServerReflectionRequest(list_services=""),
            reflection_pb2.ServerReflectionRequest(file_containing_symbol="idverify.v1.Client"),
        )
    ),
}
