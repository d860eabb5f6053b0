"""Error rates where one side of every pair is altered; of synthetic prints, where every print is pressed as it is made.

Pairs are those of the verification benchmark. The first print of a pair is what it is, the second is altered: in its
minutiae, which asks the comparator alone, or in its image, which asks the extractor as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from benchmarks.distortion.altered import Alteration, altered_image, altered_template, pressing_of
from benchmarks.impressions import WORKERS, Impression, load_impressions
from benchmarks.measures.error_rates import error_rates
from benchmarks.measures.pairs import Pair, all_pairs
from benchmarks.named_sets import NamedSet
from benchmarks.protocols import pairs_of
from benchmarks.sources import from_images, read_image
from benchmarks.systems.system import own_comparator
from benchmarks.verification.database import score_pairs
from enroll_tools.datasets import DatasetSample
from enroll_tools.synthetic import MEDIUM, Population
from matcher.comparison.calibration import Calibration
from matcher.types import Extractor, FingerPosition

Way = Literal["minutiae", "images"]
WAYS: tuple[Way, ...] = get_args(Way)

STRENGTHS = (0.0, 20.0, 40.0, 60.0, 80.0)
TURNS = (90, 180)

SYNTHETIC_SEED, SYNTHETIC_IMPRESSIONS = 2001, 4
SYNTHETIC_HARDNESS = replace(MEDIUM, contact=(0.6, 0.85), contact_shift=22.0)

Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a set showed in one way under one alteration.

    Attributes:
        way: what was altered.
        alteration: how.
        percent: error rates by the name of the operating point.
    """

    way: Way
    alteration: Alteration
    percent: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """Return it for ``distortion.json``."""
        return {"way": self.way, **asdict(self.alteration), "percent": self.percent}


def alterations(strengths: Sequence[float], turns: Sequence[int]) -> list[Alteration]:
    """Return what is tried: every strength unturned, every turn unpressed."""
    return [Alteration(strength=s) for s in strengths] + [Alteration(turn=t) for t in turns]


def measure(
    named: NamedSet,
    extractor: Extractor,
    tried: Sequence[tuple[Way, Alteration]],
    calibration: Calibration,
    step: Step,
) -> Iterator[Measured]:
    """Measure one set.

    Args:
        named: the set.
        extractor: of its images.
        tried: what is altered, and how.
        calibration: from scores to levels.
        step: called once for each print, and once more for each print and alteration.

    Raises:
        DatasetError: there is no genuine or no impostor pair.
    """
    pairs = pairs_of(named.name, named.samples)
    still = load_impressions(named.samples, from_images(extractor), step)
    away = len(still)
    crossed = [Pair(pair.a, away + pair.b, pair.genuine) for pair in pairs]
    for way, alteration in tried:
        other = _altered(named.samples, still, extractor, way, alteration)
        levels = score_pairs([*still, *other], crossed, own_comparator(calibration), lambda: None)
        yield Measured(way, alteration, _percent(crossed, levels))
        for _ in still:
            step()


def measure_synthetic(
    fingers: int, strengths: Sequence[float], extractor: Extractor, calibration: Calibration, step: Step
) -> Iterator[Measured]:
    """Measure made-up fingers, every print of which is pressed as strongly; the rest of it is what it was.

    Args:
        fingers: how many.
        strengths: pixels.
        extractor: of the images.
        calibration: from scores to levels.
        step: called once for each print and strength.
    """
    numbers = [(f, i) for f in range(fingers) for i in range(1, SYNTHETIC_IMPRESSIONS + 1)]
    pairs = list(all_pairs([str(finger) for finger, _ in numbers]))
    for strength in strengths:
        population = Population(SYNTHETIC_SEED, replace(SYNTHETIC_HARDNESS, pressed=strength))
        prints = []
        for finger, number in numbers:
            image = population.impression(finger, FingerPosition.RIGHT_INDEX, number).image
            prints.append(Impression(f"{finger}_{number}", str(finger), extractor.extract(image), 0.0))
            step()
        levels = score_pairs(prints, pairs, own_comparator(calibration), lambda: None)
        yield Measured("images", Alteration(strength), _percent(pairs, levels))


def _altered(
    samples: Sequence[DatasetSample],
    still: Sequence[Impression],
    extractor: Extractor,
    way: Way,
    alteration: Alteration,
) -> list[Impression]:
    def alter(both: tuple[DatasetSample, Impression]) -> Impression:
        sample, impression = both
        if impression.template is None:
            return impression
        pressing = pressing_of(impression.name, impression.template, alteration.strength)
        if way == "minutiae":
            template = altered_template(impression.template, pressing, alteration.turn)
        else:
            template = extractor.extract(altered_image(read_image(sample), pressing, alteration.turn))
        return replace(impression, template=template if len(template) else None)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(alter, zip(samples, still, strict=True)))


def _percent(pairs: Sequence[Pair], levels: Sequence[float]) -> dict[str, float]:
    mated = np.array([pair.genuine for pair in pairs])
    scores = np.asarray(levels)
    return asdict(error_rates(scores[mated], scores[~mated]))
