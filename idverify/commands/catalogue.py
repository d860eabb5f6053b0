"""The catalogue of procedures and record types: import, export, and what changed."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import RenderableType

from idverify.commands import views
from idverify.commands.records import procedure_views
from idverify.commands.session import Session, UsageError, as_dict, calls_service, out, print_json
from idverify.commands.telling.spoken import say
from idverify.v1 import catalogue_pb2 as pb


class FormatName(StrEnum):
    """What a catalogue is written as."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class KindName(StrEnum):
    """What the catalogue has."""

    PROCEDURES = "procedures"
    RECORD_TYPES = "record-types"


_KINDS = {
    None: pb.CATALOGUE_KIND_UNSPECIFIED,
    KindName.PROCEDURES: pb.CATALOGUE_KIND_PROCEDURE,
    KindName.RECORD_TYPES: pb.CATALOGUE_KIND_RECORD_TYPE,
}
Format = Annotated[FormatName | None, typer.Option("--format", help="What the file is; by its name if left out.")]
Before = Annotated[int, typer.Argument(metavar="BEFORE", min=0, help="Revision; 0: nothing.")]
After = Annotated[int, typer.Argument(metavar="[AFTER]", min=0, help="Revision; 0: the newest.")]


@calls_service
def import_(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The catalogue: JSON, CSV or XLSX.")],
    file_format: Format = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="The file is the whole catalogue: withdraw other procedures.")
    ] = False,
    expected_revision: Annotated[int, typer.Option(min=0, help="Revision that is changed; 0: whichever.")] = 0,
) -> None:
    """Take a catalogue in, all of it or nothing; effective with the next call."""
    content = file.read_bytes()
    if not content:
        raise UsageError(f"{file} is empty")
    answer = session.client.import_catalogue(
        content,
        _format(file, file_format),
        session.context(),
        dry_run=dry_run,
        complete=complete,
        expected_revision=expected_revision,
    )
    said = {"dry run": say("dry-run") if dry_run else "", "revision": answer.revision}
    session.show(answer, views.facts(said), *_changes(answer.changes))


@calls_service
def export(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; replaced if it is there.")],
    file_format: Format = None,
    revision: Annotated[int, typer.Option(min=0, help="As it was after this revision; 0: as it is.")] = 0,
    only: Annotated[KindName | None, typer.Option("--only", help="CSV holds one of them: procedures.")] = None,
) -> None:
    """Write the catalogue to a file."""
    wanted = _format(file, file_format)
    file.write_bytes(session.client.export_catalogue(wanted, revision=revision, kind=_KINDS[only]))
    if session.as_json:
        print_json({"file": str(file)})
    else:
        out().print(f"wrote {file}", markup=False)


@calls_service
def show(
    session: Session,
    code: Annotated[str, typer.Argument(metavar="CODE", help="Code of the procedure.")],
    version: Annotated[int, typer.Option(min=0, help="This version; 0: all of them.")] = 0,
) -> None:
    """Show the versions of a procedure, or one of them."""
    if version:
        found = session.client.procedure(code, version)
        session.show(found, *procedure_views(found))
        return
    versions = session.client.procedure_versions(code)
    if session.as_json:
        print_json({"procedures": [as_dict(item) for item in versions]})
        return
    rows = [
        (p.version, say("withdrawn") if p.withdrawn else "", p.valid_from, p.valid_until, p.title) for p in versions
    ]
    out().print(views.listing(("version", "", "from", "until", "title"), rows))


@calls_service
def diff(session: Session, before: Before, after: After = 0) -> None:
    """Say what differs between two revisions."""
    found = session.client.catalogue_changes(before, after)
    if session.as_json:
        print_json({"changes": [as_dict(item) for item in found]})
        return
    for view in _changes(found):
        out().print(view)


@calls_service
def history(session: Session) -> None:
    """List the revisions, the newest first."""
    found = session.client.catalogue_revisions()
    if session.as_json:
        print_json({"revisions": [as_dict(item) for item in found]})
        return
    rows = [
        (r.revision, r.create_time.ToJsonString(), r.author, r.origin, r.added, r.changed, r.withdrawn) for r in found
    ]
    out().print(views.listing(("revision", "time", "by", "from", "added", "changed", "withdrawn"), rows))


def _changes(changes: Iterable[pb.CatalogueChange]) -> list[RenderableType]:
    rows = [
        (
            say(f"difference-{pb.CatalogueDifference.Name(change.difference).removeprefix('CATALOGUE_DIFFERENCE_')}"),
            change.code,
            change.valid_from,
            change.version or "",
            "\n".join([change.title, *(f"  {line}" for line in change.details)]),
        )
        for change in changes
    ]
    return [views.listing(("", "code", "from", "version", ""), rows)] if rows else [say("no-difference")]


def _format(file: Path, named: FormatName | None) -> pb.CatalogueFormat:
    name = named.value if named else file.suffix.removeprefix(".").lower()
    if name not in list(FormatName):
        raise UsageError(f"say with --format what {file} is: {', '.join(FormatName)}")
    return cast("pb.CatalogueFormat", pb.CatalogueFormat.Value(f"CATALOGUE_FORMAT_{name.upper()}"))
