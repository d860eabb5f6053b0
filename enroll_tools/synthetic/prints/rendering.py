"""From the ridge wave to grey levels: moisture, lost ink, scratches, the sensor's light, noise and blur."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from enroll_tools.synthetic.prints.params import ImpressionParams
from enroll_tools.synthetic.prints.randomness import draw, smooth_field
from matcher.types import ByteArray, FloatArray

_SOFTNESS = 0.22  # half-width of the step from valley to ridge on the wave, which spans -1 to 1


def render(rng: np.random.Generator, wave: FloatArray, contact: FloatArray, params: ImpressionParams) -> ByteArray:
    """Return a grey image, ridges dark.

    Args:
        rng: source of the draws.
        wave: float32 (height, width) in [-1, 1], ridges positive, seen on the sensor.
        contact: float32 (height, width) in [0, 1]: how firmly the skin touches.
        params: constants of the impression.
    """
    wetness = draw(rng, params.wetness)
    ink = _ridges(rng, wave, wetness, params)
    ink *= 1 - _lost(rng, wave.shape, wetness, params)
    ink *= _scratches(rng, wave.shape, params)
    ink *= contact * (1 + 0.12 * np.clip(smooth_field(rng, _shape(wave), 6), -2, 2))
    contrast, background = draw(rng, params.contrast), draw(rng, (225.0, 245.0))
    light = background + 4 * smooth_field(rng, _shape(wave), 2)
    grey = light - contrast * ink - 14 * contact  # touching skin is a little darker than the bare glass
    blur = draw(rng, params.blur)
    grey = cv2.GaussianBlur(grey, (0, 0), blur) + _noise(rng, _shape(wave), params.noise)
    return np.ascontiguousarray(np.clip(np.rint(grey), 0, 255), dtype=np.uint8)


def _shape(array: FloatArray) -> tuple[int, int]:
    return int(array.shape[0]), int(array.shape[1])


def _ridges(rng: np.random.Generator, wave: FloatArray, wetness: float, params: ImpressionParams) -> FloatArray:
    """Cut the wave at a level that varies over the print: low leaves wide ridges (wet), high leaves thin ones (dry)."""
    level = wetness + params.wetness_variation * np.clip(smooth_field(rng, _shape(wave), 5), -2, 2)
    return np.asarray(1 / (1 + np.exp((level - wave) / _SOFTNESS)), dtype=np.float32)


def _lost(
    rng: np.random.Generator, shape: tuple[int, ...], wetness: float, params: ImpressionParams
) -> NDArray[np.float32]:
    """Return the part of the ink that is missing in spots: all the more, the dryer the finger is."""
    grain = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), 1.0)
    grain = np.asarray(grain / float(grain.std()), dtype=np.float32)
    dryness = np.clip((wetness - params.wetness[0]) / (params.wetness[1] - params.wetness[0]), 0, 1)
    part = params.speckle * (0.2 + 0.8 * float(dryness))
    threshold = np.float32(np.quantile(grain, 1 - part))
    return np.asarray(np.clip((grain - threshold) * 3, 0, 1), dtype=np.float32)


def _scratches(rng: np.random.Generator, shape: tuple[int, ...], params: ImpressionParams) -> NDArray[np.float32]:
    """Return 1 where ink is and less on a few thin lines."""
    lines = np.zeros(shape, dtype=np.uint8)
    for _ in range(int(rng.integers(0, params.scratches + 1))):
        start = rng.uniform((0, 0), (shape[1], shape[0]))
        length, direction = rng.uniform(30, 120), rng.uniform(0, np.pi)
        end = start + length * np.array([np.cos(direction), np.sin(direction)])
        thickness = int(rng.integers(1, 3))
        cv2.line(lines, _pixel(start), _pixel(end), 255, thickness, cv2.LINE_AA)
    return np.asarray(1 - 0.8 / 255 * cv2.GaussianBlur(lines, (0, 0), 0.7), dtype=np.float32)


def _pixel(point: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _noise(rng: np.random.Generator, shape: tuple[int, int], sigma: float) -> FloatArray:
    """Return sensor noise: half of it white, half over two pixels."""
    white = rng.standard_normal(shape).astype(np.float32)
    coarse = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), 1.2)
    return np.asarray(sigma * (0.6 * white + 0.8 * coarse / float(coarse.std())), dtype=np.float32)
