"""The pictures of docs/ridge-extractor.md: every stage of the ridge extractor on a synthetic finger.

python -m benchmarks.ridge_picture --out docs/pictures
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from benchmarks.command_line import run
from enroll_tools.synthetic import HARD, Population
from matcher.extraction.leader import load_leader
from matcher.extraction.ridge import RidgeExtractor
from matcher.pictures.panels import SCALE, panels
from matcher.pictures.stages import inspect_image
from matcher.types import ByteArray, FingerPosition

SEED, PERSON, IMPRESSION = 5, 3, 1

# By the title of the panel in ``idverify inspect``: the file's name, and whether details matter more than the whole.
PICTURES = {
    "Image": ("image", False),
    "Normalised": ("normalised", True),
    "Finger": ("mask", False),
    "Orientation": ("orientation", False),
    "Coherence": ("coherence", False),
    "Ridge period": ("period", False),
    "Enhanced": ("enhanced", True),
    "Lines": ("lines", True),
    "Minutiae by image processing": ("minutiae", False),
}

_DETAIL = 160  # side of what is cut out, pixels at 500 dpi
_JPEG_QUALITY = 82


def ridge_picture(out: Annotated[Path, typer.Option(help="Folder for ridge_<stage>.jpg.")]) -> None:
    """Draw every stage of the ridge extractor on a synthetic finger."""
    out.mkdir(parents=True, exist_ok=True)
    for name, picture in draw_stages().items():
        cv2.imwrite(str(out / f"ridge_{name}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])


def draw_stages() -> dict[str, ByteArray]:
    """Return a picture of every stage, uint8 (h, w, 3), blue, green, red."""
    impression = Population(SEED, HARD).impression(PERSON, FingerPosition.RIGHT_INDEX, IMPRESSION)
    inspection = inspect_image(impression.image, load_leader(), RidgeExtractor())
    drawn: dict[str, ByteArray] = {}
    for panel in panels(inspection):
        name, in_detail = PICTURES.get(panel.title.split(":")[0], ("", False))
        if name:
            drawn[name] = _detail(panel.picture) if in_detail else _whole(panel.picture)
    return drawn


def _detail(picture: ByteArray) -> ByteArray:
    """Cut out the middle."""
    top, left = ((side - _DETAIL * SCALE) // 2 for side in picture.shape[:2])
    return np.ascontiguousarray(picture[top : top + _DETAIL * SCALE, left : left + _DETAIL * SCALE])


def _whole(picture: ByteArray) -> ByteArray:
    """Shrink to one screen pixel for a pixel at 500 dpi."""
    size = (picture.shape[1] // SCALE, picture.shape[0] // SCALE)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pictures; return the exit status."""
    return run(arguments, ridge_picture)


if __name__ == "__main__":
    sys.exit(main())
