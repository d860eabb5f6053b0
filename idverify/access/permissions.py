"""Who may call what. What is not in the table is denied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, RequestContext, Role

EVERY_ROLE = frozenset(Role)
_ENROL = frozenset({Role.ENROLLER})
_READ_ENROLMENT = frozenset({Role.ENROLLER, Role.ADMIN})
_COUNTER = frozenset({Role.COUNTER})
_SAMPLES = frozenset({Role.COUNTER, Role.ENROLLER, Role.ADMIN})
_ADMIN = frozenset({Role.ADMIN})
_AUDITOR = frozenset({Role.AUDITOR})

PERMISSIONS: Mapping[str, frozenset[Role]] = {
    "idverify.v1.EnrolmentService/EnrolCitizen": _ENROL,
    "idverify.v1.EnrolmentService/AddFingerprints": _ENROL,
    "idverify.v1.EnrolmentService/DeleteCitizen": _ENROL,
    "idverify.v1.EnrolmentService/GetCitizen": _READ_ENROLMENT,
    "idverify.v1.EnrolmentService/ListCitizens": _READ_ENROLMENT,
    "idverify.v1.VerificationService/Verify": _COUNTER,
    "idverify.v1.VerificationService/Identify": _COUNTER,
    "idverify.v1.VerificationService/IdentifyStream": _COUNTER,
    "idverify.v1.BiometricService/ExtractTemplate": _SAMPLES,
    "idverify.v1.BiometricService/CompareSamples": _SAMPLES,
    "idverify.v1.BiometricService/CheckQuality": _SAMPLES,
    "idverify.v1.RecordService/PutRecord": _ADMIN,
    "idverify.v1.RecordService/GetRecord": _ADMIN,
    "idverify.v1.RecordService/ListRecordTypes": _ADMIN,
    "idverify.v1.ProcedureService/ListProcedures": EVERY_ROLE,
    "idverify.v1.ProcedureService/GetProcedure": EVERY_ROLE,
    "idverify.v1.AssertionService/GetKeySet": EVERY_ROLE,
    "idverify.v1.GalleryService/GetGalleryStatus": _ADMIN,
    "idverify.v1.GalleryService/StartFindDuplicates": _ADMIN,
    "idverify.v1.AttemptService/ListAttemptLimits": _ADMIN,
    "idverify.v1.AttemptService/LiftAttemptLimit": _ADMIN,
    "google.longrunning.Operations/ListOperations": _ADMIN,
    "google.longrunning.Operations/GetOperation": _ADMIN,
    "google.longrunning.Operations/DeleteOperation": _ADMIN,
    "google.longrunning.Operations/CancelOperation": _ADMIN,
    "google.longrunning.Operations/WaitOperation": _ADMIN,
    "idverify.v1.AuditService/ListAuditEvents": _AUDITOR,
    "idverify.v1.AuditService/CheckAuditTrail": _AUDITOR,
}
"""Full RPC name to the roles of which a caller needs one; as the protos document it."""


def is_permitted(caller: Caller, rpc: str) -> bool:
    """Tell whether a caller may call an RPC, by its full name (``package.Service/Method``)."""
    return not caller.roles.isdisjoint(PERMISSIONS.get(rpc, frozenset()))


def not_permitted() -> DomainError:
    """Return the refusal; it is the same whether or not what was asked for exists."""
    return DomainError(Reason.CLIENT_NOT_AUTHORIZED, "this client may not call this method; ask the service's operator")


def acting_for(caller: Caller, context: RequestContext) -> RequestContext:
    """Return the context with the agency filled in that the caller is bound to.

    Raises:
        DomainError: CLIENT_NOT_AUTHORIZED if the context names another agency.
    """
    if caller.agency_code is None or context.agency_code == caller.agency_code:
        return context
    if context.agency_code:
        raise DomainError(
            Reason.CLIENT_NOT_AUTHORIZED,
            "this client may act for its own agency only; leave agency_code out",
            {"field": "context.agency_code"},
        )
    return replace(context, agency_code=caller.agency_code)
