"""Requests of citizens about data that are held on them: open, list, decide, export."""

from __future__ import annotations

import os
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.enrolment import Number
from idverify.commands.session import Session, as_dict, calls_service, out, print_json
from idverify.domain.catalogue.local_day import VIET_NAM
from idverify.v1 import subject_requests_pb2 as pb
from idverify.v1.types_pb2 import Purpose


class Kind(StrEnum):
    """What a citizen asks for."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    HISTORY = "history"
    RESTRICTION = "restriction"
    OBJECTION = "objection"


class Decision(StrEnum):
    """What is decided."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DONE = "done"


_KINDS = {
    Kind.ACCESS: pb.SUBJECT_REQUEST_KIND_ACCESS,
    Kind.CORRECTION: pb.SUBJECT_REQUEST_KIND_CORRECTION,
    Kind.ERASURE: pb.SUBJECT_REQUEST_KIND_ERASURE,
    Kind.HISTORY: pb.SUBJECT_REQUEST_KIND_HISTORY,
    Kind.RESTRICTION: pb.SUBJECT_REQUEST_KIND_RESTRICTION,
    Kind.OBJECTION: pb.SUBJECT_REQUEST_KIND_OBJECTION,
}
_STATES = {
    Decision.ACCEPTED: pb.SUBJECT_REQUEST_STATE_ACCEPTED,
    Decision.REFUSED: pb.SUBJECT_REQUEST_STATE_REFUSED,
    Decision.DONE: pb.SUBJECT_REQUEST_STATE_DONE,
}

RequestId = Annotated[str, typer.Argument(metavar="REQUEST", help="Id of the citizen's request.")]


@calls_service
def open_request(
    session: Session,
    number: Number,
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help=", ".join(Kind))],
    received: Annotated[datetime | None, typer.Option(help="When they asked, in Viet Nam; now, if not said.")] = None,
) -> None:
    """Note that a citizen has asked; tells what they are to be told, in Vietnamese and English."""
    asked = received.replace(tzinfo=VIET_NAM) if received else None
    wanted = _KINDS[kind]
    answer = session.client.open_subject_request(number, wanted, asked, session.context())
    session.show(answer, views.facts(_facts(answer.request)), answer.letter_vi, answer.letter_en)


@calls_service
def list_requests(
    session: Session,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those of which a deadline has passed.")] = False,
) -> None:
    """List requests, with their deadlines."""
    found = list(session.client.subject_requests(overdue_only=overdue, context=session.context()))
    if session.as_json:
        print_json({"requests": [as_dict(each) for each in found]})
        return
    rows = [tuple(_facts(each).values()) for each in found]
    out().print(views.listing(tuple(_facts(pb.SubjectRequest())), rows))


@calls_service
def decide(
    session: Session,
    request: RequestId,
    decision: Annotated[Decision, typer.Argument(metavar="DECISION", help=", ".join(Decision))],
    grounds: Annotated[str, typer.Option(help="On what grounds, or what was done; names nobody.")] = "",
) -> None:
    """Accept or refuse a request, or note that an accepted one is done; tells what the citizen is to be told."""
    state = _STATES[decision]
    answer = session.client.decide_subject_request(request, state, grounds, session.context())
    session.show(answer, views.facts(_facts(answer.request)), answer.letter_vi, answer.letter_en)


@calls_service
def export(
    session: Session,
    request: RequestId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where it is written; a file that is there stays.")],
) -> None:
    """Write everything that is held on the citizen of an accepted request for access, as JSON, for its owner alone."""
    held = session.client.export_subject_data(request, Purpose.PURPOSE_CITIZEN_REQUEST, session.context())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(held)
    rows = {"file": str(file), "bytes": len(held)}
    if session.as_json:
        print_json(rows)
    else:
        out().print(views.facts(rows))


def _facts(request: pb.SubjectRequest) -> dict[str, str | bool]:
    return {
        "request": request.subject_request_id,
        "kind": pb.SubjectRequestKind.Name(request.kind).rpartition("_")[2].lower(),
        "state": pb.SubjectRequestState.Name(request.state).rpartition("_")[2].lower(),
        "received": request.receive_time.ToJsonString(),
        "answer before": request.reply_due_time.ToJsonString() if request.HasField("reply_due_time") else "",
        "done before": request.due_time.ToJsonString() if request.HasField("due_time") else "",
        "overdue": request.overdue,
    }
