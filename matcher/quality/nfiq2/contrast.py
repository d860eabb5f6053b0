"""Mean grey level of the image (ISO/IEC 29794-4, MU) and mean of its local regions' means (MMB)."""

from __future__ import annotations

import numpy as np

from matcher.quality.nfiq2.tiles import all_tiles
from matcher.types import ByteArray


def contrast(pixels: ByteArray) -> dict[str, float]:
    """Return ``Mu`` and ``MMB``, grey levels; a region that the edge cuts counts as a whole one does.

    Args:
        pixels: uint8, shape (h, w).
    """
    means = np.concatenate([tiles.mean(axis=(-2, -1)).ravel() for _, _, tiles in all_tiles(pixels)])
    return {"Mu": float(pixels.mean()), "MMB": float(means.mean())}
