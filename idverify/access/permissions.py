"""Who may call what. What is not in the table is denied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, Officer, OfficerRole, RequestContext, Role

EVERY_ROLE = frozenset(Role)
_ENROL = frozenset({Role.ENROLLER})
_READ_ENROLMENT = frozenset({Role.ENROLLER, Role.ADMIN})
_COUNTER = frozenset({Role.COUNTER})
_SAMPLES = frozenset({Role.COUNTER, Role.ENROLLER, Role.ADMIN})
_CONSENTS = frozenset({Role.COUNTER, Role.ADMIN})
_ADMIN = frozenset({Role.ADMIN})
_AUDITOR = frozenset({Role.AUDITOR})
_READ_REGISTRY = frozenset({Role.ADMIN, Role.AUDITOR})

PERMISSIONS: Mapping[str, frozenset[Role]] = {
    "idverify.v1.EnrolmentService/EnrolCitizen": _ENROL,
    "idverify.v1.EnrolmentService/AddFingerprints": _ENROL,
    "idverify.v1.EnrolmentService/DeleteCitizen": _ENROL,
    "idverify.v1.EnrolmentService/GetCitizen": _READ_ENROLMENT,
    "idverify.v1.EnrolmentService/ListCitizens": _READ_ENROLMENT,
    "idverify.v1.CitizenService/CorrectPersonalData": _ENROL,
    "idverify.v1.CitizenService/ReplaceCitizenNumber": _ENROL,
    "idverify.v1.CitizenService/ChangeCitizenState": _ENROL,
    "idverify.v1.CitizenService/ListCitizenChanges": _READ_ENROLMENT,
    "idverify.v1.CitizenService/NoteFingers": _ENROL,
    "idverify.v1.CitizenService/MergeCitizens": _ENROL,
    "idverify.v1.CitizenService/SplitCitizen": _ENROL,
    "idverify.v1.CitizenService/MoveEncounter": _ENROL,
    "idverify.v1.CitizenService/CreateVirtualNumber": _COUNTER,
    "idverify.v1.CitizenService/RevokeVirtualNumber": _COUNTER | _ENROL,
    "idverify.v1.CitizenService/ListVirtualNumbers": _READ_ENROLMENT,
    "idverify.v1.CitizenService/SetPin": _COUNTER,
    "idverify.v1.CitizenService/GetOwnHistory": _COUNTER,
    "idverify.v1.CitizenService/LockCitizen": _COUNTER,
    "idverify.v1.CitizenService/UnlockCitizen": _COUNTER,
    "idverify.v1.VerificationService/Verify": _COUNTER,
    "idverify.v1.VerificationService/Identify": _COUNTER,
    "idverify.v1.VerificationService/IdentifyStream": _COUNTER,
    "idverify.v1.TransactionService/StartTransaction": _COUNTER,
    "idverify.v1.TransactionService/AddCapture": _COUNTER,
    "idverify.v1.TransactionService/GiveConsent": _COUNTER,
    "idverify.v1.TransactionService/AddCardRead": _COUNTER,
    "idverify.v1.TransactionService/EnterPin": _COUNTER,
    "idverify.v1.TransactionService/AuthenticateCitizen": _COUNTER,
    "idverify.v1.TransactionService/AskException": _COUNTER,
    "idverify.v1.TransactionService/ConfirmException": _COUNTER,
    "idverify.v1.TransactionService/AuthenticateByException": _COUNTER,
    "idverify.v1.TransactionService/EndTransaction": _COUNTER,
    "idverify.v1.TransactionService/GetTransaction": _COUNTER,
    "idverify.v1.TransactionService/ListProcedureRecords": _COUNTER,
    "idverify.v1.TransactionService/ListOpenTransactions": _READ_REGISTRY,
    "idverify.v1.SignInService/ListSignIns": _COUNTER,
    "idverify.v1.ConsentService/ListConsents": _CONSENTS,
    "idverify.v1.ConsentService/WithdrawConsent": _CONSENTS,
    "idverify.v1.ConfirmationService/IssueConfirmation": _COUNTER,
    "idverify.v1.ConfirmationService/PrintConfirmation": _COUNTER,
    "idverify.v1.ConfirmationService/RevokeConfirmation": _CONSENTS,
    "idverify.v1.ConfirmationService/GetStatusList": EVERY_ROLE,
    "idverify.v1.ReportService/CountDisclosures": _READ_REGISTRY,
    "idverify.v1.SlipService/IssueSlips": _COUNTER | _ADMIN,
    "idverify.v1.SlipService/ReconcileSlip": _COUNTER,
    "idverify.v1.SlipService/VoidSlip": _COUNTER | _ADMIN,
    "idverify.v1.SlipService/ListSlips": _COUNTER | _READ_REGISTRY,
    "idverify.v1.LegalHoldService/PlaceLegalHold": _ADMIN,
    "idverify.v1.LegalHoldService/ReleaseLegalHold": _ADMIN,
    "idverify.v1.LegalHoldService/ListLegalHolds": _READ_REGISTRY,
    "idverify.v1.SubjectRequestService/OpenSubjectRequest": _SAMPLES,
    "idverify.v1.SubjectRequestService/ListSubjectRequests": _READ_REGISTRY,
    "idverify.v1.SubjectRequestService/DecideSubjectRequest": _ADMIN,
    "idverify.v1.SubjectRequestService/ExportSubjectData": _ADMIN,
    "idverify.v1.ReportService/CountPresences": _READ_REGISTRY,
    "idverify.v1.ReportService/CountDecisions": _READ_REGISTRY,
    "idverify.v1.DeviceRegistryService/RegisterDevice": _ADMIN,
    "idverify.v1.DeviceRegistryService/RevokeDevice": _ADMIN,
    "idverify.v1.DeviceRegistryService/ListDevices": _READ_REGISTRY,
    "idverify.v1.BiometricService/ExtractTemplate": _SAMPLES,
    "idverify.v1.BiometricService/CompareSamples": _SAMPLES,
    "idverify.v1.BiometricService/CheckQuality": _SAMPLES,
    "idverify.v1.RecordService/PutRecord": _ADMIN,
    "idverify.v1.RecordService/GetRecord": _ADMIN,
    "idverify.v1.RecordService/ListRecordTypes": _COUNTER | _ADMIN,
    "idverify.v1.ProcedureService/ListProcedures": EVERY_ROLE,
    "idverify.v1.ProcedureService/GetProcedure": EVERY_ROLE,
    "idverify.v1.CatalogueService/ImportCatalogue": _ADMIN,
    "idverify.v1.CatalogueService/ExportCatalogue": _READ_REGISTRY,
    "idverify.v1.CatalogueService/ListCatalogueRevisions": _READ_REGISTRY,
    "idverify.v1.CatalogueService/CompareCatalogueRevisions": _READ_REGISTRY,
    "idverify.v1.CatalogueService/ListProcedureVersions": _READ_REGISTRY,
    "idverify.v1.AssertionService/GetKeySet": EVERY_ROLE,
    "idverify.v1.GalleryService/GetGalleryStatus": _ADMIN,
    "idverify.v1.GalleryService/StartFindDuplicates": _ADMIN,
    "idverify.v1.GalleryService/StartRenewTemplates": _ADMIN,
    "idverify.v1.AttemptService/ListAttemptLimits": _ADMIN,
    "idverify.v1.AttemptService/LiftAttemptLimit": _ADMIN,
    "google.longrunning.Operations/ListOperations": _ADMIN,
    "google.longrunning.Operations/GetOperation": _ADMIN,
    "google.longrunning.Operations/DeleteOperation": _ADMIN,
    "google.longrunning.Operations/CancelOperation": _ADMIN,
    "google.longrunning.Operations/WaitOperation": _ADMIN,
    "idverify.v1.ClientRegistryService/RegisterClient": _ADMIN,
    "idverify.v1.ClientRegistryService/UpdateClient": _ADMIN,
    "idverify.v1.ClientRegistryService/SuspendClient": _ADMIN,
    "idverify.v1.ClientRegistryService/ReinstateClient": _ADMIN,
    "idverify.v1.ClientRegistryService/RevokeClient": _ADMIN,
    "idverify.v1.ClientRegistryService/GetClient": _READ_REGISTRY,
    "idverify.v1.ClientRegistryService/ListClients": _READ_REGISTRY,
    "idverify.v1.ActService/ListActs": _READ_REGISTRY,
    "idverify.v1.ActService/GetAct": _ADMIN,
    "idverify.v1.ActService/ApproveAct": _ADMIN,
    "idverify.v1.ActService/RejectAct": _ADMIN,
    "idverify.v1.AuditService/ListAuditEvents": _AUDITOR,
    "idverify.v1.AuditService/SearchAuditEvents": _AUDITOR,
    "idverify.v1.AuditService/CheckAuditTrail": _AUDITOR,
    "idverify.v1.LogService/GetLogCheckpoint": EVERY_ROLE,
    "idverify.v1.LogService/GetEventProof": EVERY_ROLE,
    "idverify.v1.LogService/GetConsistencyProof": EVERY_ROLE,
}
"""Full RPC name to the roles of which a caller needs one; as the protos document it."""

FOREIGN: Mapping[str, frozenset[Role]] = {
    "mosip.abis": frozenset({Role.ABIS}),
    "osia.abis": frozenset({Role.ABIS}),
    "osia.id": _COUNTER,
}
"""The same of all methods of a foreign interface, by its service."""

ISSUE_TOKEN = "oauth2/IssueToken"  # noqa: S105 - a name
"""Full name of what gives access tokens to whoever shows a key: no RPC, but a method of the dispatch."""

REQUEST_SIGN_IN = "oauth2/RequestSignIn"
"""Likewise, of what notes that a portal wants a citizen signed in."""


def _allowed(rpc: str) -> frozenset[Role]:
    return PERMISSIONS.get(rpc) or FOREIGN.get(rpc.partition("/")[0], frozenset())


def _of(*roles: Role) -> frozenset[str]:
    return frozenset(rpc for rpc, allowed in PERMISSIONS.items() if not allowed.isdisjoint(roles))


def _in(*services: str) -> frozenset[str]:
    return frozenset(rpc for rpc in PERMISSIONS if rpc.partition("/")[0].rpartition(".")[2] in services)


_CONFIRM = "idverify.v1.TransactionService/ConfirmException"
DECIDED_BY_A_SECOND = frozenset({_CONFIRM})
"""What a second officer may do at the counter of another.

