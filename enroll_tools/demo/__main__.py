"""``python -m enroll_tools.demo``: play the demonstration."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from enroll_tools.command_line import REFUSED, people, refusals, run_command
from enroll_tools.demo.cast import FINGERS, IMPRESSIONS, Cast, dataset_cast, synthetic_cast
from enroll_tools.demo.counter import check_offline, refuse_poor, verify_citizen, verify_impostor
from enroll_tools.demo.picture import draw_picture
from enroll_tools.demo.play import AGENCY, Play
from enroll_tools.demo.preparation import choose_probes, enrol_population, link_records
from enroll_tools.demo.searching import identify_citizen, identify_stranger
from enroll_tools.demo.server import ServerError, running_server
from enroll_tools.demo.stage import Stage, UnexpectedError
from idverify.client import AssertionRejectedError, Client, Desk, ServiceError

_DESK = Desk(agency_code=AGENCY, officer_id="demo", counter_id="counter-1")


def demo(
    out: Annotated[
        Path, typer.Option(help="Folder for the picture, the summary and the server's log; made if missing.")
    ],
    dataset: Annotated[
        Path | None, typer.Option(help="Folder of prints in FVC layout (101_1.tif, ...); without it, prints are made.")
    ] = None,
    resolution: Annotated[
        float | None, typer.Option(help="Pixels per inch of the prints, where it is not 500 and no file says it.")
    ] = None,
) -> None:
    """Play a day at a counter: a server, a population, and everything that can happen to a print.

    Starts a server on a free port of this machine, enrols citizens, verifies one of them, refuses an impostor, finds an
    unknown person and does not find a stranger, judges a poor print, checks the signed assertion offline, and draws a
    picture. Exit code: 0 every step had the outcome it must have, 1 one had not, 2 wrong usage.
    """
    console = Console(highlight=False)
    stage = Stage(console)
    started = time.monotonic()
    failure = ""
    try:
        with refusals():
            out.mkdir(parents=True, exist_ok=True)
            cast = _cast(stage, out, dataset, resolution)
            _play(stage, cast, out)
    except (UnexpectedError, ServiceError, ServerError, AssertionRejectedError) as error:
        failure = str(error)
    seconds = round(time.monotonic() - started, 1)
    (out / "demo.json").write_text(_summary(stage, failure, seconds), encoding="utf-8")
    console.print()
    if failure:
        people(soft_wrap=True).print(f"The demo failed: {failure}", style="bold red", markup=False)
        raise typer.Exit(REFUSED)
    console.print(f"[bold green]All {len(stage.steps)} steps as expected[/] in {seconds:.0f} s.")
    console.print(f"Picture: {out / 'pair.png'}   Summary: {out / 'demo.json'}   Server's log: {out / 'server.log'}")


def _cast(stage: Stage, out: Path, dataset: Path | None, resolution: float | None) -> Cast:
    if dataset is not None:
        return dataset_cast(dataset, resolution, out / "prints")
    with stage.progress() as bar:
        task = bar.add_task("making prints", total=FINGERS * IMPRESSIONS)
        return synthetic_cast(out / "prints", lambda: bar.advance(task))


def _play(stage: Stage, cast: Cast, out: Path) -> None:
    with tempfile.TemporaryDirectory(dir=out, prefix="server-") as data:
        with running_server(Path(data), out / "server.log") as server, Client(server.address, desk=_DESK) as client:
            if not client.wait_until_serving(30):
                raise ServerError("the server does not say that it serves")
            stage.console.print(f"The service listens at {server.address}.")
            play = Play(client, cast, stage, out)
            enrol_population(play, Path(data) / "enrolment.journal")
            choose_probes(play)
            link_records(play)
            answer = verify_citizen(play)
            check_offline(play, answer)
            verify_impostor(play)
            identify_citizen(play)
            identify_stranger(play)
            refuse_poor(play)
            draw_picture(play, out / "pair.png")
            server.stop()
        stage.console.print("\nThe server has stopped in good order.")


def _summary(stage: Stage, failure: str, seconds: float) -> str:
    steps: list[dict[str, Any]] = [
        {"title": s.title, "passed": s.passed, "seconds": s.seconds, "facts": s.facts} for s in stage.steps
    ]
    content = {"passed": not failure, "failure": failure, "seconds": seconds, "steps": steps}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(run_command(demo))
