"""The LEADER network as an ONNX graph, written from its description.

Cappelli and Ferrara 2026, "LEADER: Lightweight End-to-end Attention-gated Dual Encoder-decodeR", arXiv 2602.15493;
layer names and sizes as in pyfing 0.7.3, whose weights it takes. Everything is channels first, so that ONNX Runtime's
convolutions need no transposes. What is linear is merged while the graph is built, exactly (up to rounding):

* A layer normalisation's mean is subtracted by the weights of the convolution before or after it; its scale and
  shift go into the 1x1 convolution after it where there is one.
* In an inverse bottleneck, ``adjust(x + reduce(h))`` is ``A x + (A R) h``: cheaper where it narrows.
* A head's 1x1 convolutions, normalisation and activation act on each pixel alone, so they commute with the nearest
  neighbour upsampling and run before it, on a quarter of the pixels.

Input ``image``: uint8 (n, 1, h, w), h and w multiples of 32. Outputs, float32 (n, channels, h, w): ``position``
(probability of a minutia), ``direction`` (cosine, sine, not normalised), ``kind`` (probability of an ending),
``quality`` (blurred position at its local maxima, zero elsewhere).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import TensorProto

from matcher.errors import ExtractorUnavailableError
from matcher.extraction.onnx_layers import (
    Array,
    LayerGraph,
    Weights,
    after_affine,
    after_centring,
    centre,
    compose,
    dense,
    depthwise,
)
from matcher.types import FloatArray

GRAPH_VERSION = 2
"""Raised whenever the graph changes, so that files cached by older versions are not used."""

SIZE_MULTIPLE = 32
OUTPUTS = {"position": 1, "direction": 2, "kind": 1, "quality": 1}

_EPSILON = 1e-3  # Keras' LayerNormalization default
_NMS_WINDOW = 7


def build_leader(layers: Mapping[str, Sequence[FloatArray]]) -> onnx.ModelProto:
    """Return the network with these weights.

    Args:
        layers: layer name to arrays in Keras layout, see :class:`~matcher.extraction.leader_weights.LeaderWeights`.

    Raises:
        ExtractorUnavailableError: a layer is missing or has another shape.
    """
    writer = _Writer(layers)
    try:
        writer.network()
    except (KeyError, ValueError, IndexError) as error:
        raise ExtractorUnavailableError("the LEADER weights do not fit the network that this library builds") from error
    return writer.graph.model("LEADER", "image", OUTPUTS)


class _Writer:
    """Writes the blocks of the network; their names are those of the layers."""

    def __init__(self, layers: Mapping[str, Sequence[FloatArray]]) -> None:
        self.layers = layers
        self.graph = LayerGraph()

    def network(self) -> None:
        g = self.graph
        image = g.node("Cast", ["image"], to=TensorProto.FLOAT)
        x = self.context(self.stem("stem0", image, "Max"))
        x = g.concat([self.attention(x), self.stem("stem1", image, "Average")])
        x = self.refinement(x)
        self.outputs([self.head(f"head_{index}", x) for index in range(3)])

    def context(self, x: str) -> str:
        skips = []
        for level in range(4):
            x, channels = self.separable(f"enc0_{level}", x)
            skips.append(x)
            x = self.downsample(x, channels)
        for level in reversed(range(4)):
            x, _ = self.separable(f"dec0_{level}", x)
            x = self.graph.concat([self.graph.upsample(x), skips[level]])
        return x

    def attention(self, x: str) -> str:
        g = self.graph
        views = [g.gelu(g.conv(x, self.dense(f"attention_conv_d{d}"), dilation=d)) for d in (1, 3, 6)]
        gate = g.node("Sigmoid", [g.conv(g.concat(views), self.dense("attention_s"))])
        return g.node("Mul", [x, gate])

    def refinement(self, x: str) -> str:
        skips = []
        for level in range(4):
            x, channels = self.bottleneck(f"enc1_{level}", x, self.dense(f"enc1_{level}_conv_adj"))
            skips.append(x)
            x = self.downsample(x, channels)
        for level in reversed(range(4)):
            x, _ = self.bottleneck(f"dec1_{level}", x, self.dense(f"dec1_{level}_conv_adj"))
            x = self.graph.concat([self.graph.upsample(x), skips[level]])
        return x

    def outputs(self, heads: Sequence[str]) -> None:
        g = self.graph
        position, direction, kind = (
            g.conv(head, self.dense(f"head_conv_{name}"))
            for head, name in zip(heads, ("pos", "dir", "typ"), strict=True)
        )
        position = g.node("Sigmoid", [position], output="position")
        g.node("Identity", [direction], output="direction")
        g.node("Sigmoid", [kind], output="kind")
        kernel = self.layers["nms_Gaussian_blur"][0]
        blurred = g.conv(position, dense(kernel, np.zeros(1)))
        window, pads = [_NMS_WINDOW] * 2, [_NMS_WINDOW // 2] * 4
        highest = g.node("MaxPool", [blurred], kernel_shape=window, pads=pads)
        zero = g.constant(np.array(0.0))
        g.node("Where", [g.node("Equal", [blurred, highest]), blurred, zero], output="quality")

    def stem(self, name: str, x: str, pool: str) -> str:
        """Add two 5x5 convolutions, the second dilated, normalised together, activated and halved."""
        g = self.graph
        plain, dilated = self.dense(f"{name}_conv"), self.dense(f"{name}_dilated_conv")
        channels = len(plain.bias) + len(dilated.bias)
        y = g.concat([g.conv(x, plain), g.conv(x, dilated, dilation=2)])
        y = g.standardise(g.node("Sub", [y, g.mean(y, channels)]), channels, centred=True, epsilon=_EPSILON)
        return g.pool(pool, g.gelu(g.affine(y, *self.affine(f"{name}_ln"))))

    def separable(self, name: str, x: str) -> tuple[str, int]:
        """Add a 5x5 depthwise and a 1x1 convolution, normalised and activated; return it and its channels."""
        g = self.graph
        per_channel, mixing, bias = self.layers[f"{name}_conv"]
        y = g.conv(x, depthwise(per_channel), groups=per_channel.shape[2])
        y = g.standardise(g.conv(y, centre(dense(mixing, bias))), mixing.shape[3], centred=True, epsilon=_EPSILON)
        return g.gelu(g.affine(y, *self.affine(f"{name}_ln"))), mixing.shape[3]

    def bottleneck(self, name: str, x: str, adjust: Weights) -> tuple[str, int]:
        """Add ``adjust(x + reduce(gelu(expand(normalise(depthwise(x))))))``; return it and its channels."""
        g = self.graph
        per_channel = self.layers[f"{name}_depthwise_conv"][0]
        y = g.conv(x, depthwise(per_channel), groups=per_channel.shape[2])
        y = g.standardise(y, per_channel.shape[2], centred=False, epsilon=_EPSILON)
        expand = after_centring(after_affine(self.dense(f"{name}_conv_exp"), *self.affine(f"{name}_ln")))
        y, reduce = g.gelu(g.conv(y, expand)), self.dense(f"{name}_conv_red")
        channels, width = adjust.kernel.shape[:2]
        if channels <= width:
            straight = g.conv(x, Weights(adjust.kernel, np.zeros(channels)))
            return g.node("Add", [straight, g.conv(y, compose(adjust, reduce))]), channels
        return g.conv(g.node("Add", [x, g.conv(y, reduce)]), adjust), channels

    def head(self, name: str, x: str) -> str:
        """Add a head up to its last convolution: the part before the upsampling, then the upsampling."""
        g = self.graph
        adjust = centre(compose(self.dense(f"{name}_conv1"), self.dense(f"{name}_ibc_conv_adj")))
        y, _ = self.bottleneck(f"{name}_ibc", x, adjust)
        y = g.standardise(y, len(adjust.bias), centred=True, epsilon=_EPSILON)
        y = g.conv(y, after_affine(self.dense(f"{name}_conv2"), *self.affine(f"{name}_ln")))
        return g.upsample(g.gelu(y))

    def downsample(self, x: str, channels: int) -> str:
        """Halve the size: the first half of the channels by maximum, the others by average."""
        g, half = self.graph, channels // 2
        return g.concat([g.pool("Max", g.channels(x, 0, half)), g.pool("Average", g.channels(x, half, channels))])

    def dense(self, name: str) -> Weights:
        kernel, bias = self.layers[name]
        return dense(kernel, bias)

    def affine(self, name: str) -> tuple[Array, Array]:
        gamma, beta = self.layers[name]
        return gamma.astype(np.float64), beta.astype(np.float64)
