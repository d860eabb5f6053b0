"""Identification among many: real probes in galleries of N people who are nobody. ``OUT/identify.json``, and a page.

The protocol is that of ``identification_protocol``; the distractors are synthetic (docs/synthetic.md) and kept on disk,
2.3 GB a million, for the next run. Without a dataset the probes are synthetic too.

    python -m benchmarks.identification.command --out OUT --fingers 10000,100000 --dataset FOLDER[:PPI] [--dataset ...]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path
from rich.console import Console
from rich.progress import Progress, track

from benchmarks.identification.distractors import PROBED_FROM, SEED, Opened, open_gallery
from benchmarks.identification.figures import figures_of
from benchmarks.identification.page import identification_page
from benchmarks.identification.protocol import ENROLLED_IMPRESSIONS, Print, Search, search_all
from benchmarks.impressions import WORKERS, finger_of
from benchmarks.named_sets import NamedSet, open_named
from enroll_tools.datasets import DatasetError, DatasetSample
from enroll_tools.synthetic.templates.population import TemplatePopulation
from idverify.domain.errors import DomainError
from idverify.domain.model import ImageSample, Sample
from idverify.matching.biometrics import BEYOND_DOUBT_LEVEL, MatcherBiometrics
from matcher.comparison.calibration import Calibration, default_calibration
from matcher.comparison.compare import comparator_id, compare, prepare
from matcher.errors import MatcherError
from matcher.extraction.leader import load_leader
from matcher.search.gallery import Gallery, GalleryParams
from matcher.templates import compact

SYNTHETIC_PEOPLE, SYNTHETIC_IMPRESSIONS = 60, 8
SAMPLED_PROBES, SAMPLED_FINGERS = 20, 5000

console = Console(stderr=True)
Report = dict[str, Any]


def read_prints(
    samples: Sequence[DatasetSample], biometrics: MatcherBiometrics, progress: Callable[[], None] = lambda: None
) -> list[Print]:
    """Extract all samples as the service does, in order; ``progress`` is called after each."""

    def read(sample: DatasetSample) -> Print:
        content = ImageSample(sample.path.read_bytes(), resolution_ppi=sample.resolution_ppi)
        try:
            features = biometrics.extract(Sample(None, content))
        except DomainError:
            features = None
        progress()
        template = compact.decode(features.template) if features is not None and features.quality.usable else None
        return Print(finger_of(sample), sample.impression, template)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(read, samples))


def synthetic_prints() -> list[Print]:
    """Return the impressions of people of whom no gallery holds anything."""
    population = TemplatePopulation(SYNTHETIC_PEOPLE)
    return [
        Print(f"synthetic {person}", impression + 1, template)
        for impression in range(SYNTHETIC_IMPRESSIONS)
        for person, template in enumerate(population.batch(PROBED_FROM, SYNTHETIC_PEOPLE, impression))
    ]


def alike_unseen(
    gallery: Gallery, searches: Sequence[Search], calibration: Calibration, seed: int = 0
) -> dict[str, int]:
    """Compare some probes with some of the gallery one by one: do those who look alike at FMR 0.1 % come to light?"""
    random = np.random.default_rng(seed)
    segment = max((frozen.segment for frozen in gallery.freeze()), key=len)
    rows = random.permutation(len(segment))[:SAMPLED_FINGERS]
    sample = [searches[i] for i in random.permutation(len(searches))[:SAMPLED_PROBES]]
    probes = [(prepare(s.probe.template), s.other_score) for s in sample if s.probe.template is not None]
    least = calibration.raw_at(30)
    alike, missed = 0, 0
    for row in track(rows, "compare one by one", console=console, transient=True):
        reference = prepare(segment.templates.template(int(row)))
        for probe, found in probes:
            score = compare(probe, reference).score
            alike += score >= least
            missed += score >= least and score > found
    return {"probes": len(probes), "fingers": len(rows), "alike": alike, "missed": missed}


def measure(fingers: int, sets: Sequence[Sequence[Print]], opened: Opened, calibration: Calibration) -> Report:
    """Search everybody in one gallery; return its figures."""
    gallery, resident = opened.gallery, resident_gb()
    total = sum(len(prints) + sum(p.impression not in ENROLLED_IMPRESSIONS for p in prints) for prints in sets)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"search among {fingers:,}", total=total)
        beyond_doubt = calibration.raw_at(BEYOND_DOUBT_LEVEL)
        searches = search_all(sets, gallery, beyond_doubt, lambda: progress.advance(task))
    figures = figures_of(searches, calibration)
    return {
        "gallery": fingers,
        **figures,
        "comparisons_per_second": round(fingers / (figures["p50_ms"] / 1e3)),
        "unseen": alike_unseen(gallery, searches.opened, calibration) if fingers else None,
        "bytes_per_finger": round(gallery.nbytes / max(1, len(gallery)), 1),
        "segments": gallery.segments,
        "rss_gb": resident,
        "load_s": round(opened.load_s, 3),
        "build_s": None if opened.build_s is None else round(opened.build_s, 1),
        "disk_gb": round(opened.disk_gb, 3),
    }


def resident_gb() -> float | None:
    """Return the memory that the process holds now; None where the system does not say."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return None
    return round(int(statm.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e9, 3)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    options = _options(arguments)
    calibration = default_calibration()
    params = GalleryParams(threads=options.threads)
    try:
        named = [open_named(text) for text in options.dataset]
        sizes = []
        biometrics: MatcherBiometrics | None = None
        sets: list[list[Print]] = []
        for fingers in options.fingers:
            opened = _opened(fingers, options, params)
            # Extracted after the first gallery is open, so that its memory is measured alone.
            if not sets and named:
                biometrics = MatcherBiometrics(load_leader(), calibration)
                sets = [_read(one, biometrics) for one in named]
            sizes.append(measure(fingers, sets or [synthetic_prints()], opened, calibration))
            if not options.json:
                _print(sizes[-1])
    except (DatasetError, ValueError) as error:
        console.print(f"[red]{error}[/red]")
        return 2
    report: Report = {
        "datasets": [one.name for one in named] or ["synthetic"],
        "protocol": "impressions 1-4 enrolled, the others searched; then each person left out and all theirs searched",
        "extractor": biometrics.extractor.id if biometrics else TemplatePopulation(SYNTHETIC_PEOPLE).id,
        "comparator": comparator_id(),
        "calibration": calibration.id,
        "index": Gallery(params=params).index_id,
        "distractors": TemplatePopulation(SEED).id,
        "threads": options.threads,
        "mapped": options.mapped,
        "machine": {"processor": _processor(), "cores": os.cpu_count(), "python": platform.python_version()},
        **sizes[-1],
        "sizes": sizes,
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "identify.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    (options.out / "identify.html").write_text(identification_page(report), encoding="utf-8")
    if options.json:
        sys.stdout.write(json.dumps(report) + "\n")
    else:
        console.print(f"wrote {options.out / 'identify.json'} and {options.out / 'identify.html'}")
    return 0


def _opened(fingers: int, options: argparse.Namespace, params: GalleryParams) -> Opened:
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"gallery of {fingers:,}", total=fingers)
        return open_gallery(
            fingers, options.store, params, lambda made: progress.advance(task, made), mapped=options.mapped
        )


def _read(one: NamedSet, biometrics: MatcherBiometrics) -> list[Print]:
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"extract {one.name}", total=len(one.samples))
        return read_prints(one.samples, biometrics, lambda: progress.advance(task))


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _print(figures: Report) -> None:
    console.print(
        f"{figures['gallery']:,} fingers: rank 1 {figures['rank1']:.2%}, FNIR {figures['fnir_at_fpir_1pct']:.2%} at "
        f"FPIR 1 %, {figures['fnir_at_fpir_0_1pct']:.2%} at 0.1 %; p50 {figures['p50_ms']:.0f} ms, p99 "
        f"{figures['p99_ms']:.0f} ms; {figures['bytes_per_finger']:.0f} bytes a finger, open in "
        f"{figures['load_s']:.1f} s"
    )


def _sizes(text: str) -> list[int]:
    sizes = sorted({int(part.replace("_", "")) for part in text.split(",")})
    if sizes[0] < 0:
        raise ValueError(text)
    return sizes


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.identification.command",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--out", type=Path, required=True, help="folder for identify.json and identify.html")
    add("--fingers", type=_sizes, default=[10_000], help="sizes of the gallery, with commas between (default: 10000)")
    add("--dataset", action="append", default=[], help="FOLDER or FOLDER:PPI, in FVC layout; several may be given")
    add("--threads", type=int, default=os.cpu_count() or 1, help="of one search (default: all cores)")
    add("--store", type=Path, default=user_cache_path("idverify") / "galleries", help="where galleries are kept")
    add("--mapped", action="store_true", help="leave the gallery on disk and map it into memory")
    add("--json", action="store_true", help="print the report as JSON, without progress")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MatcherError as failure:
        console.print(f"[red]{failure.reason}: {failure}[/red]")
        sys.exit(2)
