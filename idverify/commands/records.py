"""Linked records and the catalogue of procedures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Table

from idverify.commands import views
from idverify.commands.enrolment import Number
from idverify.commands.purpose import For, purpose_of
from idverify.commands.session import Session, as_dict, calls_service, out, print_json, text_of
from idverify.commands.telling.spoken import say
from idverify.v1.procedures_pb2 import Procedure
from idverify.v1.types_pb2 import Record

Type = Annotated[str, typer.Argument(metavar="TYPE", help="Record type, e.g. residence.")]


@calls_service
def put(
    session: Session,
    number: Number,
    record_type: Type,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The record, a JSON object.")],
    expected_version: Annotated[int, typer.Option(min=0, help="Version that it replaces; 0: whatever there is.")] = 0,
    disputed: Annotated[
        bool, typer.Option("--disputed", help="Store it though it is of another number, name, birth date or sex.")
    ] = False,
) -> None:
    """Store a record of a citizen."""
    record = session.client.put_record(
        number,
        record_type,
        text_of(file),
        session.context(),
        expected_version=expected_version,
        store_disputed=disputed,
    )
    session.show(record, _record(record))


@calls_service
def get(session: Session, number: Number, record_type: Type, purpose: For) -> None:
    """Show a record whole."""
    record = session.client.get_record(number, record_type, purpose_of(purpose), session.context())
    session.show(record, _record(record), views.facts({"content": record.json}))


@calls_service
def types(session: Session) -> None:
    """List the record types; with --json also their schemas."""
    found = session.client.record_types()
    if session.as_json:
        print_json({"record_types": [as_dict(item) for item in found]})
    else:
        rows = [(item.code, item.title, item.owning_agency) for item in found]
        out().print(views.listing(("type", "title", "agency"), rows))


@calls_service
def procedures(
    session: Session,
    code: Annotated[str, typer.Argument(metavar="[CODE]", help="Only this procedure, with what it may see.")] = "",
) -> None:
    """List the procedures, or show what one may see and which papers that replaces."""
    if code:
        found = session.client.procedure(code)
        session.show(found, *procedure_views(found))
        return
    every = session.client.procedures()
    if session.as_json:
        print_json({"procedures": [as_dict(item) for item in every]})
    else:
        out().print(views.listing(("code", "title", "agency"), [(p.code, p.title, p.agency) for p in every]))


def procedure_views(found: Procedure) -> list[RenderableType]:
    """Return one version of a procedure."""
    rows = [
        (
            a.record_type,
            "yes" if a.required else "",
            ", ".join([*a.fields, *a.predicates]),
            ", ".join(f"{name}: {acr.rpartition(':')[2]}" for name, acr in sorted(a.field_acr.items())),
            a.replaced_paper,
        )
        for a in found.records
    ]
    facts = {
        "procedure": found.code,
        "version": f"{found.version}, {say('withdrawn')}" if found.withdrawn else found.version,
        "title": found.title,
        "agency": found.agency,
        "level": ", ".join(found.agency_levels),
        "legal basis": found.legal_basis or say("on-consent"),
        "dossiers kept": found.retention,
        "in force from": found.valid_from,
        "until": found.valid_until,
        "false match rate allowed": views.error_rate(found.target_fmr),
        "assurance required": found.required_acr,
        "without a finger": say("vouching-allowed") if found.exceptions_allowed else say("vouching-never"),
    }
    columns = ("record", "required", "fields", "fields that require more", "replaces")
    return [views.facts(facts), views.listing(columns, rows)]


def _record(record: Record) -> Table:
    return views.facts(
        {
            "record": record.record_type,
            "version": record.version,
            "agency": record.owning_agency,
            "SHA-256": record.sha256,
            "updated": record.update_time.ToJsonString(),
            "disputed by": ", ".join(record.disputed_fields),
        }
    )
