"""Our morphology against scikit-image's, on the shapes that real prints give it: ``OUT/morphology.json``.

Each step of the ridge extractor that scikit-image has too is done by both in turn, image by image, on one core; told
are the milliseconds of each, and how many pixels come out otherwise for each that is set. Then all pairs of each set
are compared, with lines that we have thinned and with lines that scikit-image has.

python -m benchmarks.speed.morphology --dataset FOLDER[:PPI] [--dataset ...] --out FOLDER
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from math import ceil
from pathlib import Path
from typing import Annotated, Any

import cv2
import numpy as np
import skimage.measure
import skimage.morphology
import typer
from numpy.typing import NDArray
from rich.progress import Progress
from rich.table import Table

from benchmarks.command_line import Datasets, print_json, run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.named_sets import open_named
from benchmarks.peers.extractors import one_thread
from benchmarks.sources import Source, read_image
from benchmarks.systems.system import own_system
from benchmarks.verification.database import Steps, run_database
from enroll_tools.command_line import AsJson, people
from enroll_tools.datasets import DatasetSample
from matcher.comparison.calibration import default_calibration
from matcher.extraction.ridge import DEFAULT_RIDGE, RidgeExtractor, RidgeFields
from matcher.extraction.ridge.finger_mask import filled, largest_piece, morphed
from matcher.extraction.ridge.params import CELL
from matcher.extraction.ridge.skeleton import binarise, pruned, small_islands
from matcher.extraction.ridge.thinning import thinned
from matcher.types import ByteArray, Template

Mask = NDArray[np.bool_]
Step = Callable[[ByteArray], NDArray[Any]]

IMAGES = 40
"""Images measured, evenly drawn from all sets, unless told otherwise."""

_REPEATED = 3
_library: Any = skimage.morphology
_label: Any = skimage.measure.label
_SMALLEST = DEFAULT_RIDGE.skeleton.smallest_island
_CLOSING, _OPENING = (ceil(radius / CELL) for radius in (DEFAULT_RIDGE.mask.closing, DEFAULT_RIDGE.mask.opening))


def thinned_by_skimage(shape: ByteArray) -> ByteArray:
    """Return lines of one pixel after Zhang and Suen; border pixels are left out, as ours are."""
    lines = shape > 0
    lines[[0, -1], :] = False
    lines[:, [0, -1]] = False
    return np.asarray(_library.skeletonize(lines), dtype=np.uint8)


def _largest(cells: ByteArray) -> Mask:
    labels = _label(cells, connectivity=1)
    areas = np.bincount(labels.ravel())
    areas[0] = 0
    return np.asarray(labels == areas.argmax())


def _filled(cells: ByteArray) -> Mask:
    outside = _label(np.pad(cells == 0, 1, constant_values=True), connectivity=1)
    return np.asarray(outside[1:-1, 1:-1] != outside[0, 0])


def _small(shape: ByteArray) -> Mask:
    large = _library.remove_small_objects(shape > 0, max_size=_SMALLEST - 1, connectivity=1)
    return np.asarray((shape > 0) & ~large)


def _closed(cells: ByteArray) -> Mask:
    wide = np.pad(cells, _CLOSING)
    return np.asarray(_library.closing(wide, _library.disk(_CLOSING))[_CLOSING:-_CLOSING, _CLOSING:-_CLOSING] > 0)


def _opened(cells: ByteArray) -> Mask:
    wide = np.pad(cells, _OPENING)
    return np.asarray(_library.opening(wide, _library.disk(_OPENING))[_OPENING:-_OPENING, _OPENING:-_OPENING] > 0)


ON_PIXELS: dict[str, tuple[Step, Step]] = {
    "thinning": (thinned, thinned_by_skimage),
    "small islands": (lambda shape: small_islands(shape, _SMALLEST), _small),
}
"""Steps on the ridges and the valleys of a print."""

ON_CELLS: dict[str, tuple[Step, Step]] = {
    "largest piece": (largest_piece, _largest),
    "holes filled": (filled, _filled),
    "closing": (lambda c: morphed(c, cv2.MORPH_CLOSE, DEFAULT_RIDGE.mask.closing), _closed),
    "opening": (lambda c: morphed(c, cv2.MORPH_OPEN, DEFAULT_RIDGE.mask.opening), _opened),
}
"""Steps on where a print's gradients are strong, cells of 8 x 8 pixels."""


def _timed(step: Step, given: ByteArray) -> tuple[NDArray[Any], float]:
    """Return what comes out, and the shortest time of a few, seconds."""
    seconds = []
    for _ in range(_REPEATED):
        start = time.perf_counter()
        found = step(given)
        seconds.append(time.perf_counter() - start)
    return found, min(seconds)


