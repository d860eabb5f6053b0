"""The command line of the enrolment tools: ``python -m enroll_tools``."""

from __future__ import annotations

import json
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from enroll_tools.bulk.enrolment import Refusal, Report, enrol_all, group
from enroll_tools.bulk.journal import Journal, JournalError
from enroll_tools.datasets import LAYOUTS, DatasetError, open_dataset
from enroll_tools.synthetic import EASY, HARD, MEDIUM, Population, TemplatePopulation, write_fvc_folder
from idverify.client import DEFAULT_SERVER, Client, Desk, Tls
from idverify.v1.enrolment_pb2 import DuplicateCheck
from matcher.templates.column_folder import write_columns
from matcher.templates.columnar import concatenate

REFUSED = 1
USAGE = 2

_DIFFICULTIES = {"easy": EASY, "medium": MEDIUM, "hard": HARD}

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON on the standard output.")]


class Duplicates(StrEnum):
    """What to do about people who seem to be enrolled already."""

    REFUSE = "refuse"
    REPORT = "report"
    SKIP = "skip"


_DUPLICATES = {
    Duplicates.REFUSE: DuplicateCheck.DUPLICATE_CHECK_REFUSE,
    Duplicates.REPORT: DuplicateCheck.DUPLICATE_CHECK_REPORT,
    Duplicates.SKIP: DuplicateCheck.DUPLICATE_CHECK_SKIP,
}


