"""Where on a page there are ridges: strong contrast, and one wave across it at the distance that ridges have.

Handwriting, print and frames have contrast too. What tells ridges from them is measured as the ridge extractor does:
the share of one wave in the profile across the ridges. It is above a half in a third to three quarters of the cells of
prints of four sensors, and in at most an eighth of the cells of scribble.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from matcher.extraction.ridge.grid import blurred_cells
from matcher.extraction.ridge.normalisation import local_statistics, normalised
from matcher.extraction.ridge.orientation import gradient_moments, orientation_field
from matcher.extraction.ridge.params import CELL, DEFAULT_RIDGE
from matcher.extraction.ridge.ridge_period import ridge_period
from matcher.slaps.params import CELLS_PER_MM, Cells, SlapParams
from matcher.types import PIXELS_PER_MM, ByteArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Ridges:
    """Ridges of a page, on cells of 8 x 8 pixels.

    Attributes:
        cells: where they are, in pieces as wide as fingers, their holes filled.
        poor: those and the poor ones: a smeared part of a finger hardly shows a wave, as writing beside it.
        cosine, sine: of the doubled angle of their direction.
    """

    cells: Cells
    poor: Cells
    cosine: FloatArray
    sine: FloatArray


def ridges_of(pixels: ByteArray, params: SlapParams) -> Ridges:
    """Find the ridges of a page.

    Args:
        pixels: uint8 (h, w), at 500 dpi, ridges dark.
        params: constants.
    """
    height, width = (side // CELL * CELL for side in pixels.shape)
    page = np.ascontiguousarray(pixels[:height, :width])
    skin = _contrast(page, params)
    image = normalised(page, *local_statistics(page))
    mask = skin.astype(np.float32)
    field = orientation_field(gradient_moments(image, DEFAULT_RIDGE.orientation), mask, DEFAULT_RIDGE.orientation)
    clear = (ridge_period(image, field, mask, DEFAULT_RIDGE.period)[1] > params.clear).astype(np.float32)
    near = params.ridges_reach * PIXELS_PER_MM
    share = blurred_cells(clear, near) / (blurred_cells(mask, near) + 1e-6)
    ridges, poor = (np.where(share > least, skin, 0).astype(np.uint8) for least in (params.least_ridges, params.poor))
    closed = cv2.morphologyEx(ridges, cv2.MORPH_CLOSE, disc(params.gap))
    filled = _filled(np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, disc(params.neck)), dtype=np.uint8))
    wide = [piece for piece in pieces(filled) if breadth(piece) >= params.least_width * CELLS_PER_MM]
    return Ridges(np.asarray(sum(wide, np.zeros_like(filled)), dtype=np.uint8), poor, field.cosine, field.sine)


def _contrast(page: ByteArray, params: SlapParams) -> Cells:
    height, width = page.shape
    grey = page.astype(np.float32)
    sigma = params.reach * PIXELS_PER_MM
    mean = cv2.GaussianBlur(grey, (0, 0), sigma)
    deviation = np.sqrt(np.maximum(cv2.GaussianBlur(grey * grey, (0, 0), sigma) - mean * mean, 0))
    cells = cv2.resize(deviation, (width // CELL, height // CELL), interpolation=cv2.INTER_AREA)
    strong = max(params.share * float(np.percentile(cells, 95)), params.least_contrast)
    found = (cells > strong).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(found, cv2.MORPH_CLOSE, disc(params.gap)), dtype=np.uint8)


def disc(diameter: float) -> ByteArray:
    """Return a disc to close and open cells with; ``diameter`` in millimetres."""
    side = max(1, round(diameter * CELLS_PER_MM)) | 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), dtype=np.uint8)


def pieces(cells: Cells) -> list[Cells]:
    """Return the pieces that hang together over edges."""
    count, labels = cv2.connectedComponents(np.ascontiguousarray(cells), connectivity=4)
    return [np.asarray(labels == n, dtype=np.uint8) for n in range(1, count)]


def breadth(piece: Cells) -> float:
    """Return the smaller side of the smallest rectangle, however turned, that holds a piece; in cells."""
    rows, columns = np.nonzero(piece)
    sides = cv2.minAreaRect(np.stack([columns, rows], axis=1).astype(np.int32))[1]
    return float(min(sides)) + 1


def _filled(cells: Cells) -> Cells:
    """Fill what ridges enclose: a smeared place, a scar."""
    outside = np.ascontiguousarray(np.pad(1 - cells, 1, constant_values=1))
    _, labels = cv2.connectedComponents(outside, connectivity=4)
    return np.asarray(labels[1:-1, 1:-1] != labels[0, 0], dtype=np.uint8)
