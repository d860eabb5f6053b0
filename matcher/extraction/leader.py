"""The default extractor: the LEADER network run by ONNX Runtime.

Cappelli and Ferrara 2026, arXiv 2602.15493. What comes out of the network: a map of quality that is zero except at
minutiae, and beside it a direction and a type for every pixel.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from matcher.extraction.leader_graph import GRAPH_VERSION, OUTPUTS, SIZE_MULTIPLE, build_leader
from matcher.extraction.leader_weights import locate_weights, read_layers, weights_digest
from matcher.images import resample
from matcher.types import ByteArray, FloatArray, Image, MinutiaKind, Template

MAX_MINUTIAE = 600
"""Best by quality. A rolled print has about 200; more than 600 come from texture that is not a finger."""

ENDING_THRESHOLD = 0.5
DEFAULT_MINIMUM_QUALITY = 0.1
"""Low: the comparator weighs a minutia by its quality, and on FVC sets B even those of 0.1 to 0.2 lower its errors
(FNMR at FMR 0.1 % from 0.36 to 0.30 %, mean of six). The authors' 0.6 is meant for counting correct minutiae."""

_DIGEST_SIZE = hashlib.sha256().digest_size


class LeaderExtractor:
    """Finds minutiae with the LEADER network. Thread-safe; implements :class:`matcher.types.Extractor`."""

    def __init__(self, session: onnxruntime.InferenceSession, *, version: str, minimum_quality: float) -> None:
        self._session = session
        self._minimum_quality = minimum_quality
        self._id = f"leader-{version}-q{minimum_quality:.2f}"

    @property
    def id(self) -> str:
        """Name, version of the weights' package, and lowest quality kept."""
        return self._id

    def extract(self, image: Image) -> Template:
        """Find the minutiae of ``image``; positions at 500 dpi, whole pixels, best quality first."""
        _, direction, kind, quality = self.maps(resample(image))
        return self._template(direction, kind, quality)

    def maps(self, pixels: ByteArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Run the network on a 500 dpi image, uint8 (h, w), of any size.

        Returns:
            Probability of a minutia (h, w); direction as cosine and sine, not normalised (2, h, w); probability that it
            is an ending (h, w); quality (h, w), zero except at local maxima.
        """
        height, width = pixels.shape
        padded, left, top = pad(pixels)
        maps = self._session.run(list(OUTPUTS), {"image": padded[None, None]})
        position, direction, kind, quality = (m[0, :, top : top + height, left : left + width] for m in maps)
        return position[0], direction, kind[0], quality[0]

    def _template(self, direction: FloatArray, kind: FloatArray, quality: FloatArray) -> Template:
        rows, columns = np.nonzero(quality >= self._minimum_quality)
        best = np.argsort(-quality[rows, columns], kind="stable")[:MAX_MINUTIAE]
        rows, columns = rows[best], columns[best]
        ending = kind[rows, columns] >= ENDING_THRESHOLD
        return Template(
            x=columns.astype(np.float32),
            y=rows.astype(np.float32),
            angle=np.arctan2(direction[1, rows, columns], direction[0, rows, columns]).astype(np.float32),
            kind=np.where(ending, MinutiaKind.ENDING, MinutiaKind.BIFURCATION).astype(np.uint8),
            quality=np.clip(quality[rows, columns], 0.0, 1.0),
            width=quality.shape[1],
            height=quality.shape[0],
            extractor=self._id,
        )


def pad(pixels: ByteArray) -> tuple[ByteArray, int, int]:
    """Return the image in the middle of the next multiple of 32, and the left and top border in pixels.

    The border has the value of the first pixel, as in the authors' code.
    """
    height, width = pixels.shape
    extra_x, extra_y = -width % SIZE_MULTIPLE, -height % SIZE_MULTIPLE
    left, top = extra_x // 2, extra_y // 2
    border = ((top, extra_y - top), (left, extra_x - left))
    return np.pad(pixels, border, constant_values=pixels[0, 0]), left, top


def load_leader(
    cache_dir: Path, *, threads: int = 1, minimum_quality: float = DEFAULT_MINIMUM_QUALITY
) -> LeaderExtractor:
    """Return the extractor, building the network from the installed ``pyfing`` package the first time.

    Args:
        cache_dir: folder for the built network; made if missing. If it cannot be written, nothing is kept.
        threads: threads of one extraction.
        minimum_quality: lowest quality kept, in (0, 1].

    Raises:
        ExtractorUnavailableError: the weights are not installed or are not the ones this network needs.
        ValueError: ``minimum_quality`` or ``threads`` out of range.
    """
    if not 0.0 < minimum_quality <= 1.0:
        raise ValueError("minimum_quality must be in (0, 1]")
    if threads < 1:
        raise ValueError("threads must be at least 1")
    path, version = locate_weights()
    digest = weights_digest(path)
    cached = cache_dir / f"leader-{version}-{digest[:16]}-g{GRAPH_VERSION}.model"
    model = read_sealed(cached)
    if model is None:
        model = build_leader(read_layers(path)).SerializeToString()
        with contextlib.suppress(OSError):  # the cache saves time, nothing else: without it every start builds
            write_sealed(cached, model)
    return LeaderExtractor(_session(model, threads), version=version, minimum_quality=minimum_quality)


def _session(model: bytes, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads leave the cores to others
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def read_sealed(path: Path) -> bytes | None:
    """Return what :func:`write_sealed` wrote, or None if the file is missing, torn or altered."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    seal, model = content[:_DIGEST_SIZE], content[_DIGEST_SIZE:]
    return model if hashlib.sha256(model).digest() == seal else None


def write_sealed(path: Path, model: bytes) -> None:
    """Write SHA-256 and model so that a reader sees all of it or nothing, also when several processes write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(model).digest() + model)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
