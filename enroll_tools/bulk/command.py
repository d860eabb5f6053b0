"""``enrol``: the people of a list, or a whole test set as made-up citizens."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from enroll_tools.bulk.enrolment import enrol_all
from enroll_tools.bulk.interruption import interruption
from enroll_tools.bulk.journal import Journal, JournalError
from enroll_tools.bulk.people import group
from enroll_tools.bulk.report import report_content, show_report
from enroll_tools.command_line import INTERRUPTED, REFUSED, AsJson, fail, progress_bar, refusals
from enroll_tools.datasets import LAYOUTS, open_listing
from idverify.client import DEFAULT_SERVER, Client, Desk, Tls
from idverify.v1.enrolment_pb2 import DuplicateCheck


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


# Longer than other functions, with more parameters: they are the options of the command, with their help.
def enrol(
    dataset: Annotated[Path, typer.Option(help="Folder of the test set, or CSV or Parquet file of a manifest.")],
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
        Duplicates | None,
        typer.Option(
            help="Of people who seem to be enrolled already: refuse, report (and enrol), or skip. By default people of "
            "a list are refused, and those of test sets reported."
        ),
    ] = None,
    profile: Annotated[
        str, typer.Option(help="Enrolment profile whose tests the report counts, e.g. vn-110-2020; it gates nothing.")
    ] = "",
    server: Annotated[str, typer.Option(envvar="IDVERIFY_SERVER", help="HOST:PORT of the service.")] = DEFAULT_SERVER,
    ca: Annotated[Path | None, typer.Option(envvar="IDVERIFY_CLIENT_CA", help="Root certificates, PEM.")] = None,
    cert: Annotated[Path | None, typer.Option(envvar="IDVERIFY_CLIENT_CERT", help="Your certificate, PEM.")] = None,
    key: Annotated[Path | None, typer.Option(envvar="IDVERIFY_CLIENT_KEY", help="Its private key, PEM.")] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait for one person's enrolment.")] = 120.0,
    as_json: AsJson = False,
) -> None:
    """Enrol the people of a list, or a whole test set as made-up citizens. Interrupted, it goes on where it was.

    Exit code: 0 everybody is enrolled, 1 somebody was refused or the service went away, 2 wrong usage, 130 interrupted.
    """
    with refusals(JournalError, ValueError):
        listing = open_listing(dataset, layout, resolution)
        people = group(listing, namespace or set_name(dataset))
        check = duplicates or (Duplicates.REFUSE if listing.people else Duplicates.REPORT)
        tls = Tls.from_files(ca, cert, key) if ca or cert or key else None
        place = journal or Path("out") / f"{set_name(dataset).replace('/', '_')}.journal"
        with (
            Client(server, tls=tls, desk=Desk(counter_id="enroll-tools"), timeout=timeout) as client,
            Journal(place) as log,
        ):
            if not client.wait_until_serving(5):
                fail(f"no service answers at {server}: start it with 'idverify serve', or name it with --server")
            with interruption() as stop, progress_bar(as_json) as bar:
                task = bar.add_task("enrolling", total=len(people))
                result = enrol_all(
                    client,
                    people,
                    log,
                    concurrency=concurrency,
                    skip_poor=skip_poor,
                    retry_refused=retry_refused,
                    duplicates=_DUPLICATES[check],
                    profile=profile,
                    progress=lambda: bar.advance(task),
                    stop=stop,
                )
    content = json.dumps(report_content(result, dataset), ensure_ascii=False, indent=2)
    if report is not None:
        report.write_text(content + "\n", encoding="utf-8")
    if as_json:
        typer.echo(content)
    else:
        show_report(result, dataset)
    if result.interrupted:
        raise typer.Exit(INTERRUPTED)
    if result.refused or result.stopped:
        raise typer.Exit(REFUSED)


def set_name(dataset: Path) -> str:
    """Return what a test set is called: the last two folders of its place, as in ``fvc2002/DB1_B``."""
    place = dataset.resolve()
    return "/".join(part for part in place.parts[-2:] if part != place.anchor)
