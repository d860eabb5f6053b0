"""How well quality foretells false non-matches: ``OUT/quality.json`` and ``OUT/quality.html``.

All pairs of impressions of each database are compared, as in ``benchmarks.verification``; then the samples of lowest
quality are discarded, and it is counted how fast the errors vanish (error versus discard), for the score that ships and
for others. With ``--extractor iso`` the ISO records beside the images are compared, and quality is still that of the
image: a score that is worth something foretells the errors of another extractor too. NFIQ 2 is among the others where
its forest is installed (the extra ``peers``).

python -m benchmarks.quality --dataset FOLDER[:PPI] [--dataset ...] --out FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from benchmarks.command_line import Datasets, print_json, run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.quality.figures import quality_figures
from benchmarks.quality.page import quality_page
from benchmarks.quality.samples import ImagesOrRecords, measure, together
from benchmarks.report.datasets import open_databases
from enroll_tools.command_line import AsJson, people
from matcher.comparison.calibration import default_calibration
from matcher.quality.nfiq2.forest import installed_forest
from matcher.quality.score import QUALITY_ALGORITHM

QUALITY_FORMAT = "idverify-quality-1"


def quality(
    dataset: Datasets,
    out: Annotated[Path, typer.Option(help="Folder for quality.json and quality.html.")],
    extractor: Annotated[ImagesOrRecords, typer.Option(help="iso: compare the .iso records.")] = "leader",
    as_json: AsJson = False,
) -> None:
    """Tell how fast errors vanish when the samples of lowest quality are left out."""
    databases = open_databases(dataset)
    with Progress(console=people(), disable=as_json) as progress:
        task = progress.add_task("extract and compare", total=sum(len(d.samples) for d in databases))
        forest = installed_forest()
        measured = [measure(d, extractor, forest, lambda: progress.advance(task)) for d in databases]
    report = {
        "format": QUALITY_FORMAT,
        "algorithm": QUALITY_ALGORITHM,
        "datasets": [d.name for d in databases],
        "compared": measured[0].run.metrics["extractor"],
        "comparator": measured[0].run.metrics["comparator"],
        "calibration": default_calibration().id,
        "machine": machine(),
        **quality_figures(together(measured, records=extractor == "iso")),
    }
    write_json(out / "quality.json", report)
    (out / "quality.html").write_text(quality_page(report), encoding="utf-8")
    if as_json:
        print_json(report)
    else:
        people().print(f"wrote {out / 'quality.json'} and {out / 'quality.html'}", markup=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, quality)


if __name__ == "__main__":
    sys.exit(main())
