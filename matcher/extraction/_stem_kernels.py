"""The compiled loop of a LEADER stem: two convolutions of the image, layer normalisation, GELU and pooling in one pass.

A few rows are finished before the next are begun, so that what lies between the image and the pooled maps stays in the
processor's cache; every inner loop runs along a row. Slow reference: its unit test.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from matcher._compiled import compiled_with
from matcher.types import FloatArray

BORDER = 4
"""Zero pixels that the image needs on every side: the dilated kernel reaches that far."""

TAPS = 5

_F = TypeVar("_F", bound=Callable[..., Any])


def _contracted(function: _F) -> _F:
    """Compile with multiply-adds fused and sums in any order, which is what makes a row's loop a vector's."""
    return compiled_with(fastmath={"contract", "reassoc", "nsz", "arcp"}, error_model="numpy")(function)


# The error function as an odd rational function, t P(t^2) / Q(t^2), of its argument cut off at 4: least squares with
# the weights raised where the error was largest. Singles, because a double among them would double every vector.
_HALF, _ONE, _CUT = np.float32(0.5), np.float32(1.0), np.float32(4.0)
_ROOT_HALF = np.float32(0.70710678)
_P0, _P1, _P2 = np.float32(1.128384699749778), np.float32(0.3114429386159826), np.float32(0.06573720774654587)
_P3, _P4, _P5 = np.float32(0.007838787826865114), np.float32(1.9028436689797e-4), np.float32(-1.0957613445825993e-06)
_Q1, _Q2 = np.float32(0.6093828717693932), np.float32(0.16129673475437253)
_Q3, _Q4 = np.float32(0.023662433790090923), np.float32(0.001777865949747394)


@_contracted
def gelu(z: np.float32) -> np.float32:
    """Return ``z / 2 (1 + erf(z / sqrt 2))`` within 4e-6 for z in [-9, 9]."""
    t = min(max(z * _ROOT_HALF, -_CUT), _CUT)
    s = t * t
    p = ((((_P5 * s + _P4) * s + _P3) * s + _P2) * s + _P1) * s + _P0
    q = (((_Q4 * s + _Q3) * s + _Q2) * s + _Q1) * s + _ONE
    return _HALF * z * (_ONE + t * p / q)


@_contracted
def _add_taps(target: FloatArray, source: FloatArray, weights: FloatArray, step: int) -> None:
    """Add to each of ``target`` (w,) five pixels of a row, ``step`` apart, times their weights."""
    a, b, c, d, e = weights[0], weights[1], weights[2], weights[3], weights[4]
    one, two, three, four = source[step:], source[2 * step :], source[3 * step :], source[4 * step :]
    for x in range(target.shape[0]):
        target[x] += a * source[x] + b * one[x] + c * two[x] + d * three[x] + e * four[x]


@_contracted
def _normalise(rows: FloatArray, gamma: FloatArray, beta: FloatArray, epsilon: np.float32) -> None:
    """Standardise each column of ``rows`` (channels, w), scale, shift and activate, in place."""
    channels, width = rows.shape
    mean, scale = np.zeros(width, np.float32), np.zeros(width, np.float32)
    share = _ONE / np.float32(channels)
    for c in range(channels):
        for x in range(width):
            mean[x] += rows[c, x]
    for x in range(width):
        mean[x] *= share
    for c in range(channels):
        for x in range(width):
            difference = rows[c, x] - mean[x]
            scale[x] += difference * difference
    for x in range(width):
        scale[x] = _ONE / np.sqrt(scale[x] * share + epsilon)
    for c in range(channels):
        factor, shift = gamma[c], beta[c]
        for x in range(width):
            rows[c, x] = gelu((rows[c, x] - mean[x]) * scale[x] * factor + shift)


@_contracted
def stem(
    image: FloatArray,
    kernels: FloatArray,
    bias: FloatArray,
    gamma: FloatArray,
    beta: FloatArray,
    epsilon: np.float32,
    highest: bool,
    pooled: FloatArray,
) -> None:
    """Fill ``pooled`` (channels, h / 2, w / 2).

    Args:
        image: float32 (h + 2 BORDER, w + 2 BORDER), zero around.
        kernels: float32 (channels, 5, 5); those of the second half of the channels have dilation 2.
        bias: of the convolutions, float32 (channels,).
        gamma: scale after the normalisation, float32 (channels,).
        beta: shift after it, float32 (channels,).
        epsilon: added to the variance.
        highest: pool by maximum, else by average.
        pooled: float32, written.
    """
    channels, height, half = pooled.shape
    width = 2 * half
    rows = np.empty((2, channels, width), np.float32)
    quarter = _HALF * _HALF
    for row in range(height):
        for part in range(2):
            y = 2 * row + part
            for c in range(channels):
                rows[part, c, :] = bias[c]
                dilation = 1 if 2 * c < channels else 2
                first = BORDER - 2 * dilation
                for tap in range(TAPS):
                    source = image[y + first + tap * dilation, first:]
                    _add_taps(rows[part, c], source, kernels[c, tap], dilation)
            _normalise(rows[part], gamma, beta, epsilon)
        for c in range(channels):
            above, below, target = rows[0, c], rows[1, c], pooled[c, row]
            if highest:
                for x in range(half):
                    left, right = max(above[2 * x], below[2 * x]), max(above[2 * x + 1], below[2 * x + 1])
                    target[x] = max(left, right)
            else:
                for x in range(half):
                    target[x] = quarter * (above[2 * x] + above[2 * x + 1] + below[2 * x] + below[2 * x + 1])
