"""A bank of Gabor filters, one per direction and period, and its response with a filter chosen per pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled
from matcher.types import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class GaborBank:
    """Filters over angles from 0 to pi, both included, and periods between two bounds.

    Pi stands beside 0 because the sine filters of the two differ in sign, as their normals do.

    Attributes:
        even, odd: float32, shape ((directions + 1) * periods, size, size): cosine and sine across the ridges.
        directions: number of angles in [0, pi).
        periods: float64, the periods in pixels, ascending and evenly spaced.
    """

    even: FloatArray
    odd: FloatArray
    directions: int
    periods: NDArray[np.float64]

    def index(self, orientation: NDArray[np.float64], period: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return the number of the nearest filter for every pixel."""
        direction = np.rint(orientation * self.directions / np.pi).astype(np.int32)
        step = self.periods[1] - self.periods[0]
        nearest = np.clip(np.rint((period - self.periods[0]) / step), 0, len(self.periods) - 1).astype(np.int32)
        return np.asarray(direction * len(self.periods) + nearest, dtype=np.int32)


def gabor_bank(directions: int, periods: NDArray[np.float64]) -> GaborBank:
    """Make the filters.

    The envelope falls to 1e-3 at one and a half periods, as in SFinGe (Cappelli 2009). The even filter has zero mean
    and unit response to its own wave.
    """
    radius = math.ceil(1.25 * periods[-1])
    pairs = [_filter(np.pi * k / directions, period, radius) for k in range(directions + 1) for period in periods]
    even, odd = (np.ascontiguousarray(np.stack(part), dtype=np.float32) for part in zip(*pairs, strict=True))
    return GaborBank(even, odd, directions, periods)


def _filter(angle: float, period: float, radius: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    variance = -(9 * period**2 / 8) / math.log(1e-3)
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float64)
    phase = 2 * np.pi / period * (x * math.sin(angle) + y * math.cos(angle))  # ridges run along (cos a, -sin a)
    envelope = np.exp(-(x**2 + y**2) / (2 * variance))
    even = envelope * np.cos(phase)
    even -= envelope * (even.sum() / envelope.sum())
    odd = envelope * np.sin(phase)
    return even / (even * np.cos(phase)).sum(), odd / (odd * np.sin(phase)).sum()


def bank_response(image: FloatArray, filters: FloatArray, index: NDArray[np.int32]) -> FloatArray:
    """Correlate every pixel with the filter that ``index`` names for it; the image is mirrored at its border.

    Cost: pixels * size^2 multiplications on one core, the GIL released.
    """
    radius = filters.shape[1] // 2
    padded = cv2.copyMakeBorder(image, radius, radius, radius, radius, cv2.BORDER_REFLECT_101)
    out = np.empty(image.shape, dtype=np.float32)
    _correlate(np.ascontiguousarray(padded, dtype=np.float32), filters, index, out)
    return out


@compiled
def _correlate(padded: FloatArray, filters: FloatArray, index: NDArray[np.int32], out: FloatArray) -> None:
    # One sum a column of the filter, added up at the end: the compiler can take several at once, and the order of the
    # additions, so the last bit of the result, does not depend on how many the machine takes.
    size = filters.shape[1]
    sums = np.empty(size, dtype=np.float32)
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            kernel = filters[index[row, column]]
            sums[:] = 0
            for dy in range(size):
                weights, pixels = kernel[dy], padded[row + dy, column : column + size]
                for dx in range(size):
                    sums[dx] += weights[dx] * pixels[dx]
            total = np.float32(0)
            for dx in range(size):
                total += sums[dx]
            out[row, column] = total
