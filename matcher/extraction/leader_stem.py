"""The stems of LEADER: what it makes of the image before anything else, at half the size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.extraction._stem_kernels import stem
from matcher.extraction.leader_layers import dense, panels
from matcher.extraction.leader_maps import Map, Panels
from matcher.types import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Stem:
    """Two 5x5 convolutions of the image side by side, the second dilated, normalised together, activated and halved.

    Attributes:
        halves: the convolutions.
        affine: scale and shift, float32 (channels,).
        highest: pool by maximum, else by average.
    """

    halves: tuple[Panels, Panels]
    affine: tuple[FloatArray, FloatArray]
    highest: bool

    @classmethod
    def of(cls, layers: Mapping[str, Sequence[FloatArray]], name: str, *, highest: bool) -> Stem:
        """Take the weights of the stem of that name. Raises KeyError or ValueError if they are not there."""
        (plain, plain_bias), (dilated, dilated_bias) = layers[f"{name}_conv"], layers[f"{name}_dilated_conv"]
        gamma, beta = layers[f"{name}_ln"]
        return cls((panels(dense(plain, plain_bias)), panels(dense(dilated, dilated_bias))), (gamma, beta), highest)

    @property
    def channels(self) -> int:
        """How many channels it fills."""
        return len(self.affine[0])

    def fill(self, image: Map, target: Map, first: int, rows: tuple[int, int]) -> None:
        """Fill some rows of a map of half the size of the image, from its channel ``first`` on."""
        stem(self.halves, self.affine, image, self.highest, target, first, rows)
