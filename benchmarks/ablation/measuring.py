"""Error rates of comparators that differ in one part, on prints as they are and with one side of every pair pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.ablation.parts import Variant
from benchmarks.distortion.altered import altered_template, pressing_of
from benchmarks.impressions import WORKERS, Impression
from benchmarks.measures.error_rates import POINTS, error_rates
from benchmarks.measures.losses import losses
from benchmarks.measures.pairs import Pair
from benchmarks.systems.system import Comparator
from benchmarks.verification.database import score_pairs
from matcher.comparison.compare import compare
from matcher.comparison.params import comparator_id
from matcher.comparison.prepared import PreparedTemplate, prepare
from matcher.types import Template

SLIPS = (0.0, 60.0)
"""Pixels that skin slips on one side of every pair."""

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SetOfPrints:
    """A set: its impressions, and the pairs of them that are compared."""

    impressions: Sequence[Impression]
    pairs: Sequence[Pair]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one variant came to under one slip.

    Attributes:
        variant: its name.
        slip: pixels.
        lost: mated pairs lost at an FMR of 0.01 %, softly counted, over all sets; None where too few strangers tell.
        mean, pooled: error rates in percent by the name of the operating point: of the sets, each with thresholds of
            its own, and of all under one.
    """

    variant: str
    slip: float
    lost: float | None
    mean: dict[str, float]
    pooled: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """Return it for ``ablation.json``."""
        return asdict(self)


def measure(sets: Sequence[SetOfPrints], variants: Sequence[Variant], step: Callable[[], None]) -> Iterator[Measured]:
    """Measure every variant under every slip.

    Args:
        sets: one at least.
        variants: one at least.
        step: called once for each set, variant and slip.
    """
    for variant in variants:
        for slip in SLIPS:
            scores = []
            for own in sets:
                scores.append(_scores(own, variant, slip))
                step()
            yield _measured(variant, slip, scores, [np.array([p.genuine for p in own.pairs]) for own in sets])


def _scores(own: SetOfPrints, variant: Variant, slip: float) -> Float:
    """Compare all pairs of a set, the second print of each pressed; a print without a template scores 0."""
    still, pairs = [_altered(one, variant, 0.0) for one in own.impressions], own.pairs
    if slip:
        pairs = [Pair(pair.a, len(still) + pair.b, pair.genuine) for pair in pairs]
        still += [_altered(one, variant, slip) for one in own.impressions]
    return np.array(score_pairs(still, pairs, _comparator(variant), lambda: None))


def _comparator(variant: Variant) -> Comparator:
    def score(a: PreparedTemplate, b: PreparedTemplate, *_: str) -> float:
        return variant.score(compare(a, b, variant.params).contributions)

    made_ready = partial(prepare, params=variant.params)
    return Comparator(comparator_id(variant.params), made_ready, score, None, own=True, threads=WORKERS)


def _altered(impression: Impression, variant: Variant, slip: float) -> Impression:
    if impression.template is None:
        return impression
    template = _of_quality(impression.template, variant.least_quality)
    pressed = altered_template(template, pressing_of(impression.name, template, slip), 0)
    return replace(impression, template=pressed if len(pressed) else None)


def _of_quality(template: Template, least: float) -> Template:
    if not least or template.quality is None:
        return template
    kept = template.quality >= least
    columns = {name: getattr(template, name)[kept] for name in ("x", "y", "angle", "kind", "quality")}
    return replace(template, **columns)


def _measured(variant: Variant, slip: float, scores: Sequence[Float], mated: Sequence[NDArray[np.bool_]]) -> Measured:
    each = [_percent(of, own) for of, own in zip(scores, mated, strict=True)]
    of, own = np.concatenate(scores), np.concatenate(mated)
    mean = {point: float(np.mean([one[point] for one in each])) for point in POINTS}
    return Measured(variant.name, slip, _lost(of, own), mean, _percent(of, own))


def _lost(scores: Float, mated: NDArray[np.bool_]) -> float | None:
    try:
        return losses(scores, mated)
    except ValueError:
        return None


def _percent(scores: Float, mated: NDArray[np.bool_]) -> dict[str, float]:
    return asdict(error_rates(scores[mated], scores[~mated]))
