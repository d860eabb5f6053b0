"""Each layer of the LEADER network against a plain one, in double precision, with weights drawn at random."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from matcher.extraction._layer_kernels import answered, attention, bottleneck, halved, head, separable
from matcher.extraction._vector_norms import EPSILON
from matcher.extraction.leader_layers import Array, Weights, before_upsampling, panels
from matcher.extraction.leader_maps import Map, empty_map
from matcher.extraction.leader_parts import LeaderParts, build_parts
from matcher.extraction.leader_weights import read_weights
from matcher.types import FloatArray

SHAPES = [(1, 1), (3, 5), (12, 13), (48, 40), (2, 900)]
LAYERS = read_weights().layers


@pytest.fixture(scope="module")
def parts() -> LeaderParts:
    return build_parts(LAYERS)


def some_map(channels: int, shape: tuple[int, int], border: int = 3) -> Map:
    x = empty_map(channels, *shape, border=border)
    x.inner[:] = np.random.default_rng(shape[1]).normal(size=(channels, *shape))
    return x


def convolved(x: Array, name: str, dilation: int = 1) -> Array:
    kernel, bias = LAYERS[name]
    height, width = x.shape[1:]
    reach = dilation * (kernel.shape[0] // 2)
    wide = np.pad(x, ((0, 0), (reach, reach), (reach, reach)))
    y = np.zeros((kernel.shape[3], height, width)) + bias[:, None, None]
    for row, column in np.ndindex(*kernel.shape[:2]):
        window = wide[:, row * dilation :, column * dilation :][:, :height, :width]
        y += np.einsum("chw,co->ohw", window, kernel[row, column].astype(np.float64))
    return y


def filtered(x: Array, kernel: FloatArray) -> Array:
    return np.stack(
        [
            cv2.filter2D(plane, cv2.CV_64F, taps.astype(np.float64), borderType=cv2.BORDER_CONSTANT)
            for plane, taps in zip(x, kernel[..., 0].transpose(2, 0, 1), strict=True)
        ]
    )


def normalised(x: Array, name: str) -> Array:
    gamma, beta = LAYERS[name]
    y = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + EPSILON)
    scaled: Array = y * gamma[:, None, None] + beta[:, None, None]
    return scaled


def gelu(x: Array) -> Array:
    activated: Array = x / 2 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))
    return activated


def plain_bottleneck(x: Array, name: str) -> Array:
    y = normalised(filtered(x, LAYERS[f"{name}_depthwise_conv"][0]), f"{name}_ln")
    y = convolved(gelu(convolved(y, f"{name}_conv_exp")), f"{name}_conv_red")
    return convolved(x + y, f"{name}_conv_adj")


def plain_separable(x: Array, name: str) -> Array:
    per_channel, mixing, bias = LAYERS[f"{name}_conv"]
    y = np.einsum("chw,co->ohw", filtered(x, per_channel), mixing[0, 0].astype(np.float64)) + bias[:, None, None]
    return gelu(normalised(y, f"{name}_ln"))


def in_pieces(height: int, layer: Callable[[tuple[int, int]], None]) -> None:
    """Fill the rows in two pieces, as threads do."""
    for rows in ((0, height // 2), (height // 2, height)):
        layer(rows)


def only_these_are_filled(target: Map, filled: FloatArray) -> None:
    filled[:] = 0
    assert not target.planes.any()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["enc1_0", "enc1_1", "dec1_2"])
def test_bottleneck(name: str, shape: tuple[int, int], parts: LeaderParts) -> None:
    layer, outputs = (parts.down1 if name.startswith("enc") else parts.up1)[int(name[-1])]
    x, target = some_map(len(layer.kernels), shape), empty_map(outputs + 5, *shape)
    in_pieces(shape[0], lambda rows: bottleneck(layer, x, target, (5, 5 + outputs), rows))
    found = target.inner[5:]
    np.testing.assert_allclose(found, plain_bottleneck(x.inner.astype(np.float64), name), atol=2e-4)
    only_these_are_filled(target, found)


@pytest.mark.parametrize("shape", SHAPES)
def test_separable(shape: tuple[int, int], parts: LeaderParts) -> None:
    layer, outputs = parts.down0[1], len(parts.down0[1].gamma)
    x, target = some_map(len(layer.kernels), shape), empty_map(outputs + 2, *shape)
    in_pieces(shape[0], lambda rows: separable(layer, x, target, (2, 2 + outputs), rows))
    found = target.inner[2:]
    np.testing.assert_allclose(found, plain_separable(x.inner.astype(np.float64), "enc0_1"), atol=5e-5)
    only_these_are_filled(target, found)


def test_on_the_way_up_each_pixel_becomes_four(parts: LeaderParts) -> None:
    shape, layer, outputs = (6, 7), *parts.up1[0]
    x, target = some_map(len(layer.kernels), shape), empty_map(outputs + 3, 12, 14)
    in_pieces(6, lambda rows: bottleneck(layer, x, target, (0, outputs), rows))
    once = empty_map(outputs, *shape)
    bottleneck(layer, x, once, (0, outputs), (0, 6))
    found = target.inner[:outputs]
    np.testing.assert_array_equal(found, once.inner.repeat(2, axis=1).repeat(2, axis=2))
    only_these_are_filled(target, found)


def test_halved() -> None:
    source, target = some_map(9, (8, 6)), empty_map(6, 4, 3)
    halved(source, (2, 8), target)
    blocks = source.inner[2:8].reshape(6, 4, 2, 3, 2)
    np.testing.assert_array_equal(target.inner[:3], blocks[:3].max(axis=(2, 4)))
    np.testing.assert_allclose(target.inner[3:], blocks[3:].mean(axis=(2, 4)), atol=1e-6)
    only_these_are_filled(target, target.inner)


@pytest.mark.parametrize("shape", SHAPES)
def test_attention(shape: tuple[int, int], parts: LeaderParts) -> None:
    x, target = some_map(32, shape, border=6), empty_map(40, *shape)
    in_pieces(shape[0], lambda rows: attention(parts.attention, x, target, rows))
    plain = x.inner.astype(np.float64)
    views = [gelu(convolved(plain, f"attention_conv_d{dilation}", dilation)) for dilation in (1, 3, 6)]
    gate = 1 / (1 + np.exp(-convolved(np.concatenate(views), "attention_s")))
    found = target.inner[:32]
    np.testing.assert_allclose(found, plain * gate, atol=5e-5)
    only_these_are_filled(target, found)


@pytest.mark.parametrize("shape", SHAPES)
def test_head(shape: tuple[int, int], parts: LeaderParts) -> None:
    x, ends = some_map(52, shape), empty_map(4, *shape)
    quarters = np.zeros((4, *shape), np.float32)
    in_pieces(shape[0], lambda rows: head(parts.position, x, ends, rows))
    in_pieces(shape[0], lambda rows: answered(parts.position_last, ends, quarters, rows))
    large = plain_bottleneck(x.inner.astype(np.float64), "head_0_ibc").repeat(2, axis=1).repeat(2, axis=2)
    large = gelu(convolved(normalised(convolved(large, "head_0_conv1"), "head_0_ln"), "head_0_conv2"))
    expected = 1 / (1 + np.exp(-convolved(large, "head_conv_pos")[0]))
    found = quarters.reshape(2, 2, *shape).transpose(2, 0, 3, 1).reshape(2 * shape[0], 2 * shape[1])
    np.testing.assert_allclose(found, expected, atol=2e-4)
    only_these_are_filled(ends, ends.inner)


def test_a_convolution_before_upsampling_is_that_behind_it() -> None:
    rng = np.random.default_rng(2)
    x, kernel = rng.normal(size=(3, 4, 5)), rng.normal(size=(2, 3, 5, 5))
    folded = before_upsampling(Weights(kernel, np.array([0.5, -1.0])))
    assert folded.kernel.shape == (8, 3, 3, 3)
    assert folded.bias.tolist() == [0.5] * 4 + [-1.0] * 4
    wide = np.pad(x.repeat(2, axis=1).repeat(2, axis=2), ((0, 0), (2, 2), (2, 2)))
    near = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    for row, column in np.ndindex(8, 10):
        behind = (kernel * wide[:, row : row + 5, column : column + 5]).sum(axis=(1, 2, 3))
        quarter = row % 2 * 2 + column % 2
        window = near[:, row // 2 : row // 2 + 3, column // 2 : column // 2 + 3]
        before = (folded.kernel * window).sum(axis=(1, 2, 3)).reshape(2, 4)[:, quarter]
        np.testing.assert_allclose(before, behind, atol=1e-12)


def test_panels_are_filled_up_with_zeros() -> None:
    packed = panels(Weights(np.ones((5, 3, 1, 1)), np.ones(5)))
    assert packed.weights.sum() == 15
    assert packed.bias.sum() == 5
    assert packed.bias.size % packed.bias.shape[1] == 0
