"""Pairs of prints of different fingers, compared: what a calibration is fitted to, and what a claim is held against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.calibration.one_finger import are_one, person_of
from benchmarks.impressions import WORKERS, Impression
from enroll_tools.datasets import DatasetSample
from matcher.comparison.compare import compare
from matcher.comparison.prepared import PreparedTemplate, prepare

Float = NDArray[np.float64]

SEED = 19795

OTHER_FINGERS = "other fingers of a person"


@dataclass(frozen=True, slots=True, eq=False)
class Strangers:
    """Pairs of prints of different fingers of one set.

    Attributes:
        dataset: name of the set.
        kind: which of its strangers: empty, or ``OTHER_FINGERS``.
        scores: float64, shape (n,): raw scores.
        areas: float64, shape (n,): :attr:`~matcher.comparison.compare.Comparison.area`.
        ways: float64, shape (n,): :attr:`~matcher.comparison.compare.Comparison.one_way`.
        fingers: int64, shape (n, 2): which two fingers, from 0.
    """

    dataset: str
    kind: str
    scores: Float
    areas: Float
    ways: Float
    fingers: NDArray[np.int64]

    @property
    def name(self) -> str:
        """Name for people."""
        return f"{self.dataset}, {self.kind}" if self.kind else self.dataset

    def taken(self, rows: NDArray[np.bool_], kind: str) -> Strangers:
        """Return some of the pairs, as another kind."""
        return Strangers(self.dataset, kind, self.scores[rows], self.areas[rows], self.ways[rows], self.fingers[rows])

    def drawn(self, weight: Float, replicates: int) -> Float:
        """Draw fingers with replacement, and return the sum of the pairs' weights in each draw, float64.

        A pair counts as often as both its fingers were drawn: pairs that share a finger are not independent, and
        drawing pairs would make bounds far too narrow. Always the same draws.
        """
        _, place = np.unique(self.fingers, return_inverse=True)
        a, b = place.reshape(self.fingers.shape).T
        count = int(place.max()) + 1
        between = np.zeros((count, count))
        np.add.at(between, (a, b), weight)
        random = np.random.default_rng(SEED)
        times = random.multinomial(count, np.full(count, 1 / count), replicates).astype(np.float64)
        return np.asarray(np.einsum("ri,ri->r", times @ between, times))


def strangers(
    dataset: str, samples: Sequence[DatasetSample], impressions: Sequence[Impression], step: Callable[[], None]
) -> list[Strangers]:
    """Compare every two prints of different fingers of a set; those of one person apart from the others.

    Pairs of fingers that are one under two names are left out, and prints without minutiae.

    Args:
        dataset: name of the set.
        samples: what is known of each print.
        impressions: their templates, in the same order.
        step: called after each print was compared with all that follow it.
    """
    prints = [(i, prepare(p.template)) for i, p in enumerate(impressions) if p.template is not None]
    fingers = [impression.finger for impression in impressions]
    names = sorted(set(fingers))

    def row(place: int) -> list[tuple[int, int, float, float, float]]:
        i, own = prints[place]
        found = []
        for j, other in prints[place + 1 :]:
            if fingers[i] != fingers[j] and not are_one(dataset, fingers[i], fingers[j]):
                found.append((i, j, *_compared(own, other)))
        step()
        return found

    with ThreadPoolExecutor(WORKERS) as pool:
        rows = [pair for found in pool.map(row, range(len(prints))) for pair in found]
    persons = [person_of(dataset, sample) for sample in samples]
    together = np.array([persons[i] == persons[j] for i, j, *_ in rows], bool)
    both = np.array([(names.index(fingers[i]), names.index(fingers[j])) for i, j, *_ in rows], np.int64).reshape(-1, 2)
    measured = np.array([each[2:] for each in rows], np.float64).reshape(-1, 3)
    scores, areas, ways = measured.T
    every = Strangers(dataset, "", scores, areas, ways, both)
    kinds = [every.taken(~together, ""), every.taken(together, OTHER_FINGERS)]
    return [kind for kind in kinds if kind.scores.size]


def _compared(a: PreparedTemplate, b: PreparedTemplate) -> tuple[float, float, float]:
    found = compare(a, b)
    return found.score, found.area, found.one_way
