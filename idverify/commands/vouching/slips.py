"""Paper slips: issuing, entering, taking out of use, listing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from idverify.client import ServiceError
from idverify.commands import views
from idverify.commands.enrolment import Number
from idverify.commands.session import Session, UsageError, as_dict, calls_service, out, print_json
from idverify.domain.catalogue.local_day import VIET_NAM
from idverify.v1 import slips_pb2 as pb
from idverify.v1.transactions_pb2 import DocumentKind, SeenDocument

_KINDS = ", ".join(name.removeprefix("DOCUMENT_KIND_").lower() for name in DocumentKind.keys()[1:])


class Which(Enum):
    """Which slips are listed."""

    ALL = "all"
    ISSUED = "issued"
    RECONCILED = "reconciled"
    VOID = "void"
    CONFIRMED = "confirmed"


_STATES = {
    Which.ALL: pb.SLIP_STATE_UNSPECIFIED,
    Which.ISSUED: pb.SLIP_STATE_ISSUED,
    Which.RECONCILED: pb.SLIP_STATE_RECONCILED,
    Which.VOID: pb.SLIP_STATE_VOID,
    Which.CONFIRMED: pb.SLIP_STATE_CONFIRMED,
}
_NO_ANSWER = {"UNAVAILABLE", "DEADLINE_EXCEEDED"}
"""Codes after which nobody knows whether the call was done."""


@calls_service
def issue(
    session: Session,
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The sheet (.pdf) to write, a new file.")],
    count: Annotated[int, typer.Option(min=1, max=50, help="How many slips.")] = 10,
) -> None:
    """Issue a block of paper slips to an agency, to be kept in stock for when there is no service; needs --agency."""
    context = session.context()
    with _new_file(target) as sheet:
        try:
            issued = session.client.issue_slips(count, context)
        except ServiceError as error:
            if error.code.name in _NO_ANSWER:
                error.metadata["request_id"] = context.request_id
            raise
        first, last = issued.numbers[0][:6], issued.numbers[-1][:6]
        try:
            sheet.write(issued.pdf)
            sheet.flush()
            os.fsync(sheet.fileno())
        except OSError as error:
            raise UsageError(
                f"{target}: {error.strerror}; the slips {first} to {last} are issued: to have their sheet, repeat the"
                f" command with --request-id {context.request_id}"
            ) from None
    rows = {"slips": len(issued.numbers), "first": first, "last": last}
    if session.as_json:
        print_json(rows)
    else:
        out().print(views.facts(rows))


@calls_service
def reconcile(  # as many parameters as a slip has lines
    session: Session,
    slip: Annotated[str, typer.Argument(metavar="SLIP", help="Whole number of the slip, as printed.")],
    number: Number,
    procedure: Annotated[str, typer.Option(help="Code of the procedure.")],
    seen: Annotated[datetime, typer.Option(help="When the citizen stood there, time in Viet Nam.")],
    first: Annotated[str, typer.Option(help="Id of the officer who wrote it.")],
    second: Annotated[str, typer.Option(help="Id of the second officer.")],
    document: Annotated[list[str], typer.Option(help=f"KIND:NUMBER, may be repeated; kinds are {_KINDS}.")],
    dossier: Annotated[str, typer.Option(help="Code of the dossier.")] = "",
    handed_out: Annotated[str, typer.Option(help="What was handed out, or done.")] = "",
    scan: Annotated[Path | None, typer.Option(help="The scanned slip: its digest is kept, it stays here.")] = None,
) -> None:
    """Enter what stands on a paper slip, once; needs --agency."""
    answer = session.client.reconcile_slip(
        slip,
        seen.replace(tzinfo=VIET_NAM),
        (first, second),
        number,
        [_document(text) for text in document],
        session.context(procedure=procedure, dossier=dossier),
        handed_out=handed_out,
        scan_sha256=hashlib.sha256(scan.read_bytes()).hexdigest() if scan else "",
    )
    session.show(answer, views.facts({"slip": answer.slip.serial, "kept as": answer.presence_id}))


@calls_service
def void(
    session: Session,
    serial: Annotated[
        str, typer.Argument(metavar="SERIAL", help="First six digits of the slip's number, or all of it.")
    ],
    reason: Annotated[str, typer.Option(help="What happened to it.")],
) -> None:
    """Take a slip out of use that was lost or spoilt; needs --agency."""
    slip = session.client.void_slip(serial, reason, session.context())
    session.show(slip, views.facts({"slip": slip.serial, "state": _state(slip)}))


@calls_service
def list_slips(
    session: Session,
    state: Annotated[Which, typer.Option(help="Which slips.")] = Which.ISSUED,
) -> None:
    """List slips: those that are not entered yet, or others."""
    slips = list(session.client.slips(_STATES[state], session.context()))
    if session.as_json:
        print_json({"slips": [as_dict(slip) for slip in slips]})
        return
    rows = [
        (
            slip.serial,
            slip.agency_code,
            _state(slip),
            slip.issue_time.ToJsonString(),
            slip.close_time.ToJsonString() if slip.HasField("close_time") else "",
            slip.void_reason,
        )
        for slip in slips
    ]
    out().print(views.listing(("slip", "agency", "state", "issued", "closed", "why void"), rows))


@contextmanager
def _new_file(target: Path) -> Iterator[BinaryIO]:
    """Open a file that is not there yet, for its owner alone; it is gone again if nothing came of it.

    Raises:
        UsageError, OSError: it is there; it cannot be made.
    """
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{target} is there, and may be the only sheet of other slips; name another file") from None
    done = False
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            done = True
    finally:
        if not done:
            target.unlink()


def _document(text: str) -> SeenDocument:
    kind, _, number = text.partition(":")
    name = f"DOCUMENT_KIND_{kind.upper()}"
    if not number or name not in DocumentKind.keys()[1:]:
        raise UsageError(f"a document is KIND:NUMBER, with one of the kinds {_KINDS}")
    return SeenDocument(kind=DocumentKind.Value(name), number=number)  # type: ignore[arg-type]


def _state(slip: pb.Slip) -> str:
    return pb.SlipState.Name(slip.state).removeprefix("SLIP_STATE_").lower()
