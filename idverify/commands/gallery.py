"""The gallery as a whole: how large and quick it is, and who is enrolled twice."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Any, TypeVar

import typer
from google.protobuf.message import Message
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from idverify.client.gallery import LongWork
from idverify.commands import views
from idverify.commands.session import REFUSED, Session, as_dict, calls_service, out, print_json
from idverify.v1.gallery_pb2 import GetGalleryStatusResponse, LatencyHistogram

_Result = TypeVar("_Result", bound=Message)


@calls_service
def status(session: Session) -> None:
    """Tell how large the gallery is and how long searches took since the server started."""
    answer = session.client.gallery_status()
    saved = answer.snapshot_time.ToJsonString() if answer.HasField("snapshot_time") else "none yet"
    rows = {
        "impressions": answer.impressions,
        "memory": f"{answer.bytes / 1e6:,.0f} MB",
        "segments": answer.segments,
        "newest snapshot": saved,
        "searches": sum(answer.search_latency.counts),
    }
    session.show(answer, views.facts(rows), *_latency(answer))


@calls_service
def find_duplicates(
    session: Session,
    target_fpir: Annotated[float, typer.Option(help="Share of people enrolled once to be listed; 0: 0.001.")] = 0.0,
    go_on: Annotated[
        str,
        typer.Option("--continue", metavar="OPERATION", help="A search that was interrupted, cancelled or failed."),
    ] = "",
) -> None:
    """Search everybody who is enrolled among all others, and list who may be enrolled twice. May take long.

    Says first how long, by what searches took since the server started. Ctrl-C cancels; --continue goes on with what
    was cut off. Exit code: 0 done, whatever was found; 1 refused, cancelled or interrupted.
    """
    typer.echo(expected(session.client.gallery_status()), err=True)
    name = session.client.start_find_duplicates(session.context(), target_fpir=target_fpir, continue_operation=go_on)
    typer.echo(name, err=True)
    response = followed(session, name, session.client.wait_find_duplicates, "searching")
    if session.as_json:
        print_json({"operation": name, "response": as_dict(response)})
        return
    pairs = [(p.subject_id, p.other_subject_id, f"{p.score:.1f}" if p.fmr_at_score else "") for p in response.pairs]
    out().print(views.facts({"people": response.people, "pairs": response.pairs_found}))
    if pairs:
        out().print(views.listing(("subject", "may be", "score"), pairs))


def expected(status: GetGalleryStatusResponse) -> str:
    """Say how long it takes to search for everybody: once for each finger, so at most for each impression."""
    searches = sum(status.search_latency.counts)
    if not searches:
        return f"at most {status.impressions:,} searches; how long one takes is not known before the first"
    seconds = status.search_latency.sum_seconds / searches
    hours = status.impressions * seconds / 3600
    each = f"{seconds * 1e3:.3g} ms (mean of {searches:,})"
    return f"at most {status.impressions:,} searches of {each}: {hours:,.3g} hours"


def followed(session: Session, name: str, wait: Callable[[str], LongWork[Any, _Result]], doing: str) -> _Result:
    """Show how long work goes on until it has ended, and return what came of it; cancel it on Ctrl-C.

    Raises:
        Exit: it ended otherwise; says how.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(doing, total=None)
            while not (standing := wait(name)).done:
                bar.update(task, total=standing.metadata.people_total, completed=standing.metadata.people_done)
    except KeyboardInterrupt:
        session.client.cancel_operation(name)
        raise
    if standing.response is None:
        typer.echo(f"{name}: {standing.error}", err=True)
        raise typer.Exit(REFUSED)
    return standing.response


def _latency(answer: GetGalleryStatusResponse) -> list[RenderableType]:
    histogram: LatencyHistogram = answer.search_latency
    if not sum(histogram.counts):
        return []
    bounds = [0.0, *histogram.bounds_seconds]
    names = [f"{low * 1e3:g} to {high * 1e3:g} ms" for low, high in pairwise(bounds)]
    names.append(f"above {bounds[-1] * 1e3:g} ms")
    rows = [(name, count) for name, count in zip(names, histogram.counts, strict=True) if count]
    return [views.listing(("a search took", "times"), rows)]
