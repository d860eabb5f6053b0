"""Look at pairs: draw one, or make a gallery of a run's errors.

python -m benchmarks.errors.command draw --a IMAGE --b IMAGE --out pair.png
python -m benchmarks.errors.command gallery --dataset FOLDER[:PPI] [--dataset ...] --out FOLDER
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from rich.console import Console
from rich.progress import Progress

from benchmarks.errors.page import gallery_page
from benchmarks.errors.selection import Entry, ErrorGallery, ScoredSet, choose
from benchmarks.impressions import read_image
from benchmarks.named_sets import NamedSet, open_named
from benchmarks.verification.database import Steps, pairs_of, run_database, template_source
from enroll_tools.datasets import DatasetError, DatasetSample
from matcher.comparison.calibration import Calibration, default_calibration
from matcher.comparison.compare import Comparison, PreparedTemplate, comparator_id, compare, prepare
from matcher.errors import MatcherError
from matcher.extraction.leader import load_leader
from matcher.formats.iso19794_2 import read_record, view_to_template
from matcher.images.decoding import decode_image, resample
from matcher.pictures.pair import Side, draw_pair
from matcher.types import TEMPLATE_RESOLUTION_PPI, ByteArray, Extractor, Image, Template

TARGET_FMR = 1e-4
"""False match rate of the decision that a picture states."""

_THUMBNAIL_SCALE = 1.3

console = Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, or make the gallery; return the exit status."""
    options = _options(arguments)
    try:
        if options.command == "draw":
            return _draw(options)
        return _gallery(options)
    except (DatasetError, MatcherError) as error:
        console.print(f"[red]{error.reason}: {error}[/red]")
        return 2
    except OSError as error:
        console.print(f"[red]{error}[/red]")
        return 2


def verdict(comparison: Comparison, calibration: Calibration, target_fmr: float = TARGET_FMR) -> list[str]:
    """Say what a comparison claims and decides, in two lines."""
    level, fmr = calibration.level(comparison.score), calibration.fmr(comparison.score)
    decision = "MATCH" if fmr <= target_fmr else "NO MATCH"
    extrapolated = " (extrapolated)" if fmr < calibration.extrapolated_below else ""
    return [
        f"{decision} at FMR {target_fmr:g}: level {level:.1f}, claimed FMR {fmr:.1e}{extrapolated}",
        f"score {comparison.score:.1f}, {len(comparison.pairs)} pairs",
    ]


def _draw(options: argparse.Namespace) -> int:
    extractor: list[Extractor] = []  # loaded when the first image needs it
    sides = [_side(path, options.resolution, extractor) for path in (options.a, options.b)]
    comparison = compare(sides[0].prepared, sides[1].prepared)
    caption = verdict(comparison, default_calibration())
    _write_png(options.out, draw_pair(sides[0], sides[1], comparison, caption, options.scale))
    console.print(caption[0])
    console.print(f"wrote {options.out}")
    return 0


def _side(path: Path, ppi: float | None, extractor: list[Extractor]) -> Side:
    """Read an image and extract it, or read a record and lay it over the image beside it, if there is one."""
    if path.suffix.lower() != ".iso":
        image = decode_image(path.read_bytes(), resolution_ppi=ppi)
        if not extractor:
            extractor.append(load_leader())
        return Side(resample(image), prepare(extractor[0].extract(image)), path.name)
    record = read_record(path.read_bytes())
    beside = _image_beside(path, ppi)
    if beside is None:
        template = view_to_template(record)
        return Side(_blank(template), prepare(template), path.name)
    height, width = beside.pixels.shape
    scale = TEMPLATE_RESOLUTION_PPI / beside.resolution_ppi
    return Side(
        resample(beside), prepare(view_to_template(record, frame_size=(width * scale, height * scale))), path.name
    )


def _image_beside(path: Path, ppi: float | None) -> Image | None:
    for suffix in (".tif", ".tiff", ".png", ".bmp", ".jpg"):
        image = path.with_suffix(suffix)
        if image.is_file():
            return decode_image(image.read_bytes(), resolution_ppi=ppi)
    return None


def _blank(template: Template) -> ByteArray:
    return np.full((max(template.height, 1), max(template.width, 1)), 255, np.uint8)


