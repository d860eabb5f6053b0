"""Galleries of people who are nobody: made once, kept on disk in blocks, and opened again by whoever needs one.

A block is what one segment holds. A larger gallery has the whole blocks of a smaller one, and a making that was
interrupted goes on after the last block that was written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from enroll_tools.synthetic.templates.population import TemplatePopulation
from matcher.search import folder as gallery_folder
from matcher.search.gallery import Gallery
from matcher.search.params import GalleryParams
from matcher.types import FingerPosition

SEED = 2026
FIRST_ENTRY = 1_000_000
"""Number of the first distractor's impression; real people's are below it."""

PROBED_FROM = 1_000_000_000
"""Fingers of the population from here on are in no gallery: they may probe it."""

_AT_ONCE = 65_536  # made at a time; merged into segments as large as they may be


@dataclass(frozen=True, slots=True)
class Opened:
    """A gallery of distractors, and what it cost.

    Attributes:
        gallery: it.
        build_s: seconds it took this run to make what was not there; None if all was.
        load_s: seconds from the files to the first answer.
        disk_gb: what it takes on disk.
    """

    gallery: Gallery
    build_s: float | None
    load_s: float
    disk_gb: float


def open_gallery(
    fingers: int, store: Path, params: GalleryParams, progress: Callable[[int], None], *, mapped: bool = False
) -> Opened:
    """Open a gallery of distractors, one impression each, all of one finger position; make it if it is not there.

    Args:
        fingers: how many.
        store: folder of such galleries.
        params: of the gallery.
        progress: called with how many fingers more are there.
        mapped: leave the arrays on disk.
    """
    made = list(made_blocks(fingers, store, params, progress))
    folders, took = [own for own, _ in made], [seconds for _, seconds in made if seconds is not None]
    start = time.perf_counter()
    index_id = Gallery(params=params).index_id
    segments = [s for own in folders for s in gallery_folder.read(own, index_id, mapped=mapped)]
    gallery = Gallery(params=params, segments=segments)
    gallery.search(TemplatePopulation(SEED).batch(PROBED_FROM, 1).template(0), limit=1)
    load_s = time.perf_counter() - start
    disk = sum(file.stat().st_size for own in folders for file in own.rglob("*"))
    return Opened(gallery, sum(took) if took else None, load_s, disk / 1e9)


def made_blocks(
    fingers: int, store: Path, params: GalleryParams, progress: Callable[[int], None]
) -> Iterator[tuple[Path, float | None]]:
    """Make what is not there yet of a gallery, block by block.

    Args as :func:`open_gallery`.

    Yields:
        The folder of each block in order, once it is there, and the seconds it took; None if it was there.
    """
    population, empty = TemplatePopulation(SEED), Gallery(params=params)
    folder = store / f"{population.id}-{SEED}-{empty.index_id}"
    for first in range(0, fingers, params.largest_segment):
        block = range(first, min(first + params.largest_segment, fingers))
        own, took = folder / f"{block.start}-{block.stop}", None
        if (own / gallery_folder.MANIFEST).exists():
            progress(len(block))
        else:
            start = time.perf_counter()
            gallery_folder.write(own, _made(population, block, params, progress).freeze(), empty.index_id)
            took = time.perf_counter() - start
        yield own, took


def _made(
    population: TemplatePopulation, block: range, params: GalleryParams, progress: Callable[[int], None]
) -> Gallery:
    gallery = Gallery(params=replace(params, fan_out=params.largest_segment // _AT_ONCE))  # merge whole blocks
    for first in block[::_AT_ONCE]:
        numbers = np.arange(first, min(first + _AT_ONCE, block.stop))
        gallery.add_columns(
            (FIRST_ENTRY + numbers).tolist(),
            population.batch(first, len(numbers), threads=params.threads),
            [f"nobody {number}" for number in numbers],
            [FingerPosition.RIGHT_INDEX] * len(numbers),
        )
        while gallery.merge():
            pass
        progress(len(numbers))
    return gallery
