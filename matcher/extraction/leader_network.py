"""The LEADER network at work: what it says of every pixel, and of chosen pixels.

What nobody asks for is not computed: direction and type are wanted at minutiae, a few dozen of all pixels. So
:meth:`LeaderNetwork.dense` ends in the map of positions and the features that the heads read, and
:meth:`LeaderNetwork.at` answers for the surroundings of single pixels.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.errors import ExtractorUnavailableError
from matcher.extraction._layer_kernels import answered, attention, bottleneck, ended, halved, head, mixed, separable
from matcher.extraction._point_kernels import SIDE, surroundings
from matcher.extraction._stem_kernels import BORDER as STEM_BORDER
from matcher.extraction.leader_layers import Weights
from matcher.extraction.leader_maps import BORDER, Head, Map, Workspace
from matcher.extraction.leader_parts import Layers, LeaderParts, build_parts
from matcher.extraction.leader_stem import Stem
from matcher.types import ByteArray, FloatArray

_BLUR = 5
_NEIGHBOURS = 7
_FAR = 6
"""Zeros around the map whose convolutions have the widest holes."""
_ROWS = 4
"""No thread gets fewer."""
_LARGE = 400_000
"""Pixels. More than scanners of single fingers give at 500 ppi; what it takes to run on more is given back."""

Rows = tuple[int, int]


class Answers(NamedTuple):
    """What the network says of n pixels.

    Attributes:
        direction: cosine and sine, not normalised (2, n).
        kind: probability that a minutia there is an ending (n,).
    """

    direction: FloatArray
    kind: FloatArray


class Dense(NamedTuple):
    """What the network says of every pixel of an image (h, w).

    Attributes:
        position: probability of a minutia (h, w).
        quality: of a minutia: blurred probability where it is highest among 7x7 pixels, zero elsewhere (h, w).
        features: what is left to ask, see :meth:`LeaderNetwork.at`.
    """

    position: FloatArray
    quality: FloatArray
    features: Map


@dataclass(frozen=True, slots=True, eq=False)
class LeaderNetwork:
    """The stems, then the parts of :mod:`~matcher.extraction.leader_parts`. Thread-safe.

    Attributes:
        stems: of the first autoencoder, and of the second.
        parts: all behind them.
        pool: among whose threads the rows of a map are shared out; None for the caller's alone.
        threads: how many.
        kept: maps of each thread that calls.
    """

    stems: tuple[Stem, Stem]
    parts: LeaderParts
    pool: ThreadPoolExecutor | None
    threads: int
    kept: threading.local = field(default_factory=threading.local)

    def dense(self, pixels: ByteArray) -> Dense:
        """Run the network on uint8 pixels (h, w), both multiples of 32.

        The features hold until this thread runs the network again.
        """
        maps = self._begun(pixels.size)
        image = maps.map(1, pixels.shape[0], pixels.shape[1], STEM_BORDER)
        image.inner[0] = pixels
        features = self._features(image, self._context(image, maps), maps)
        height, width = features.height, features.width
        ends, quarters = maps.map(4, height, width), np.empty((4, height, width), np.float32)
        self._over(height, partial(head, self.parts.position, features, ends))
        self._over(height, partial(answered, self.parts.position_last, ends, quarters))
        position = quarters.reshape(2, 2, height, width).transpose(2, 0, 3, 1).reshape(pixels.shape)
        return Dense(position, maxima(position), features)

    def at(self, features: Map, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Answers:
        """Answer for some pixels of the image whose features these are."""
        y, x = rows // 2, columns // 2
        quarter, of_point = rows % 2 * 2 + columns % 2, np.arange(len(rows))
        direction = _asked(self.parts.direction, self.parts.direction_last, features, y, x)
        kind = _asked(self.parts.kind, self.parts.kind_last, features, y, x)
        chosen = direction.reshape(-1, 2, 4)[of_point, :, quarter]
        return Answers(chosen.T, 1 / (1 + np.exp(-kind[of_point, quarter])))

    def _begun(self, pixels: int) -> Workspace:
        """Return this thread's maps for a run; those of a large image are given back with the next."""
        if pixels > _LARGE:
            return Workspace()
        maps: Workspace = self.kept.__dict__.setdefault("maps", Workspace())
        maps.begin()
        return maps

    def _context(self, image: Map, maps: Workspace) -> Map:
        """Run the first stem and autoencoder."""
        x = maps.map(self.stems[0].channels, image.height // 2, image.width // 2)
        self._over(x.height, partial(self.stems[0].fill, image, x, 0))
        joined = []
        for level, (layer, back) in enumerate(zip(self.parts.down0, self.parts.up0, strict=True)):
            above, both = len(back.gamma), len(back.gamma) + len(layer.gamma)
            joined.append(maps.map(both, x.height, x.width, BORDER if level else _FAR))
            x = self._down(partial(separable, layer), x, joined[-1], (above, both), maps)
        for layer in reversed(self.parts.up0):
            x = self._up(partial(separable, layer), x, joined.pop(), len(layer.gamma))
        return x

    def _features(self, image: Map, context: Map, maps: Workspace) -> Map:
        """Run the gate on the first autoencoder, then the second stem and autoencoder."""
        gated = len(context.planes)
        x = maps.map(gated + self.stems[1].channels, context.height, context.width)
        self._over(x.height, partial(attention, self.parts.attention, context, x))
        self._over(x.height, partial(self.stems[1].fill, image, x, gated))
        joined = []
        for layer, back in zip(self.parts.down1, self.parts.up1, strict=True):
            above, both = back.outputs, back.outputs + layer.outputs
            joined.append(maps.map(both, x.height, x.width))
            x = self._down(partial(bottleneck, layer.layer), x, joined[-1], (above, both), maps)
        for layer in reversed(self.parts.up1):
            x = self._up(partial(bottleneck, layer.layer), x, joined.pop(), layer.outputs)
        return x

    def _down(self, layer: Callable[..., None], x: Map, joined: Map, channels: Rows, maps: Workspace) -> Map:
        """Fill the channels of a map that are skipped over what is below, and return them at half the size."""
        self._over(x.height, partial(layer, x, joined, channels))
        below = maps.map(channels[1] - channels[0], x.height // 2, x.width // 2)
        halved(joined, channels, below)
        return below

    def _up(self, layer: Callable[..., None], x: Map, joined: Map, channels: int) -> Map:
        """Fill the first channels of a map of twice the size."""
        self._over(x.height, partial(layer, x, joined, (0, channels)))
        return joined

    def _over(self, height: int, layer: Callable[[Rows], None]) -> None:
        """Let a layer fill all rows, shared out among the threads."""
        if self.pool is None:
            layer((0, height))
            return
        share = max(_ROWS, -(-height // self.threads))
        parts = [(first, min(first + share, height)) for first in range(0, height, share)]
        list(self.pool.map(layer, parts))


def build_network(layers: Layers, threads: int) -> LeaderNetwork:
    """Return the network with these weights, see :class:`~matcher.extraction.leader_weights.LeaderWeights`.

    Raises:
        ExtractorUnavailableError: a layer is missing or has another shape.
    """
    try:
        parts = build_parts(layers)
        stems = Stem.of(layers, "stem0", highest=True), Stem.of(layers, "stem1", highest=False)
    except (KeyError, ValueError, IndexError) as error:
        raise ExtractorUnavailableError("the LEADER weights do not fit the network that this library builds") from error
    return LeaderNetwork(stems, parts, ThreadPoolExecutor(threads, "leader") if threads > 1 else None, threads)


def _asked(head: Head, last: Weights, features: Map, y: NDArray[np.intp], x: NDArray[np.intp]) -> FloatArray:
    """Return a head's outputs for the four quarters of some pixels of its map (n, outputs * 4)."""
    seen, straight = surroundings(head.block.kernels, features, y, x)
    out = np.empty((head.block.straight.bias.size, seen.shape[1]), np.float32)
    mixed(head.block, seen, straight, 0, out, out.shape[1])
    ended(head, out, out.shape[1])
    values = out[:4, : len(y) * SIDE * SIDE].reshape(4, len(y), SIDE, SIDE)
    there = _inside((features.height, features.width), y, x)
    answers: FloatArray = np.einsum("fnyx,ofyx->no", values * there, last.kernel) + last.bias
    return answers.astype(np.float32)


def maxima(position: FloatArray) -> FloatArray:
    """Blur with a 5x5 Gaussian, zero beyond the border, and keep what nothing among the 7x7 pixels around exceeds."""
    kernel = cv2.getGaussianKernel(_BLUR, 0, cv2.CV_32F)
    blurred = cv2.sepFilter2D(position, cv2.CV_32F, kernel, kernel, borderType=cv2.BORDER_CONSTANT)
    highest = cv2.dilate(blurred, np.ones((_NEIGHBOURS, _NEIGHBOURS), np.uint8))
    return np.where(blurred == highest, blurred, np.float32(0.0))


def _inside(shape: tuple[int, int], y: NDArray[np.intp], x: NDArray[np.intp]) -> FloatArray:
    """Return 1 for each of the 3x3 pixels around (y, x) that lies in the map, 0 beyond: float32 (n, 3, 3)."""
    around = np.arange(-1, 2)
    rows, columns = y[:, None] + around, x[:, None] + around
    of_rows, of_columns = (rows >= 0) & (rows < shape[0]), (columns >= 0) & (columns < shape[1])
    return (of_rows[:, :, None] & of_columns[:, None, :]).astype(np.float32)
