"""Accuracy of an extractor and a comparator on one database: ``OUT/scores.csv`` and ``OUT/metrics.json``.

python -m benchmarks.verification --dataset FOLDER --out FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from benchmarks.command_line import print_json, run
from benchmarks.measures.bounds import none_seen
from benchmarks.named_sets import Columns, LayoutName, NamedSet, open_set, reading
from benchmarks.protocols import pairs_of
from benchmarks.systems.chosen import ExtractorChoice, MatcherChoice, SystemChoice
from benchmarks.systems.kept import FOLDER, KeptIn, kept_in
from benchmarks.systems.symmetry import told
from benchmarks.verification.database import Steps, run_database, write_run
from enroll_tools.command_line import AsJson, people, progress_bar
from matcher.comparison.calibration import default_calibration


# Many parameters: they are the options of the command, with their help.
def verification(
    dataset: Annotated[Path, typer.Option(help="Folder of prints, or a CSV list of prints or of pairs.")],
    out: Annotated[Path, typer.Option(help="Folder for scores.csv and metrics.json.")],
    extractor: ExtractorChoice = None,
    matcher: MatcherChoice = None,
    resolution: Annotated[float | None, typer.Option(help="Pixels per inch, if the files do not say.")] = None,
    layout: LayoutName = None,
    columns: Columns = None,
    pairs: Annotated[Path | None, typer.Option(help="CSV list of the pairs to compare: a,b,genuine.")] = None,
    kept: KeptIn = None,
    raw: Annotated[bool, typer.Option("--raw", help="Write raw scores, for fitting a calibration.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare all pairs of impressions of one database, and say how often that went wrong.

    Every pair of impressions of one finger is genuine, every pair of impressions of different fingers is impostor; an
    impression whose extraction fails compares with score 0. The score is -10 log10 of the FMR claimed, or what a
    matcher of your own says. What was made is kept in OUT/kept: a run that was interrupted goes on.
    """
    choice = SystemChoice(extractor, matcher)
    named = open_set(dataset, resolution, reading(layout, columns, pairs))
    name = dataset.resolve().stem if dataset.is_file() else dataset.resolve().name
    if named.pairs is None:
        pairs_of(name, named.samples)  # refuses a set before any of it is extracted
    system = choice.system(named.samples, None if raw else default_calibration())
    with progress_bar(quiet=as_json) as progress:
        extract = progress.add_task("extract", total=len(named.samples))
        compare = progress.add_task("compare", total=len(named.samples))
        steps = Steps(lambda: progress.advance(extract), lambda: progress.advance(compare))
        store = kept_in(kept or out / FOLDER, system)
        made = run_database(name, named.samples, system, steps, named.pairs, store)
    write_run(made, out)
    if as_json:
        print_json(made.metrics)
    else:
        _show(made.metrics, out, _fingers(named) or made.metrics["fingers"])


def _fingers(named: NamedSet) -> int:
    """Return how many fingers the genuine pairs of a list are of; 0: all pairs are compared."""
    genuine = (named.samples[pair.a] for pair in named.pairs or () if pair.genuine)
    return len({(sample.subject, sample.finger) for sample in genuine})


def _show(metrics: dict[str, Any], out: Path, fingers: int) -> None:
    console = people()
    table = Table(
        title=f"{metrics['dataset']}: {metrics['genuine_pairs']} genuine, {metrics['impostor_pairs']} impostor"
    )
    for heading in ("EER %", "FMR100 %", "FMR1000 %", "FMR10000 %", "ZeroFMR %", "FTA %", "FTE %"):
        table.add_column(heading, justify="right")
    failures = (metrics["failure_to_acquire_percent"], metrics["failure_to_enrol_percent"])
    table.add_row(*(f"{value:.2f}" for value in (*metrics["percent"].values(), *failures)))
    console.print(table)
    if metrics["percent"]["zero_fmr"] == 0:
        console.print(none_seen(metrics["genuine_pairs"], fingers), markup=False)
    if uncompared := metrics["failures_to_compare"]:
        console.print(f"{uncompared} pairs were not compared, and count as not matching", style="yellow", markup=False)
    if said := told(metrics["symmetry"]):
        console.print(said, style="yellow", markup=False)
    console.print(f"wrote {out / 'scores.csv'} and {out / 'metrics.json'}", markup=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, verification)


if __name__ == "__main__":
    sys.exit(main())
