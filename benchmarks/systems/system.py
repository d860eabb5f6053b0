"""An extractor and a comparator together, as the benchmarks run them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import matcher
from benchmarks.impressions import WORKERS
from benchmarks.sources import Source
from benchmarks.systems.plugins import code_digest
from matcher.comparison.calibration import Calibration
from matcher.comparison.compare import compare
from matcher.comparison.params import comparator_id
from matcher.comparison.prepared import PreparedTemplate, prepare


@dataclass(frozen=True, slots=True, eq=False)
class Comparator:
    """What makes a score of two templates.

    Attributes:
        id: its name, version and parameters.
        prepare: what is done to each template once.
        score: of two prepared ones; greater is more alike; NaN where it cannot compare. The names of both prints are
            for errors.
        calibration: if not None, scores are levels: -10 log10 of the FMR claimed.
        own: this project's, whose symmetry its own tests hold.
        threads: how many pairs are compared at a time.
    """

    id: str
    prepare: Callable[[Any], Any]
    score: Callable[[Any, Any, str, str], float]
    calibration: Calibration | None
    own: bool
    threads: int


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """Extractor and comparator.

    Attributes:
        extractor: its name, version and parameters.
        source: gives the template of a sample, None or an empty one where there is none; raises MatcherError likewise.
        comparator: of its templates.
        own_templates: they are those of :mod:`matcher`.
        code: digest of the extractor's code, for what is kept between runs.
        threads: how many prints are extracted at a time.
    """

    extractor: str
    source: Source
    comparator: Comparator
    own_templates: bool
    code: str
    threads: int


def own_comparator(calibration: Calibration | None) -> Comparator:
    """Return the comparator of this project; without a calibration its scores are raw."""
    return Comparator(comparator_id(), prepare, partial(_score, calibration), calibration, own=True, threads=WORKERS)


def own_system(extractor: tuple[str, Source], calibration: Calibration | None) -> System:
    """Return this project's comparator on templates of that name and source."""
    name, source = extractor
    return System(
        name, source, own_comparator(calibration), own_templates=True, code=code_digest(matcher), threads=WORKERS
    )


def _score(calibration: Calibration | None, a: PreparedTemplate, b: PreparedTemplate, *_: str) -> float:
    found = compare(a, b)
    return found.score if calibration is None else calibration.level(found)
