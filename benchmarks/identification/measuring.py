"""Search in one gallery and say what came of it: accuracy, time, memory, and who alike was never brought to light."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import Progress

from benchmarks.identification.distractors import Opened
from benchmarks.identification.figures import figures_of
from benchmarks.identification.protocol import ENROLLED_IMPRESSIONS, Print, Search, search_all
from idverify.matching.biometrics import BEYOND_DOUBT_LEVEL
from matcher.comparison.calibration import Calibration
from matcher.comparison.compare import compare
from matcher.comparison.prepared import prepare
from matcher.search.gallery import Gallery

SAMPLED_PROBES, SAMPLED_FINGERS, SEED = 20, 5000, 0
ALIKE_LEVEL = 30.0
"""-10 log10 of the FMR, 0.1 %, from which on two prints count as alike."""

Size = dict[str, Any]
"""What ``identify.json`` says of one size of the gallery."""


def measure(
    fingers: int, sets: Sequence[Sequence[Print]], opened: Opened, calibration: Calibration, progress: Progress
) -> Size:
    """Search everybody in one gallery; return its figures.

    Args:
        fingers: in the gallery, of distractors.
        sets: the prints of each set's people.
        opened: the gallery.
        calibration: gives scores their meaning.
        progress: shows how far it is.
    """
    gallery, resident = opened.gallery, resident_gb()
    total = sum(len(prints) + sum(p.impression not in ENROLLED_IMPRESSIONS for p in prints) for prints in sets)
    task = progress.add_task(f"search among {fingers:,}", total=total)
    searches = search_all(sets, gallery, calibration.raw_at(BEYOND_DOUBT_LEVEL), lambda: progress.advance(task))
    figures = figures_of(searches, calibration)
    return {
        "gallery": fingers,
        **figures,
        "comparisons_per_second": round(fingers / (figures["p50_ms"] / 1e3)),
        "unseen": alike_unseen(gallery, searches.opened, calibration, progress) if fingers else None,
        "bytes_per_finger": round(gallery.nbytes / max(1, len(gallery)), 1),
        "segments": gallery.segments,
        "rss_gb": resident,
        "load_s": round(opened.load_s, 3),
        "build_s": None if opened.build_s is None else round(opened.build_s, 1),
        "disk_gb": round(opened.disk_gb, 3),
    }


def alike_unseen(
    gallery: Gallery, searches: Sequence[Search], calibration: Calibration, progress: Progress
) -> dict[str, int]:
    """Compare some probes with some of the gallery one by one: do those who look alike come to light?"""
    random = np.random.default_rng(SEED)
    segment = max((frozen.segment for frozen in gallery.freeze()), key=len)
    rows = random.permutation(len(segment))[:SAMPLED_FINGERS]
    sample = [searches[i] for i in random.permutation(len(searches))[:SAMPLED_PROBES]]
    probes = [(prepare(s.probe.template), s.other_score) for s in sample if s.probe.template is not None]
    least = calibration.raw_at(ALIKE_LEVEL)
    alike, missed = 0, 0
    for row in progress.track(rows, description="compare one by one"):
        reference = prepare(segment.templates.template(int(row)))
        for probe, found in probes:
            score = compare(probe, reference).score
            alike += score >= least
            missed += score >= least and score > found
    return {"probes": len(probes), "fingers": len(rows), "alike": alike, "missed": missed}


def resident_gb() -> float | None:
    """Return the memory that the process holds now; None where the system does not say."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return None
    return round(int(statm.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e9, 3)
