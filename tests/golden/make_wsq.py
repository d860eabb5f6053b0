"""Writes the golden WSQ files and what NBIS's own decoder makes of them.

Needs the package ``wsq`` (``pip install wsq``), which the project does not depend on: its decoder is NBIS's. Run it
from the root of the repository (``python tests/golden/make_wsq.py``). The pictures are invented waves, one of them
odd, and a print that no finger made.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from enroll_tools.synthetic import Population
from matcher.types import FingerPosition

FOLDER = Path(__file__).parent
SIZES = {"waves": (96, 104), "waves_odd": (101, 83)}
BITS_PER_PIXEL = 0.75


def waves(height: int, width: int) -> NDArray[np.uint8]:
    """Return rings of nine pixels, stronger towards one side, that leave a white corner."""
    y, x = np.mgrid[0:height, 0:width]
    ring = np.cos(2 * np.pi * np.hypot(x - width / 3, y - height / 2) / 9)
    grey = 140 + 90 * ring * x / width
    return np.where(x + y < 30, 255, grey).astype(np.uint8)


if __name__ == "__main__":
    import _wsq

    made_up = Population(5).impression(1, FingerPosition.RIGHT_INDEX, 1).image.pixels
    (FOLDER / "print.wsq").write_bytes(_wsq.compress(made_up.tobytes(), *made_up.shape, BITS_PER_PIXEL))
    for name, (height, width) in SIZES.items():
        picture = waves(height, width)
        encoded = _wsq.compress(picture.tobytes(), height, width, BITS_PER_PIXEL)
        (FOLDER / f"{name}.wsq").write_bytes(encoded)
        pixels, _, _, _ = _wsq.decompress(encoded)
        (FOLDER / f"{name}.grey").write_bytes(pixels)
