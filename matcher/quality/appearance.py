"""How the ridges look in an image: where they are, how dark, how strong, how smeared."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.types import PIXELS_PER_MM, ByteArray

Float = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RidgeAppearance:
    """How the ridges look in an image.

    Attributes:
        area: mm2 covered by blocks that hold ridges.
        contrast: median standard deviation of those blocks, grey levels.
        darkness: median share of their pixels nearer to their darkest than to their brightest.
        smeared: share of the area around them that is dark without a valley.
    """

    area: float
    contrast: float
    darkness: float
    smeared: float


_PIXELS_PER_MM2 = PIXELS_PER_MM**2
_BLOCK, _STEP = 32, 16  # pixels at 500 dpi: three ridges to a block
_PERIODS = (5.0, 16.0)  # pixels at 500 dpi: ridge periods from children's fingers to thumbs, with room
_LEAST_DEVIATION = 8.0  # grey levels
_LEAST_BAND_SHARE = 0.6  # of the block's power at ridge periods
_LEAST_COHERENCE = 0.5  # 1 for one orientation, 0 for all alike
_SMEAR = 13  # pixels at 500 dpi: a dark disc of this diameter, 0.66 mm, is wider than any ridge
_SMEAR_LEVEL = 0.25  # of the way from the ridges' dark to the valleys' bright

_NO_RIDGES = RidgeAppearance(0.0, 0.0, 0.0, 0.0)


def ridge_appearance(pixels: ByteArray) -> RidgeAppearance:
    """Measure the blocks of 32 x 32 pixels that hold ridges: power at ridge periods, in one orientation.

    Args:
        pixels: uint8, shape (h, w), at 500 dpi.
    """
    if min(pixels.shape) < _BLOCK:
        return _NO_RIDGES
    windows, blocks, deviation, held = _blocks(pixels)
    if not held.any():
        return _NO_RIDGES
    low, high = np.percentile(blocks[held], [10, 90], axis=(1, 2))
    dark = blocks[held] < ((low + high) / 2)[:, None, None]
    level = float(np.median(low) + _SMEAR_LEVEL * (np.median(high) - np.median(low)))
    return RidgeAppearance(
        area=int(held.sum()) * _STEP**2 / _PIXELS_PER_MM2,
        contrast=float(np.median(deviation[held])),
        darkness=float(np.median(dark.mean(axis=(1, 2)))),
        smeared=_smeared(pixels, held.reshape(windows.shape[:2]), level),
    )


def off_centre(pixels: ByteArray) -> float | None:
    """Return how far the middle of the blocks that hold ridges is from the middle of the image, pixels.

    Args:
        pixels: uint8, shape (h, w), at 500 dpi.

    Returns:
        None if no ridges are seen.
    """
    if min(pixels.shape) < _BLOCK:
        return None
    windows, _, _, held = _blocks(pixels)
    places = np.argwhere(held.reshape(windows.shape[:2]))
    if not len(places):
        return None
    middle = places.mean(axis=0) * _STEP + (_BLOCK - 1) / 2
    return float(np.hypot(*(middle - (np.array(pixels.shape) - 1) / 2)))


def _blocks(pixels: ByteArray) -> tuple[ByteArray, Float, Float, Mask]:
    """Return the windows (rows, columns, 32, 32), the same one after the other, their deviations, which hold ridges."""
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (_BLOCK, _BLOCK))[::_STEP, ::_STEP]
    blocks = windows.reshape(-1, _BLOCK, _BLOCK).astype(np.float32)
    deviation = blocks.std(axis=(1, 2))
    share, coherence = _spectrum(blocks)
    held = (deviation > _LEAST_DEVIATION) & (share > _LEAST_BAND_SHARE) & (coherence > _LEAST_COHERENCE)
    return windows, blocks, deviation, held


def _smeared(pixels: ByteArray, held: Mask, level: float) -> float:
    """Return the share of the hull of the blocks held that is covered by dark discs wider than a ridge."""
    corners = np.argwhere(held)[:, ::-1].astype(np.int32) * _STEP
    last = _BLOCK - 1
    points = np.concatenate([corners + offset for offset in ((0, 0), (last, 0), (0, last), (last, last))])
    hull = np.zeros(pixels.shape, np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(points.astype(np.int32)), 1)
    dark = ((pixels < level) & (hull > 0)).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_SMEAR, _SMEAR))
    return float(cv2.morphologyEx(dark, cv2.MORPH_OPEN, disc).sum() / hull.sum())


def _without_plane(blocks: Float) -> Float:
    """Subtract from each block its least squares plane: shading would leak into the lowest ridge frequencies."""
    ramp = (np.arange(_BLOCK) - (_BLOCK - 1) / 2).astype(np.float32)
    norm = _BLOCK * (ramp**2).sum()
    down = (blocks.sum(axis=2) @ ramp / norm)[:, None, None] * ramp[:, None]
    right = (blocks.sum(axis=1) @ ramp / norm)[:, None, None] * ramp[None, :]
    flat: Float = blocks - blocks.mean(axis=(1, 2), keepdims=True) - down - right
    return flat


def _spectrum(blocks: Float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return, of every block, the share of its power at ridge periods and that power's coherence of orientation."""
    taper = np.hanning(_BLOCK + 2)[1:-1].astype(np.float32)
    power = np.abs(np.fft.rfft2(_without_plane(blocks) * np.outer(taper, taper))) ** 2
    power[:, :, 0] /= 2  # the half spectrum holds this column's mirror image too
    v, u = np.meshgrid(np.fft.fftfreq(_BLOCK), np.fft.rfftfreq(_BLOCK), indexing="ij")
    frequency = np.hypot(u, v)
    detail = power * (frequency > 1.5 / _BLOCK)  # without what is left of shading
    ridge = power * ((frequency >= 1 / _PERIODS[1]) & (frequency <= 1 / _PERIODS[0]))
    total, inside = detail.sum(axis=(1, 2)) + 1e-3, ridge.sum(axis=(1, 2)) + 1e-3
    turned = (ridge * np.exp(2j * np.arctan2(v, u))).sum(axis=(1, 2))
    return inside / total, np.abs(turned) / inside
