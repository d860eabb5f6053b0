"""From the filtered image to lines: its sign, without islands and holes, thinned; ridges and valleys alike."""

from __future__ import annotations

import cv2
import numpy as np

from matcher.extraction.ridge._tracing_kernels import cut
from matcher.extraction.ridge.grid import Mask
from matcher.extraction.ridge.params import SkeletonParams
from matcher.extraction.ridge.thinning import thinned
from matcher.types import ByteArray, FloatArray


def binarise(enhanced: FloatArray, mask: Mask, params: SkeletonParams) -> tuple[ByteArray, ByteArray]:
    """Return ridges and valleys inside the mask, uint8 of 0 and 1; small ones belong to what surrounds them."""
    ridges = ((enhanced > 0) & mask).astype(np.uint8)
    islands = small_islands(ridges, params.smallest_island)
    valleys = ((ridges == 0) & mask).astype(np.uint8)
    holes = small_islands(valleys, params.smallest_island)
    ridges = np.where(islands, 0, ridges | holes).astype(np.uint8)
    return ridges, ((ridges == 0) & mask).astype(np.uint8)


def skeleton(shape: ByteArray, params: SkeletonParams) -> ByteArray:
    """Return the lines of ridges or valleys, uint8 of 0 and 1, without spurs and fragments."""
    return pruned(thinned(shape), params)


def pruned(lines: ByteArray, params: SkeletonParams) -> ByteArray:
    """Take spurs and fragments away from thinned lines, border 0, in place; return them."""
    # The shortest first: of two branches at one fork the longer is the line.
    for part in (0.5, 1.0):
        cut(lines, part * params.spur, part * params.fragment)
    return lines


def small_islands(shape: ByteArray, smallest: int) -> ByteArray:
    """Mark the components of fewer pixels, joined over edges only."""
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(shape, connectivity=4)
    is_small = (statistics[:, cv2.CC_STAT_AREA] < smallest).astype(np.uint8)
    is_small[0] = 0
    return np.asarray(is_small[labels], dtype=np.uint8)
