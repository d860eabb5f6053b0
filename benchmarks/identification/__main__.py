"""Identification among many: real probes in galleries of N people who are nobody. ``OUT/identify.json``, and a page.

The protocol is that of :mod:`benchmarks.identification.protocol`; the distractors are synthetic (docs/synthetic.md) and
kept on disk, 1.2 GB a million, for the next run. Without a dataset the probes are synthetic too.

python -m benchmarks.identification --out OUT --fingers 10000,100000 --dataset FOLDER[:PPI] [--dataset ...]
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from platformdirs import user_cache_path
from rich.progress import Progress

from benchmarks.command_line import print_json, run
from benchmarks.identification.distractors import SEED, Opened, open_gallery
from benchmarks.identification.measuring import Size, measure
from benchmarks.identification.page import identification_page
from benchmarks.identification.probes import read_prints, synthetic_population, synthetic_prints
from benchmarks.identification.protocol import Print
from benchmarks.json_files import write_json
from benchmarks.named_sets import NamedSet, open_named
from enroll_tools.command_line import AsJson, people
from enroll_tools.synthetic import TemplatePopulation
from idverify.matching.biometrics import MatcherBiometrics
from matcher.comparison.calibration import default_calibration
from matcher.comparison.params import comparator_id
from matcher.extraction.leader import load_leader
from matcher.search.gallery import Gallery
from matcher.search.params import GalleryParams

PROTOCOL = "impressions 1-4 enrolled, the others searched; then each person left out and all theirs searched"


def identification(
    out: Annotated[Path, typer.Option(help="Folder for identify.json and identify.html.")],
    fingers: Annotated[str, typer.Option(help="Sizes of the gallery, with commas between.")] = "10000",
    dataset: Annotated[
        list[str] | None, typer.Option(help="FOLDER or FOLDER:PPI, in FVC layout; several may be given.")
    ] = None,
    threads: Annotated[int | None, typer.Option(help="Of one search; by default all cores.")] = None,
    store: Annotated[
        Path | None, typer.Option(help="Where galleries are kept; by default in the user's cache folder.")
    ] = None,
    mapped: Annotated[bool, typer.Option("--mapped", help="Leave the gallery on disk, mapped into memory.")] = False,
    as_json: AsJson = False,
) -> None:
    """Search real probes in galleries of many people who are nobody."""
    sizes = _sizes(fingers)
    calibration = default_calibration()
    params = GalleryParams(threads=threads or os.cpu_count() or 1)
    galleries = store or user_cache_path("idverify") / "galleries"
    named = [open_named(text) for text in dataset or ()]
    measured: list[Size] = []
    biometrics: MatcherBiometrics | None = None
    sets: list[list[Print]] = []
    for size in sizes:
        opened = _opened(size, galleries, params, mapped=mapped)
        # Extracted after the first gallery is open, so that its memory is measured alone.
        if not sets and named:
            biometrics = MatcherBiometrics(load_leader(), calibration)
            sets = [_read(one, biometrics) for one in named]
        with Progress(console=people(), transient=True) as progress:
            measured.append(measure(size, sets or [synthetic_prints()], opened, calibration, progress))
        if not as_json:
            _show(measured[-1])
    report: dict[str, Any] = {
        "datasets": [one.name for one in named] or ["synthetic"],
        "protocol": PROTOCOL,
        "extractor": biometrics.extractor.id if biometrics else synthetic_population().id,
        "comparator": comparator_id(),
        "calibration": calibration.id,
        "index": Gallery(params=params).index_id,
        "distractors": TemplatePopulation(SEED).id,
        "threads": params.threads,
        "mapped": mapped,
        "machine": {"processor": _processor(), "cores": os.cpu_count(), "python": platform.python_version()},
        **measured[-1],
        "sizes": measured,
    }
    write_json(out / "identify.json", report)
    (out / "identify.html").write_text(identification_page(report), encoding="utf-8")
    if as_json:
        print_json(report)
    else:
        people().print(f"wrote {out / 'identify.json'} and {out / 'identify.html'}", markup=False)


def _sizes(text: str) -> list[int]:
    """Read the sizes of the gallery, ascending."""
    try:
        sizes = sorted({int(part.replace("_", "")) for part in text.split(",")})
    except ValueError:
        sizes = [-1]
    if sizes[0] < 0:
        raise typer.BadParameter("must be whole numbers from 0 with commas between", param_hint="'--fingers'")
    return sizes


def _opened(fingers: int, store: Path, params: GalleryParams, *, mapped: bool) -> Opened:
    with Progress(console=people(), transient=True) as progress:
        task = progress.add_task(f"gallery of {fingers:,}", total=fingers)
        return open_gallery(fingers, store, params, lambda made: progress.advance(task, made), mapped=mapped)


def _read(one: NamedSet, biometrics: MatcherBiometrics) -> list[Print]:
    with Progress(console=people(), transient=True) as progress:
        task = progress.add_task(f"extract {one.name}", total=len(one.samples))
        return read_prints(one.samples, biometrics, lambda: progress.advance(task))


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _show(figures: Size) -> None:
    people().print(
        f"{figures['gallery']:,} fingers: rank 1 {figures['rank1']:.2%}, FNIR {figures['fnir_at_fpir_1pct']:.2%} at "
        f"FPIR 1 %, {figures['fnir_at_fpir_0_1pct']:.2%} at 0.1 %; p50 {figures['p50_ms']:.0f} ms, p99 "
        f"{figures['p99_ms']:.0f} ms; {figures['bytes_per_finger']:.0f} bytes a finger, open in "
        f"{figures['load_s']:.1f} s"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, identification)


if __name__ == "__main__":
    sys.exit(main())
