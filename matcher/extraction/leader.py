"""The default extractor: the LEADER network (Cappelli and Ferrara 2026, arXiv 2602.15493)."""

from __future__ import annotations

import numpy as np

from matcher.extraction.leader_network import LeaderNetwork, build_network
from matcher.extraction.leader_parts import SIZE_MULTIPLE
from matcher.extraction.leader_weights import read_weights
from matcher.extraction.ridge.coarse_map import coarse_map
from matcher.extraction.ridge.fields import flow
from matcher.images.decoding import resample
from matcher.templates.repeats import without_repeats
from matcher.templates.ridge_map import with_ridges
from matcher.types import ByteArray, Image, MinutiaKind, Template

MAX_MINUTIAE = 600
"""Best by quality. A rolled print has about 200; more than 600 come from texture that is not a finger."""

ENDING_THRESHOLD = 0.5
DEFAULT_MINIMUM_QUALITY = 0.1
"""Low: the comparator weighs a minutia by its quality, and on FVC sets B even those of 0.1 to 0.2 lower its errors
(FNMR at FMR 0.1 % from 0.36 to 0.30 %, mean of six). The authors' 0.6 is meant for counting correct minutiae."""


class LeaderExtractor:
    """Finds minutiae with the LEADER network. Thread-safe; implements :class:`matcher.types.Extractor`."""

    def __init__(self, network: LeaderNetwork, *, version: str, minimum_quality: float) -> None:
        self._network = network
        self._minimum_quality = minimum_quality
        self._id = f"leader-{version}-q{minimum_quality:.2f}"

    @property
    def id(self) -> str:
        """Name, version of the weights' package, and lowest quality kept."""
        return self._id

    def extract(self, image: Image) -> Template:
        """Find the minutiae of ``image``; positions at 500 dpi, whole pixels, best quality first.

        The map of its ridges is by image processing, which takes a few hundredths of the network's time.
        """
        pixels = resample(image)
        height, width = pixels.shape
        padded, left, top = pad(pixels)
        maps = self._network.dense(padded)
        quality = maps.quality[top : top + height, left : left + width]
        rows, columns = np.nonzero(quality >= self._minimum_quality)
        best = np.argsort(-quality[rows, columns], kind="stable")[:MAX_MINUTIAE]
        rows, columns = rows[best], columns[best]
        direction, kind = self._network.at(maps.features, rows + top, columns + left)
        found = Template(
            x=columns.astype(np.float32),
            y=rows.astype(np.float32),
            angle=np.arctan2(direction[1], direction[0]).astype(np.float32),
            kind=np.where(kind >= ENDING_THRESHOLD, MinutiaKind.ENDING, MinutiaKind.BIFURCATION).astype(np.uint8),
            quality=np.clip(quality[rows, columns], 0.0, 1.0),
            width=width,
            height=height,
            extractor=self._id,
        )
        return with_ridges(without_repeats(found), coarse_map(flow(pixels), width, height))


def pad(pixels: ByteArray) -> tuple[ByteArray, int, int]:
    """Return the image in the middle of the next multiple of 32, and the left and top border in pixels.

    The border has the value of the first pixel, as in the authors' code.
    """
    height, width = pixels.shape
    extra_x, extra_y = -width % SIZE_MULTIPLE, -height % SIZE_MULTIPLE
    left, top = extra_x // 2, extra_y // 2
    border = ((top, extra_y - top), (left, extra_x - left))
    return np.pad(pixels, border, constant_values=pixels[0, 0]), left, top


def load_leader(*, threads: int = 1, minimum_quality: float = DEFAULT_MINIMUM_QUALITY) -> LeaderExtractor:
    """Return the extractor, built from the installed ``pyfing`` package in a quarter of a second.

    Args:
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
    weights = read_weights()
    return LeaderExtractor(
        build_network(weights.layers, threads), version=weights.version, minimum_quality=minimum_quality
    )
