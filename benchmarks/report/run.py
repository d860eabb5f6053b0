"""Run everything that a report speaks of, and put it into one JSON object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.progress import Progress

from benchmarks.measures.bootstrap import (
    CONFIDENCE,
    REPLICATES,
    SEED,
    Draws,
    Sampled,
    draw_fingers,
    drawn_over,
    mean,
    sample,
)
from benchmarks.measures.scores import Scores, scores_of
from benchmarks.peers.comparators import PACKAGE, Peer, PeerRun, installed, run_peer, sample_impostors
from benchmarks.report.datasets import Database
from benchmarks.report.measure import accepted_above, claims, counts, error_figures, histogram, points_only
from benchmarks.systems.chosen import SystemChoice
from benchmarks.systems.kept import kept_in
from benchmarks.verification.database import (
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
        choice: extractor and comparator.
        calibration: what gives our comparator's scores their meaning.
        peers: whom to run beside.
        peers_asked: how they were asked for; None: not at all, those that are installed.
        peer_impostors: impostor pairs a database that peers compare; None for all.
        kept: where templates and scores are kept between runs.
        replicates: of the bootstrap.
    """

    databases: list[Database]
    choice: SystemChoice
    calibration: Calibration
    peers: list[Peer]
    peers_asked: str | None
    peer_impostors: int | None
    kept: Path
    replicates: int = REPLICATES


def run_report(plan: Plan, out: Path, progress: Progress) -> dict[str, Any]:
    """Run, write the scores of every database into its folder, and return the report.

    Raises:
        DatasetError: a database has no genuine or no impostor pair, or lacks records.
        PluginError: a function of somebody's own did what it must not.
    """
    systems = [plan.choice.system(d.samples, plan.calibration) for d in plan.databases]
    calibration = systems[0].comparator.calibration
    runs = []
    for database, system in zip(plan.databases, systems, strict=True):
        steps = _steps(progress, database.name, len(database.samples))
        kept = kept_in(plan.kept, system)
        run = run_database(database.name, database.samples, system, steps, database.pairs, kept)
        write_run(run, out / database.folder)
        runs.append(run)
    scores = [_scores(run, run.pairs, run.scores) for run in runs]
    draws = [draw_fingers(s, stream, plan.replicates) for stream, s in enumerate(scores)]
    singly = _sample_singly(scores, draws, progress)
    return {
        "format": REPORT_FORMAT,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "protocol": "; ".join(dict.fromkeys(run.metrics["protocol"] for run in runs)),
        **{key: runs[0].metrics[key] for key in ("extractor", "comparator", "calibration", "threads", "machine")},
        "extrapolated_below": calibration.extrapolated_below if calibration else None,
        "calibration_extractor": calibration.provenance.get("extractor") if calibration else None,
        "bootstrap": {
            "over": drawn_over(scores),
            "replicates": plan.replicates,
            "seed": SEED,
            "confidence": CONFIDENCE,
        },
        "datasets": [_dataset(calibration, *one) for one in zip(plan.databases, runs, scores, singly, strict=True)],
        "pooled": _pooled(calibration, runs, scores, sample(scores, draws)),
        "mean": points_only(mean(singly)),
        "peers": _peers(plan, runs, draws, out, progress),
    }


def _steps(progress: Progress, name: str, impressions: int) -> Steps:
    extract = progress.add_task(escape(f"{name}: extract"), total=impressions)
    compare = progress.add_task(escape(f"{name}: compare"), total=impressions)
    return Steps(lambda: progress.advance(extract), lambda: progress.advance(compare))


def _scores(run: DatabaseRun, pairs: Sequence[Any], scores: Sequence[float]) -> Scores:
    return scores_of([i.finger for i in run.impressions], pairs, scores, [s.subject for s in run.samples])


def _sample_singly(scores: Sequence[Scores], draws: Sequence[Draws], progress: Progress) -> list[Sampled]:
    tracked = progress.track(zip(scores, draws, strict=True), total=len(scores), description="resample")
    return [sample([one], [drawn]) for one, drawn in tracked]


def _dataset(
    calibration: Calibration | None, database: Database, run: DatabaseRun, scores: Scores, sampled: Sampled
) -> dict[str, Any]:
    impostors = scores.impostor.size
    return {
        **run.metrics,
        "name": database.name,
        "folder": database.folder,
        "resolution_ppi": sorted({s.resolution_ppi for s in database.samples if s.resolution_ppi is not None}),
        **counts([scores]),
        **error_figures(sampled, impostors),
        "percent": run.metrics["percent"],
        "histogram": histogram([scores], levels=calibration is not None),
        "claims": claims(sampled, impostors, calibration) if calibration else None,
        "calibration_fitted_to_it": calibration is not None
        and database.name in calibration.provenance.get("impostor_pairs", ()),
    }


def _pooled(
    calibration: Calibration | None, runs: Sequence[DatabaseRun], scores: Sequence[Scores], sampled: Sampled
) -> dict[str, Any]:
    total = counts(scores)
    return {
        **total,
        "impressions": sum(len(run.impressions) for run in runs),
        "failures_to_extract": sum(run.metrics["failures_to_extract"] for run in runs),
        **error_figures(sampled, total["impostor_pairs"]),
        "accepted_above": accepted_above(scores),
        "histogram": histogram(scores, levels=calibration is not None),
        "claims": claims(sampled, total["impostor_pairs"], calibration) if calibration else None,
    }


def _peers(
    plan: Plan, runs: Sequence[DatabaseRun], draws: Sequence[Draws], out: Path, progress: Progress
) -> dict[str, Any]:
    return {
        "package": PACKAGE,
        "version": installed(),
        "asked": plan.peers_asked,
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
