"""Fingers that are nobody's, as templates only: any number of them, thousands a second, each with any impressions.

What an image population (:mod:`enroll_tools.synthetic.prints.population`) is for demos and tests, this is for
galleries: no ridge is drawn. Finger i of a seed is the same finger whatever it is made together with.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from enroll_tools.synthetic.templates._batch_kernels import Columns, draw_batch
from enroll_tools.synthetic.templates._touch_kernels import MOST_SEEN
from enroll_tools.synthetic.templates.model import PopulationModel, default_population_model
from matcher.templates.columnar import TemplateColumns, concatenate

FINGERS_AT_ONCE = 4096
"""What one thread makes at a time: 10 MB while it is being made."""


@dataclass(frozen=True, slots=True, eq=False)
class TemplatePopulation:
    """Fingers numbered from 0; equal seeds and models give equal templates. Thread-safe.

    Attributes:
        seed: names the population, from 0.
        model: its constants.
    """

    seed: int
    model: PopulationModel = field(default_factory=default_population_model)

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 1 << 63:
            raise ValueError("the seed must be at least 0 and fit 63 bits")

    @property
    def id(self) -> str:
        """Name of what made the templates, as their extractor identifier."""
        return f"synthetic-{self.model.id}"

    def about(self, first: int, count: int, impressions: int) -> dict[str, Any]:
        """Return what a file of these templates should say about them."""
        return {
            "model": self.model.id,
            "seed": self.seed,
            "first_finger": first,
            "fingers": count,
            "impressions": impressions,
        }

    def batch(self, first: int, count: int, impression: int = 0, threads: int = 1) -> TemplateColumns:
        """Return one impression of each of ``count`` fingers, about 0.3 ms each on a core.

        Args:
            first: number of the first finger.
            count: how many.
            impression: which impression of each, from 0.
            threads: cores used; the answer is the same.
        """
        return concatenate(self.batches(first, count, impression, threads))

    def batches(self, first: int, count: int, impression: int = 0, threads: int = 1) -> Iterator[TemplateColumns]:
        """Yield the same in pieces, in order, for those who show how far it is."""
        if min(first, count, impression) < 0:
            raise ValueError("fingers and impressions are numbered from 0")
        starts = range(first, first + count, FINGERS_AT_ONCE)
        with ThreadPoolExecutor(threads) as pool:
            yield from pool.map(
                lambda start: self._piece(start, min(FINGERS_AT_ONCE, first + count - start), impression), starts
            )

    def _piece(self, first: int, count: int, impression: int) -> TemplateColumns:
        counts = np.zeros(count, np.int64)
        shorts = np.empty((3, count * MOST_SEEN), np.uint16)
        octets = np.empty((2, count * MOST_SEEN), np.uint8)
        frames = np.empty((2, count), np.uint16)
        sensors, quality = self.model.tables()
        end = draw_batch(
            self.seed,
            first,
            impression,
            self.model.finger,
            self.model.touch,
            sensors,
            quality,
            Columns(counts, shorts, octets, frames),
        )
        x, y, angle = shorts[:, :end].copy()
        kind, found = octets[:, :end].copy()
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        extractor, reported = np.zeros(count, np.uint16), np.ones(count, np.bool_)
        return TemplateColumns(offsets, x, y, angle, kind, found, frames[0], frames[1], extractor, reported, (self.id,))
