"""Compile what extracting, comparing and searching need, before anybody waits for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from matcher.comparison.compare import compare
from matcher.comparison.copies import is_copy
from matcher.comparison.prepared import prepare
from matcher.images.wsq import read_no_code
from matcher.search.gallery import Gallery
from matcher.search.params import GalleryParams, RetrievalParams
from matcher.types import TEMPLATE_RESOLUTION_PPI, ByteArray, Extractor, Image, Template

_IMPRESSIONS = 72  # more than a flat segment holds
_MINUTIAE = 24


def warm_up(*extractors: Extractor, backwards: bool = False) -> None:
    """Extract once with each, read a block of WSQ, and compare and search once among made-up minutiae, in every way.

    The machine code is kept for the next process: a tenth of a second, and some minutes the first time.

    Args:
        extractors: all that are needed.
        backwards: the last of it first, so that two processes that keep their machine code in one place share the work:
            each finds what the other has made.

    Raises:
        NotCompiledError: as :mod:`matcher.machine_code` says.
    """
    # Two processes that come to one part stay beside each other in it. What comparing needs takes longest, and a search
    # needs it as well: who begins with it has it when the other comes, from extracting, to where the search compares.
    extracting = (partial(_extract, extractor) for extractor in extractors)
    parts: list[Callable[[], object]] = [*extracting, read_no_code, _search, _compare]
    for part in reversed(parts) if backwards else parts:
        part()


def _extract(extractor: Extractor) -> None:
    extractor.extract(Image(_ridges(), TEMPLATE_RESOLUTION_PPI))


def _compare() -> None:
    one = prepare(_templates()[0])
    is_copy(one, one, compare(one, one))


def _search() -> None:
    templates = _templates()
    gallery = Gallery(params=GalleryParams(RetrievalParams(exhaustive_up_to=0, scanned=1)))
    gallery.add(range(_IMPRESSIONS), templates, [str(i) for i in range(_IMPRESSIONS)], [1] * _IMPRESSIONS)
    gallery.add([_IMPRESSIONS], templates[:1], ["another"], [2])
    gallery.search(templates[0], limit=1)
    gallery.remove([1])
    gallery.erase()


def _templates() -> list[Template]:
    random = np.random.default_rng(0)
    return [_template(random) for _ in range(_IMPRESSIONS)]


def _template(random: np.random.Generator) -> Template:
    return Template(
        x=random.uniform(0, 300, _MINUTIAE).astype(np.float32),
        y=random.uniform(0, 300, _MINUTIAE).astype(np.float32),
        angle=random.uniform(-3, 3, _MINUTIAE).astype(np.float32),
        kind=random.integers(1, 3, _MINUTIAE).astype(np.uint8),
        quality=random.uniform(0.3, 1, _MINUTIAE).astype(np.float32),
        width=300,
        height=300,
        extractor="none",
    )


def _ridges() -> ByteArray:
    """Return waves with one ridge that ends in the middle."""
    y, x = np.mgrid[0:128, 0:128]
    phase = 2 * np.pi / 9 * y + np.arctan2(y - 64, x - 64)
    ridges: ByteArray = (128 + 100 * np.cos(phase)).astype(np.uint8)
    return ridges
