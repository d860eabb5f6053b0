"""The LEADER network at work: what it says of every pixel, and of chosen pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray

from matcher.errors import ExtractorUnavailableError
from matcher.extraction._onnxruntime import onnxruntime
from matcher.extraction.leader_graph import EPSILON, PATCH, Layers, build_leader
from matcher.extraction.leader_stem import Stem
from matcher.types import ByteArray, FloatArray

_BLUR = 5
_NEIGHBOURS = 7
_REACH = PATCH // 2
_LARGE = 400_000
"""Pixels. More than scanners of single fingers give at 500 ppi; what it takes to run on more is given back."""
_POINTS_AT_ONCE = 256
"""Chosen pixels answered together; bounds the memory, a megabyte for each sixteen."""


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
    features: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LeaderNetwork:
    """Stems, then the two graphs of :mod:`~matcher.extraction.leader_graph` in ONNX Runtime. Thread-safe."""

    stems: dict[str, Stem]
    dense_session: Any
    points_session: Any

    def dense(self, pixels: ByteArray) -> Dense:
        """Run the network on uint8 pixels (h, w), both multiples of 32."""
        stems = {name: stem(pixels)[None] for name, stem in self.stems.items()}
        how = _giving_back() if pixels.size > _LARGE else None
        quarters, features = self.dense_session.run(["position", "features"], stems, how)
        half_height, half_width = quarters.shape[2:]
        position = quarters.reshape(2, 2, half_height, half_width).transpose(2, 0, 3, 1).reshape(pixels.shape)
        return Dense(position, maxima(position), features[0])

    def at(self, features: FloatArray, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Answers:
        """Answer for some pixels of the image whose features these are."""
        parts = [
            self._at(features, rows[start : start + _POINTS_AT_ONCE], columns[start : start + _POINTS_AT_ONCE])
            for start in range(0, len(rows), _POINTS_AT_ONCE)
        ]
        if not parts:
            return Answers(np.zeros((2, 0), np.float32), np.zeros(0, np.float32))
        return Answers(*(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)))

    def _at(self, features: FloatArray, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Answers:
        y, x = rows // 2, columns // 2
        wide = np.pad(features, ((0, 0), (_REACH, _REACH), (_REACH, _REACH)))
        patches = np.stack([wide[:, r : r + PATCH, c : c + PATCH] for r, c in zip(y, x, strict=True)])
        direction, kind = self.points_session.run(
            ["direction", "kind"], {"patches": patches, "inside": _inside(features.shape[1:], y, x)}
        )
        quarter = rows % 2 * 2 + columns % 2
        of_point = np.arange(len(rows))
        chosen = direction.reshape(-1, 2, 4)[of_point, :, quarter]
        return Answers(chosen.T, kind.reshape(-1, 4)[of_point, quarter])


def build_network(layers: Layers, threads: int) -> LeaderNetwork:
    """Return the network with these weights, see :class:`~matcher.extraction.leader_weights.LeaderWeights`.

    Raises:
        ExtractorUnavailableError: a layer is missing or has another shape.
    """
    try:
        graphs = build_leader(layers)
        stems = {
            "stem0": Stem.of(layers, "stem0", highest=True, epsilon=EPSILON),
            "stem1": Stem.of(layers, "stem1", highest=False, epsilon=EPSILON),
        }
    except (KeyError, ValueError, IndexError) as error:
        raise ExtractorUnavailableError("the LEADER weights do not fit the network that this library builds") from error
    return LeaderNetwork(stems, _session(graphs.dense, threads), _session(graphs.points, threads))


def _giving_back() -> Any:
    """Return options of a run after which the memory that it took is given back.

    It would be kept for the next: of a megapixel 900 MB, for as long as the process lives. Of images as scanners make
    them the next needs the same, and asking for it each time costs 40 % more time.
    """
    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def _session(model: onnx.ModelProto, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads leave the cores to others
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def maxima(position: FloatArray) -> FloatArray:
    """Blur with a 5x5 Gaussian, zero beyond the border, and keep what nothing among the 7x7 pixels around exceeds."""
    kernel = cv2.getGaussianKernel(_BLUR, 0, cv2.CV_32F)
    blurred = cv2.sepFilter2D(position, cv2.CV_32F, kernel, kernel, borderType=cv2.BORDER_CONSTANT)
    highest = cv2.dilate(blurred, np.ones((_NEIGHBOURS, _NEIGHBOURS), np.uint8))
    return np.where(blurred == highest, blurred, np.float32(0.0))


def _inside(shape: tuple[int, ...], y: NDArray[np.intp], x: NDArray[np.intp]) -> FloatArray:
    """Return 1 for each of the 3x3 pixels around (y, x) that lies in the map, 0 beyond: float32 (n, 1, 3, 3)."""
    around = np.arange(-1, 2)
    rows, columns = y[:, None] + around, x[:, None] + around
    of_rows, of_columns = (rows >= 0) & (rows < shape[0]), (columns >= 0) & (columns < shape[1])
    return (of_rows[:, :, None] & of_columns[:, None, :]).astype(np.float32)[:, None]
