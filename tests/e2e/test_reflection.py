"""Every RPC can be driven by a client that has no stubs."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import grpc
import pytest

from tests.e2e.dynamic import DynamicClient
from tests.e2e.harness import NUMBER, RunningServer, read_refusal
from tests.waiting import wait_until

RESIDENCE = {
    "recordType": "residence",
    "json": '{"permanent_address": {"province": "Bắc Ninh", "commune": "Phường Kinh Bắc"}}',
}


def _context() -> dict[str, str]:
    return {"requestId": str(uuid.uuid4()), "agencyCode": "H05.12"}


def _sample(text: str) -> dict[str, str]:
    return {
        "fingerPosition": "FINGER_POSITION_RIGHT_INDEX",
        "iso1979422005": base64.b64encode(text.encode()).decode(),
    }


ALICE = _sample("alice/RIGHT_INDEX/80")
_CATALOGUE = base64.b64encode(b"{}").decode()

SCRIPT: list[tuple[str, dict[str, Any]]] = [
    ("AssertionService/GetKeySet", {}),
    ("ProcedureService/ListProcedures", {}),
    ("ProcedureService/GetProcedure", {"code": "1.001193"}),
    ("CatalogueService/ImportCatalogue",
     {"context": _context(), "format": "CATALOGUE_FORMAT_JSON", "content": _CATALOGUE, "dryRun": True}),
    ("CatalogueService/ExportCatalogue", {"format": "CATALOGUE_FORMAT_CSV"}),
    ("CatalogueService/ListCatalogueRevisions", {}),
    ("CatalogueService/CompareCatalogueRevisions", {}),
    ("CatalogueService/ListProcedureVersions", {"code": "1.001193"}),
    ("RecordService/ListRecordTypes", {}),
    ("SlipService/IssueSlips", {"context": _context(), "count": 2}),
    ("SlipService/ListSlips", {"context": _context()}),
    ("LegalHoldService/ListLegalHolds", {"context": _context()}),
    ("SubjectRequestService/ListSubjectRequests", {"context": _context()}),
    ("BiometricService/CheckQuality", {"sample": ALICE}),
    ("BiometricService/ExtractTemplate", {"sample": ALICE}),
    ("BiometricService/CompareSamples", {"probe": ALICE, "reference": ALICE}),
    ("EnrolmentService/EnrolCitizen",
     {"context": _context(), "citizenNumber": NUMBER, "personalData": {"fullName": "Thử"}, "samples": [ALICE]}),
    ("EnrolmentService/AddFingerprints", {"context": _context(), "citizenNumber": NUMBER, "samples": [ALICE]}),
    ("EnrolmentService/GetCitizen", {"context": {"purpose": "PURPOSE_TEST"}, "citizenNumber": NUMBER}),
    ("EnrolmentService/ListCitizens", {"context": {"purpose": "PURPOSE_TEST"}}),
    ("VerificationService/Verify", {"context": _context(), "citizenNumber": NUMBER, "samples": [ALICE]}),
    ("VerificationService/Identify", {"context": _context(), "sample": ALICE}),
    ("VerificationService/IdentifyStream", {"request": {"context": _context(), "samples": [ALICE]}}),
    ("GalleryService/GetGalleryStatus", {}),
    ("GalleryService/StartFindDuplicates", {"context": _context()}),
    ("GalleryService/StartRenewTemplates", {"context": _context(), "dryRun": True}),
    ("RecordService/PutRecord",
     {"context": _context(), "citizenNumber": NUMBER, **RESIDENCE}),
    ("RecordService/GetRecord",
     {"context": {"purpose": "PURPOSE_TEST"}, "citizenNumber": NUMBER, "recordType": "residence"}),
    ("CitizenService/CorrectPersonalData",
     {"context": _context(), "citizenNumber": NUMBER, "personalData": {"fullName": "Thử Mới"},
      "grounds": {"reason": "CHANGE_REASON_RECORDING_ERROR"}}),
    ("CitizenService/CreateVirtualNumber", {"context": _context(), "citizenNumber": NUMBER, "samples": [ALICE]}),
    ("CitizenService/ListVirtualNumbers", {"context": {"purpose": "PURPOSE_TEST"}, "citizenNumber": NUMBER}),
    ("CitizenService/RevokeVirtualNumber", {"context": _context(), "number": NUMBER}),
    ("CitizenService/SetPin", {"context": _context(), "citizenNumber": NUMBER, "samples": [ALICE], "pin": "802915"}),
    ("CitizenService/GetOwnHistory", {"context": _context(), "citizenNumber": NUMBER, "samples": [ALICE]}),
    ("CitizenService/LockCitizen", {"context": _context(), "citizenNumber": NUMBER, "samples": [ALICE]}),
    ("CitizenService/UnlockCitizen", {"context": _context(), "citizenNumber": NUMBER, "samples": [ALICE]}),
    ("CitizenService/ChangeCitizenState",
     {"context": _context(), "citizenNumber": NUMBER, "state": "CITIZEN_STATE_DECEASED",
      "grounds": {"reason": "CHANGE_REASON_DEATH_REGISTERED"}}),
    ("CitizenService/ReplaceCitizenNumber",
     {"context": _context(), "citizenNumber": NUMBER, "newCitizenNumber": "027199000009",
      "grounds": {"reason": "CHANGE_REASON_NUMBER_REISSUED"}}),
    ("CitizenService/ListCitizenChanges", {"context": {"purpose": "PURPOSE_TEST"}, "citizenNumber": NUMBER}),
    ("ClientRegistryService/RegisterClient",
     {"context": _context(),
      "client": {"name": "counter-1", "certificateName": "counter-1", "roles": ["CLIENT_ROLE_COUNTER"]}}),
    ("ClientRegistryService/UpdateClient",
     {"context": _context(),
      "client": {"name": "counter-1", "certificateName": "counter-1", "roles": ["CLIENT_ROLE_AUDITOR"]}}),
    ("ClientRegistryService/SuspendClient", {"context": _context(), "name": "counter-1"}),
    ("ClientRegistryService/ReinstateClient", {"context": _context(), "name": "counter-1"}),
    ("ClientRegistryService/RevokeClient", {"context": _context(), "name": "counter-1"}),
    ("ClientRegistryService/GetClient", {"name": "counter-1"}),
    ("ClientRegistryService/ListClients", {}),
    ("AttemptService/ListAttemptLimits", {}),
    ("AttemptService/LiftAttemptLimit", {"context": _context(), "client": "counter-1"}),
    ("ActService/ListActs", {}),
    ("DeviceRegistryService/ListDevices", {}),
    ("ConsentService/ListConsents", {"context": {"purpose": "PURPOSE_TEST"}, "citizenNumber": NUMBER}),
    ("ReportService/CountDisclosures", {}),
    ("ReportService/CountPresences", {}),
    ("ReportService/CountDecisions", {}),
    ("TransactionService/ListOpenTransactions", {}),
    ("SignInService/ListSignIns", {"context": _context(), "citizenNumber": NUMBER}),
    ("AuditService/SearchAuditEvents", {"outcome": "MATCH"}),
    ("ConfirmationService/GetStatusList", {}),
    ("ConfirmationService/RevokeConfirmation", {"context": _context(), "consentRef": "none"}),
    ("AuditService/ListAuditEvents", {}),
    ("AuditService/CheckAuditTrail", {}),
    ("LogService/GetLogCheckpoint", {}),
    ("LogService/GetEventProof", {"sequence": 1}),
    ("LogService/GetConsistencyProof", {"oldSize": 1}),
    ("EnrolmentService/DeleteCitizen", {"context": _context(), "citizenNumber": NUMBER}),
]  # fmt: skip
"""Every RPC once, in an order that makes sense."""

ID = "1c0a1a8e-6a5b-4f0e-9f27-0a2a3b4c5d6e"
STEP = {"context": _context(), "step": {"transactionId": ID}}
OF_WHAT_IS_NOT_THERE: dict[str, dict[str, Any]] = {
    "ActService/GetAct": {"actId": ID},
    "ActService/ApproveAct": {"context": _context(), "actId": ID, "digest": "00"},
    "ActService/RejectAct": {"context": _context(), "actId": ID},
    "CitizenService/NoteFingers": {"context": _context(), "citizenNumber": NUMBER},
    "CitizenService/MergeCitizens": {"context": _context(), "citizenNumber": NUMBER},
    "CitizenService/SplitCitizen": {"context": _context(), "citizenNumber": NUMBER},
    "CitizenService/MoveEncounter": {"context": _context(), "citizenNumber": NUMBER},
    "DeviceRegistryService/RegisterDevice": {"context": _context(), "device": {"deviceId": "scanner-1"}},
    "DeviceRegistryService/RevokeDevice": {"context": _context(), "deviceId": "scanner-1"},
    "TransactionService/StartTransaction": {"citizenNumber": NUMBER},
    "TransactionService/AddCapture": {**STEP, "sample": ALICE},
    "TransactionService/GiveConsent": STEP,
    "TransactionService/AddCardRead": {**STEP, "card": {"securityObject": "dwA="}},
    "TransactionService/EnterPin": {**STEP, "pin": "802915"},
    "TransactionService/AuthenticateCitizen": {**STEP, "citizenNumber": NUMBER},
    "TransactionService/AskException": STEP,
    "TransactionService/ConfirmException": {"context": _context()},
    "TransactionService/AuthenticateByException": STEP,
    "TransactionService/EndTransaction": STEP,
    "TransactionService/GetTransaction": {"context": {"transactionId": ID}, "transactionId": ID},
    "ConfirmationService/IssueConfirmation": {
        "context": {**_context(), "dossierCode": "D-1"},
        "assertionJwt": "a.b.c",
        "citizenNumber": NUMBER,
    },
    "TransactionService/ListProcedureRecords": {
        "context": _context(),
        "assertionJwt": "a.b.c",
        "citizenNumber": NUMBER,
    },
    "SlipService/ReconcileSlip": {"context": _context(), "citizenNumber": NUMBER},
    "LegalHoldService/PlaceLegalHold": {"context": _context(), "citizenNumber": NUMBER, "reason": "x"},
    "LegalHoldService/ReleaseLegalHold": {"context": _context(), "citizenNumber": NUMBER, "holdId": ID, "reason": "x"},
    "SubjectRequestService/OpenSubjectRequest": {"context": _context(), "citizenNumber": NUMBER},
    "SubjectRequestService/DecideSubjectRequest": {"context": _context(), "subjectRequestId": ID},
    "SubjectRequestService/ExportSubjectData": {"context": {"purpose": "PURPOSE_TEST"}, "subjectRequestId": ID},
    "SlipService/VoidSlip": {"context": _context(), "serial": "nothing", "reason": "lost"},
    "ConfirmationService/PrintConfirmation": {"context": _context(), "sdJwt": "a.b.c~"},
    "ConsentService/WithdrawConsent": {"context": _context(), "citizenNumber": NUMBER, "consentId": ID},
}
"""RPCs that only answer to what an earlier answer told; they are driven to the end in tests of their own."""

ENROLLING = "EnrolmentService/EnrolCitizen"


@pytest.fixture
def client(server: RunningServer) -> Any:
    with grpc.insecure_channel(server.address) as channel:
        yield DynamicClient(channel)


def operations_ended(client: DynamicClient) -> bool:
    (listing,) = [m for m in client.methods("google.longrunning.Operations") if m.name == "ListOperations"]
    return all(operation.get("done") for operation in client.call(listing, {}).get("operations", []))


def test_every_rpc_is_driven_through_reflection_alone(client: DynamicClient) -> None:
    ours = [name for name in client.services() if name.startswith("idverify.")]
    methods = {f"{name.rpartition('.')[2]}/{m.name}": m for name in ours for m in client.methods(name)}
    assert sorted(methods) == sorted([*(name for name, _ in SCRIPT), *OF_WHAT_IS_NOT_THERE])
    answers = {}
    for name, request in SCRIPT:
        answers[name] = client.call(methods[name], request)
        if name.startswith("GalleryService/Start"):
            wait_until(lambda: operations_ended(client))  # one at a time
    assert answers["VerificationService/Verify"]["decision"] == "DECISION_MATCH"
    assert answers["VerificationService/IdentifyStream"]["response"]["decision"] == "DECISION_MATCH"
    assert len(answers["CitizenService/ListCitizenChanges"]["changes"]) == 5
    assert answers["EnrolmentService/DeleteCitizen"]["removedTemplates"] == 2
    assert answers["AuditService/CheckAuditTrail"]["intact"] is True


def test_a_virtual_number_is_taken_wherever_a_citizen_number_is(client: DynamicClient) -> None:
    ours = [name for name in client.services() if name.startswith("idverify.")]
    methods = {f"{name.rpartition('.')[2]}/{m.name}": m for name in ours for m in client.methods(name)}
    script = dict(SCRIPT)
    client.call(methods[ENROLLING], script[ENROLLING])
    creating = "CitizenService/CreateVirtualNumber"
    virtual = client.call(methods[creating], script[creating])["virtualNumber"]
    for rpc, request in SCRIPT:
        if "citizenNumber" in request and rpc not in {ENROLLING, creating, "EnrolmentService/DeleteCitizen"}:
            context = {**request["context"], "requestId": str(uuid.uuid4())}
            client.call(methods[rpc], {**request, "citizenNumber": virtual, "context": context})
    for rpc, request in OF_WHAT_IS_NOT_THERE.items():
        if "citizenNumber" in request:
            with pytest.raises(grpc.RpcError) as caught:
                client.call(methods[rpc], {**request, "citizenNumber": virtual})
            assert read_refusal(caught.value).reason not in {"", "INTERNAL", "IDENTIFIER_MALFORMED"}, rpc


@pytest.mark.parametrize("rpc", OF_WHAT_IS_NOT_THERE)
def test_what_hangs_on_earlier_answers_is_refused_without_them(client: DynamicClient, rpc: str) -> None:
    service, _, name = rpc.partition("/")
    (method,) = [m for m in client.methods(f"idverify.v1.{service}") if m.name == name]
    with pytest.raises(grpc.RpcError) as caught:
        client.call(method, OF_WHAT_IS_NOT_THERE[rpc])
    assert read_refusal(caught.value).reason not in {"", "INTERNAL"}


def test_health_and_reflection_are_listed(client: DynamicClient) -> None:
    listed = {"grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection", "google.longrunning.Operations"}
    assert listed <= set(client.services())
    assert "GetOperation" in {method.name for method in client.methods("google.longrunning.Operations")}
