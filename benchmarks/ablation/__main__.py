"""What each part of the comparator is worth, one changed at a time: ``OUT/ablation.json``.

python -m benchmarks.ablation --dataset FOLDER[:PPI] [--dataset ...] --out FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.ablation.measuring import SLIPS, Measured, SetOfPrints, measure
from benchmarks.ablation.parts import variants
from benchmarks.command_line import Datasets, print_json, run
from benchmarks.impressions import load_impressions
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.named_sets import open_named
from benchmarks.protocols import pairs_of
from benchmarks.sources import from_images
from enroll_tools.command_line import AsJson, people
from matcher.comparison.params import comparator_id
from matcher.extraction.leader import load_leader


def ablation(
    dataset: Datasets,
    out: Annotated[Path, typer.Option(help="Folder for ablation.json.")],
    as_json: AsJson = False,
) -> None:
    """Change one part of the comparator at a time, and measure error rates of raw scores."""
    named = [open_named(text) for text in dataset]
    pairs = [pairs_of(one.name, one.samples) for one in named]  # refuses a set before any is extracted
    extractor, tried = load_leader(), variants()
    with Progress(console=people(), disable=as_json) as progress:
        extract = progress.add_task("extract", total=sum(len(one.samples) for one in named))
        compare = progress.add_task("compare", total=len(named) * len(tried) * len(SLIPS))
        sets = [
            SetOfPrints(load_impressions(one.samples, from_images(extractor), lambda: progress.advance(extract)), own)
            for one, own in zip(named, pairs, strict=True)
        ]
        found = list(measure(sets, tried, lambda: progress.advance(compare)))
    content = {
        "extractor": extractor.id,
        "comparator": comparator_id(),
        "machine": machine(),
        "datasets": [one.name for one in named],
        "mated_pairs": sum(pair.genuine for own in pairs for pair in own),
        "non_mated_pairs": sum(not pair.genuine for own in pairs for pair in own),
        "measured": [one.as_json() for one in found],
    }
    write_json(out / "ablation.json", content)
    if as_json:
        print_json(content)
        return
    _show(content, found)
    people().print(f"wrote {out / 'ablation.json'}", markup=False)


def _show(content: dict[str, Any], found: Sequence[Measured]) -> None:
    title = f"{content['comparator']}, {content['mated_pairs']} mated and {content['non_mated_pairs']} non-mated pairs"
    headings = ("", "slip px", "lost", "mean EER %", "mean FMR1000", "pooled FMR1000", "pooled ZeroFMR")
    shown = Table(*headings, title=title, box=None)
    for one in found:
        rates = (one.mean["eer"], one.mean["fmr1000"], one.pooled["fmr1000"], one.pooled["zero_fmr"])
        shown.add_row(
            one.variant,
            f"{one.slip:g}",
            "" if one.lost is None else f"{one.lost:.1f}",
            *(f"{rate:.2f}" for rate in rates),
        )
    Console(highlight=False).print(shown)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, ablation)


if __name__ == "__main__":
    sys.exit(main())
