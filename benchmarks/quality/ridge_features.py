"""Quality measures of ridges after ISO/IEC 29794-4, which NFIQ 2 is made of: what the score is weighed against.

Written from the standard's definitions. The image is cut into blocks of 32 x 32 pixels at 500 dpi; those that hold no
contrast are left out; a measure of the sample is the mean over the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.types import ByteArray

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]

BLOCK = 32
LEAST_DEVIATION = 8.0  # grey levels, of a block that holds something
_ACROSS, _ALONG = 32, 16  # pixels of the window laid across the ridges
_LONGEST_PERIOD, _SHORTEST_PERIOD = 16.0, 4.0  # pixels
_SIDE_LOBES = 0.3
_LEAST_TURN, _LARGEST_TURN = 4.0, 90.0  # degrees


@dataclass(frozen=True, slots=True)
class RidgeFeatures:
    """Measures of one image.

    Attributes:
        certainty: orientation certainty level: 0 where gradients go all ways, 1 where they go one way.
        frequency: frequency domain analysis: share of the strongest period in the profile across the ridges.
        clarity: local clarity score: share of pixels on their side of the line between ridges and valleys.
        flow: orientation flow: 1 where blocks are oriented as their neighbours are.
        area: blocks that hold something, mm2.
    """

    certainty: float
    frequency: float
    clarity: float
    flow: float
    area: float


def ridge_features(pixels: ByteArray) -> RidgeFeatures:
    """Measure an image, uint8, shape (h, w), at 500 dpi; all zero if it holds nothing."""
    grey = pixels.astype(np.float64)
    rows, columns = grey.shape[0] // BLOCK, grey.shape[1] // BLOCK
    held = _blocks(grey, rows, columns).std(axis=(2, 3)) > LEAST_DEVIATION
    if not held.any():
        return RidgeFeatures(0.0, 0.0, 0.0, 0.0, 0.0)
    certainty, across = _orientation(grey, rows, columns)
    windows = _across_ridges(grey, across)
    return RidgeFeatures(
        certainty=float(certainty[held].mean()),
        frequency=float(_frequency(windows)[held].mean()),
        clarity=float(_clarity(windows)[held].mean()),
        flow=float(_flow(across, held)[held].mean()),
        area=float(held.sum() * BLOCK**2 * (25.4 / 500) ** 2),
    )


def _blocks(grey: Float, rows: int, columns: int) -> Float:
    cut = grey[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    return cut.transpose(0, 2, 1, 3)


def _orientation(grey: Float, rows: int, columns: int) -> tuple[Float, Float]:
    """Return each block's orientation certainty, and the angle across its ridges: of most of the gradient, radians."""
    down, right = (np.asarray(along, np.float64) for along in np.gradient(grey))
    xx, yy, xy = (_blocks(m, rows, columns).mean(axis=(2, 3)) for m in (right * right, down * down, right * down))
    spread = np.hypot(xx - yy, 2 * xy)
    larger, smaller = (xx + yy + spread) / 2, (xx + yy - spread) / 2
    certainty = 1 - smaller / np.maximum(larger, 1e-9)
    return certainty, np.arctan2(2 * xy, xx - yy) / 2


def _across_ridges(grey: Float, across: Float) -> Float:
    """Return a window in the middle of every block, turned so that its columns run along the ridges."""
    rows, columns = np.mgrid[: across.shape[0], : across.shape[1]]
    along, over = np.mgrid[:_ALONG, :_ACROSS].astype(np.float64)
    along, over = along - (_ALONG - 1) / 2, over - (_ACROSS - 1) / 2
    cos, sin = np.cos(across)[..., None, None], np.sin(across)[..., None, None]
    middle = (BLOCK - 1) / 2
    x = columns[..., None, None] * BLOCK + middle + cos * over - sin * along
    y = rows[..., None, None] * BLOCK + middle + sin * over + cos * along
    flat_x, flat_y = (m.reshape(-1, _ALONG * _ACROSS).astype(np.float32) for m in (x, y))
    found = cv2.remap(grey.astype(np.float32), flat_x, flat_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float64).reshape(*across.shape, _ALONG, _ACROSS)


def _frequency(windows: Float) -> Float:
    """Return the share of the strongest ridge period, and a little of its neighbours, in each window's profile."""
    strength = np.abs(np.fft.rfft(windows.mean(axis=2)))[..., 1:]
    period = _ACROSS / np.arange(1, strength.shape[-1] + 1)
    ridge = np.where((period <= _LONGEST_PERIOD) & (period >= _SHORTEST_PERIOD), strength, 0.0)
    peak = ridge.argmax(axis=-1)[..., None]
    best = [np.take_along_axis(strength, peak + step, axis=-1)[..., 0] for step in (-1, 0, 1)]
    share: Float = (best[1] + _SIDE_LOBES * (best[0] + best[2])) / np.maximum(strength.sum(axis=-1), 1e-9)
    return share


def _clarity(windows: Float) -> Float:
    """Return how many pixels are as dark, or bright, as their column's place in the profile says."""
    profile = windows.mean(axis=2)
    place = np.arange(_ACROSS) - (_ACROSS - 1) / 2
    slope = (profile * place).sum(axis=-1, keepdims=True) / (place**2).sum()
    line = profile.mean(axis=-1, keepdims=True) + slope * place
    ridge = profile < line
    dark = windows < line[..., None, :]
    on_ridge, on_valley = ridge[..., None, :] & np.ones_like(dark), ~ridge[..., None, :] & np.ones_like(dark)
    bright_ridge = (on_ridge & ~dark).sum(axis=(2, 3)) / np.maximum(on_ridge.sum(axis=(2, 3)), 1)
    dark_valley = (on_valley & dark).sum(axis=(2, 3)) / np.maximum(on_valley.sum(axis=(2, 3)), 1)
    clear: Float = 1 - (bright_ridge + dark_valley) / 2
    return clear


def _flow(across: Float, held: Mask) -> Float:
    """Return, of every block, 1 less its mean turn against the blocks around it; small turns are a finger's curves."""
    turns, count = np.zeros_like(across), np.zeros_like(across)
    padded = np.pad(across, 1)
    there = np.pad(held, 1)
    rows, columns = across.shape
    for down in (0, 1, 2):
        for right in (0, 1, 2):
            if (down, right) == (1, 1):
                continue
            other = padded[down : down + rows, right : right + columns]
            beside = there[down : down + rows, right : right + columns]
            turn = np.abs(np.angle(np.exp(2j * (other - across)))) / 2
            turns += np.where(beside, np.rad2deg(turn), 0.0)
            count += beside
    mean = turns / np.maximum(count, 1)
    flow: Float = 1 - np.clip((mean - _LEAST_TURN) / (_LARGEST_TURN - _LEAST_TURN), 0.0, 1.0)
    return flow
