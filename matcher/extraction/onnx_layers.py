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

    def conv(self, x: str, weights: Weights, *, dilation: int = 1, groups: int = 1) -> str:
        """Add a convolution of odd kernel size, stride 1 and zero padding to the same size."""
        height, width = weights.kernel.shape[2:]
        pads = [dilation * (height // 2), dilation * (width // 2)] * 2
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

    def standardise(self, x: str, channels: int, *, centred: bool, epsilon: float) -> str:
        """Add division by the standard deviation over channels; ``centred`` says that the mean is zero already.

        What is not centred keeps its mean: ``x / std(x)``. The caller subtracts it in the next layer.
        """
        variance = self.mean(self.node("Mul", [x, x]), channels)
        if not centred:
            mean = self.mean(x, channels)
            variance = self.node("Sub", [variance, self.node("Mul", [mean, mean])])
        deviation = self.node("Sqrt", [self.node("Add", [variance, self.constant(np.array(epsilon))])])
        return self.node("Mul", [x, self.node("Reciprocal", [deviation])])

    def mean(self, x: str, channels: int) -> str:
        """Add the mean over channels, as a 1x1 convolution: ONNX Runtime's ReduceMean over this axis is slower."""
        return self.conv(x, Weights(np.full((1, channels, 1, 1), 1 / channels), np.zeros(1)))

    def affine(self, x: str, gamma: Array, beta: Array) -> str:
        """Add a scale and shift per channel."""
        scaled = self.node("Mul", [x, self.constant(gamma[:, None, None])])
        return self.node("Add", [scaled, self.constant(beta[:, None, None])])

    def channels(self, x: str, start: int, stop: int) -> str:
        """Add a slice of channels."""
        return self.node("Slice", [x, *(self.constant(np.array([value])) for value in (start, stop, 1))])

    def model(self, name: str, source: str, outputs: dict[str, int]) -> onnx.ModelProto:
        """Return the model: one uint8 input (n, 1, h, w), float outputs (n, channels, h, w) by name."""
        image = helper.make_tensor_value_info(source, TensorProto.UINT8, ["n", 1, "h", "w"])
        results = [
            helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", channels, "h", "w"])
            for output, channels in outputs.items()
        ]
        graph = helper.make_graph(self._nodes, name, [image], results, list(self._constants.values()))
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="matcher"
        )
