"""Galleries of people who are nobody: made once, kept on disk, and opened again by whoever needs one of that size."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
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
        build_s: seconds it took to make, of this run; None if it was there.
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
        progress: called with how many fingers more are made.
        mapped: leave the arrays on disk.
    """
    population, empty = TemplatePopulation(SEED), Gallery(params=params)
    folder = store / f"{population.id}-{empty.index_id}-{SEED}-{fingers}"
    build_s = None
    if not (folder / gallery_folder.MANIFEST).exists():
        start = time.perf_counter()
        gallery_folder.write(folder, _made(population, fingers, params, progress).freeze(), empty.index_id)
        build_s = time.perf_counter() - start
    start = time.perf_counter()
    segments = gallery_folder.read(folder, empty.index_id, mapped=mapped)
    gallery = Gallery(params=params, segments=segments)
    gallery.search(population.batch(PROBED_FROM, 1).template(0), limit=1)
    load_s = time.perf_counter() - start
    disk = sum(file.stat().st_size for file in folder.rglob("*"))
    return Opened(gallery, build_s, load_s, disk / 1e9)


def _made(
    population: TemplatePopulation, fingers: int, params: GalleryParams, progress: Callable[[int], None]
) -> Gallery:
    gallery = Gallery(params=params)
    for first in range(0, fingers, _AT_ONCE):
        count = min(_AT_ONCE, fingers - first)
        templates = population.batch(first, count, threads=params.threads)
        numbers = np.arange(first, first + count)
        gallery.add_columns(
            (FIRST_ENTRY + numbers).tolist(),
            templates,
            [f"nobody {number}" for number in numbers],
            [FingerPosition.RIGHT_INDEX] * count,
        )
        while gallery.merge():
            pass
        progress(count)
    return gallery
