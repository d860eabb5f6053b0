"""How fast the extractors are: ``OUT/extract.json``. One thread on one core, warm, all in one run, image by image.

Every image is given to every extractor in turn, so that whatever else slows the machine slows all of them. An image
counts from its pixels at 500 dpi to its minutiae; decoding and resampling, alike for all, do not. Where ``pyfing`` and
Keras are installed, the minutiae of our LEADER are held against those of its own: one to one within 4 pixels and 10
degrees, as precision, recall and F1.

python -m benchmarks.speed.extraction --dataset FOLDER[:PPI] --out FOLDER
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import Progress
from rich.table import Table

from benchmarks.command_line import print_json, run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.measures.minutia_pairing import nearest_first
from benchmarks.named_sets import open_named
from benchmarks.peers.extractors import LEADER, PYFING, Extract, Found, extractors, one_thread
from benchmarks.sources import read_image
from enroll_tools.command_line import AsJson, people
from matcher.images.decoding import resample
from matcher.types import ByteArray

IMAGES = 40
"""Images measured, evenly drawn from the set, unless told otherwise."""

NEAR_PIXELS, NEAR_RADIANS = 4.0, np.radians(10.0)
QUALITIES = (0.6, 0.2)
"""Thresholds at which the two LEADERs are compared: the authors' own, and the lowest with which we build cylinders."""

# What the packages raise on an image they cannot work with; they have no error roots of their own.
_FAILURES = (RuntimeError, ValueError, ArithmeticError, LookupError)


def matched(a: Found, b: Found) -> int:
    """Count minutiae of ``a`` and ``b`` that are the same, one to one, the nearest first."""
    assert a.angle is not None
    assert b.angle is not None
    distance = np.hypot(a.x[:, None] - b.x, a.y[:, None] - b.y).astype(np.float64)
    turn = np.abs(np.angle(np.exp(1j * (a.angle[:, None] - b.angle))))
    distance[turn > NEAR_RADIANS] = np.inf
    return len(nearest_first(distance, NEAR_PIXELS))


def of_quality(found: Found, least: float) -> Found:
    """Return the minutiae of at least that quality."""
    assert found.quality is not None
    assert found.angle is not None
    kept = found.quality >= least
    return Found(found.x[kept], found.y[kept], found.angle[kept], found.quality[kept])


def agreement(both: Sequence[tuple[Found, Found]], least: float) -> dict[str, float]:
    """Return precision, recall and F1 of the first's minutiae against the second's, over all images."""
    pairs = [(of_quality(a, least), of_quality(b, least)) for a, b in both]
    same = sum(matched(a, b) for a, b in pairs)
    found, wanted = sum(len(a.x) for a, _ in pairs), sum(len(b.x) for _, b in pairs)
    return {
        "minutiae": wanted,
        "precision": same / max(found, 1),
        "recall": same / max(wanted, 1),
        "f1": 2 * same / max(found + wanted, 1),
    }


def timed(extract: Extract, pixels: ByteArray) -> tuple[Found | None, float]:
    """Extract once; return what was found, None if that failed, and the seconds."""
    start = time.perf_counter()
    try:
        found: Found | None = extract(pixels)
    except _FAILURES:
        found = None
    return found, time.perf_counter() - start


def figures(seconds: NDArray[np.float64], found: Sequence[Found | None]) -> dict[str, float]:
    """Return the figures of one extractor."""
    return {
        "median_ms": 1e3 * float(np.median(seconds)),
        "p95_ms": 1e3 * float(np.percentile(seconds, 95)),
        "minutiae_median": float(np.median([0 if f is None else len(f.x) for f in found])),
        "failures": sum(f is None or not len(f.x) for f in found),
    }


def measure(images: Sequence[ByteArray], chosen: Sequence[tuple[str, Extract]], progress: Progress) -> dict[str, Any]:
    """Return what ``extract.json`` says of the extractors."""
    found: dict[str, list[Found | None]] = {name: [] for name, _ in chosen}
    seconds: dict[str, list[float]] = {name: [] for name, _ in chosen}
    task = progress.add_task("extract", total=len(images) + 1)
    for name, extract in chosen:
        timed(extract, images[0])
        progress.update(task, description=f"warm: {name}")
    progress.advance(task)
    for pixels in images:
        for name, extract in chosen:
            progress.update(task, description=name)
            result, spent = timed(extract, pixels)
            found[name].append(result)
            seconds[name].append(spent)
        progress.advance(task)
    results: dict[str, Any] = {"extractors": {n: figures(np.array(seconds[n]), found[n]) for n, _ in chosen}}
    ours, theirs = found[LEADER], found.get(PYFING, [])
    both = [(a, b) for a, b in zip(ours, theirs, strict=False) if a is not None and b is not None]
    if both:
        medians = {name: results["extractors"][name]["median_ms"] for name in (LEADER, PYFING)}
        results["leader_against_pyfing"] = {
            "times_as_fast": medians[PYFING] / medians[LEADER],
            "within": {"pixels": NEAR_PIXELS, "degrees": float(np.degrees(NEAR_RADIANS))},
            "by_quality": {f"{q:g}": agreement(both, q) for q in QUALITIES},
        }
    return results


def extraction(
    dataset: Annotated[str, typer.Option(help="FOLDER or FOLDER:PPI, in FVC layout.")],
    out: Annotated[Path, typer.Option(help="Folder for extract.json.")],
    images: Annotated[int, typer.Option(min=1, help="How many, evenly drawn.")] = IMAGES,
    peers: Annotated[
        str | None, typer.Option(help="Names with commas between, or none; without it, all that are installed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure how fast the extractors are, image by image, on one core."""
    one_thread()
    samples = open_named(dataset).samples
    chosen = list(extractors(peers))
    drawn = np.linspace(0, len(samples) - 1, min(images, len(samples))).astype(int)
    pixels = [resample(read_image(samples[i])) for i in drawn]
    with Progress(console=people(), disable=as_json) as progress:
        results = measure(pixels, chosen, progress)
    sizes = [image.shape for image in pixels]
    results |= {
        "dataset": dataset,
        "images": len(pixels),
        "pixels_median": [int(np.median(side)) for side in zip(*sizes, strict=True)][::-1],
        "threads": 1,
        "machine": machine(),
    }
    write_json(out / "extract.json", results)
    if as_json:
        print_json(results)
    else:
        _show(results, out)


def _show(results: dict[str, Any], out: Path) -> None:
    console = people()
    width, height = results["pixels_median"]
    table = Table(title=f"{results['dataset']}: {results['images']} images, median {width}x{height}, one thread")
    for heading in ("extractor", "median ms", "p95 ms", "minutiae", "failures"):
        table.add_column(heading, justify="left" if heading == "extractor" else "right")
    for name, row in results["extractors"].items():
        cells = (f"{row['median_ms']:.1f}", f"{row['p95_ms']:.1f}", f"{row['minutiae_median']:.0f}")
        table.add_row(name, *cells, str(row["failures"]))
    console.print(table)
    if against := results.get("leader_against_pyfing"):
        f1 = ", ".join(f"F1 {row['f1']:.4f} from quality {q}" for q, row in against["by_quality"].items())
        console.print(f"leader is {against['times_as_fast']:.1f} times as fast as pyfing's; {f1}")
    console.print(f"wrote {out / 'extract.json'}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, extraction)


if __name__ == "__main__":
    sys.exit(main())
