"""The layers of the LEADER network, each for some rows of a map, in one pass: what lies between maps stays in cache.

A layer filters some rows of every channel, then takes tiles of pixels through its matrix products, normalisations and
activations, and writes the rows where they are wanted. Slow reference: its unit test.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.extraction._activation_kernels import contracted, sigmoid
from matcher.extraction._vector_norms import scale, standardise
from matcher.extraction._vector_products import (
    filter5,
    filter7,
    multiply,
    multiply_activated,
    multiply_more,
)
from matcher.extraction._vectors import FILTERED_ROWS, LANES, TILE
from matcher.extraction.leader_maps import Attention, Bottleneck, Head, Map, Panels, Separable
from matcher.types import FloatArray

_PIXELS = 1700
"""About so many pixels are taken at a time: all their channels, filtered, are some hundred kilobytes."""


@contracted
def _at_once(stride: int) -> int:
    """Rows taken at a time."""
    return max(1, _PIXELS // (stride * FILTERED_ROWS)) * FILTERED_ROWS


@contracted
def _room(rows: int, stride: int) -> int:
    """Pixels of a band of so many rows, filled up to whole tiles."""
    filled = -(-rows // FILTERED_ROWS) * FILTERED_ROWS * stride + LANES
    return -(-filled // TILE) * TILE


@contracted
def placed(band: FloatArray, stride: int, target: Map, channels: tuple[int, int], rows: tuple[int, int]) -> None:
    """Copy the first channels of a band to ``channels`` of a map, from one to another row."""
    into = target.width + target.border
    for c in range(channels[1] - channels[0]):
        plane = target.planes[channels[0] + c]
        for y in range(rows[0], rows[1]):
            source = band[c, (y - rows[0]) * stride :]
            row = plane[target.border * (into + 1) + y * into :]
            for x in range(target.width):
                row[x] = source[x]


@contracted
def doubled(band: FloatArray, stride: int, target: Map, channels: int, rows: tuple[int, int]) -> None:
    """Copy the first channels of a band to those of a map of twice the size, each pixel to four."""
    into = target.width + target.border
    for c in range(channels):
        for y in range(rows[0], rows[1]):
            source = band[c, (y - rows[0]) * stride :]
            upper = target.planes[c, target.border * (into + 1) + 2 * y * into :]
            lower = upper[into:]
            for x in range(target.width // 2):
                value = source[x]
                upper[2 * x] = value
                upper[2 * x + 1] = value
                lower[2 * x] = value
                lower[2 * x + 1] = value


@contracted
def halved(source: Map, channels: tuple[int, int], target: Map) -> None:
    """Fill a map with some channels of one of twice the size: half the highest of four pixels, the rest the mean."""
    stride, into = source.width + source.border, target.width + target.border
    quarter, count = np.float32(0.25), channels[1] - channels[0]
    for c in range(count):
        for y in range(target.height):
            upper = source.planes[channels[0] + c, source.border * (stride + 1) + 2 * y * stride :]
            lower = upper[stride:]
            row = target.planes[c, target.border * (into + 1) + y * into :]
            if 2 * c < count:
                for x in range(target.width):
                    row[x] = max(upper[2 * x], upper[2 * x + 1], lower[2 * x], lower[2 * x + 1])
            else:
                for x in range(target.width):
                    row[x] = quarter * (upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1])


@contracted
def mixed(weights: Bottleneck, band: FloatArray, source: FloatArray, at: int, out: FloatArray, pixels: int) -> None:
    """Fill ``out`` (outputs, pixels) with what a bottleneck makes of filtered channels and of its input, unfiltered.

    A part of what it expands to is computed, activated and added up before the next is begun. The input's tile is
    copied first: every four or eight outputs read it again, and its channels lie a page or more apart.

    Args:
        weights: its layers.
        band: float32 (channels, pixels), filtered.
        source: float32 (channels, pixels), as they are.
        at: the first pixel of these.
        out: written.
        pixels: how many, and what fills the last tile up.
    """
    channels, step = band.shape[0], weights.reduce.shape[1]
    near, hidden = np.empty((channels, TILE), np.float32), np.empty((step, TILE), np.float32)
    of_tile = np.arange(max(channels, step)) * TILE
    (expand, bias), straight, reduce = weights.expand, weights.straight, weights.reduce
    parts, panels, outputs = bias.size // step, step // bias.shape[1], len(straight.bias)
    for x in range(0, pixels, TILE):
        for c in range(channels):
            channel = source[c, at + x :]
            for i in range(TILE):
                near[c, i] = channel[i]
        multiply(straight.weights, straight.bias, near, of_tile, out, (0, 0, x), (0, outputs))
        scale(band, x, near)
        for part in range(parts):
            multiply_activated(expand, bias, near, of_tile, hidden, (0, 0, 0), (part * panels, (part + 1) * panels))
            ours = (part * outputs, (part + 1) * outputs)
            multiply_more(reduce, straight.bias, hidden, of_tile, out, (0, 0, x), ours)


@contracted
def bottleneck(weights: Bottleneck, source: Map, target: Map, channels: tuple[int, int], rows: tuple[int, int]) -> None:
    """Fill some rows of ``channels`` of a map; of one twice as high, its first, each pixel becomes four."""
    stride, twice = source.width + source.border, target.height > source.height
    step = _at_once(stride)
    room = _room(min(step, rows[1] - rows[0]), stride)
    band = np.zeros((source.planes.shape[0], room), np.float32)
    out = np.empty((weights.straight.bias.size, room), np.float32)
    for first in range(rows[0], rows[1], step):
        last = min(first + step, rows[1])
        at = (first + source.border) * stride + source.border
        above = at - 3 * (stride + 1)
        filter7(weights.kernels, source.planes, (above, stride), band, (last - first, stride, stride))
        mixed(weights, band, source.planes, at, out, (last - first) * stride)
        if twice:
            doubled(out, stride, target, channels[1], (first, last))
        else:
            placed(out, stride, target, channels, (first, last))


@contracted
def separable(weights: Separable, source: Map, target: Map, channels: tuple[int, int], rows: tuple[int, int]) -> None:
    """Fill some rows of ``channels`` of a map; of one twice as high, its first, each pixel becomes four."""
    stride, twice = source.width + source.border, target.height > source.height
    step = _at_once(stride)
    room = _room(min(step, rows[1] - rows[0]), stride)
    band = np.zeros((source.planes.shape[0], room), np.float32)
    out = np.empty((weights.mixing.bias.size, room), np.float32)
    offsets, mixing = np.arange(band.shape[0]) * room, weights.mixing
    for first in range(rows[0], rows[1], step):
        last = min(first + step, rows[1])
        at = (first + source.border) * stride + source.border
        above = at - 2 * (stride + 1)
        filter5(weights.kernels, source.planes, (above, stride), band, (last - first, stride, stride))
        for x in range(0, (last - first) * stride, TILE):
            multiply(mixing.weights, mixing.bias, band, offsets, out, (x, 0, x), (0, len(mixing.bias)))
            standardise(out, x, weights.gamma, weights.beta)
        if twice:
            doubled(out, stride, target, channels[1], (first, last))
        else:
            placed(out, stride, target, channels, (first, last))


@contracted
def around(source: Map, dilation: int) -> NDArray[np.int64]:
    """Return where the 3x3 pixels around a pixel of each channel are, seen from it in the first: tap by tap."""
    stride, count = source.width + source.border, source.planes.shape[0]
    offsets = np.empty(9 * count, np.int64)
    for tap in range(9):
        for c in range(count):
            moved = dilation * ((tap // 3 - 1) * stride + tap % 3 - 1)
            offsets[tap * count + c] = c * source.planes.shape[1] + moved
    return offsets


@contracted
def attention(weights: Attention, source: Map, target: Map, rows: tuple[int, int]) -> None:
    """Fill some rows of the first channels of ``target`` with those of ``source``, each pixel weighed by its gate."""
    stride, count = source.width + source.border, source.planes.shape[0]
    step, seen = _at_once(stride), weights.views[0].bias.size
    room = _room(min(step, rows[1] - rows[0]), stride)
    views, out = np.empty((3 * seen, TILE), np.float32), np.empty((weights.gate.bias.size, room), np.float32)
    offsets, (near, middle, far), gate = np.arange(3 * seen) * TILE, weights.views, weights.gate
    panels = (0, len(near.bias))
    one, three, six = around(source, 1), around(source, 3), around(source, 6)
    for first in range(rows[0], rows[1], step):
        last = min(first + step, rows[1])
        at = (first + source.border) * stride + source.border
        for x in range(0, (last - first) * stride, TILE):
            multiply_activated(near.weights, near.bias, source.planes, one, views, (at + x, 0, 0), panels)
            multiply_activated(middle.weights, middle.bias, source.planes, three, views, (at + x, seen, 0), panels)
            multiply_activated(far.weights, far.bias, source.planes, six, views, (at + x, 2 * seen, 0), panels)
            multiply(gate.weights, gate.bias, views, offsets, out, (0, 0, x), (0, len(gate.bias)))
        for c in range(count):
            pixels = source.planes[c, at:]
            for i in range((last - first) * stride):
                out[c, i] = pixels[i] * sigmoid(out[c, i])
        placed(out, stride, target, (0, count), (first, last))


@contracted
def ended(weights: Head, out: FloatArray, pixels: int) -> None:
    """Do to the output of a head's bottleneck, in place, what is left of the head up to its upsampling."""
    last = weights.last
    count = last.weights.shape[1]
    near, offsets = np.empty((count, TILE), np.float32), np.arange(count) * TILE
    for x in range(0, pixels, TILE):
        scale(out, x, near)
        multiply_activated(last.weights, last.bias, near, offsets, out, (0, 0, x), (0, len(last.bias)))


