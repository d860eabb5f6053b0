"""The nouns of the service. Standard library only; no transport, no database, no arrays."""

from idverify.domain.model.audit import BEGINNING, AuditEntry, AuditEvent, TrailCheck, TrailHead, TrailPart
from idverify.domain.model.callers import (
    ALL,
    EVERY_PROCEDURE,
    EVERY_RECORD_TYPE,
    Caller,
    Entitlement,
    RequestContext,
    Role,
)
from idverify.domain.model.citizens import Citizen, Encounter, Impression, PersonalData
from idverify.domain.model.clients import Client, ClientEntry, ClientState
from idverify.domain.model.deciding import (
    Assertion,
    Decision,
    Disclosure,
    DuplicateCheck,
    MissingRecord,
    OperatingPoint,
)
from idverify.domain.model.operations import Operation, OperationState
from idverify.domain.model.prints import (
    Advice,
    Features,
    FingerPosition,
    ImageFormat,
    ImageSample,
    Likeness,
    MinutiaeSample,
    Quality,
    Sample,
    SampleKind,
    StoredTemplate,
)
from idverify.domain.model.records import Procedure, Record, RecordAccess, RecordType

__all__ = [
    "ALL",
    "BEGINNING",
    "EVERY_PROCEDURE",
    "EVERY_RECORD_TYPE",
    "Advice",
    "Assertion",
    "AuditEntry",
    "AuditEvent",
    "Caller",
    "Citizen",
    "Client",
    "ClientEntry",
    "ClientState",
    "Decision",
    "Disclosure",
    "DuplicateCheck",
    "Encounter",
    "Entitlement",
    "Features",
    "FingerPosition",
    "ImageFormat",
    "ImageSample",
    "Impression",
    "Likeness",
    "MinutiaeSample",
    "MissingRecord",
    "OperatingPoint",
    "Operation",
    "OperationState",
    "PersonalData",
    "Procedure",
    "Quality",
    "Record",
    "RecordAccess",
    "RecordType",
    "RequestContext",
    "Role",
    "Sample",
    "SampleKind",
    "StoredTemplate",
    "TrailCheck",
    "TrailHead",
    "TrailPart",
]
