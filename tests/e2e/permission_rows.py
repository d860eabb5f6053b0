"""Who may call what, as it is meant to be, written by hand: the code is held against it, and not the other way round.

A row an RPC: the roles of which a caller needs one (Counter, Enroller, Admin, aUditor, Tester, Portal, aBis), and what
of the entry of a client is asked besides: ``p`` the procedure that the context names, ``r`` the type of a record.
``w``: the context must say why, as people are read of whom nobody has shown a finger.
"""

from __future__ import annotations

from dataclasses import dataclass

from idverify.domain.model import Role

_LETTERS = {
    "C": Role.COUNTER,
    "E": Role.ENROLLER,
    "A": Role.ADMIN,
    "U": Role.AUDITOR,
    "T": Role.TESTER,
    "P": Role.PORTAL,
    "B": Role.ABIS,
}


@dataclass(frozen=True)
class Row:
    """One RPC."""

    roles: frozenset[Role]
    procedure: bool
    record_type: bool
    purpose: bool


def _row(text: str) -> Row:
    roles, _, asked = text.partition(" ")
    return Row(frozenset(_LETTERS[letter] for letter in roles), "p" in asked, "r" in asked, "w" in asked)


ROWS = {
    name: _row(text)
    for name, text in {
        "idverify.v1.EnrolmentService/EnrolCitizen": "E p",
        "idverify.v1.EnrolmentService/AddFingerprints": "E p",
        "idverify.v1.EnrolmentService/DeleteCitizen": "E p",
        "idverify.v1.EnrolmentService/GetCitizen": "EA pw",
        "idverify.v1.EnrolmentService/ListCitizens": "EA pw",
        "idverify.v1.CitizenService/CorrectPersonalData": "E p",
        "idverify.v1.CitizenService/ReplaceCitizenNumber": "E p",
        "idverify.v1.CitizenService/ChangeCitizenState": "E p",
        "idverify.v1.CitizenService/ListCitizenChanges": "EA pw",
        "idverify.v1.CitizenService/NoteFingers": "E p",
        "idverify.v1.CitizenService/MergeCitizens": "E p",
        "idverify.v1.CitizenService/SplitCitizen": "E p",
        "idverify.v1.CitizenService/MoveEncounter": "E p",
        "idverify.v1.CitizenService/CreateVirtualNumber": "C p",
        "idverify.v1.CitizenService/RevokeVirtualNumber": "CE p",
        "idverify.v1.CitizenService/ListVirtualNumbers": "EA pw",
        "idverify.v1.CitizenService/SetPin": "C p",
        "idverify.v1.CitizenService/GetOwnHistory": "C p",
        "idverify.v1.CitizenService/LockCitizen": "C p",
        "idverify.v1.CitizenService/UnlockCitizen": "C p",
        "idverify.v1.VerificationService/Verify": "C p",
        "idverify.v1.VerificationService/Identify": "C p",
        "idverify.v1.VerificationService/IdentifyStream": "C p",
        "idverify.v1.TransactionService/StartTransaction": "C p",
        "idverify.v1.TransactionService/AddCapture": "C p",
        "idverify.v1.TransactionService/GiveConsent": "C p",
        "idverify.v1.TransactionService/AddCardRead": "C p",
        "idverify.v1.TransactionService/EnterPin": "C p",
        "idverify.v1.TransactionService/AuthenticateCitizen": "C p",
        "idverify.v1.TransactionService/AskException": "C p",
        "idverify.v1.TransactionService/ConfirmException": "C p",
        "idverify.v1.TransactionService/AuthenticateByException": "C p",
        "idverify.v1.TransactionService/EndTransaction": "C p",
        "idverify.v1.TransactionService/GetTransaction": "C p",
        "idverify.v1.TransactionService/ListProcedureRecords": "C p",
        "idverify.v1.TransactionService/ListOpenTransactions": "AU p",
        "idverify.v1.SignInService/ListSignIns": "C p",
        "idverify.v1.ConsentService/ListConsents": "CA pw",
        "idverify.v1.ConsentService/WithdrawConsent": "CA p",
        "idverify.v1.ConfirmationService/IssueConfirmation": "C p",
        "idverify.v1.ConfirmationService/PrintConfirmation": "C p",
        "idverify.v1.ConfirmationService/RevokeConfirmation": "CA p",
        "idverify.v1.ConfirmationService/GetStatusList": "CEAUTPB",
        "idverify.v1.ReportService/CountDisclosures": "AU",
        "idverify.v1.SlipService/IssueSlips": "CA p",
        "idverify.v1.SlipService/ReconcileSlip": "C p",
        "idverify.v1.SlipService/VoidSlip": "CA p",
        "idverify.v1.SlipService/ListSlips": "CAU p",
        "idverify.v1.LegalHoldService/PlaceLegalHold": "A p",
        "idverify.v1.LegalHoldService/ReleaseLegalHold": "A p",
        "idverify.v1.LegalHoldService/ListLegalHolds": "AU p",
        "idverify.v1.SubjectRequestService/OpenSubjectRequest": "CEA p",
        "idverify.v1.SubjectRequestService/ListSubjectRequests": "AU p",
        "idverify.v1.SubjectRequestService/DecideSubjectRequest": "A p",
        "idverify.v1.SubjectRequestService/ExportSubjectData": "A pw",
        "idverify.v1.ReportService/CountPresences": "AU",
        "idverify.v1.ReportService/CountDecisions": "AU p",
        "idverify.v1.DeviceRegistryService/RegisterDevice": "A p",
        "idverify.v1.DeviceRegistryService/RevokeDevice": "A p",
        "idverify.v1.DeviceRegistryService/ListDevices": "AU",
        "idverify.v1.BiometricService/ExtractTemplate": "CEA p",
        "idverify.v1.BiometricService/CompareSamples": "CEA p",
        "idverify.v1.BiometricService/CheckQuality": "CEA p",
        "idverify.v1.RecordService/PutRecord": "A pr",
        "idverify.v1.RecordService/GetRecord": "A prw",
        "idverify.v1.RecordService/ListRecordTypes": "CA",
        "idverify.v1.ProcedureService/ListProcedures": "CEAUTPB",
        "idverify.v1.ProcedureService/GetProcedure": "CEAUTPB",
        "idverify.v1.CatalogueService/ImportCatalogue": "A p",
        "idverify.v1.CatalogueService/ExportCatalogue": "AU",
        "idverify.v1.CatalogueService/ListCatalogueRevisions": "AU",
        "idverify.v1.CatalogueService/CompareCatalogueRevisions": "AU",
        "idverify.v1.CatalogueService/ListProcedureVersions": "AU",
        "idverify.v1.AssertionService/GetKeySet": "CEAUTPB",
        "idverify.v1.GalleryService/GetGalleryStatus": "A",
        "idverify.v1.GalleryService/StartFindDuplicates": "A p",
        "idverify.v1.GalleryService/StartRenewTemplates": "A p",
        "idverify.v1.AttemptService/ListAttemptLimits": "A",
        "idverify.v1.AttemptService/LiftAttemptLimit": "A p",
        "google.longrunning.Operations/ListOperations": "A",
        "google.longrunning.Operations/GetOperation": "A",
        "google.longrunning.Operations/DeleteOperation": "A",
        "google.longrunning.Operations/CancelOperation": "A",
        "google.longrunning.Operations/WaitOperation": "A",
        "idverify.v1.ClientRegistryService/RegisterClient": "A p",
        "idverify.v1.ClientRegistryService/UpdateClient": "A p",
        "idverify.v1.ClientRegistryService/SuspendClient": "A p",
        "idverify.v1.ClientRegistryService/ReinstateClient": "A p",
        "idverify.v1.ClientRegistryService/RevokeClient": "A p",
        "idverify.v1.ClientRegistryService/GetClient": "AU",
        "idverify.v1.ClientRegistryService/ListClients": "AU",
        "idverify.v1.ActService/ListActs": "AU",
        "idverify.v1.ActService/GetAct": "A p",
        "idverify.v1.ActService/ApproveAct": "A p",
        "idverify.v1.ActService/RejectAct": "A p",
        "idverify.v1.AuditService/ListAuditEvents": "U p",
        "idverify.v1.AuditService/SearchAuditEvents": "U p",
        "idverify.v1.AuditService/CheckAuditTrail": "U",
        "idverify.v1.LogService/GetLogCheckpoint": "CEAUTPB",
        "idverify.v1.LogService/GetEventProof": "CEAUTPB",
        "idverify.v1.LogService/GetConsistencyProof": "CEAUTPB",
    }.items()
}
