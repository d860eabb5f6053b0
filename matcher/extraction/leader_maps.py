"""Maps of the LEADER network as its compiled loops want them, and which weights they take."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matcher.extraction._vectors import FILTERED_ROWS, LANES, TILE
from matcher.types import FloatArray

BORDER = 3
"""Zeros that the 7x7 filters want around a map."""


class Map(NamedTuple):
    """Channels of a map with zeros around, each flat: what is left of a row is what is right of the row above.

    Attributes:
        planes: float32 (channels, pixels with borders and what the loops read behind the last).
        height: rows.
        width: columns.
        border: zeros on every side.
    """

    planes: FloatArray
    height: int
    width: int
    border: int

    @property
    def stride(self) -> int:
        """Pixels from one row to the next."""
        return self.width + self.border

    @property
    def inner(self) -> FloatArray:
        """A view of the map without borders (channels, height, width)."""
        first = self.border * (self.stride + 1)
        rows = self.planes[:, first : first + self.height * self.stride]
        return rows.reshape(len(rows), self.height, self.stride)[:, :, : self.width]


def empty_map(channels: int, height: int, width: int, border: int = BORDER) -> Map:
    """Return a map of zeros."""
    rows = height + 2 * border + FILTERED_ROWS
    planes = np.zeros((channels, rows * (width + border) + border + TILE + LANES), np.float32)
    return Map(planes, height, width, border)


class Workspace:
    """The maps of a thread's runs, in the order in which they are asked for: those of the last run where they fit.

    Memory that is asked for anew has to be brought to the process page by page: a tenth of the time of a print.
    """

    def __init__(self) -> None:
        self._maps: dict[int, Map] = {}
        self._asked = 0

    def begin(self) -> None:
        """Begin a run: what the last one answered may be written over."""
        self._asked = 0

    def map(self, channels: int, height: int, width: int, border: int = BORDER) -> Map:
        """Return a map of zeros, or of what was there, with zeros around."""
        self._asked += 1
        kept = self._maps.get(self._asked)
        if kept is None or (len(kept.planes), *kept[1:]) != (channels, height, width, border):
            kept = self._maps[self._asked] = empty_map(channels, height, width, border)
        return kept


class Panels(NamedTuple):
    """A matrix product in the order in which it is computed.

    Attributes:
        weights: float32 (panels, depth, ROWS), outputs side by side, filled up with zeros.
        bias: float32 (panels, ROWS).
    """

    weights: FloatArray
    bias: FloatArray


class Separable(NamedTuple):
    """A 5x5 filter of each channel, a 1x1 convolution without mean, normalisation's scale and shift."""

    kernels: FloatArray
    mixing: Panels
    gamma: FloatArray
    beta: FloatArray


class Bottleneck(NamedTuple):
    """An inverse bottleneck.

    Attributes:
        kernels: a 7x7 filter of each channel, float32 (channels, 49).
        expand: of what is filtered and normalised; activated after that.
        straight: of the input as it is, with the bias of all.
        reduce: added to that, of what is expanded: float32 (parts * panels, expanded / parts, ROWS).
    """

    kernels: FloatArray
    expand: Panels
    straight: Panels
    reduce: FloatArray


class Attention(NamedTuple):
    """Three 3x3 convolutions with holes, their outputs side by side (3 views' panels), and the gate made of them."""

    views: tuple[Panels, Panels, Panels]
    gate: Panels


class Head(NamedTuple):
    """A bottleneck down to four channels without mean, and what mixes them once they are normalised."""

    block: Bottleneck
    last: Panels
