"""The stems of LEADER: what it makes of the image before anything else, at half the size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.extraction._stem_kernels import BORDER, stem
from matcher.types import ByteArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Stem:
    """Two 5x5 convolutions of the image side by side, the second dilated, normalised together, activated and halved.

    Attributes:
        kernels: float32 (channels, 5, 5).
        bias, gamma, beta: float32 (channels,).
        highest: pool by maximum, else by average.
        epsilon: added to the variance.
    """

    kernels: FloatArray
    bias: FloatArray
    gamma: FloatArray
    beta: FloatArray
    highest: bool
    epsilon: float

    @classmethod
    def of(cls, layers: Mapping[str, Sequence[FloatArray]], name: str, *, highest: bool, epsilon: float) -> Stem:
        """Take the weights of the stem of that name. Raises KeyError or ValueError if they are not there."""
        plain, dilated = layers[f"{name}_conv"], layers[f"{name}_dilated_conv"]
        kernels = np.concatenate([plain[0], dilated[0]], axis=3)[:, :, 0].transpose(2, 0, 1)
        gamma, beta = layers[f"{name}_ln"]
        return cls(np.ascontiguousarray(kernels), np.concatenate([plain[1], dilated[1]]), gamma, beta, highest, epsilon)

    def __call__(self, pixels: ByteArray) -> FloatArray:
        """Return the maps of uint8 pixels (h, w), both even: float32 (channels, h / 2, w / 2)."""
        height, width = pixels.shape
        image = np.pad(pixels.astype(np.float32), BORDER)
        pooled = np.empty((len(self.bias), height // 2, width // 2), dtype=np.float32)
        epsilon = np.float32(self.epsilon)
        stem(image, self.kernels, self.bias, self.gamma, self.beta, epsilon, self.highest, pooled)
        return pooled