@contracted
def head(weights: Head, source: Map, target: Map, rows: tuple[int, int]) -> None:
    """Fill some rows of a map with the channels of a head before its last convolution."""
    stride, step = source.width + source.border, _at_once(source.width + source.border)
    room = _room(min(step, rows[1] - rows[0]), stride)
    band = np.zeros((source.planes.shape[0], room), np.float32)
    out = np.empty((weights.block.straight.bias.size, room), np.float32)
    for first in range(rows[0], rows[1], step):
        last = min(first + step, rows[1])
        at = (first + source.border) * stride + source.border
        above = at - 3 * (stride + 1)
        filter7(weights.block.kernels, source.planes, (above, stride), band, (last - first, stride, stride))
        mixed(weights.block, band, source.planes, at, out, (last - first) * stride)
        ended(weights, out, (last - first) * stride)
        placed(out, stride, target, (0, target.planes.shape[0]), (first, last))


@contracted
def answered(weights: Panels, source: Map, target: FloatArray, rows: tuple[int, int]) -> None:
    """Fill some rows of ``target`` (outputs, height, width) with the probabilities by a 3x3 convolution."""
    stride, offsets = source.width + source.border, around(source, 1)
    out = np.empty((weights.bias.size, TILE), np.float32)
    for y in range(rows[0], rows[1]):
        at = (y + source.border) * stride + source.border
        for x in range(0, source.width, TILE):
            multiply(weights.weights, weights.bias, source.planes, offsets, out, (at + x, 0, 0), (0, len(weights.bias)))
            for c in range(target.shape[0]):
                for i in range(min(TILE, source.width - x)):
                    target[c, y, x + i] = sigmoid(out[c, i])
