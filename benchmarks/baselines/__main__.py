"""Baselines of the error rates: measure them again and say what got worse, or make new ones.

python -m benchmarks.baselines check [--data FOLDER] [--quick] [--json]
python -m benchmarks.baselines write [--data FOLDER]
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.baselines.brought import Brought, run_brought
from benchmarks.baselines.comparison import Change, changes, other_names
from benchmarks.baselines.files import read_baseline, write_baseline
from benchmarks.baselines.measuring import Baseline, measure
from benchmarks.baselines.sets import PRINTS_TO_MAKE, SETS, BaselineSet, open_sets
from benchmarks.command_line import print_json, run
from benchmarks.sources import EXTRACTORS, ExtractorName
from enroll_tools.command_line import REFUSED, AsJson, fail, people

Data = Annotated[Path, typer.Option(help="Folder with the development sets: fvc2002/DB1_B and so on.")]
DEFAULT_DATA = Path("../shared/data")


def check(
    data: Data = DEFAULT_DATA,
    quick: Annotated[bool, typer.Option("--quick", help="Only the synthetic prints, which need no data.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure again what the baselines state, and say what got worse, and what better.

    Sets that are not there are skipped and named. Exit code: 0 nothing got worse, 1 something did, beyond the tolerance
    that the baseline states, 2 wrong usage. Every layout of sets, list and plug-in is run too, on four small prints:
    one that does not run is worse.
    """
    baselines = {extractor: read_baseline(extractor) for extractor in EXTRACTORS}
    measured, skipped = _measured(data, quick=quick, quiet=as_json)
    found = {extractor: changes(baselines[extractor], measured[extractor]) for extractor in EXTRACTORS}
    others = {extractor: other_names(baselines[extractor], measured[extractor]) for extractor in EXTRACTORS}
    worse = [change for of_extractor in found.values() for change in of_extractor if change.verdict == "worse"]
    brought = _brought()
    broken = [one for one in brought if one.fault]
    if as_json:
        print_json(
            {
                "worse": len(worse) + len(broken),
                "changes": {extractor: [asdict(c) for c in of_extractor] for extractor, of_extractor in found.items()},
                "made_with": others,
                "brought": [asdict(one) for one in brought],
                "skipped": [one.label for one in skipped],
                "measured": measured,
            }
        )
    else:
        _show(found, others, len(SETS) - len(skipped))
        for one in broken:
            _line(f"{one.name}: {one.fault}")
        _line(f"{len(brought)} layouts, lists and plug-ins run on small sets, {len(broken)} of them wrongly")
        if skipped:
            why = "--quick leaves out" if quick else f"skipped, not found in {data}:"
            _line(f"{why} {', '.join(one.label for one in skipped)}")
    if worse or broken:
        raise typer.Exit(REFUSED)


def write(data: Data = DEFAULT_DATA) -> None:
    """Make new baselines of what is measured now; all sets must be there."""
    measured, skipped = _measured(data, quick=False, quiet=False)
    if skipped:
        fail(f"nothing is written: {', '.join(one.label for one in skipped)} not found in {data}")
    for extractor, baseline in measured.items():
        people().print(f"wrote {write_baseline(extractor, baseline)}", markup=False)


def _measured(data: Path, *, quick: bool, quiet: bool) -> tuple[dict[ExtractorName, Baseline], list[BaselineSet]]:
    """Return what is measured with each extractor, and the sets that were skipped."""
    with tempfile.TemporaryDirectory() as made, Progress(console=people(), disable=quiet) as progress:
        task = progress.add_task("make prints", total=PRINTS_TO_MAKE)
        sets = open_sets(data, Path(made), lambda: progress.advance(task), quick=quick)
        steps = 2 * sum(map(len, sets.values()))
        tasks = {extractor: progress.add_task(extractor, total=steps) for extractor in EXTRACTORS}
        measured = {e: measure(e, sets, partial(progress.advance, tasks[e])) for e in EXTRACTORS}
    return measured, [one for one in SETS if one not in sets]


def _brought() -> list[Brought]:
    with tempfile.TemporaryDirectory() as made:
        return run_brought(Path(made))


def _show(
    found: dict[ExtractorName, list[Change]],
    others: dict[ExtractorName, list[str]],
    sets: int,
) -> None:
    table = Table("", "set", "figure", "was", "is", "", box=None, pad_edge=False, header_style="dim")
    for extractor, of_extractor in found.items():
        for c in of_extractor:
            style = {"worse": "bold red", "better": "green", "within": ""}[c.verdict]
            table.add_row(extractor, c.where, c.what, f"{c.was:.3f}", f"{c.now:.3f}", c.verdict, style=style)
    if table.row_count:
        Console(highlight=False).print(table)
    for extractor, said in others.items():
        for line in said:
            _line(f"{extractor}: {line}")
    every = [change for of_extractor in found.values() for change in of_extractor]
    counts: dict[str, Any] = {v: sum(c.verdict == v for c in every) for v in ("worse", "better", "within")}
    _line(
        f"{sets} {'set' if sets == 1 else 'sets'} with {len(found)} extractors: {counts['worse']} figures worse, "
        f"{counts['better']} better, {counts['within']} changed within the tolerance"
    )


def _line(text: str) -> None:
    Console(highlight=False, soft_wrap=True).print(text, markup=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status."""
    return run(arguments, check, write, text="Baselines of the error rates: check them, or make new ones.")


if __name__ == "__main__":
    sys.exit(main())
