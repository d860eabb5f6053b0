"""Layers in the order in which the compiled loops compute, and the exact algebra that merges linear ones."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.extraction._vectors import ROWS
from matcher.extraction.leader_maps import Bottleneck, Panels
from matcher.types import FloatArray

Array = NDArray[np.float64]

_PARTS = range(56, 105, ROWS)
"""How many channels of a bottleneck are made before they are used: 20 kB of a tile, in the processor's first cache."""


class Weights(NamedTuple):
    """A convolution: kernel (out, in / groups, kh, kw) and bias (out,), float64 until it is packed."""

    kernel: Array
    bias: Array


def dense(kernel: NDArray[Any], bias: NDArray[Any]) -> Weights:
    """Return a Keras convolution, kernel (kh, kw, in, out)."""
    return Weights(kernel.astype(np.float64).transpose(3, 2, 0, 1), bias.astype(np.float64))


def centre(weights: Weights) -> Weights:
    """Return the convolution whose output has the mean over its channels already subtracted."""
    return Weights(weights.kernel - weights.kernel.mean(axis=0), weights.bias - weights.bias.mean())


def after_affine(weights: Weights, gamma: Array, beta: Array) -> Weights:
    """Return the 1x1 convolution of ``gamma * z + beta`` as a convolution of ``z``."""
    return Weights(
        weights.kernel * gamma[None, :, None, None],
        weights.bias + weights.kernel[:, :, 0, 0] @ beta,
    )


def after_centring(weights: Weights) -> Weights:
    """Return the 1x1 convolution of ``z - mean(z)`` over channels as a convolution of ``z``."""
    return Weights(weights.kernel - weights.kernel.mean(axis=1, keepdims=True), weights.bias)


def compose(outer: Weights, inner: Weights) -> Weights:
    """Return ``outer(inner(z))`` of two 1x1 convolutions as one."""
    matrix = outer.kernel[:, :, 0, 0]
    kernel = matrix @ inner.kernel[:, :, 0, 0]
    return Weights(kernel[:, :, None, None], outer.bias + matrix @ inner.bias)


def before_upsampling(weights: Weights) -> Weights:
    """Return a 5x5 convolution of a map that was doubled by repeating its values, as a 3x3 one of the map itself.

    The four pixels that come of one are four outputs: upper left, upper right, lower left, lower right of the first
    channel, then those of the next. Zero padding stays zero padding.
    """
    kernel, bias = weights
    # Tap k of a pixel of parity p reads the map at floor((p + k - 2) / 2) from its own place.
    folded = np.zeros((len(kernel), 2, 2, kernel.shape[1], 3, 3))
    for py, px, ky, kx in np.ndindex(2, 2, *kernel.shape[2:]):
        folded[:, py, px, :, (py + ky - 2) // 2 + 1, (px + kx - 2) // 2 + 1] += kernel[:, :, ky, kx]
    return Weights(folded.reshape(-1, *folded.shape[3:]), np.repeat(bias, 4))


def panels(weights: Weights) -> Panels:
    """Return a convolution as the compiled loops take it: tap by tap, and in each channel by channel."""
    rows = weights.kernel.transpose(0, 2, 3, 1).reshape(len(weights.kernel), -1)
    return _packed(rows, weights.bias)


def filters(kernel: NDArray[Any]) -> FloatArray:
    """Return a Keras depthwise convolution, kernel (kh, kw, channels, 1), as float32 (channels, kh * kw)."""
    return np.ascontiguousarray(kernel[..., 0].transpose(2, 0, 1).reshape(kernel.shape[2], -1), np.float32)


def bottleneck(kernel: NDArray[Any], expand: Weights, reduce: Weights, adjust: Weights) -> Bottleneck:
    """Return ``adjust(x + reduce(gelu(expand(y))))``, y being x filtered and scaled: ``A x + (A R) gelu(E y)``."""
    inner = compose(adjust, reduce)
    expanded = len(expand.kernel)
    part = min(_PARTS, key=lambda rows: (_multiple(expanded, rows), -rows))
    filled = _multiple(expanded, part)
    between = np.zeros((len(inner.kernel), filled))
    between[:, :expanded] = inner.kernel[:, :, 0, 0]
    parts = [_packed(between[:, first : first + part], inner.bias).weights for first in range(0, filled, part)]
    return Bottleneck(
        filters(kernel),
        _packed(expand.kernel[:, :, 0, 0], expand.bias, filled),
        panels(Weights(adjust.kernel, inner.bias)),
        np.concatenate(parts),
    )


def _packed(matrix: Array, bias: Array, filled: int | None = None) -> Panels:
    """Return a matrix in panels, filled up with zeros to so many rows."""
    rows, depth = matrix.shape
    filled = filled or _multiple(rows, ROWS)
    wide, wide_bias = np.zeros((filled, depth), np.float32), np.zeros(filled, np.float32)
    wide[:rows], wide_bias[:rows] = matrix, bias
    packed = np.ascontiguousarray(wide.reshape(-1, ROWS, depth).transpose(0, 2, 1))
    return Panels(packed, wide_bias.reshape(-1, ROWS))


def _multiple(rows: int, of: int) -> int:
    return -(-rows // of) * of
