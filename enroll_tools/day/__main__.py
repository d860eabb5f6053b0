"""``python -m enroll_tools.day``: play the day."""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from enroll_tools.command_line import REFUSED, AsJson, people, progress_bar, refusals, run_command
from enroll_tools.day.certificates import COUNTERS, OFFICE, make_certificates, tls
from enroll_tools.day.clerks import work
from enroll_tools.day.figures import DayFigures, judge
from enroll_tools.day.oracle import Oracle
from enroll_tools.day.plan import Plan, Size, make_plan
from enroll_tools.day.preparation import prepare
from enroll_tools.day.prints import Prints
from enroll_tools.day.report import print_report
from enroll_tools.day.sources import running_sources
from enroll_tools.day.stories import play
from enroll_tools.demo.server import ServerError, running_server
from idverify.client import Client, Desk, ServiceError

_AGENCY = "H05.12"
_READY_SECONDS = 60.0
_VIET_NAM = timedelta(hours=7)


class Extractor(Enum):
    """Who finds the minutiae in the service."""

    LEADER = "leader"
    RIDGE = "ridge"


# Many parameters: they are the options of the command, with their help.
def day(
    out: Annotated[Path, typer.Option(help="Folder for day.json and the server's log; made if missing.")],
    citizens: Annotated[int, typer.Option(help="Citizens who are enrolled.")] = 500,
    procedures: Annotated[int, typer.Option(help="Procedures of the catalogue.")] = 40,
    visits: Annotated[int, typer.Option(help="Citizens who come to a counter.")] = 120,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same day.")] = 2026,
    extractor: Annotated[Extractor, typer.Option(help="Who finds the minutiae.")] = Extractor.LEADER,
    p99_seconds: Annotated[float, typer.Option(min=0.0, help="What Verify may take at p99; 0: it is only told.")] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Play a day at two counters, and have an oracle read every answer.

    Citizens, officers who err, impostors, worn fingers, withdrawn consent, a merged person; records from three agencies
    of which one is slow and one dies at noon. Exit code: 0 everything as expected, 1 something was not, 2 wrong usage.
    """
    try:
        with refusals(ValueError):
            plan = make_plan(seed, Size(citizens, procedures, visits))
            out.mkdir(parents=True, exist_ok=True)
        figures = _played(plan, out, extractor, p99_seconds)
    except (ServiceError, ServerError, OSError) as error:
        people(soft_wrap=True).print(f"The day failed: {error}", style="bold red", markup=False)
        raise typer.Exit(REFUSED) from None
    said = figures.as_dict() | {
        "seed": seed,
        "citizens": citizens,
        "procedures": procedures,
        "extractor": extractor.value,
    }
    text = json.dumps(said, ensure_ascii=False, indent=2) + "\n"
    (out / "day.json").write_text(text, encoding="utf-8")
    if as_json:
        sys.stdout.write(text)
    else:
        print_report(Console(highlight=False), figures)
    if not figures.passed:
        raise typer.Exit(REFUSED)


def _played(plan: Plan, out: Path, extractor: Extractor, p99_seconds: float) -> DayFigures:
    with ExitStack() as stack:
        bar = stack.enter_context(progress_bar(quiet=False))
        making = bar.add_task("making prints", total=len(plan.visits))
        enrolling = bar.add_task("enrolling", total=len(plan.citizens))
        serving = bar.add_task(f"{len(COUNTERS)} clerks at work", total=len(plan.visits))
        prints = Prints(plan, lambda: bar.advance(making))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=out.resolve(), prefix="day-")))
        sources = stack.enter_context(running_sources(folder, plan.citizens))
        settings = make_certificates(folder / "tls") | {
            "record_sources_file": str(sources.file),
            "extractor": extractor.value,
        }
        server = stack.enter_context(running_server(folder / "data", out / "server.log", settings))
        office, *counters = [
            stack.enter_context(Client(server.address, tls=tls(folder / "tls", name), desk=Desk(_AGENCY, name, name)))
            for name in (OFFICE, *COUNTERS)
        ]
        if not office.wait_until_serving(_READY_SECONDS):
            raise ServerError("the server does not say that it serves")
        oracle = Oracle(prepare(office, plan, prints, lambda: bar.advance(enrolling)), _today())
        tries = work(counters, prints, plan.free_number, plan.halves, play, sources.noon, lambda: bar.advance(serving))
        figures = judge(oracle, tries, office.count_disclosures(), office.count_presences(), p99_seconds)
        server.stop()
        return figures


def _today() -> date:
    """Return the day in Viet Nam."""
    return (datetime.now(UTC) + _VIET_NAM).date()


if __name__ == "__main__":
    sys.exit(run_command(day))
