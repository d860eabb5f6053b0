"""The samples of several databases, compared, and what quality can be told from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmarks.impressions import load_impressions, print_of
from benchmarks.quality.discard import MatedPairs
from benchmarks.quality.figures import Judged
from benchmarks.quality.ridge_features import RidgeFeatures, ridge_features
from benchmarks.report.datasets import Database
from benchmarks.sources import read_image, template_source
from benchmarks.systems.system import own_system
from benchmarks.verification.database import DatabaseRun, Steps, run_database
from enroll_tools.datasets import DatasetSample
from matcher.comparison.calibration import default_calibration
from matcher.errors import MatcherError
from matcher.images.decoding import resample
from matcher.quality.nfiq2.forest import Forest
from matcher.quality.nfiq2.score import nfiq2_score
from matcher.quality.score import assess
from matcher.types import Template

ImagesOrRecords = Literal["leader", "iso"]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One database: what was compared, the templates of its images, the look of their ridges, and their NFIQ 2."""

    run: DatabaseRun
    templates: list[Template | None]
    ridges: list[RidgeFeatures]
    nfiq2: list[float] | None


def measure(
    database: Database, extractor: ImagesOrRecords, forest: Forest | None, progress: Callable[[], None]
) -> Measured:
    """Compare all pairs of a database, and look at its images.

    Args:
        database: which.
        extractor: what is compared.
        forest: of NFIQ 2, if it is installed.
        progress: called after each extraction.
    """
    system = own_system(template_source(extractor, database.samples), None)
    steps = Steps(extracted=progress)
    run = run_database(database.name, database.samples, system, steps)
    judged = run.impressions
    if extractor != "leader":
        judged = load_impressions(database.samples, template_source("leader", database.samples)[1], lambda: None)
    templates = [i.template for i in judged]
    nfiq2 = None
    if forest is not None:
        nfiq2 = [_nfiq2(sample, found, forest) for sample, found in zip(database.samples, templates, strict=True)]
    return Measured(run, templates, [_ridges(sample) for sample in database.samples], nfiq2)


def _ridges(sample: DatasetSample) -> RidgeFeatures:
    try:
        return ridge_features(resample(read_image(sample)))
    except MatcherError:
        return RidgeFeatures(0.0, 0.0, 0.0, 0.0, 0.0)


def _nfiq2(sample: DatasetSample, template: Template | None, forest: Forest) -> float:
    if template is None:
        return 0.0
    try:
        return float(nfiq2_score(read_image(sample), template, forest))
    except MatcherError:
        return 0.0


def together(measured: Sequence[Measured], *, records: bool) -> Judged:
    """Join the samples of all databases; ``records``: those were compared."""
    pairs: list[tuple[int, int]] = []
    raw: list[float] = []
    mated: list[float] = []
    impostor: list[float] = []
    level = default_calibration().levels
    fingers: dict[tuple[int, str], int] = {}
    finger: list[int] = []
    for number, one in enumerate(measured):
        start = len(finger)
        finger += [fingers.setdefault((number, i.finger), len(fingers)) for i in one.run.impressions]
        seen = np.array([print_of(i) for i in one.run.impressions])
        a, b = (np.array([getattr(pair, side) for pair in one.run.pairs]) for side in ("a", "b"))
        levels = level(one.run.scores, *np.minimum(seen[a], seen[b]).T)
        for pair, score, its_level in zip(one.run.pairs, one.run.scores, levels.tolist(), strict=True):
            if pair.genuine:
                pairs.append((start + pair.a, start + pair.b))
                raw.append(score)
                mated.append(its_level)
            else:
                impostor.append(its_level)
    database = np.repeat(np.arange(len(measured)), [len(m.templates) for m in measured])
    compared = [i.template for m in measured for i in m.run.impressions]
    nfiq2 = [score for m in measured for score in m.nfiq2 or ()]
    return Judged(
        template=[t for m in measured for t in m.templates],
        ridges=[r for m in measured for r in m.ridges],
        database=database.astype(np.int64),
        pairs=MatedPairs(np.array(pairs, np.int64), np.array(raw), np.array(mated), np.array(finger, np.int64)),
        impostor=np.array(impostor),
        nfiq2=np.array(nfiq2) if nfiq2 else None,
        record=np.array([0.0 if t is None else assess(t).score for t in compared]) if records else None,
    )
