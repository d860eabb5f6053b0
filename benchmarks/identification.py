"""Identification on one database: ``OUT/identify.json``. The protocol is that of ``identification_protocol``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from platformdirs import user_cache_path
from rich.console import Console
from rich.progress import Progress

from benchmarks.distractors import distractors
from benchmarks.identification_protocol import IdentificationReport, Print, evaluate
from benchmarks.impressions import WORKERS, finger_of
from enroll_tools.datasets import DatasetError, DatasetSample, open_dataset
from idverify.biometrics import MatcherBiometrics, MatcherGallery
from idverify.domain.errors import DomainError
from idverify.domain.model import ImageSample, Sample
from matcher.codes import default_codebook
from matcher.errors import MatcherError
from matcher.extraction.leader import load_leader
from matcher.formats import compact
from matcher.scores import default_calibration

TARGET_FPIR = 0.01
"""The service's default."""

SEED = 2026

console = Console(stderr=True)


def read_prints(
    samples: Sequence[DatasetSample], biometrics: MatcherBiometrics, progress: Callable[[], None]
) -> list[Print]:
    """Extract all samples as the service does, in order; ``progress`` is called after each."""

    def read(sample: DatasetSample) -> Print:
        content = ImageSample(sample.path.read_bytes(), resolution_ppi=sample.resolution_ppi)
        try:
            features = biometrics.extract(Sample(None, content))
        except DomainError:
            features = None
        progress()
        usable = features is not None and features.quality.usable
        return Print(finger_of(sample), sample.impression, features if usable else None)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(read, samples))


def nobodies(prints: Sequence[Print], count: int) -> list[bytes]:
    """Return the templates of people who are nobody, made of the prints."""
    real = [compact.decode(p.features.template) for p in prints if p.features is not None]
    return [compact.encode(template) for template in distractors(real, count, SEED)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    options = _options(arguments)
    try:
        samples = open_dataset(options.dataset, layout="fvc", resolution_ppi=options.resolution)
    except DatasetError as error:
        console.print(f"[red]{error}[/red]")
        return 2
    calibration = default_calibration()
    biometrics = MatcherBiometrics(load_leader(user_cache_path("idverify")), calibration)
    with Progress(console=console, disable=options.json) as progress:
        task = progress.add_task("extract", total=len(samples))
        prints = read_prints(samples, biometrics, lambda: progress.advance(task))
        strangers = nobodies(prints, options.distractors)
        task = progress.add_task("search", total=None)
        try:
            found = evaluate(
                prints, MatcherGallery(calibration), TARGET_FPIR, strangers, lambda: progress.advance(task)
            )
        except ValueError as error:
            console.print(f"[red]{options.dataset}: {error}[/red]")
            return 2
    report = {
        "dataset": options.dataset.resolve().name,
        "protocol": "impressions 1-4 enrolled, the others searched; then each person left out and searched",
        "target_fpir": TARGET_FPIR,
        "distractors": options.distractors,
        "extractor": biometrics.extractor.id,
        "comparator": biometrics.comparator_id,
        "calibration": biometrics.calibration_id,
        "index_codes": default_codebook().id,
        **asdict(found),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "identify.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if options.json:
        sys.stdout.write(json.dumps(report) + "\n")
    else:
        _print(found)
        console.print(f"wrote {options.out / 'identify.json'}")
    return 0


def _print(found: IdentificationReport) -> None:
    console.print(f"{found.probes} probes among {found.fingers} fingers, {found.search_ms_median:.0f} ms a search")
    console.print(
        f"rank 1: {found.rank1:.2%}, FNIR {found.fnir:.2%}, FPIR {found.fpir:.2%} at {TARGET_FPIR:.0%} claimed"
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identification", description=__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="folder of FINGER_IMPRESSION image files")
    parser.add_argument("--out", type=Path, required=True, help="folder for identify.json")
    parser.add_argument("--distractors", type=int, default=0, help="people who are nobody, to fill the gallery")
    parser.add_argument("--resolution", type=float, help="pixels per inch of the images, if the files do not say")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, without progress")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MatcherError as failure:
        console.print(f"[red]{failure.reason}: {failure}[/red]")
        sys.exit(2)
