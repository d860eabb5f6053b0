"""Compiled loop that measures the period of ridges in windows laid across them, GIL released."""

from __future__ import annotations

from math import cos, floor, sin, sqrt

import numpy as np

from matcher._compiled import compiled
from matcher.types import FloatArray


@compiled
def profile(image: FloatArray, x: float, y: float, angle: float, along: int, out: FloatArray) -> None:
    """Sum the image along the ridges around a point: one value for every pixel across them.

    Beyond the image its border is repeated.

    Args:
        image: float32.
        x: of the point.
        y: of the point.
        angle: of the ridges, radians counter-clockwise.
        along: length of the window along the ridges, pixels; every second pixel is read.
        out: filled; its length is that of the window across the ridges.
    """
    height, width = image.shape
    ux, uy = cos(angle), -sin(angle)
    middle = (out.shape[0] - 1) / 2
    for i in range(out.shape[0]):
        total = 0.0
        start = i - middle
        for j in range(-(along // 4), along // 4 + 1):
            px = min(max(x - uy * start + ux * 2 * j, 0.0), width - 1.001)
            py = min(max(y + ux * start + uy * 2 * j, 0.0), height - 1.001)
            px, py = max(px, 0.0), max(py, 0.0)
            column, row = floor(px), floor(py)
            fx, fy = px - column, py - row
            right, below = min(column + 1, width - 1), min(row + 1, height - 1)
            upper = image[row, column] * (1 - fx) + image[row, right] * fx
            lower = image[below, column] * (1 - fx) + image[below, right] * fx
            total += upper * (1 - fy) + lower * fy
        out[i] = total


@compiled
def strongest_wave(values: FloatArray, cosines: FloatArray, sines: FloatArray) -> tuple[float, float]:
    """Find the wave that a profile holds most of.

    Args:
        values: the profile.
        cosines: tapered waves of the frequencies tried, shape (m, n), of unit energy.
        sines: the same, a quarter of a period on.

    Returns:
        Number of the strongest wave, with its fraction by a parabola; its part of the profile's energy, 0 to about 1.
    """
    count, size = cosines.shape
    mean = 0.0
    for i in range(size):
        mean += values[i]
    mean /= size
    energy = 1e-9
    for i in range(size):
        energy += (values[i] - mean) ** 2
    power = np.empty(count)
    best = 0
    for k in range(count):
        c, s = 0.0, 0.0
        for i in range(size):
            c += cosines[k, i] * (values[i] - mean)
            s += sines[k, i] * (values[i] - mean)
        power[k] = c * c + s * s
        if power[k] > power[best]:
            best = k
    share = power[best] / energy
    if best in (0, count - 1):
        return float(best), 0.0
    before, here, after = sqrt(power[best - 1]), sqrt(power[best]), sqrt(power[best + 1])
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return best + min(max(shift, -0.5), 0.5), share


@compiled
def measure_waves(
    image: FloatArray,
    points: FloatArray,
    along: int,
    cosines: FloatArray,
    sines: FloatArray,
) -> FloatArray:
    """Measure at every point.

    Args:
        image: float32.
        points: shape (n, 3): x, y, angle of the ridges.
        along: see :func:`profile`.
        cosines: see :func:`strongest_wave`.
        sines: likewise.

    Returns:
        Shape (n, 2): number of the wave, and its part of the energy.
    """
    out = np.empty((points.shape[0], 2), np.float32)
    values = np.empty(cosines.shape[1], np.float32)
    for n in range(points.shape[0]):
        profile(image, points[n, 0], points[n, 1], points[n, 2], along, values)
        number, share = strongest_wave(values, cosines, sines)
        out[n, 0], out[n, 1] = number, share
    return out
