"""The loops that are written as code of LLVM against plain ones."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from matcher._compiled import compiled
from matcher.extraction._activation_kernels import contracted, sigmoid
from matcher.extraction._vector_norms import EPSILON, scale, standardise
from matcher.extraction._vector_products import (
    filter5,
    filter7,
    multiply,
    multiply_activated,
    multiply_more,
)
from matcher.extraction._vectors import FILTERED_ROWS, LANES, TILE
from matcher.extraction.leader_layers import Array, Weights, panels
from matcher.types import FloatArray


def drawn(*shape: int) -> FloatArray:
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(np.float32)


def gelu(z: NDArray[Any]) -> Array:
    error = np.vectorize(math.erf)(z.astype(np.float64) / math.sqrt(2))
    activated: Array = z / 2 * (1 + error)
    return activated


@compiled
def _multiply(w: Any, b: Any, s: Any, o: Any, t: Any, places: Any, some: Any) -> None:
    multiply(w, b, s, o, t, places, some)


@compiled
def _multiply_activated(w: Any, b: Any, s: Any, o: Any, t: Any, places: Any, some: Any) -> None:
    multiply_activated(w, b, s, o, t, places, some)


@compiled
def _multiply_more(w: Any, b: Any, s: Any, o: Any, t: Any, places: Any, some: Any) -> None:
    multiply_more(w, b, s, o, t, places, some)


@compiled
def _filter5(k: Any, s: Any, origin: Any, t: Any, size: Any) -> None:
    filter5(k, s, origin, t, size)


@compiled
def _filter7(k: Any, s: Any, origin: Any, t: Any, size: Any) -> None:
    filter7(k, s, origin, t, size)


@compiled
def _scale(s: Any, at: Any, t: Any) -> None:
    scale(s, at, t)


@compiled
def _standardise(r: Any, at: Any, gamma: Any, beta: Any) -> None:
    standardise(r, at, gamma, beta)


@contracted
def _sigmoids(values: FloatArray) -> None:
    for i in range(len(values)):
        values[i] = sigmoid(values[i])


@pytest.mark.parametrize(("outputs", "depth"), [(1, 1), (8, 3), (19, 40)])
def test_a_product_is_that_of_the_matrices(outputs: int, depth: int) -> None:
    matrix, bias, source = drawn(outputs, depth), drawn(outputs), drawn(depth, TILE + 9)
    packed = panels(Weights(matrix[:, :, None, None].astype(np.float64), bias.astype(np.float64)))
    offsets, every = np.arange(depth) * source.shape[1], (0, len(packed.bias))
    expected = matrix.astype(np.float64) @ source[:, 7 : 7 + TILE] + bias[:, None]
    target = np.full((packed.bias.size + 2, TILE + 5), 9.0, np.float32)
    _multiply(*packed, source, offsets, target, (7, 2, 5), every)
    np.testing.assert_allclose(target[2 : 2 + outputs, 5:], expected, atol=2e-5)
    assert (target[2 + outputs :, 5:] == 0).all()
    assert (target[:2] == 9).all()
    assert (target[:, :5] == 9).all()
    _multiply_more(*packed, source, offsets, target, (7, 2, 5), every)
    np.testing.assert_allclose(target[2 : 2 + outputs, 5:], 2 * expected - bias[:, None], atol=4e-5)
    _multiply_activated(*packed, source, offsets, target, (7, 2, 5), every)
    np.testing.assert_allclose(target[2 : 2 + outputs, 5:], gelu(expected), atol=2e-5)


def test_some_panels_are_a_part_of_the_product() -> None:
    packed, source = panels(Weights(drawn(40, 6, 1, 1).astype(np.float64), np.zeros(40))), drawn(6, TILE)
    offsets, count = np.arange(6) * TILE, len(packed.bias)
    rows = packed.bias.size // count
    whole, part = np.zeros((packed.bias.size, TILE), np.float32), np.zeros((packed.bias.size, TILE), np.float32)
    _multiply(*packed, source, offsets, whole, (0, 0, 0), (0, count))
    _multiply(*packed, source, offsets, part, (0, 0, 0), (1, count - 1))
    np.testing.assert_array_equal(part[: (count - 2) * rows], whole[rows : (count - 1) * rows])
    assert (part[(count - 2) * rows :] == 0).all()


@pytest.mark.parametrize(("side", "function"), [(5, _filter5), (7, _filter7)])
def test_a_filter_is_that_of_an_image(side: int, function: Any) -> None:
    channels, rows, width = 3, 9, 21
    kernels, reach = drawn(channels, side * side), side // 2
    image = drawn(channels, rows, width)
    step, into = width + 2 * reach, -(-width // LANES) * LANES
    wide = np.pad(image, ((0, 0), (reach, reach + FILTERED_ROWS), (reach, reach))).reshape(channels, -1)
    wide = np.pad(wide, ((0, 0), (0, LANES + side)))
    target = np.zeros((channels, (rows + FILTERED_ROWS) * into), np.float32)
    function(kernels, wide, (0, step), target, (rows, width, into))
    found = target.reshape(channels, -1, into)[:, :rows, :width]
    for plane, kernel, filtered in zip(image, kernels, found, strict=True):
        taps = kernel.reshape(side, side).astype(np.float64)
        expected = cv2.filter2D(plane.astype(np.float64), cv2.CV_64F, taps, borderType=cv2.BORDER_CONSTANT)
        np.testing.assert_allclose(filtered, expected, atol=2e-5)


def test_what_is_scaled_deviates_by_one() -> None:
    source, target = drawn(11, TILE + 4) + 3, np.zeros((11, TILE), np.float32)
    _scale(source, 3, target)
    tile = source[:, 3 : 3 + TILE].astype(np.float64)
    np.testing.assert_allclose(target, tile / np.sqrt(tile.var(axis=0) + EPSILON), atol=2e-5)


def test_what_is_standardised_is_scaled_shifted_and_activated() -> None:
    rows, gamma, beta = drawn(12, TILE + 4) * 50 + 1000, drawn(10), drawn(10)
    before = rows.copy()
    _standardise(rows, 2, gamma, beta)
    tile = before[:10, 2 : 2 + TILE].astype(np.float64)
    standard = (tile - tile.mean(axis=0)) / np.sqrt(tile.var(axis=0) + EPSILON)
    np.testing.assert_allclose(rows[:10, 2 : 2 + TILE], gelu(standard * gamma[:, None] + beta[:, None]), atol=2e-5)
    rows[:10, 2 : 2 + TILE] = before[:10, 2 : 2 + TILE]
    np.testing.assert_array_equal(rows, before)


def test_gelu() -> None:
    z = np.resize(np.linspace(-9, 9, 4001, dtype=np.float32), -(-4001 // TILE) * TILE)
    packed = panels(Weights(np.ones((1, 1, 1, 1)), np.zeros(1)))
    target = np.zeros((packed.bias.size, len(z)), np.float32)
    for first in range(0, len(z), TILE):
        _multiply_activated(*packed, z[None], np.zeros(1, np.int64), target, (first, 0, first), (0, 1))
    np.testing.assert_allclose(target[0], gelu(z), atol=2e-6)


def test_sigmoid() -> None:
    z = np.linspace(-30, 30, 4001, dtype=np.float32)
    values = z.copy()
    _sigmoids(values)
    exact = 1 / (1 + np.exp(-np.clip(z, -20, 20).astype(np.float64)))
    np.testing.assert_allclose(values, exact, atol=1e-6)
    np.testing.assert_allclose(values, exact, rtol=5e-6)