def build_app() -> typer.Typer:
    """Put the commands together."""
    app = typer.Typer(
        help="Enrol test populations, and make synthetic ones.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.command("enrol")(enrol)
    app.command("synthesize")(synthesize)
    app.command("templates")(templates)
    return app


def enrol(
    dataset: Annotated[Path, typer.Option(help="Folder of the test set, or CSV file of a manifest.")],
    layout: Annotated[
        str | None, typer.Option(help=f"One of {', '.join(LAYOUTS)}; told by the files if absent.")
    ] = None,
    resolution: Annotated[float | None, typer.Option(help="Pixels per inch; needed for SOCOFing.")] = None,
    namespace: Annotated[
        str,
        typer.Option(help="Name of the set, from which the test citizens' numbers follow; by default its folder's."),
    ] = "",
    journal: Annotated[
        Path | None, typer.Option(help="File from which an interrupted enrolment goes on; by default out/SET.journal.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Where to write the report of refusals, JSON.")] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Calls at the same time.")] = 4,
    skip_poor: Annotated[bool, typer.Option("--skip-poor", help="Leave out prints that are too poor.")] = False,
    retry_refused: Annotated[bool, typer.Option("--retry-refused", help="Try again what was refused before.")] = False,
    duplicates: Annotated[
        Duplicates, typer.Option(help="Of people who seem to be enrolled already: refuse, report (and enrol), or skip.")
    ] = Duplicates.REPORT,
    server: Annotated[str, typer.Option(envvar="IDVERIFY_SERVER", help="HOST:PORT of the service.")] = DEFAULT_SERVER,
    ca: Annotated[Path | None, typer.Option(envvar="IDVERIFY_CLIENT_CA", help="Root certificates, PEM.")] = None,
    cert: Annotated[Path | None, typer.Option(envvar="IDVERIFY_CLIENT_CERT", help="Your certificate, PEM.")] = None,
    key: Annotated[Path | None, typer.Option(envvar="IDVERIFY_CLIENT_KEY", help="Its private key, PEM.")] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait for one person's enrolment.")] = 120.0,
    as_json: AsJson = False,
) -> None:
    """Enrol a whole test set as made-up citizens. Interrupted, it goes on where it was.

    Exit code: 0 everybody is enrolled, 1 somebody was refused or the service went away, 2 wrong usage.
    """
    try:
        people = group(open_dataset(dataset, layout, resolution), namespace or set_name(dataset))
        tls = Tls.from_files(ca, cert, key) if ca or cert or key else None
        place = journal or Path("out") / f"{set_name(dataset).replace('/', '_')}.journal"
        with (
            Client(server, tls=tls, desk=Desk(counter_id="enroll-tools"), timeout=timeout) as client,
            Journal(place) as log,
        ):
            if not client.wait_until_serving(5):
                fail(f"no service answers at {server}: start it with 'idverify serve', or name it with --server")
            with progress_bar(as_json) as bar:
                task = bar.add_task("enrolling", total=len(people))
                result = enrol_all(
                    client,
                    people,
                    log,
                    concurrency=concurrency,
                    skip_poor=skip_poor,
                    retry_refused=retry_refused,
                    duplicates=_DUPLICATES[duplicates],
                    progress=lambda: bar.advance(task),
                )
    except (DatasetError, JournalError, ValueError, OSError) as error:
        fail(str(error))
    content = report_content(result, dataset)
    if report is not None:
        report.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        show_report(result, dataset)
    if result.refused or result.stopped:
        raise typer.Exit(REFUSED)


def synthesize(
    out: Annotated[Path, typer.Option(help="Folder to write to, in FVC layout; made if missing.")],
    fingers: Annotated[int, typer.Option(min=1, help="How many fingers.")] = 10,
    impressions: Annotated[int, typer.Option(min=1, help="Of each finger.")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal prints.")] = 0,
    difficulty: Annotated[str, typer.Option(help=f"One of {', '.join(_DIFFICULTIES)}.")] = "medium",
    as_json: AsJson = False,
) -> None:
    """Make synthetic prints: 500 ppi PNG files FINGER_IMPRESSION.png."""
    if difficulty not in _DIFFICULTIES:
        fail(f"--difficulty must be one of {', '.join(_DIFFICULTIES)}")
    population = Population(seed, _DIFFICULTIES[difficulty])
    try:
        with progress_bar(as_json) as bar:
            task = bar.add_task("making prints", total=fingers * impressions)
            written = write_fvc_folder(population, out, fingers, impressions, lambda: bar.advance(task))
    except OSError as error:
        fail(str(error))
    if as_json:
        typer.echo(json.dumps({"folder": str(out), "files": len(written)}))
    else:
        Console(highlight=False).print(f"{len(written)} prints in {out}")


def templates(
    out: Annotated[Path, typer.Option(help="Folder of columns to write; made if missing.")],
    fingers: Annotated[int, typer.Option(min=1, help="How many fingers.")] = 10_000,
    impressions: Annotated[int, typer.Option(min=1, help="Of each finger: first one of all, then the next.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal templates.")] = 0,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Cores used; the templates are the same.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Make templates of synthetic fingers, without images, to fill a gallery: some thousands a second."""
    population = TemplatePopulation(seed)
    pieces = []
    try:
        with progress_bar(as_json) as bar:
            task = bar.add_task("making templates", total=fingers * impressions)
            for impression in range(impressions):
                for piece in population.batches(0, fingers, impression, threads):
                    pieces.append(piece)
                    bar.advance(task, len(piece))
        columns = concatenate(pieces)
        write_columns(columns, out, population.about(0, fingers, impressions))
    except OSError as error:
        fail(str(error))
    if as_json:
        content = {
            "folder": str(out),
            "templates": len(columns),
            "minutiae": len(columns.x),
            "extractor": population.id,
        }
        typer.echo(json.dumps(content))
    else:
        Console(highlight=False).print(f"{len(columns)} templates in {out}")


def set_name(dataset: Path) -> str:
    """Return what a test set is called: the last two folders of its place, as in ``fvc2002/DB1_B``."""
    place = dataset.resolve()
    return "/".join(part for part in place.parts[-2:] if part != place.anchor)


def progress_bar(quiet: bool) -> Progress:
    """Return a bar on the error stream, so that the answer can be piped."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=Console(stderr=True), disable=quiet)


def report_content(report: Report, dataset: Path) -> dict[str, Any]:
    """Return a report as JSON. It names files, never people."""
    return {
        "enrolled": report.enrolled,
        "enrolled_before": report.known,
        "prints": report.prints,
        "stopped": report.stopped,
        "refused": [_refusal(item, dataset) for item in report.refused],
        "left_out": [_refusal(item, dataset) for item in report.left_out],
        "suspected": [_refusal(item, dataset) for item in report.suspected],
    }


def _refusal(item: Refusal, dataset: Path) -> dict[str, Any]:
    return {
        "files": [_relative(path, dataset) for path in item.files],
        "reason": item.reason,
        "message": item.message,
        "final": item.final,
    }


def _relative(path: Path, dataset: Path) -> str:
    folder = dataset if dataset.is_dir() else dataset.parent
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name


def show_report(report: Report, dataset: Path) -> None:
    """Print a report for people."""
    console = Console(highlight=False)
    before = f", {report.known} were before" if report.known else ""
    console.print(f"enrolled {report.enrolled} people with {report.prints} prints{before}")
    kinds = {"left out": report.left_out, "suspected": report.suspected, "refused": report.refused}
    items = [(what, item) for what, found in kinds.items() for item in found]
    if not items:
        return
    table = Table("", "reason", "prints", "what the service said", box=None, pad_edge=False, header_style="dim")
    for what, item in items:
        names = [_relative(path, dataset) for path in item.files]
        table.add_row(what, item.reason, ", ".join(names[:4]) + (" ..." if len(names) > 4 else ""), item.message)
    console.print(table)
    counts = Counter(item.reason for _, item in items)
    console.print("; ".join(f"{reason}: {count}" for reason, count in counts.most_common()))
    if report.stopped:
        console.print("the service went away; run the same command again to go on", style="bold red")


def fail(message: str) -> NoReturn:
    """End with a message and the exit code of wrong usage."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(message, style="red", markup=False)
    raise typer.Exit(USAGE)


def main() -> None:
    """Run the command line."""
    build_app()()
