"""Error rates against the strength of the skin's distortion, and of turned prints: ``OUT/distortion.json``.

python -m benchmarks.distortion --dataset FOLDER[:PPI] [--dataset ...] --out FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from benchmarks.command_line import print_json, run
from benchmarks.distortion.altered import QUARTER
from benchmarks.distortion.measuring import (
    STRENGTHS,
    SYNTHETIC_IMPRESSIONS,
    TURNS,
    WAYS,
    Measured,
    Way,
    alterations,
    measure,
    measure_synthetic,
)
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.measures.error_rates import POINTS
from benchmarks.named_sets import open_named
from enroll_tools.command_line import AsJson, people
from matcher.comparison.calibration import default_calibration
from matcher.comparison.params import comparator_id
from matcher.extraction.leader import load_leader

SYNTHETIC = "synthetic"


def distortion(
    out: Annotated[Path, typer.Option(help="Folder for distortion.json.")],
    dataset: Annotated[list[str] | None, typer.Option(help="FOLDER or FOLDER:PPI, in FVC layout.")] = None,
    synthetic: Annotated[int, typer.Option(min=0, help="So many made-up fingers as well, pressed as they touch.")] = 0,
    strength: Annotated[
        list[float] | None, typer.Option(min=0, max=80, help="Pixels that skin slips; 0, 20, 40, 60, 80 if not said.")
    ] = None,
    turn: Annotated[list[int] | None, typer.Option(help="Degrees; 90 and 180 if not said.")] = None,
    altered: Annotated[Literal["minutiae", "images", "both"], typer.Option(help="What is altered.")] = "both",
    as_json: AsJson = False,
) -> None:
    """Press and turn one side of every pair, and measure error rates."""
    if not dataset and not synthetic:
        raise typer.BadParameter("say --dataset or --synthetic, so that there is something to measure")
    strengths, turns = strength or STRENGTHS, turn or TURNS
    ways: Sequence[Way] = WAYS if altered == "both" else (altered,)
    if any(degrees % QUARTER for degrees in turns):
        raise typer.BadParameter("must be quarter turns", param_hint="'--turn'")
    tried = [(one, alteration) for one in ways for alteration in alterations(strengths, turns)]
    sets = [open_named(text) for text in dataset or ()]
    extractor, calibration = load_leader(), default_calibration()
    found: dict[str, list[Measured]] = {}
    with Progress(console=people(), disable=as_json) as progress:
        for named in sets:
            task = progress.add_task(named.name, total=len(named.samples) * (1 + len(tried)))
            step = _step(progress, task)
            found[named.name] = list(measure(named, extractor, tried, calibration, step))
        if synthetic:
            task = progress.add_task(SYNTHETIC, total=synthetic * SYNTHETIC_IMPRESSIONS * len(strengths))
            step = _step(progress, task)
            found[SYNTHETIC] = list(measure_synthetic(synthetic, strengths, extractor, calibration, step))
    content = {
        "extractor": extractor.id,
        "comparator": comparator_id(),
        "calibration": calibration.id,
        "machine": machine(),
        "datasets": [{"name": name, "measured": [m.as_json() for m in each]} for name, each in found.items()],
        "mean": _mean([each for name, each in found.items() if name != SYNTHETIC]),
    }
    write_json(out / "distortion.json", content)
    if as_json:
        print_json(content)
        return
    _show(content)
    people().print(f"wrote {out / 'distortion.json'}", markup=False)


def _mean(sets: Sequence[Sequence[Measured]]) -> list[dict[str, Any]]:
    """Return the mean over sets, of each way and alteration."""
    return [
        {**alike[0].as_json(), "percent": {p: float(np.mean([m.percent[p] for m in alike])) for p in POINTS}}
        for alike in zip(*sets, strict=True)
    ]


def _show(content: dict[str, Any]) -> None:
    console = Console(highlight=False)
    sets = [*content["datasets"], *([{"name": "mean", "measured": content["mean"]}] if content["mean"] else [])]
    for one in sets:
        shown = Table("altered", "slip px", "turn", "EER %", "FMR100", "FMR1000", title=one["name"], box=None)
        for m in one["measured"]:
            rates = [f"{m['percent'][point]:.2f}" for point in ("eer", "fmr100", "fmr1000")]
            shown.add_row(m["way"], f"{m['strength']:g}", f"{m['turn']}°", *rates)
        console.print(shown)


def _step(progress: Progress, task: TaskID) -> Callable[[], None]:
    return partial(progress.advance, task)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, distortion)


if __name__ == "__main__":
    sys.exit(main())