def _compared(steps: tuple[Step, Step], given: ByteArray) -> tuple[float, float, float]:
    """Return what both take, milliseconds, and how many pixels differ for each that is set."""
    (ours, our_seconds), (theirs, their_seconds) = (_timed(step, given) for step in steps)
    differing, lit = np.count_nonzero((ours > 0) != (theirs > 0)), np.count_nonzero(ours)
    return 1e3 * our_seconds, 1e3 * their_seconds, int(differing) / max(1, int(lit))


def steps_of(stages: Sequence[RidgeFields]) -> dict[str, dict[str, float]]:
    """Measure every step on the stages of some images."""
    rows: defaultdict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for one in stages:
        for shape in binarise(one.enhanced, one.mask, DEFAULT_RIDGE.skeleton):
            for name, steps in ON_PIXELS.items():
                rows[name].append(_compared(steps, shape))
        strong = (one.deviation > np.median(one.deviation)).astype(np.uint8)
        for name, steps in ON_CELLS.items():
            rows[name].append(_compared(steps, strong))
    means = {name: np.mean(row, axis=0).tolist() for name, row in rows.items()}
    return {name: dict(zip(("ours_ms", "skimage_ms", "differing"), row, strict=True)) for name, row in means.items()}


def extractor_thinning(thin: Step) -> Source:
    """Return the ridge extractor with lines thinned so, and all else alike."""
    extractor, params = RidgeExtractor(), DEFAULT_RIDGE.skeleton

    def extract(sample: DatasetSample) -> Template:
        stages = extractor.fields(read_image(sample))
        shapes = binarise(stages.enhanced, stages.mask, params)
        ridge_lines, valley_lines = (pruned(thin(shape), params) for shape in shapes)
        return extractor.template(replace(stages, ridge_lines=ridge_lines, valley_lines=valley_lines))

    return extract


def morphology(
    dataset: Datasets,
    out: Annotated[Path, typer.Option(help="Folder for morphology.json.")],
    images: Annotated[int, typer.Option(min=1, help="How many are timed, evenly drawn from all sets.")] = IMAGES,
    as_json: AsJson = False,
) -> None:
    """Hold our morphology against scikit-image's: milliseconds, pixels that differ, and what it does to the errors."""
    one_thread()
    sets = [open_named(text) for text in dataset]
    samples = [sample for one in sets for sample in one.samples]
    drawn = np.linspace(0, len(samples) - 1, min(images, len(samples))).astype(int)
    rates: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    with Progress(console=people(), disable=as_json) as progress:
        task = progress.add_task("steps", total=2 * len(sets))
        extractor = RidgeExtractor()
        steps = steps_of([extractor.fields(read_image(samples[i])) for i in drawn])
        for one in sets:
            for name, thin in zip(("ours", "skimage"), ON_PIXELS["thinning"], strict=True):
                progress.update(task, description=f"{one.name}, lines thinned by {name}")
                source = (name, extractor_thinning(thin))
                compared = run_database(one.name, one.samples, own_system(source, default_calibration()), Steps())
                rates[one.name][name] = compared.metrics["percent"]
                progress.advance(task)
    results = {
        "steps": steps,
        "percent": rates,
        "images": len(drawn),
        "skimage": version("scikit-image"),
        "machine": machine(),
    }
    write_json(out / "morphology.json", results)
    if as_json:
        print_json(results)
    else:
        _show(results, out)


def _show(results: dict[str, Any], out: Path) -> None:
    console = people()
    table = Table(title=f"{results['images']} images, scikit-image {results['skimage']}, one thread")
    for heading in ("step", "ours ms", "scikit-image ms", "pixels that differ %"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    for name, row in results["steps"].items():
        table.add_row(name, f"{row['ours_ms']:.3f}", f"{row['skimage_ms']:.3f}", f"{100 * row['differing']:.2f}")
    console.print(table)
    table = Table(title="ridge extractor, FNMR % at FMR 0.1 %")
    for heading in ("set", "our thinning", "scikit-image's"):
        table.add_column(heading, justify="left" if heading == "set" else "right")
    for name, row in results["percent"].items():
        table.add_row(name, *(f"{row[by]['fmr1000']:.2f}" for by in ("ours", "skimage")))
    console.print(table)
    console.print(f"wrote {out / 'morphology.json'}", markup=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, morphology)


if __name__ == "__main__":
    sys.exit(main())
