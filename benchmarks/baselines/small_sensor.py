"""Synthetic prints hard enough to err on: of every hard print only what a sensor of 8 x 8 mm would see of it.

Whole synthetic prints are told apart without an error, so error rates on them could only stay or get worse by a lot.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image

from enroll_tools.synthetic import HARD, Population
from matcher.extraction.leader import load_leader
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.types import TEMPLATE_RESOLUTION_PPI, ByteArray, FingerPosition, Image

NAME = "synthetic/small-sensor"
FINGERS, IMPRESSIONS = 10, 6

_SEED = 19
_SIDE = 160  # pixels at 500 dpi: 8.1 mm
_AWAY = (25.0, 18.0)  # pixels down and across: standard deviation of the window's middle from the print's


def write_small_sensor(folder: Path, progress: Callable[[], None]) -> None:
    """Write the prints in FVC layout, with ISO/IEC 19794-2 records of LEADER's minutiae beside them.

    Args:
        folder: made if missing.
        progress: called after each of ``FINGERS * IMPRESSIONS`` prints.
    """
    folder.mkdir(parents=True, exist_ok=True)
    population, places, extractor = Population(_SEED, HARD), np.random.default_rng(_SEED), load_leader()
    for finger in range(FINGERS):
        for impression in range(1, IMPRESSIONS + 1):
            whole = population.impression(finger, FingerPosition.RIGHT_INDEX, impression).image
            seen = Image(_window(whole.pixels, places), TEMPLATE_RESOLUTION_PPI)
            place = folder / f"{finger + 1}_{impression}"
            PIL.Image.fromarray(seen.pixels).save(place.with_suffix(".png"))
            record = template_to_record(extractor.extract(seen), FingerPosition.UNKNOWN)
            place.with_suffix(".iso").write_bytes(write_record(record))
            progress()


def _window(pixels: ByteArray, places: np.random.Generator) -> ByteArray:
    corner = [
        int(np.clip(size / 2 + places.normal(0, away) - _SIDE / 2, 0, size - _SIDE))
        for size, away in zip(pixels.shape, _AWAY, strict=True)
    ]
    return np.ascontiguousarray(pixels[corner[0] : corner[0] + _SIDE, corner[1] : corner[1] + _SIDE])
