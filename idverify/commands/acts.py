"""Acts that wait for a second person: looking at them, approving and rejecting."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from idverify.commands import views
from idverify.commands.session import Session, UsageError, as_dict, calls_service, out, print_json
from idverify.commands.telling.spoken import say
from idverify.v1 import acts_pb2 as pb
from idverify.v1.types_pb2 import Purpose

ActId = Annotated[str, typer.Argument(metavar="ACT", help="Its id: the refusal told it, and 'idverify acts list'.")]


@calls_service
def list_acts(
    session: Session,
    everything: Annotated[bool, typer.Option("--all", help="Those that were decided or expired, too.")] = False,
) -> None:
    """List acts that wait for a second person, in the order in which they were asked for."""
    acts = [a for a in session.client.acts(page_size=1000) if everything or a.state == pb.ACT_STATE_PENDING]
    if session.as_json:
        print_json({"acts": [as_dict(act) for act in acts]})
    elif acts:
        rows = [(a.act_id, _kind(a), _method(a), a.asked_by, _state(a), a.expire_time.ToJsonString()) for a in acts]
        out().print(views.listing(("act", "kind", "call", "asked by", "state", "expires"), rows))


@calls_service
def show(
    session: Session,
    act_id: ActId,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the catalogue that is to be imported to this file.")
    ] = None,
) -> None:
    """Show an act and the request that was kept.

    What a catalogue would change, 'idverify catalogue import --dry-run' tells of the saved file.
    """
    answer = session.client.act(act_id, session.context())
    if save is not None:
        content = _content(answer.request_json)
        if content is None:
            raise UsageError("this act imports no catalogue, or its request is no longer kept")
        save.write_bytes(content)
    session.show(answer, _facts(answer))


@calls_service
def approve(
    session: Session,
    act_id: ActId,
    digest: Annotated[
        str, typer.Option(help="Digest of the act as you have seen it; then it is not shown, and you are not asked.")
    ] = "",
) -> None:
    """Approve an act that another client asked for, once you have seen what will be done; it is done at once."""
    if not digest:
        seen = session.client.act(act_id)
        out().print(_facts(seen))
        typer.confirm(say("ask-approve"), abort=True)
        digest = seen.act.digest
    answer = session.client.approve_act(act_id, digest, session.context())
    session.show(answer, views.facts({"act": answer.act_id, "state": _state(answer)}))


@calls_service
def reject(session: Session, act_id: ActId) -> None:
    """Reject an act: it is never done. Also withdraws one that was asked for by yourself."""
    answer = session.client.reject_act(act_id, session.context())
    session.show(answer, views.facts({"act": answer.act_id, "state": _state(answer)}))


def _facts(answer: pb.GetActResponse) -> Table:
    act, context = answer.act, answer.act.context
    return views.facts(
        {
            "act": act.act_id,
            "kind": _kind(act),
            "call": act.method,
            "asked by": act.asked_by,
            "officer": views.signed_in(context.officer_id, act.asker_proof),
            "agency": context.agency_code,
            "dossier": context.dossier_code,
            "purpose": _short(Purpose.Name(context.purpose), "PURPOSE_") if context.purpose else "",
            "state": _state(act),
            "asked": act.create_time.ToJsonString(),
            "expires": act.expire_time.ToJsonString(),
            "decided by": act.decided_by,
            "deciding officer": act.decided_by_officer,
            "digest": act.digest,
            "request": _shown(answer.request_json),
            "concerns": answer.subject_id and f"{answer.subject_id}, version {answer.citizen_version}",
            "and who turned out to be them": ", ".join(answer.absorbed_subject_ids),
        }
    )


def _content(request_json: str) -> bytes | None:
    """Return the file that a request holds; None: it holds none."""
    content = json.loads(request_json).get("content") if request_json else None
    return None if content is None else base64.b64decode(content)


def _shown(request_json: str) -> str:
    """Return a request as people can read it: of a file how long it is, and by what it is known again."""
    content = _content(request_json)
    if content is None:
        return request_json
    told = f"{len(content)} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}"
    return json.dumps(json.loads(request_json) | {"content": told}, ensure_ascii=False, indent=2)


def _method(act: pb.Act) -> str:
    return act.method.rpartition("/")[2]


def _kind(act: pb.Act) -> str:
    return _short(pb.ActKind.Name(act.kind), "ACT_KIND_")


def _state(act: pb.Act) -> str:
    return _short(pb.ActState.Name(act.state), "ACT_STATE_")


def _short(name: str, prefix: str) -> str:
    return name.removeprefix(prefix).lower().replace("_", "-")
