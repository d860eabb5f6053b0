"""Layers as ONNX nodes, channels first, and the exact algebra that merges linear ones while a graph is built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[np.float64]

OPSET = 20
IR_VERSION = 10


class Weights(NamedTuple):
    """A convolution: kernel (out, in / groups, kh, kw) and bias (out,), float64 until it is written."""

    kernel: Array
    bias: Array


def dense(kernel: NDArray[Any], bias: NDArray[Any]) -> Weights:
    """Return a Keras convolution, kernel (kh, kw, in, out), in ONNX layout."""
    return Weights(kernel.astype(np.float64).transpose(3, 2, 0, 1), bias.astype(np.float64))


def depthwise(kernel: NDArray[Any]) -> Weights:
    """Return a Keras depthwise convolution, kernel (kh, kw, channels, 1), in ONNX layout."""
    return Weights(kernel.astype(np.float64).transpose(2, 3, 0, 1), np.zeros(kernel.shape[2]))


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


def spread(weights: Weights, *, inputs: Sequence[int] | None = None, outputs: Sequence[int] | None = None) -> Weights:
    """Return the convolution among wider layers: its channels at the given places, zeros between, behind none.

    ``inputs`` and ``outputs`` list the place of each channel, and after that the width of the layer.
    """
    kernel, bias = weights
    if inputs is not None:
        wide = np.zeros((kernel.shape[0], inputs[-1], *kernel.shape[2:]))
        wide[:, inputs[:-1]] = kernel
        kernel = wide
    if outputs is not None:
        wide = np.zeros((outputs[-1], *kernel.shape[1:]))
        wide[outputs[:-1]] = kernel
        kernel, wide = wide, np.zeros(outputs[-1])
        wide[outputs[:-1]] = bias
        bias = wide
    return Weights(kernel, bias)


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


class LayerGraph:
    """Collects nodes and constants. Every method that adds a layer returns the name of its output."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def node(self, op: str, inputs: Sequence[str], *, output: str | None = None, **attributes: Any) -> str:
        """Add one node with one output."""
        name = output or f"v{len(self._nodes)}"
        self._nodes.append(helper.make_node(op, list(inputs), [name], **attributes))
        return name

    def constant(self, value: NDArray[Any]) -> str:
        """Add a constant, written once however often it is used; floats become float32."""
        array = (
            np.ascontiguousarray(value, dtype=np.float32) if value.dtype.kind == "f" else np.ascontiguousarray(value)
        )
        name = f"c{len(self._constants)}"
        self._constants[name] = numpy_helper.from_array(array, name)
        return name

    def conv(self, x: str, weights: Weights, *, dilation: int = 1, groups: int = 1, padded: bool = True) -> str:
        """Add a convolution of odd kernel size and stride 1; with zero padding to the same size, or without."""
        height, width = weights.kernel.shape[2:]
        pads = [dilation * (height // 2), dilation * (width // 2)] * 2 if padded else [0] * 4
        inputs = [x, self.constant(weights.kernel)]
        if weights.bias.any():
            inputs.append(self.constant(weights.bias))
        return self.node(
            "Conv", inputs, kernel_shape=[height, width], pads=pads, dilations=[dilation] * 2, group=groups
        )

    def concat(self, parts: Sequence[str]) -> str:
        """Add a concatenation of channels."""
        return self.node("Concat", parts, axis=1)

    def gelu(self, x: str) -> str:
        """Add the exact (erf) GELU."""
        return self.node("Gelu", [x])

    def pool(self, kind: str, x: str) -> str:
        """Add 2x2 pooling, ``Max`` or ``Average``, of an even size."""
        return self.node(f"{kind}Pool", [x], kernel_shape=[2, 2], strides=[2, 2])

    def upsample(self, x: str) -> str:
        """Add nearest neighbour upsampling by 2."""
        scales = self.constant(np.array([1.0, 1.0, 2.0, 2.0]))
        return self.node(
            "Resize",
            [x, "", scales],
            mode="nearest",
            nearest_mode="floor",
            coordinate_transformation_mode="asymmetric",
        )

    def standardise(self, x: str, channels: int, *, centred: bool, epsilon: float, counted: int | None = None) -> str:
        """Add division by the standard deviation over channels; ``centred`` says that the mean is zero already.

        What is not centred keeps its mean: ``x / std(x)``. The caller subtracts it in the next layer. Where some
        channels are zeros that do not belong to the layer, ``counted`` is the number of the others.
        """
        variance = self.mean(self.node("Mul", [x, x]), channels, counted)
        if not centred:
            mean = self.mean(x, channels, counted)
            variance = self.node("Sub", [variance, self.node("Mul", [mean, mean])])
        deviation = self.node("Sqrt", [self.node("Add", [variance, self.constant(np.array(epsilon))])])
        return self.node("Mul", [x, self.node("Reciprocal", [deviation])])

    def mean(self, x: str, channels: int, counted: int | None = None) -> str:
        """Add the mean over channels, as a 1x1 convolution: ONNX Runtime's ReduceMean over this axis is slower."""
        return self.conv(x, Weights(np.full((1, channels, 1, 1), 1 / (counted or channels)), np.zeros(1)))

    def affine(self, x: str, gamma: Array, beta: Array) -> str:
        """Add a scale and shift per channel."""
        scaled = self.node("Mul", [x, self.constant(gamma[:, None, None])])
        return self.node("Add", [scaled, self.constant(beta[:, None, None])])

    def channels(self, x: str, start: int, stop: int) -> str:
        """Add a slice of channels."""
        return self.node("Slice", [x, *(self.constant(np.array([value])) for value in (start, stop, 1))])

    def inner(self, x: str, margin: int) -> str:
        """Add a cut of so many pixels on every side."""
        start, stop, axes = (np.array(v) for v in ([margin] * 2, [-margin] * 2, [2, 3]))
        return self.node("Slice", [x, self.constant(start), self.constant(stop), self.constant(axes)])

    def model(self, name: str, inputs: dict[str, int], outputs: dict[str, int]) -> onnx.ModelProto:
        """Return the model: float32 inputs and outputs (n, channels, h, w) by name."""
        graph = helper.make_graph(self._nodes, name, _maps(inputs), _maps(outputs), list(self._constants.values()))
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="matcher"
        )


def _maps(channels: dict[str, int]) -> list[onnx.ValueInfoProto]:
    return [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", count, f"{name}_h", f"{name}_w"])
        for name, count in channels.items()
    ]
