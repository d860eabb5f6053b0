"""Local regions, those of the foreground (ISO/IEC 29794-4:2024, 6.1.5.3), with windows along or across their ridges.

A region is 32 x 32 pixels; its window, 32 x 16, is cut from the region and its border of 2 pixels, turned by the
region's orientation about the middle, to the nearest pixel. Turned positions are taken in 1024ths of a pixel, by which
a window differs in a few pixels from one taken exactly: measures near the limit of a bin depend on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.quality.nfiq2.tiles import TILE, all_tiles, covariance, full_tiles, map_shape
from matcher.types import ByteArray

BORDER = 2
"""Pixels around a region that its turned window may take: ceil((ceil(sqrt(32^2 + 16^2)) - 32) / 2)."""

EXTRA = 2
"""More pixels around a region, which the windows of two measures may take; black beyond the image."""

WIDTH, HEIGHT = 32, 16
"""Of a window, pixels, ridges upright."""

LEAST_DEVIATION = 0.1
"""Of a foreground tile, in standard deviations of the image."""

_STEPS = 1024

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """The local regions of an image, from the one whose corner is ``BORDER`` pixels from the image's.

    Attributes:
        around: uint8, shape (rows, columns, 40, 40): each with ``BORDER + EXTRA`` pixels around.
        foreground: shape (rows, columns): the whole of it is foreground.
        orientation: shape (rows, columns): of the line across the ridges, radians in (-pi/2, pi/2], y downwards. As in
            the reference half of what makes it oblique is left out: it is off by up to ten degrees, at 27 and at 63.
    """

    around: ByteArray
    foreground: Mask
    orientation: Float


def local_regions(pixels: ByteArray) -> Regions:
    """Cut an image, uint8, shape (h, w), into local regions."""
    around = np.asarray(full_tiles(np.pad(pixels, EXTRA), BORDER + EXTRA), np.uint8)
    mask = np.asarray(full_tiles(_foreground(pixels), BORDER), np.bool_)
    xx, yy, xy = covariance(_inner(around, BORDER + EXTRA))
    held = np.asarray(_inner(mask, BORDER).all(axis=(-2, -1)), np.bool_)
    return Regions(around, held, np.arctan2(xy, xx - yy) / 2)


def _inner(tiles: NDArray[np.generic], border: int) -> NDArray[np.generic]:
    return tiles[..., border:-border, border:-border]


def _foreground(pixels: ByteArray) -> Mask:
    """Return which pixels are in tiles that vary: shape (h, w)."""
    deviation = float(pixels.std())
    varied = np.zeros(map_shape(pixels), np.bool_)
    if deviation > 0:
        for rows, columns, tiles in all_tiles(pixels):
            varied[rows, columns] = tiles.std(axis=(-2, -1)) / deviation > LEAST_DEVIATION
    height, width = pixels.shape
    mask: Mask = np.repeat(np.repeat(varied, TILE, axis=0), TILE, axis=1)[:height, :width]
    return mask


def windows(around: ByteArray, turn: Float, width: int, height: int, extra: int) -> ByteArray:
    """Return a window of each region, turned, uint8, shape (n, height, width); 0 where there is no border any more.

    Args:
        around: regions with their surroundings, shape (n, 40, 40).
        turn: shape (n,): radians, counter-clockwise as the image is seen.
        width: of the windows, pixels.
        height: of the windows, pixels.
        extra: pixels of border beyond ``BORDER`` that are turned too, 0 to ``EXTRA``. The window is cut as if there
            were none, and so is off the middle by as many pixels to the left and up.
    """
    cut = slice(EXTRA - extra, around.shape[1] - EXTRA + extra)
    turned = around[:, cut, cut]
    side = turned.shape[1]
    inner = TILE + 2 * BORDER
    x = np.arange(width) + (inner - width) // 2
    y = np.arange(height) + (inner - height) // 2
    from_x, from_y = _source(turn, x, y, side / 2)
    inside = (from_x >= 0) & (from_x < side) & (from_y >= 0) & (from_y < side)
    taken = turned[np.arange(len(turned))[:, None, None], np.where(inside, from_y, 0), np.where(inside, from_x, 0)]
    return np.where(inside, taken, 0).astype(np.uint8)


def _source(turn: Float, x: NDArray[np.int64], y: NDArray[np.int64], middle: float) -> tuple[NDArray[np.int64], ...]:
    """Return where in the region each pixel of the windows is, x and y, whole pixels, shape (n, height, width)."""
    cosine, sine = np.cos(turn)[:, None], np.sin(turn)[:, None]
    to_x = (1 - cosine) * middle - sine * middle
    to_y = sine * middle + (1 - cosine) * middle
    found = []
    for by_x, by_y, shift in (
        (cosine, -sine, -cosine * to_x + sine * to_y),
        (sine, cosine, -sine * to_x - cosine * to_y),
    ):
        row = np.rint((by_y * y + shift) * _STEPS).astype(np.int64) + _STEPS // 2
        column = np.rint(by_x * x * _STEPS).astype(np.int64)
        found.append((row[:, :, None] + column[:, None, :]) // _STEPS)
    return tuple(found)
