"""The LEADER network as two ONNX graphs, written from its description.

Cappelli and Ferrara 2026, "LEADER: Lightweight End-to-end Attention-gated Dual Encoder-decodeR", arXiv 2602.15493;
layer names and sizes as in pyfing 0.7.3, whose weights it takes. Everything is channels first, so that ONNX Runtime's
convolutions need no transposes. What is linear is merged while the graphs are built, exactly (up to rounding):

* A layer normalisation's mean is subtracted by the weights of the convolution before or after it; its scale and
  shift go into the 1x1 convolution after it where there is one.
* In an inverse bottleneck, ``adjust(x + reduce(h))`` is ``A x + (A R) h``: cheaper where it narrows.
* A head's 1x1 convolutions, normalisation and activation act on each pixel alone, so they commute with the nearest
  neighbour upsampling and run before it, on a quarter of the pixels; its last convolution, 5x5 on the upsampled map,
  is four of 3x3 on the map itself.
* Layers that are joined to 59, 106 and 219 channels are filled up with zeros to a multiple of eight, which ONNX
  Runtime's convolutions work in: an odd number costs five times the time.

And what nobody asks for is not computed: direction and type are wanted at minutiae, a few dozen of all pixels. So the
*dense* graph ends in the map of positions and the features that the heads read, and the *points* graph answers for
the surroundings of single pixels.

Dense graph, maps at half the size of the image, whose sides are multiples of 32: ``stem0`` (n, 16, h, w) and ``stem1``
(n, 32, h, w), see :mod:`~matcher.extraction.leader_stem`, to ``features`` (n, 56, h, w) and ``position`` (n, 4, h, w):
the probability of a minutia in the pixel's upper left, upper right, lower left and lower right quarter. Points graph:
``patches`` of features (n, 56, 9, 9), and ``inside`` (n, 1, 3, 3), 1 where the middle of the patch is in the image,
0 beyond it, to ``direction`` (n, 8, 1, 1), four cosines and four sines, not normalised, and ``kind`` (n, 4, 1, 1), the
probability of an ending, in the same order of quarters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import onnx

from matcher.extraction.onnx_layers import (
    Array,
    LayerGraph,
    Weights,
    after_affine,
    after_centring,
    before_upsampling,
    centre,
    compose,
    dense,
    depthwise,
    spread,
)
from matcher.types import FloatArray

SIZE_MULTIPLE = 32
PATCH = 9
"""Side of a patch of features: a depthwise kernel of 7 below the 3x3 that the last convolution reads."""

STEMS = {"stem0": 16, "stem1": 32}
EPSILON = 1e-3
"""Keras' LayerNormalization default."""

_LANES = 8
_KERNEL_REACH = 3

Layers = Mapping[str, Sequence[FloatArray]]


class LeaderGraphs(NamedTuple):
    """The two halves of the network."""

    dense: onnx.ModelProto
    points: onnx.ModelProto


def build_leader(layers: Layers) -> LeaderGraphs:
    """Return the network with these weights.

    Args:
        layers: layer name to arrays in Keras layout, see :class:`~matcher.extraction.leader_weights.LeaderWeights`.

    Raises:
        KeyError, ValueError, IndexError: a layer is missing or has another shape.
    """
    return LeaderGraphs(_dense(layers), _points(layers))


class _Map(NamedTuple):
    """A layer's output: its name in the graph, and where its channels are, then how many there are with the zeros."""

    name: str
    places: list[int]

    @property
    def width(self) -> int:
        return self.places[-1]


def _dense(layers: Layers) -> onnx.ModelProto:
    writer = _Writer(layers)
    g = writer.graph
    x = writer.context(_Map("stem0", _packed(STEMS["stem0"])))
    x = writer.refinement(writer.join(writer.attention(x), _Map("stem1", _packed(STEMS["stem1"]))))
    g.node("Identity", [x.name], output="features")
    position = g.conv(writer.head("head_0", x), before_upsampling(writer.dense("head_conv_pos")))
    g.node("Sigmoid", [position], output="position")
    return g.model("LEADER", STEMS, {"features": x.width, "position": 4})


def _points(layers: Layers) -> onnx.ModelProto:
    writer = _Writer(layers)
    g = writer.graph
    x = _Map("patches", _features(layers))
    direction, kind = (
        g.conv(
            g.node("Mul", [writer.head(head, x, padded=False), "inside"]),
            before_upsampling(writer.dense(last)),
            padded=False,
        )
        for head, last in (("head_1", "head_conv_dir"), ("head_2", "head_conv_typ"))
    )
    g.node("Identity", [direction], output="direction")
    g.node("Sigmoid", [kind], output="kind")
    return g.model("LEADER points", {"patches": x.width, "inside": 1}, {"direction": 8, "kind": 4})


def _features(layers: Layers) -> list[int]:
    """Places of the channels that the heads read, as the last join of the refinement leaves them."""
    upsampled, skipped = (len(layers[f"{name}_conv_adj"][1]) for name in ("dec1_0", "enc1_0"))
    return _joined(_filled(upsampled), _packed(skipped))


def _packed(channels: int) -> list[int]:
    return list(range(channels + 1))


