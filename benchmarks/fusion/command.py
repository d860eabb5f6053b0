"""What several fingers, and several enrolled impressions, are worth together: ``OUT/fusion.json``.

Protocol: see :mod:`benchmarks.fusion.protocol`; content of the file: :mod:`benchmarks.fusion.figures`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.fusion.figures import Cell, Compared, compare_all, report, steps
from benchmarks.named_sets import open_named
from benchmarks.verification.database import EXTRACTOR_HELP, EXTRACTORS
from enroll_tools.datasets import DatasetError
from matcher.comparison.calibration import default_calibration
from matcher.errors import MatcherError

console = Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    options = _options(arguments)
    databases: list[Compared] = []
    with Progress(console=console, disable=options.json) as progress:
        for text in options.dataset:
            try:
                databases.append(_compared(text, options.extractor, progress))
            except DatasetError as error:
                console.print(f"[red]{text}: {error}[/red]")
                return 2
        fuse = progress.add_task("fuse", total=steps(len(databases)))
        found = report(databases, default_calibration(), lambda: progress.advance(fuse))
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "fusion.json"
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    if options.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        for fit in ("shipped", "out_of_fold"):
            for kind in ("fingers", "impressions"):
                if fit in found:
                    console.print(_table(f"{kind}, calibration {fit.replace('_', ' ')}", found[fit][kind]))
        console.print(f"wrote {path}")
    return 0


def _compared(text: str, extractor: str, progress: Progress) -> Compared:
    named = open_named(text)
    extract = progress.add_task(f"{named.name}: extract", total=len(named.samples))
    compare = progress.add_task(f"{named.name}: compare", total=None)
    return compare_all(named, extractor, lambda: progress.advance(extract), lambda: progress.advance(compare))


def _table(title: str, cells: dict[str, Cell]) -> Table:
    shown = Table(title=title)
    headings = ("", "EER %", "FNMR % at FMR 0.1 %", "0.01 %", "FMR claimed 0.1 %", "0.01 %", "FNMR % there")
    for heading in headings:
        shown.add_column(heading, justify="right")
    for count, cell in cells.items():
        pooled, claims = cell["percent_pooled"], {c["claimed"]: c for c in cell["claims"]}
        shown.add_row(
            count,
            *(f"{pooled[name]:.3f}" for name in ("eer", "fmr1000", "fmr10000")),
            *(f"{100 * claims[claim]['measured']:.4f}" for claim in (1e-3, 1e-4)),
            f"{100 * claims[1e-4]['fnmr']:.3f}",
        )
    return shown


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fusion.command", description=__doc__)
    parser.add_argument("--dataset", action="append", required=True, help="FOLDER or FOLDER:PPI, in FVC layout")
    parser.add_argument("--out", type=Path, required=True, help="folder for fusion.json")
    parser.add_argument("--extractor", choices=EXTRACTORS, default="leader", help=EXTRACTOR_HELP)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, without progress")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MatcherError as failure:
        console.print(f"[red]{failure.reason}: {failure}[/red]")
        sys.exit(2)
