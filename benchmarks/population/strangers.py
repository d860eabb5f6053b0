"""How alike are real probes and strangers, real ones or synthetic, to the comparator and to the index?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.comparison.compare import compare
from matcher.comparison.prepared import PreparedTemplate, prepare
from matcher.search.codes import default_codebook
from matcher.search.impressions import impressions
from matcher.search.lists import CoarseQuantiser, default_centres
from matcher.search.params import RetrievalParams
from matcher.search.retrieval import Probe, centred_pose, evidence, near, voted
from matcher.search.segment import Segment, new_segment
from matcher.templates.columnar import TemplateColumns, of_templates
from matcher.types import Template

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]

WORKERS = 2
_AT_ONCE = 2000
_SAME_FINGER = 40.0
"""Mean raw score of two "fingers" that are one: in a hundred times all pairs no stranger's is near it."""


@dataclass(frozen=True, slots=True, eq=False)
class RealPrint:
    """An impression of a test set, made ready to be compared."""

    database: str
    finger: str
    prepared: PreparedTemplate


@dataclass(frozen=True, slots=True, eq=False)
class RealPairs:
    """All pairs of impressions of different fingers.

    Attributes:
        rows: int64, shape (p, 2): which impressions.
        scores: float64, shape (p,): raw scores.
        together: bool, shape (p,): of one database.
        twice: pairs of fingers that are evidently one, in two databases; their pairs are left out.
    """

    rows: NDArray[np.int64]
    scores: Float
    together: Mask
    twice: tuple[tuple[str, str], ...]


def scores_of(pairs: Sequence[tuple[PreparedTemplate, PreparedTemplate]]) -> Float:
    """Return the raw scores of pairs, in order."""

    def some(first: int) -> list[float]:
        return [compare(a, b).score for a, b in pairs[first : first + _AT_ONCE]]

    with ThreadPoolExecutor(WORKERS) as pool:
        return np.array([score for part in pool.map(some, range(0, len(pairs), _AT_ONCE)) for score in part])


def real_pairs(prints: Sequence[RealPrint]) -> RealPairs:
    """Compare every two impressions of different fingers."""
    names = [(p.database, p.finger) for p in prints]
    rows = np.array([(i, j) for i in range(len(prints)) for j in range(i) if names[i] != names[j]], np.int64)
    scores = scores_of([(prints[i].prepared, prints[j].prepared) for i, j in rows])
    by_fingers: defaultdict[tuple[tuple[str, str], tuple[str, str]], list[float]] = defaultdict(list)
    for (i, j), score in zip(rows, scores, strict=True):
        by_fingers[names[i], names[j]].append(score)
    one = {fingers for fingers, found in by_fingers.items() if np.mean(found) > _SAME_FINGER}
    kept = np.array([(names[i], names[j]) not in one for i, j in rows], np.bool_)
    together = np.array([names[i][0] == names[j][0] for i, j in rows], np.bool_)
    twice = tuple(sorted((" ".join(a), " ".join(b)) for a, b in one))
    return RealPairs(rows[kept], scores[kept], together[kept], twice)


def synthetic_scores(prints: Sequence[RealPrint], strangers: TemplateColumns) -> Float:
    """Compare all impressions with all synthetic strangers, float64, shape (impressions, strangers)."""
    ready = [prepare(template) for template in strangers]
    scores = scores_of([(p.prepared, stranger) for p in prints for stranger in ready])
    return scores.reshape(len(prints), len(ready))


def survival(scores: Float, thresholds: Sequence[float]) -> list[float]:
    """Return the parts of the scores that reach the thresholds."""
    return [float(np.mean(scores >= threshold)) for threshold in thresholds]


class Index:
    """A gallery of templates, all of which may vote for every probe."""

    def __init__(self, templates: Sequence[Template]) -> None:
        self._codes = default_codebook()
        columns = of_templates(templates)
        names = [str(i) for i in range(len(templates))]
        listed = impressions(range(len(templates)), names, [0] * len(templates))
        coarse = CoarseQuantiser(default_centres(self._codes.id))
        self._segment: Segment = new_segment(listed, columns, self._codes.describe(columns), coarse)

    def best(self, probe: PreparedTemplate, searched: Mask) -> tuple[float, float]:
        """Return the most votes that agree and the most evidence of any of the impressions that are searched."""
        params = RetrievalParams()
        columns = of_templates([probe.template])
        features = self._codes.describe(columns)
        described = Probe(probe, features, None, centred_pose(columns, features.minutia))
        (found,), limits = near(described, [self._segment], [searched], params)
        voters = voted(described, self._segment, found, limits, params)
        if not len(voters.rows):
            return 0.0, 0.0
        weights = evidence(described, self._segment, voters, np.arange(len(voters.rows)), params)
        return float(voters.peaks.max()), float(weights.max())


def best_of_real_and_synthetic(prints: Sequence[RealPrint], strangers: TemplateColumns) -> tuple[Float, Float]:
    """Search every impression among the others' of its database, and among as many synthetic strangers.

    Returns:
        Two arrays, float64 of shape (impressions, 2): most votes and most evidence, among real and synthetic ones.
    """
    synthetic = Index(list(strangers))
    turns = np.random.default_rng(0)
    real, made = [], []
    for database in dict.fromkeys(p.database for p in prints):
        own = [p for p in prints if p.database == database]
        index = Index([p.prepared.template for p in own])
        fingers = np.array([p.finger for p in own])
        for p in own:
            others = np.flatnonzero(fingers != p.finger)
            size = min(len(others), len(strangers))
            real.append(index.best(p.prepared, _some_of(turns, others, size, len(own))))
            made.append(synthetic.best(p.prepared, _some_of(turns, np.arange(len(strangers)), size, len(strangers))))
    return np.array(real), np.array(made)


def _some_of(turns: np.random.Generator, rows: NDArray[np.int64], size: int, of: int) -> Mask:
    """Draw so many of the rows, as a mask of ``of``."""
    drawn = np.zeros(of, np.bool_)
    drawn[turns.choice(rows, size, replace=False)] = True
    return drawn
