"""The parts of the LEADER network, from the weights of its authors.

Cappelli and Ferrara 2026, "LEADER: Lightweight End-to-end Attention-gated Dual Encoder-decodeR", arXiv 2602.15493;
layer names and sizes as in pyfing 0.7.3, whose weights it takes.
What is linear is merged here, exactly (up to rounding):

* A layer normalisation's mean is subtracted by the weights of the convolution before or after it; its scale and
  shift go into the 1x1 convolution after it where there is one.
* In an inverse bottleneck, ``adjust(x + reduce(h))`` is ``A x + (A R) h``.
* A head's 1x1 convolutions, normalisation and activation act on each pixel alone, so they commute with the nearest
  neighbour upsampling and run before it, on a quarter of the pixels; its last convolution, 5x5 on the upsampled map,
  is four of 3x3 on the map itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matcher.extraction.leader_layers import (
    Array,
    Weights,
    after_affine,
    after_centring,
    before_upsampling,
    bottleneck,
    centre,
    compose,
    dense,
    filters,
    panels,
)
from matcher.extraction.leader_maps import Attention, Bottleneck, Head, Panels, Separable
from matcher.types import FloatArray

LEVELS = 4
"""Times that the maps are halved on the way down, and doubled on the way up."""

SIZE_MULTIPLE = 2 << LEVELS

Layers = Mapping[str, Sequence[FloatArray]]


class Adjusted(NamedTuple):
    """A bottleneck, and how many channels it makes: its products are filled up."""

    layer: Bottleneck
    outputs: int


@dataclass(frozen=True, slots=True, eq=False)
class LeaderParts:
    """Everything behind the stems.

    Attributes:
        down0, up0: of the first autoencoder, by level.
        attention: the gate on what it makes.
        down1, up1: of the second autoencoder, by level.
        position, direction, kind: the heads.
        position_last: the last convolution of the first.
        direction_last, kind_last: those of the others, (outputs * 4, 4, 3, 3) and (outputs * 4,).
    """

    down0: tuple[Separable, ...]
    up0: tuple[Separable, ...]
    attention: Attention
    down1: tuple[Adjusted, ...]
    up1: tuple[Adjusted, ...]
    position: Head
    direction: Head
    kind: Head
    position_last: Panels
    direction_last: Weights
    kind_last: Weights


def build_parts(layers: Layers) -> LeaderParts:
    """Return the network with these weights.

    Args:
        layers: layer name to arrays in Keras layout, see :class:`~matcher.extraction.leader_weights.LeaderWeights`.

    Raises:
        KeyError, ValueError, IndexError: a layer is missing or has another shape.
    """
    views = tuple(panels(_dense(layers, f"attention_conv_d{dilation}")) for dilation in (1, 3, 6))
    return LeaderParts(
        down0=tuple(_separable(layers, f"enc0_{level}") for level in range(LEVELS)),
        up0=tuple(_separable(layers, f"dec0_{level}") for level in range(LEVELS)),
        attention=Attention((views[0], views[1], views[2]), panels(_dense(layers, "attention_s"))),
        down1=tuple(_adjusted(layers, f"enc1_{level}") for level in range(LEVELS)),
        up1=tuple(_adjusted(layers, f"dec1_{level}") for level in range(LEVELS)),
        position=_head(layers, "head_0"),
        direction=_head(layers, "head_1"),
        kind=_head(layers, "head_2"),
        position_last=panels(before_upsampling(_dense(layers, "head_conv_pos"))),
        direction_last=before_upsampling(_dense(layers, "head_conv_dir")),
        kind_last=before_upsampling(_dense(layers, "head_conv_typ")),
    )


def _separable(layers: Layers, name: str) -> Separable:
    per_channel, mixing, bias = layers[f"{name}_conv"]
    gamma, beta = layers[f"{name}_ln"]
    return Separable(filters(per_channel), panels(centre(dense(mixing, bias))), gamma, beta)


def _adjusted(layers: Layers, name: str) -> Adjusted:
    adjust = _dense(layers, f"{name}_conv_adj")
    return Adjusted(_bottleneck(layers, name, adjust), len(adjust.bias))


def _bottleneck(layers: Layers, name: str, adjust: Weights) -> Bottleneck:
    expand = after_centring(after_affine(_dense(layers, f"{name}_conv_exp"), *_affine(layers, f"{name}_ln")))
    return bottleneck(layers[f"{name}_depthwise_conv"][0], expand, _dense(layers, f"{name}_conv_red"), adjust)


def _head(layers: Layers, name: str) -> Head:
    adjust = centre(compose(_dense(layers, f"{name}_conv1"), _dense(layers, f"{name}_ibc_conv_adj")))
    last = after_affine(_dense(layers, f"{name}_conv2"), *_affine(layers, f"{name}_ln"))
    return Head(_bottleneck(layers, f"{name}_ibc", adjust), panels(last))


def _dense(layers: Layers, name: str) -> Weights:
    kernel, bias = layers[name]
    return dense(kernel, bias)


def _affine(layers: Layers, name: str) -> tuple[Array, Array]:
    gamma, beta = layers[name]
    return gamma.astype(np.float64), beta.astype(np.float64)