def _filled(channels: int) -> list[int]:
    """Places of channels that are filled up with zeros behind to a multiple of eight."""
    return [*range(channels), -(-channels // _LANES) * _LANES]


def _joined(first: list[int], second: list[int]) -> list[int]:
    return first[:-1] + [first[-1] + place for place in second]


class _Writer:
    """Writes the blocks of the network; their names are those of the layers."""

    def __init__(self, layers: Layers) -> None:
        self.layers = layers
        self.graph = LayerGraph()

    def context(self, x: _Map) -> _Map:
        skips = []
        for level in range(4):
            x = self.separable(f"enc0_{level}", x)
            skips.append(x)
            x = self.downsample(x)
        for level in reversed(range(4)):
            x = self.separable(f"dec0_{level}", x)
            x = self.join(self.upsample(x), skips[level])
        return x

    def attention(self, x: _Map) -> _Map:
        g = self.graph
        views = [g.gelu(g.conv(x.name, self.dense(f"attention_conv_d{d}"), dilation=d)) for d in (1, 3, 6)]
        gate = g.node("Sigmoid", [g.conv(g.concat(views), self.dense("attention_s"))])
        return x._replace(name=g.node("Mul", [x.name, gate]))

    def refinement(self, x: _Map) -> _Map:
        skips = []
        for level in range(4):
            x = self.bottleneck(f"enc1_{level}", x, self.dense(f"enc1_{level}_conv_adj"))
            skips.append(x)
            x = self.downsample(x)
        for level in reversed(range(4)):
            adjust = self.dense(f"dec1_{level}_conv_adj")
            filled = _filled(len(adjust.bias))
            x = self.bottleneck(f"dec1_{level}", x, spread(adjust, outputs=filled))._replace(places=filled)
            x = self.join(self.upsample(x), skips[level])
        return x

    def join(self, first: _Map, second: _Map) -> _Map:
        return _Map(self.graph.concat([first.name, second.name]), _joined(first.places, second.places))

    def upsample(self, x: _Map) -> _Map:
        return x._replace(name=self.graph.upsample(x.name))

    def separable(self, name: str, x: _Map) -> _Map:
        """Add a 5x5 depthwise and a 1x1 convolution, normalised and activated."""
        g = self.graph
        per_channel, mixing, bias = self.layers[f"{name}_conv"]
        y = g.conv(x.name, depthwise(per_channel), groups=per_channel.shape[2])
        y = g.standardise(g.conv(y, centre(dense(mixing, bias))), mixing.shape[3], centred=True, epsilon=EPSILON)
        return _Map(g.gelu(g.affine(y, *self.affine(f"{name}_ln"))), _packed(mixing.shape[3]))

    def bottleneck(self, name: str, x: _Map, adjust: Weights, *, padded: bool = True) -> _Map:
        """Add ``adjust(x + reduce(gelu(expand(normalise(depthwise(x))))))``.

        Without zero padding it is ``_KERNEL_REACH`` pixels smaller on every side.
        """
        g = self.graph
        kernel = spread(depthwise(self.layers[f"{name}_depthwise_conv"][0]), outputs=x.places)
        y = g.conv(x.name, kernel, groups=x.width, padded=padded)
        y = g.standardise(y, x.width, centred=False, epsilon=EPSILON, counted=len(x.places) - 1)
        expand = after_centring(after_affine(self.dense(f"{name}_conv_exp"), *self.affine(f"{name}_ln")))
        y, reduce = g.gelu(g.conv(y, spread(expand, inputs=x.places))), self.dense(f"{name}_conv_red")
        inner = x.name if padded else g.inner(x.name, _KERNEL_REACH)
        channels, width = adjust.kernel.shape[:2]
        if channels <= width:
            straight = spread(Weights(adjust.kernel, np.zeros(channels)), inputs=x.places)
            y = g.node("Add", [g.conv(inner, straight), g.conv(y, compose(adjust, reduce))])
        else:
            y = g.node("Add", [inner, g.conv(y, spread(reduce, outputs=x.places))])
            y = g.conv(y, spread(adjust, inputs=x.places))
        return _Map(y, _packed(channels))

    def head(self, name: str, x: _Map, *, padded: bool = True) -> str:
        """Add a head up to its upsampling."""
        g = self.graph
        adjust = centre(compose(self.dense(f"{name}_conv1"), self.dense(f"{name}_ibc_conv_adj")))
        y = self.bottleneck(f"{name}_ibc", x, adjust, padded=padded).name
        y = g.standardise(y, len(adjust.bias), centred=True, epsilon=EPSILON)
        return g.gelu(g.conv(y, after_affine(self.dense(f"{name}_conv2"), *self.affine(f"{name}_ln"))))

    def downsample(self, x: _Map) -> _Map:
        """Halve the size: the first half of the channels by maximum, the others by average."""
        g, half = self.graph, x.width // 2
        highest = g.pool("Max", g.channels(x.name, 0, half))
        return x._replace(name=g.concat([highest, g.pool("Average", g.channels(x.name, half, x.width))]))

    def dense(self, name: str) -> Weights:
        kernel, bias = self.layers[name]
        return dense(kernel, bias)

    def affine(self, name: str) -> tuple[Array, Array]:
        gamma, beta = self.layers[name]
        return gamma.astype(np.float64), beta.astype(np.float64)
