"""Many prints at once: a search for each file of a folder, over one stream."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from idverify.client import Client, ServiceError, StreamAnswer
from idverify.commands import views
from idverify.commands.deciding import Dossier, Procedure, Transaction
from idverify.commands.prints import Finger, Resolution, read_print
from idverify.commands.session import REFUSED, Session, UsageError, as_dict, calls_service, out
from idverify.v1.verification_pb2 import IdentifyRequest


@calls_service
def identify_many(  # as many parameters as options
    session: Session,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Every file in it is a print; folders are left out.")
    ],
    finger: Finger = "",
    resolution: Resolution = None,
    procedure: Procedure = "",
    dossier: Dossier = "",
    transaction: Transaction = "",
    max_candidates: Annotated[int, typer.Option(min=0, help="How many candidates at most; 0: 10.")] = 0,
    target_fpir: Annotated[float, typer.Option(help="False positive rate of each search to allow; 0: 0.01.")] = 0.0,
) -> None:
    """Search for the person of each print in a folder. With --json one line for each, as it is ready.

    Interrupted, it says which --request-id goes on: what was answered is answered the same again.

    Exit code: 0 every print was searched for, whoever was found; 1 some were refused, 2 wrong usage.
    """
    files, run = _files(folder), _run(session.request_id)

    def requests() -> Iterator[IdentifyRequest]:
        for file in files:
            context = session.client.new_context(
                procedure=procedure,
                dossier=dossier,
                transaction=transaction,
                request_id=str(uuid.uuid5(run, file.name)),
            )
            sample = read_print(str(file), finger, resolution)
            yield session.client.identify_request(
                sample, context, max_candidates=max_candidates, target_fpir=target_fpir
            )

    try:
        refused = _tell(session.client, files, requests(), as_json=session.as_json)
    except (KeyboardInterrupt, ServiceError) as stopped:
        if isinstance(stopped, KeyboardInterrupt) or not session.as_json:  # there, one JSON document tells the refusal
            typer.echo(f"To go on: the same command with --request-id {run}", err=True)
        raise
    if refused:
        raise typer.Exit(REFUSED)


def _run(request_id: str) -> uuid.UUID:
    """Return what the ids of the requests follow from: the same for the same run, however often it is begun."""
    try:
        return uuid.UUID(request_id) if request_id else uuid.uuid4()
    except ValueError:
        raise UsageError("--request-id must be a UUID: the one that an interrupted run told") from None


def _files(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    if not files:
        raise UsageError(f"there is no file in {folder}")
    return files


def _tell(client: Client, files: Sequence[Path], requests: Iterator[IdentifyRequest], *, as_json: bool) -> int:
    """Print the answers as they come; return how many requests were refused."""
    refused = 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("searching", total=len(files))
        for answer in client.identify_many(requests):
            name = files[answer.place].name
            refused += answer.error is not None
            if as_json:
                typer.echo(json.dumps(_line(name, answer), ensure_ascii=False))
            else:
                out().print(_text(name, answer))
            bar.advance(task)
    return refused


def _line(name: str, answer: StreamAnswer) -> dict[str, Any]:
    if answer.response is not None:
        return {"file": name, "request_id": answer.request_id, "response": as_dict(answer.response)}
    error = answer.error
    assert error is not None
    facts = {"code": error.code.name, "reason": error.reason, "message": error.message, "metadata": error.metadata}
    return {"file": name, "request_id": answer.request_id, "error": facts}


def _text(name: str, answer: StreamAnswer) -> str:
    if answer.response is None:
        return f"{name}  {answer.error}"
    found = "; ".join(
        views.scored(candidate.subject_id, candidate.score, candidate.fmr_at_score)
        for candidate in answer.response.candidates
    )
    return f"{name}  {views.decision_name(answer.response.decision)}  {found}".rstrip()
