"""Pictures of pairs: of two files, and of a pair that a run compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from benchmarks.errors.selection import Entry
from benchmarks.sources import read_image
from enroll_tools.datasets import DatasetSample
from matcher.comparison.calibration import Calibration
from matcher.comparison.compare import Comparison
from matcher.comparison.prepared import PreparedTemplate, prepare
from matcher.errors import MatcherError
from matcher.formats.iso19794_2 import read_record, view_to_template
from matcher.images.decoding import decode_image, resample
from matcher.pictures.pair import Side, draw_pair
from matcher.types import TEMPLATE_RESOLUTION_PPI, ByteArray, Extractor, Image, Template

TARGET_FMR = 1e-4
"""False match rate of the decision that a picture states."""

_THUMBNAIL_SCALE = 1.3


def verdict(comparison: Comparison, calibration: Calibration, target_fmr: float = TARGET_FMR) -> list[str]:
    """Say what a comparison claims and decides, in two lines."""
    level, fmr = calibration.level(comparison), calibration.fmr(comparison)
    decision = "MATCH" if fmr <= target_fmr else "NO MATCH"
    extrapolated = " (extrapolated)" if fmr < calibration.extrapolated_below else ""
    return [
        f"{decision} at FMR {target_fmr:g}: level {level:.1f}, claimed FMR {fmr:.1e}{extrapolated}",
        f"score {comparison.score:.1f}, {len(comparison.pairs)} pairs",
    ]


def file_side(path: Path, ppi: float | None, extractor: Callable[[], Extractor]) -> Side:
    """Read an image and extract it, or read a record and lay it over the image beside it, if there is one.

    Raises:
        MatcherError: it is neither.
        OSError: it cannot be read.
    """
    if path.suffix.lower() != ".iso":
        image = decode_image(path.read_bytes(), resolution_ppi=ppi)
        return Side(resample(image), prepare(extractor().extract(image)), path.name)
    record = read_record(path.read_bytes())
    beside = _image_beside(path, ppi)
    if beside is None:
        template = view_to_template(record)
        return Side(_blank(template), prepare(template), path.name)
    height, width = beside.pixels.shape
    scale = TEMPLATE_RESOLUTION_PPI / beside.resolution_ppi
    laid = view_to_template(record, frame_size=(width * scale, height * scale))
    return Side(resample(beside), prepare(laid), path.name)


def _image_beside(path: Path, ppi: float | None) -> Image | None:
    for suffix in (".tif", ".tiff", ".png", ".bmp", ".jpg"):
        image = path.with_suffix(suffix)
        if image.is_file():
            return decode_image(image.read_bytes(), resolution_ppi=ppi)
    return None


def _blank(template: Template) -> ByteArray:
    return np.full((max(template.height, 1), max(template.width, 1)), 255, np.uint8)


def draw_entry(calibration: Calibration, entry: Entry) -> ByteArray:
    """Draw a pair of a run: uint8, shape (height, width, 3), blue, green, red."""
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


def write_png(path: Path, picture: ByteArray) -> None:
    """Write a picture, uint8, shape (height, width, 3), into a folder that is made if missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written, data = cv2.imencode(".png", picture)
    assert written
    path.write_bytes(data.tobytes())
