"""How fast the comparator is: ``OUT/compare.json``. One thread, warm, everything in one run on one machine.

*One to one*: both templates are prepared, then compared, as a verification does. *Prepared*: a prepared probe against a
stream of prepared references of other fingers, as the last step of a search does. The time of a prepared comparison is
told by stage: the comparison of cylinders that every comparison takes, and the alignment and evidence, paid only by
what the cylinders let pass and measured on all pairs.

python -m benchmarks.speed.comparison --out FOLDER [--dataset FOLDER[:PPI]]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import typer
from rich.progress import Progress
from rich.table import Table

from benchmarks.command_line import print_json, run
from benchmarks.impressions import Impression, load_impressions
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.named_sets import open_named
from benchmarks.sources import Source, from_images, from_record
from enroll_tools.command_line import AsJson, people
from enroll_tools.datasets import DatasetError
from enroll_tools.synthetic import Population
from matcher.comparison.compare import compare
from matcher.comparison.params import ComparisonParams, comparator_id, default_params
from matcher.comparison.prepared import PreparedTemplate, prepare
from matcher.extraction.leader import load_leader
from matcher.types import FingerPosition, Template

REPEATS = 7
PAIRS = 3000
"""Non-mated pairs compared in one repeat, evenly drawn from all."""

SYNTHETIC_FINGERS, SYNTHETIC_IMPRESSIONS = 12, 2

PreparedPair = tuple[PreparedTemplate, PreparedTemplate]


def seconds_each(action: Callable[[], None], count: int) -> float:
    """Return the median over ``REPEATS`` of the seconds that one of ``count`` comparisons in ``action`` takes."""
    action()
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        taken.append((time.perf_counter() - start) / count)
    return float(np.median(taken))


def all_compared(pairs: Sequence[PreparedPair], params: ComparisonParams) -> Callable[[], None]:
    """Return an action that compares all pairs."""

    def action() -> None:
        for a, b in pairs:
            compare(a, b, params)

    return action


def stage_microseconds(pairs: Sequence[PreparedPair]) -> dict[str, float]:
    """Return what each stage costs a comparison that reaches it, by leaving out the stages after it."""
    params = default_params()
    nobody, everybody = (
        replace(params, local=params.local._replace(least_score=least, looked_at=0)) for least in (float("inf"), 0.0)
    )
    cylinders, whole = (1e6 * seconds_each(all_compared(pairs, p), len(pairs)) for p in (nobody, everybody))
    return {"cylinders": cylinders, "alignment_and_evidence": whole - cylinders}


def measure(impressions: Sequence[Impression]) -> dict[str, Any]:
    """Return the figures of ``compare.json`` for the impressions of a test set."""
    found = [(i.finger, i.template) for i in impressions if i.template is not None]
    prepared = [(finger, prepare(template)) for finger, template in found]
    others = [(a, b) for (fa, a), (fb, b) in combinations(prepared, 2) if fa != fb]
    mates = [(a, b) for (fa, a), (fb, b) in combinations(prepared, 2) if fa == fb]
    if not others or not mates:
        raise DatasetError("at least two fingers with two impressions each are needed")
    others = [others[i] for i in np.linspace(0, len(others) - 1, min(PAIRS, len(others))).astype(int)]
    templates = [template for _, template in found]

    def prepare_all() -> None:
        for template in templates:
            prepare(template)

    def one_to_one() -> None:
        for a, b in mates[:PAIRS]:
            compare(prepare(a.template), prepare(b.template))

    params = default_params()
    stream = seconds_each(all_compared(others, params), len(others))
    mated = seconds_each(all_compared(mates, params), len(mates))
    return {
        "prepared_per_second": 1 / stream,
        "prepared_mated_per_second": 1 / mated,
        "one_to_one_per_second": 1 / seconds_each(one_to_one, min(PAIRS, len(mates))),
        "prepare_ms": 1e3 * seconds_each(prepare_all, len(templates)),
        "stage_us": stage_microseconds(others),
        "dismissed": {
            "non_mated": float(np.mean([not compare(a, b).contributions for a, b in others])),
            "mated": float(np.mean([not compare(a, b).contributions for a, b in mates])),
        },
        "non_mated_pairs": len(others),
        "mated_pairs": len(mates),
        "minutiae_median": float(np.median([len(t) for t in templates])),
        "comparator": comparator_id(),
        "threads": 1,
        "repeats": REPEATS,
        "machine": machine(),
    }


def synthetic_impressions(progress: Progress) -> list[Impression]:
    """Make and extract prints of made-up fingers."""
    population = Population(seed=1)
    extractor = load_leader()
    task = progress.add_task("make prints", total=SYNTHETIC_FINGERS * SYNTHETIC_IMPRESSIONS)
    made = []
    for person in range(SYNTHETIC_FINGERS):
        for number in range(1, SYNTHETIC_IMPRESSIONS + 1):
            image = population.impression(person, FingerPosition.RIGHT_INDEX, number).image
            start = time.perf_counter()
            template: Template = extractor.extract(image)
            seconds = time.perf_counter() - start
            made.append(Impression(f"{person}_{number}", str(person), template, seconds))
            progress.advance(task)
    return made


def read_impressions(name: str, source: Source, progress: Progress) -> list[Impression]:
    """Make the templates of a test set."""
    samples = open_named(name).samples
    task = progress.add_task("extract", total=len(samples))
    return load_impressions(samples, source, lambda: progress.advance(task))


def comparison(
    out: Annotated[Path, typer.Option(help="Folder for compare.json.")],
    dataset: Annotated[
        str | None, typer.Option(help="FOLDER or FOLDER:PPI, in FVC layout; without it, made-up prints.")
    ] = None,
    extractor: Annotated[Literal["leader", "iso"], typer.Option(help="iso: the .iso records beside.")] = "leader",
    as_json: AsJson = False,
) -> None:
    """Measure how fast the comparator is."""
    with Progress(console=people(), disable=as_json) as progress:
        if dataset is None:
            impressions = synthetic_impressions(progress)
        else:
            source = from_record if extractor == "iso" else from_images(load_leader())
            impressions = read_impressions(dataset, source, progress)
    figures = measure(impressions) | {"dataset": dataset or "synthetic"}
    write_json(out / "compare.json", figures)
    if as_json:
        print_json(figures)
    else:
        _show(figures, out)


def _show(figures: dict[str, Any], out: Path) -> None:
    table = Table(title=f"{figures['dataset']}: one thread, median of {REPEATS} repeats")
    table.add_column("")
    table.add_column("", justify="right")
    table.add_row("prepared comparisons a second, other fingers", f"{figures['prepared_per_second']:,.0f}")
    table.add_row("prepared comparisons a second, mated", f"{figures['prepared_mated_per_second']:,.0f}")
    table.add_row("one to one a second, preparing both", f"{figures['one_to_one_per_second']:,.0f}")
    for stage, cost in figures["stage_us"].items():
        table.add_row(f"{stage.replace('_', ' ')}, us where it is reached", f"{cost:.0f}")
    dismissed = figures["dismissed"]
    table.add_row("dismissed, others and mated", f"{dismissed['non_mated']:.1%}, {dismissed['mated']:.2%}")
    people().print(table)
    people().print(f"wrote {out / 'compare.json'}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, comparison)


if __name__ == "__main__":
    sys.exit(main())