Nothing else, whatever its id is like: who gives their word there on an exception has seen that, and no act.
"""

_COUNTER_CALLS = _of(Role.COUNTER)
_SUPERVISING = _in("ReportService", "AttemptService", "ActService") | {
    "idverify.v1.SubjectRequestService/ListSubjectRequests",
    "idverify.v1.TransactionService/ListOpenTransactions",
}

OFFICER_PERMISSIONS: Mapping[OfficerRole, Mapping[Role, frozenset[str]]] = {
    OfficerRole.CLERK: {Role.COUNTER: _COUNTER_CALLS - {_CONFIRM}},
    OfficerRole.SUPERVISOR: {Role.COUNTER: _COUNTER_CALLS, Role.ADMIN: _SUPERVISING, Role.AUDITOR: _SUPERVISING},
    OfficerRole.SECURITY_OFFICER: {Role.AUDITOR: _of(Role.AUDITOR)},
}
"""What an officer who signed in may have a page call, and as what: within what the client of the pages may call.

What a role of a client is told or may do within a call, an officer is and may only in the calls that stand there.
"""

PUBLIC = frozenset(
    {
        ISSUE_TOKEN,
        REQUEST_SIGN_IN,
        "idverify.v1.AssertionService/GetKeySet",
        "idverify.v1.ConfirmationService/GetStatusList",
        "idverify.v1.LogService/GetLogCheckpoint",
    }
)
"""What anybody may have where a door is open to anybody: what assertions, confirmations, proofs are checked with."""

_ANYBODY = Caller("anybody", frozenset())


def anybody() -> Caller:
    """Return the caller of whom nothing is known, who may have what is public only."""
    return _ANYBODY


def role_for(caller: Caller, rpc: str) -> Role | None:
    """Return the role by which a caller may call an RPC, by its full name; None: by none.

    Of several the one that stands first among all: whoever counts calls by role counts each once.
    """
    allowed = _allowed(rpc)
    return next((role for role in Role if role in caller.roles and role in allowed), None)


_BARRED = {
    Reason.CLIENT_SUSPENDED: "this client is suspended; ask the service's operator",
    Reason.CLIENT_REVOKED: "this client was revoked",
    Reason.CERTIFICATE_REVOKED: "this certificate was revoked by the authority that issued it",
}


def permitted(caller: Caller, rpc: str) -> Caller:
    """Return a caller as they may call an RPC, by its full name (``package.Service/Method``).

    With an officer, that is the client with only those of its roles that the officer's role stands for in this call.

    Raises:
        DomainError: CLIENT_SUSPENDED, CLIENT_REVOKED, CERTIFICATE_REVOKED; CLIENT_NOT_AUTHORIZED and
            OFFICER_NOT_AUTHORIZED, the same whether or not what was asked for exists.
    """
    if caller.barred is not None:
        raise DomainError(caller.barred, _BARRED[caller.barred])
    if caller is _ANYBODY and rpc in PUBLIC:
        return caller
    if caller.roles.isdisjoint(_allowed(rpc)):
        raise DomainError(
            Reason.CLIENT_NOT_AUTHORIZED, "this client may not call this method; ask the service's operator"
        )
    if caller.officer is None:
        return caller
    narrowed = replace(caller, roles=caller.roles & _roles_of(caller.officer, rpc))
    if narrowed.roles.isdisjoint(_allowed(rpc)):
        raise _officer("ROLE", "the officer who signed in may not have this done")
    return narrowed


def require_entitled(caller: Caller, procedure: str, record_type: str) -> None:
    """Require that a caller may name a procedure, and put or get records of a type; empty: none is named.

    Raises:
        DomainError: CLIENT_NOT_ENTITLED, the same whether or not there is such a procedure or type.
    """
    if procedure and not caller.may_use(procedure):
        raise _not_entitled("this client may not name this procedure", "context.procedure_code")
    if record_type and not caller.may_keep(record_type):
        raise _not_entitled("this client may not put or get records of this type", "record_type")


def _not_entitled(what: str, field: str) -> DomainError:
    return DomainError(Reason.CLIENT_NOT_ENTITLED, f"{what}; ask the service's operator", {"field": field})


def _roles_of(officer: Officer, rpc: str) -> frozenset[Role]:
    """Return the roles that an officer stands for in a call; with the word of a second officer, in what that is for."""
    if officer.ticket is not None and rpc not in DECIDED_BY_A_SECOND:
        return frozenset()
    standing = (OFFICER_PERMISSIONS[role].items() for role in officer.roles)
    return frozenset(role for calls in standing for role, rpcs in calls if rpc in rpcs)


def require_for(caller: Caller, decides_on: str, digest: bytes) -> None:
    """Require that the word of a second officer, if it is by that that a call is made, is for this one.

    Args:
        caller: who calls.
        decides_on: id of the transaction that the request decides on; empty: on none.
        digest: of the request, and its id.

    Raises:
        DomainError: OFFICER_NOT_AUTHORIZED.
    """
    ticket = caller.officer.ticket if caller.officer is not None else None
    if ticket is not None and not ticket(decides_on, digest):
        raise _officer("TICKET", "the word of the second officer is for something else, or was used")


def _officer(cause: str, what: str) -> DomainError:
    return DomainError(Reason.OFFICER_NOT_AUTHORIZED, what, {"cause": cause})


def _acting_as(officer: Officer, context: RequestContext) -> RequestContext:
    """Return the context with the officer who signed in, and their agency if that is known."""
    if context.officer_id not in {"", officer.officer_id}:
        raise _officer("OFFICER", "another officer has signed in; leave officer_id out")
    if officer.agency_code and context.agency_code not in {"", officer.agency_code}:
        raise _officer("AGENCY", "the officer who signed in is of another agency; leave agency_code out")
    return replace(context, officer_id=officer.officer_id, agency_code=officer.agency_code or context.agency_code)


def acting_for(caller: Caller, context: RequestContext) -> RequestContext:
    """Return the context with what is known without it: the officer who signed in, the agency of the caller.

    Raises:
        DomainError: CLIENT_NOT_AUTHORIZED if the context names another agency, OFFICER_NOT_AUTHORIZED for another
            officer, or the officer's own other agency.
    """
    if caller.officer is not None:
        context = _acting_as(caller.officer, context)
    if caller.agency_code is None or context.agency_code == caller.agency_code:
        return context
    if context.agency_code:
        raise DomainError(
            Reason.CLIENT_NOT_AUTHORIZED,
            "this client may act for its own agency only; leave agency_code out",
            {"field": "context.agency_code"},
        )
    return replace(context, agency_code=caller.agency_code)
