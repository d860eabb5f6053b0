"""What two runs differ in, on the databases that both have; the draws of fingers are the same for both."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measures.bootstrap import (
    CONFIDENCE,
    REPLICATES,
    SEED,
    Sampled,
    difference,
    draw_fingers,
    drawn_over,
    mean,
    sample,
)
from benchmarks.measures.error_rates import POINTS
from benchmarks.measures.scores import ScoreFile, read_scores
from benchmarks.report.measure import accepted_above, counts, error_figures, points_only
from benchmarks.report.run import REPORT_FORMAT
from enroll_tools.datasets import DatasetError

COMPARISON_FORMAT = "idverify-report-comparison-1"


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A ``report.json`` and where it lies; the scores lie beside it."""

    path: Path
    content: dict[str, Any]

    def names(self) -> list[str]:
        """Return the names of its databases."""
        return [d["name"] for d in self.content["datasets"]]

    def scores(self, name: str) -> ScoreFile:
        """Read the scores of a database."""
        folder = next(d["folder"] for d in self.content["datasets"] if d["name"] == name)
        return read_scores(self.path.parent / folder / "scores.csv")


def read_report(path: Path) -> StoredReport:
    """Read a stored report.

    Raises:
        DatasetError: it cannot be read, or is none.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} is no report: {error}") from None
    if not isinstance(content, dict) or content.get("format") != REPORT_FORMAT:
        raise DatasetError(f"{path} is no report of the format {REPORT_FORMAT}")
    return StoredReport(path, content)


def compare_reports(a: StoredReport, b: StoredReport, replicates: int = REPLICATES) -> dict[str, Any]:
    """Return what differs from ``a`` to ``b``; differences are percentage points, below zero where ``b`` errs less.

    Raises:
        DatasetError: they have no database in common, or compared other pairs on one.
    """
    common = [name for name in a.names() if name in b.names()]
    if not common:
        raise DatasetError("the two reports have no database in common")
    files = [_same_pairs(name, a.scores(name), b.scores(name)) for name in common]
    draws = [draw_fingers(of_a.scores, stream, replicates) for stream, (of_a, _) in enumerate(files)]
    sides = [[pair[side].scores for pair in files] for side in (0, 1)]
    singly = [[sample([scores], [drawn]) for scores, drawn in zip(side, draws, strict=True)] for side in sides]
    pooled = (sample(sides[0], draws), sample(sides[1], draws))
    return {
        "format": COMPARISON_FORMAT,
        "a": _about(a),
        "b": _about(b),
        "only_a": [name for name in a.names() if name not in common],
        "only_b": [name for name in b.names() if name not in common],
        "bootstrap": {"over": drawn_over(sides[0]), "replicates": replicates, "seed": SEED, "confidence": CONFIDENCE},
        "datasets": [
            {"name": name, **_both([pair], (singly[0][i], singly[1][i]))}
            for i, (name, pair) in enumerate(zip(common, files, strict=True))
        ],
        "pooled": _both(files, pooled),
        "mean": _points_of_both(mean(singly[0]), mean(singly[1])),
    }


def _same_pairs(name: str, a: ScoreFile, b: ScoreFile) -> tuple[ScoreFile, ScoreFile]:
    if a.names != b.names or a.pairs != b.pairs:
        raise DatasetError(f"the two reports did not compare the same pairs of {name}")
    return a, b


def _about(report: StoredReport) -> dict[str, Any]:
    keys = ("created", "extractor", "comparator", "calibration", "threads", "machine")
    return {key: report.content.get(key) for key in keys}


def _both(files: Sequence[tuple[ScoreFile, ScoreFile]], sampled: tuple[Sampled, Sampled]) -> dict[str, Any]:
    total = counts([a.scores for a, _ in files])
    a, b = ({**total, **error_figures(s, total["impostor_pairs"])} for s in sampled)
    return {**total, "a": a, "b": b, "difference": _differing(*sampled), "rejected": _rejected(files)}


def _points_of_both(a: Sampled, b: Sampled) -> dict[str, Any]:
    return {"a": points_only(a), "b": points_only(b), "difference": _differing(a, b)}


def _differing(a: Sampled, b: Sampled) -> dict[str, Any]:
    """Return by how much ``b`` errs more, and in what part of the draws it errs less."""
    by = difference(a, b)
    less = (by.points().draws < 0).mean(axis=0)
    return {**points_only(by), "b_less_percent": dict(zip(POINTS, (100 * less).tolist(), strict=True))}


def _rejected(files: Sequence[tuple[ScoreFile, ScoreFile]]) -> dict[str, int]:
    """Count the genuine pairs rejected at FMR 0.1 % by one run or by both, each under its own threshold."""
    a, b = (_below_fmr1000([pair[side] for pair in files]) for side in (0, 1))
    return {"a_only": int((a & ~b).sum()), "b_only": int((b & ~a).sum()), "both": int((a & b).sum())}


def _below_fmr1000(files: Sequence[ScoreFile]) -> np.ndarray:
    threshold = accepted_above([file.scores for file in files])["fmr1000"]
    rejected = np.concatenate([file.scores.genuine for file in files]) <= threshold
    return np.asarray(rejected, bool)
