"""Run everything that a report speaks of, and put it into one JSON object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.progress import Progress

from benchmarks.measures.bootstrap import CONFIDENCE, REPLICATES, SEED, Draws, Sampled, draw_fingers, mean, sample
from benchmarks.measures.scores import Scores, scores_of
from benchmarks.peers.comparators import PACKAGE, Peer, PeerRun, installed, run_peer, sample_impostors
from benchmarks.report.datasets import Database
from benchmarks.report.measure import accepted_above, claims, counts, error_figures, histogram, points_only
from benchmarks.sources import ExtractorName, template_source
from benchmarks.verification.database import (
    PROTOCOL,
    DatabaseRun,
    Steps,
    run_database,
    write_run,
    write_scores,
)
from matcher.comparison.calibration import Calibration

REPORT_FORMAT = "idverify-report-1"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run.

    Attributes:
        databases: on which.
        extractor: of the templates.
        calibration: what gives scores their meaning.
        peers: whom to run beside.
        peer_impostors: impostor pairs a database that peers compare; None for all.
        replicates: of the bootstrap.
    """

    databases: list[Database]
    extractor: ExtractorName
    calibration: Calibration
    peers: list[Peer]
    peer_impostors: int | None
    replicates: int = REPLICATES


def run_report(plan: Plan, out: Path, progress: Progress) -> dict[str, Any]:
    """Run, write the scores of every database into its folder, and return the report.

    Raises:
        DatasetError: a database has no genuine or no impostor pair, or lacks records.
    """
    extractors = [template_source(plan.extractor, d.samples) for d in plan.databases]
    runs = []
    for database, extractor in zip(plan.databases, extractors, strict=True):
        steps = _steps(progress, database.name, len(database.samples))
        run = run_database(database.name, database.samples, extractor, plan.calibration, steps)
        write_run(run, out / database.folder)
        runs.append(run)
    scores = [_scores(run, run.pairs, run.scores) for run in runs]
    draws = [draw_fingers(s, stream, plan.replicates) for stream, s in enumerate(scores)]
    singly = _sample_singly(scores, draws, progress)
    return {
        "format": REPORT_FORMAT,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "protocol": PROTOCOL,
        **{key: runs[0].metrics[key] for key in ("extractor", "comparator", "calibration", "threads", "machine")},
        "extrapolated_below": plan.calibration.extrapolated_below,
        "calibration_extractor": plan.calibration.provenance.get("extractor"),
        "bootstrap": {"over": "fingers", "replicates": plan.replicates, "seed": SEED, "confidence": CONFIDENCE},
        "datasets": [_dataset(plan, *one) for one in zip(plan.databases, runs, scores, singly, strict=True)],
        "pooled": _pooled(plan, runs, scores, sample(scores, draws)),
        "mean": points_only(mean(singly)),
        "peers": _peers(plan, runs, draws, out, progress),
    }


def _steps(progress: Progress, name: str, impressions: int) -> Steps:
    extract = progress.add_task(escape(f"{name}: extract"), total=impressions)
    compare = progress.add_task(escape(f"{name}: compare"), total=impressions)
    return Steps(lambda: progress.advance(extract), lambda: progress.advance(compare))


def _scores(run: DatabaseRun, pairs: Sequence[Any], scores: Sequence[float]) -> Scores:
    return scores_of([i.finger for i in run.impressions], pairs, scores)


def _sample_singly(scores: Sequence[Scores], draws: Sequence[Draws], progress: Progress) -> list[Sampled]:
    tracked = progress.track(zip(scores, draws, strict=True), total=len(scores), description="resample")
    return [sample([one], [drawn]) for one, drawn in tracked]


def _dataset(plan: Plan, database: Database, run: DatabaseRun, scores: Scores, sampled: Sampled) -> dict[str, Any]:
    impostors = scores.impostor.size
    return {
        **run.metrics,
        "name": database.name,
        "folder": database.folder,
        "resolution_ppi": sorted({s.resolution_ppi for s in database.samples if s.resolution_ppi is not None}),
        **error_figures(sampled, impostors),
        "percent": run.metrics["percent"],
        "histogram": histogram([scores]),
        "claims": claims(sampled, impostors, plan.calibration),
        "calibration_fitted_to_it": database.name in plan.calibration.provenance.get("impostor_pairs", ()),
    }


def _pooled(plan: Plan, runs: Sequence[DatabaseRun], scores: Sequence[Scores], sampled: Sampled) -> dict[str, Any]:
    total = counts(scores)
    return {
        **total,
        "impressions": sum(len(run.impressions) for run in runs),
        "failures_to_extract": sum(run.metrics["failures_to_extract"] for run in runs),
        **error_figures(sampled, total["impostor_pairs"]),
        "accepted_above": accepted_above(scores),
        "histogram": histogram(scores),
        "claims": claims(sampled, total["impostor_pairs"], plan.calibration),
    }


def _peers(
    plan: Plan, runs: Sequence[DatabaseRun], draws: Sequence[Draws], out: Path, progress: Progress
) -> dict[str, Any]:
    return {
        "package": PACKAGE,
        "version": installed(),
        "impostor_pairs_a_database": plan.peer_impostors,
        "systems": [_peer(peer, plan, runs, draws, out, progress) for peer in plan.peers],
    }


def _peer(
    peer: Peer, plan: Plan, runs: Sequence[DatabaseRun], draws: Sequence[Draws], out: Path, progress: Progress
) -> dict[str, Any]:
    found = [_run_peer(peer, plan, *both, out, progress) for both in zip(plan.databases, runs, strict=True)]
    scores = [_scores(run, peer_run.pairs, peer_run.scores) for run, peer_run in zip(runs, found, strict=True)]
    singly = _sample_singly(scores, draws, progress)
    total = counts(scores)
    return {
        "name": peer.name,
        "extractor": peer.extractor,
        "comparator": peer.comparator,
        "datasets": [
            {
                "name": database.name,
                **counts([one]),
                "failures_to_extract": peer_run.failures,
                **error_figures(sampled, one.impostor.size),
                "extract_ms_median": peer_run.extract_ms,
                "compare_per_second": peer_run.compare_per_second,
            }
            for database, peer_run, one, sampled in zip(plan.databases, found, scores, singly, strict=True)
        ],
        "pooled": {
            **total,
            "failures_to_extract": sum(peer_run.failures for peer_run in found),
            **error_figures(sample(scores, draws), total["impostor_pairs"]),
        },
        "mean": points_only(mean(singly)),
    }


def _run_peer(peer: Peer, plan: Plan, database: Database, run: DatabaseRun, out: Path, progress: Progress) -> PeerRun:
    pairs = sample_impostors(run.pairs, plan.peer_impostors)
    extract = progress.add_task(escape(f"{database.name}: {peer.name} extract"), total=len(database.samples))
    compare = progress.add_task(escape(f"{database.name}: {peer.name} compare"), total=len(pairs))
    found = run_peer(
        peer, database.samples, pairs, lambda: progress.advance(extract), lambda: progress.advance(compare)
    )
    write_scores(
        out / database.folder / f"scores-{peer.name}.csv", [i.name for i in run.impressions], pairs, found.scores
    )
    return found
