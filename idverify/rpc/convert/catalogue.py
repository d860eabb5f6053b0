"""The catalogue, from domain types to messages."""

from __future__ import annotations

from idverify.domain.catalogue.changes import Change, lines
from idverify.domain.catalogue.content import Kind, Revision
from idverify.domain.catalogue.drafts import FileFormat
from idverify.domain.catalogue.predicates import written
from idverify.domain.model import Procedure, RecordAccess
from idverify.rpc.convert.answers import timestamp
from idverify.rpc.convert.fields import invalid, known_enum, missing
from idverify.v1 import catalogue_pb2 as pb
from idverify.v1 import procedures_pb2


def procedure_message(procedure: Procedure) -> procedures_pb2.Procedure:
    """Return a procedure."""
    return procedures_pb2.Procedure(
        code=procedure.code,
        title=procedure.title,
        agency=procedure.agency,
        target_fmr=procedure.target_fmr,
        records=[_access_message(access) for access in procedure.records],
        version=procedure.version,
        required_acr=procedure.required_assurance.acr,
        agency_levels=[level.value for level in procedure.agency_levels],
        legal_basis=procedure.legal_basis,
        retention=procedure.retention,
        valid_from=procedure.valid_from.isoformat() if procedure.valid_from else "",
        valid_until=procedure.valid_until.isoformat() if procedure.valid_until else "",
        withdrawn=procedure.withdrawn,
        exceptions_allowed=procedure.exceptions_allowed,
        title_en=procedure.title_en,
    )


def change_message(change: Change) -> pb.CatalogueChange:
    """Return what differs."""
    shown = change.after or change.before
    difference = "WITHDRAWN" if change.after is None else "ADDED" if change.before is None else "CHANGED"
    return pb.CatalogueChange(
        kind=f"CATALOGUE_KIND_{change.key.kind.name}",
        code=change.key.code,
        valid_from=change.key.valid_from.isoformat() if change.key.valid_from else "",
        title=shown.title if shown else "",
        difference=f"CATALOGUE_DIFFERENCE_{difference}",
        version=change.after.version if change.after else 0,
        details=lines(change),
    )


def revision_message(revision: Revision) -> pb.CatalogueRevision:
    """Return a revision."""
    return pb.CatalogueRevision(
        revision=revision.number,
        create_time=timestamp(revision.time),
        author=revision.author,
        origin=revision.origin.value,
        digest=revision.digest,
        added=revision.added,
        changed=revision.changed,
        withdrawn=revision.withdrawn,
    )


def format_of(value: int) -> FileFormat:
    """Return what a file is. Raises DomainError FIELD_MISSING, FIELD_INVALID."""
    name = pb.CatalogueFormat.Name(known_enum(value, pb.CatalogueFormat, "format"))
    if value == pb.CATALOGUE_FORMAT_UNSPECIFIED:
        raise missing("format")
    return FileFormat[name.removeprefix("CATALOGUE_FORMAT_")]


def kind_of(value: int) -> Kind | None:
    """Return what is asked for; None: whatever there is. Raises DomainError FIELD_INVALID."""
    name = pb.CatalogueKind.Name(known_enum(value, pb.CatalogueKind, "kind"))
    return None if value == pb.CATALOGUE_KIND_UNSPECIFIED else Kind[name.removeprefix("CATALOGUE_KIND_")]


def require_content(content: bytes, most: int) -> bytes:
    """Return a file. Raises DomainError FIELD_MISSING, FIELD_INVALID if it is too long."""
    if not content:
        raise missing("content")
    if len(content) > most:
        raise invalid("content", f"must have at most {most} bytes")
    return content


def _access_message(access: RecordAccess) -> procedures_pb2.RecordAccess:
    return procedures_pb2.RecordAccess(
        record_type=access.record_type,
        fields=access.fields,
        required=access.required,
        replaced_paper=access.replaced_paper,
        predicates=map(written, access.predicates),
        field_acr={name: assurance.acr for name, assurance in access.field_assurance},
    )