def _gallery(options: argparse.Namespace) -> int:
    sets = [open_named(text) for text in options.dataset]
    for named in sets:
        pairs_of(named.samples)  # refuses a set before any is extracted
    calibration = default_calibration()
    with Progress(console=console) as progress:
        scored = [_scored(named, calibration, progress) for named in sets]
        gallery = choose(scored, calibration, genuine=options.genuine, impostor=options.impostor)
        task = progress.add_task("draw", total=len(gallery.genuine) + len(gallery.impostor))
        write_gallery(options.out, gallery, scored, calibration, partial(progress.advance, task))
    console.print(f"wrote {options.out / 'gallery.html'} and {options.out / 'gallery.json'}")
    return 0


def _scored(named: NamedSet, calibration: Calibration, progress: Progress) -> ScoredSet:
    task = progress.add_task(named.name, total=2 * len(named.samples))
    advance = partial(progress.advance, task)
    source = template_source("leader", named.samples)
    run = run_database(named.name, named.samples, source, calibration, Steps(advance, advance))
    return ScoredSet(named.name, source[0], named.samples, run.impressions, run.pairs, run.scores)


def write_gallery(
    out: Path,
    gallery: ErrorGallery,
    sets: Sequence[ScoredSet],
    calibration: Calibration,
    progress: Callable[[], None] = lambda: None,
) -> None:
    """Write ``gallery.html`` and ``gallery.json``."""
    out.mkdir(parents=True, exist_ok=True)
    page = gallery_page(gallery, [scored.name for scored in sets], partial(_drawn, calibration), progress)
    (out / "gallery.html").write_text(page, encoding="utf-8")
    content = {
        "datasets": [scored.name for scored in sets],
        "extractor": sets[0].extractor,
        "comparator": comparator_id(),
        "calibration": calibration.id,
        "threshold": gallery.threshold,
        "genuine_pairs": gallery.genuine_pairs,
        "rejected": gallery.rejected,
        "impostor_pairs": gallery.impostor_pairs,
        "accepted": gallery.accepted,
        "genuine": [entry.as_json() for entry in gallery.genuine],
        "impostor": [entry.as_json() for entry in gallery.impostor],
    }
    (out / "gallery.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _drawn(calibration: Calibration, entry: Entry) -> ByteArray:
    samples = (entry.scored.samples[entry.pair.a], entry.scored.samples[entry.pair.b])
    probe, reference = (_entry_side(*each) for each in zip(samples, entry.sides, entry.names, strict=True))
    return draw_pair(probe, reference, entry.comparison, verdict(entry.comparison, calibration), _THUMBNAIL_SCALE)


def _entry_side(sample: DatasetSample, prepared: PreparedTemplate | None, name: str) -> Side:
    """Return a side to draw; without minutiae where extraction failed, blank where there is no picture either."""
    try:
        pixels = resample(read_image(sample))
    except MatcherError:
        pixels = np.full((200, 200), 255, np.uint8)
    return Side(pixels, prepared or prepare(_empty(pixels)), name)


def _empty(pixels: ByteArray) -> Template:
    none = np.zeros(0, np.float32)
    return Template(none, none, none, np.zeros(0, np.uint8), none, pixels.shape[1], pixels.shape[0], "none")


def _write_png(path: Path, picture: ByteArray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    written, data = cv2.imencode(".png", picture)
    assert written
    path.write_bytes(data.tobytes())


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.errors.command",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    draw = commands.add_parser("draw", help="draw one pair")
    draw.add_argument("--a", type=Path, required=True, help="image of the probe, or its .iso record")
    draw.add_argument("--b", type=Path, required=True, help="image of the reference, or its .iso record")
    draw.add_argument("--resolution", type=float, help="pixels per inch of the images, if the files do not say")
    draw.add_argument("--scale", type=float, default=2.0, help="screen pixels for one pixel at 500 dpi (default 2)")
    draw.add_argument("--out", type=Path, required=True, help="the picture, .png")
    gallery = commands.add_parser("gallery", help="make a page of the errors of a run")
    gallery.add_argument("--dataset", action="append", required=True, help="FOLDER or FOLDER:PPI, in FVC layout")
    gallery.add_argument("--out", type=Path, required=True, help="folder for gallery.html and gallery.json")
    gallery.add_argument("--genuine", type=int, default=40, help="lowest genuine pairs to show (default 40)")
    gallery.add_argument("--impostor", type=int, default=20, help="highest impostor pairs to show (default 20)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
