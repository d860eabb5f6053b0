"""The dashboard for Grafana, ``deploy/watch/dashboard.json``, made of the rows below.

python -m tests.development.dashboard
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from tests.places import REPOSITORY

FILE = REPOSITORY / "deploy" / "watch" / "dashboard.json"
_SOURCE = {"type": "prometheus", "uid": "${source}"}
_HERE = 'job="$job"'
_WIDTH, _HEIGHT, _ACROSS = 8, 8, 3


@dataclass(frozen=True, slots=True)
class Panel:
    """A graph: what each line is asked by, and what it is called; ``unit`` as Grafana has it."""

    title: str
    unit: str
    lines: tuple[tuple[str, str], ...]


def _by(metric: str, *labels: str, window: str = "5m") -> tuple[str, str]:
    """Return the rate of a counter by labels, and their values as a legend."""
    of = ", ".join(labels)
    legend = " ".join(f"{{{{{label}}}}}" for label in labels)
    return f"sum by ({of}) (rate({metric}{{{_HERE}}}[{window}]))", legend


def _quantile(metric: str, share: float, *labels: str, window: str = "5m") -> tuple[str, str]:
    of = ", ".join(("le", *labels))
    legend = " ".join(f"{{{{{label}}}}}" for label in labels) or f"{share:g}"
    return f"histogram_quantile({share:g}, sum by ({of}) (rate({metric}_bucket{{{_HERE}}}[{window}])))", legend


def _now(metric: str, label: str = "") -> tuple[str, str]:
    return f"{metric}{{{_HERE}}}", f"{{{{{label}}}}}" if label else metric.removeprefix("idverify_")


def _share(part: str, whole: str, label: str, window: str = "1h") -> tuple[str, str]:
    """Return which share one counter is of another, by a label."""
    rate = f"sum by ({label}) (increase({{}}[{window}]))"
    return f"{rate.format(part)} / {rate.format(whole)}", f"{{{{{label}}}}}"


def _mean_level(decision: str) -> tuple[str, str]:
    given = f'{{{_HERE},decision="{decision}"}}'
    of = [f"sum by (action) (rate(idverify_decision_level_{part}{given}[1h]))" for part in ("sum", "count")]
    return " / ".join(of), f"{{{{action}}}} {decision}"


ROWS: dict[str, tuple[Panel, ...]] = {
    "Calls": (
        Panel("Calls a second", "reqps", (_by("idverify_calls_total", "method"),)),
        Panel("Refusals a second", "reqps", (_by("idverify_calls_total", "code", "reason"),)),
        Panel("By role", "reqps", (_by("idverify_calls_total", "role"),)),
        Panel("95 of 100 calls take at most", "s", (_quantile("idverify_call_seconds", 0.95, "method"),)),
        Panel("95 of 100 stages take at most", "s", (_quantile("idverify_stage_seconds", 0.95, "stage"),)),
        Panel("Failed by the service", "short", ((f"increase(idverify_failures_total{{{_HERE}}}[1h])", "in an hour"),)),
    ),
    "Room": (
        Panel("Waiting for a worker", "short", (_now("idverify_queue_waiting", "priority"),)),
        Panel("Workers", "short", (_now("idverify_workers"), _now("idverify_workers_busy"))),
        Panel("Open calls", "short", (_now("idverify_open_calls"),)),
        Panel("Memory", "bytes", (_now("idverify_request_bytes"), _now("process_resident_memory_bytes"))),
        Panel("Processor", "short", ((f"rate(process_cpu_seconds_total{{{_HERE}}}[5m])", "cores"),)),
        Panel(
            "Gallery",
            "short",
            (_now("idverify_gallery_impressions"), _now("idverify_gallery_segments")),
        ),
        Panel("Gallery in memory", "bytes", (_now("idverify_gallery_bytes"),)),
    ),
    "Prints": (
        Panel("Decisions a second", "reqps", (_by("idverify_decisions_total", "decision"),)),
        Panel(
            "INCONCLUSIVE by finger",
            "percentunit",
            (
                _share(
                    f'idverify_decisions_total{{{_HERE},decision="INCONCLUSIVE"}}',
                    f"idverify_decisions_total{{{_HERE}}}",
                    "finger",
                ),
            ),
        ),
        Panel(
            "INCONCLUSIVE by model of scanner",
            "percentunit",
            (
                _share(
                    f'idverify_device_decisions_total{{{_HERE},decision="INCONCLUSIVE"}}',
                    f"idverify_device_decisions_total{{{_HERE}}}",
                    "model",
                ),
            ),
        ),
        Panel("Median quality by finger", "short", (_quantile("idverify_sample_quality", 0.5, "finger", window="1h"),)),
        Panel(
            "Median quality by model of scanner",
            "short",
            (_quantile("idverify_device_quality", 0.5, "model", window="1h"),),
        ),
        Panel("Failure to acquire, a second", "reqps", (_by("idverify_samples_refused_total", "finger", "reason"),)),
        Panel(
            "Mean level of decisions",
            "short",
            (_mean_level("MATCH"), _mean_level("INCONCLUSIVE"), _mean_level("NO_MATCH")),
        ),
    ),
    "Tries": (
        Panel("Locked", "short", (_now("idverify_attempts_locked", "scope"),)),
        Panel(
            "Refused after tries that failed, a second",
            "reqps",
            (
                (
                    f'sum by (reason) (rate(idverify_calls_total{{{_HERE},reason=~"ATTEMPTS_.+|PIN_.+"}}[5m]))',
                    "{{reason}}",
                ),
            ),
        ),
        Panel(
            "Shown before, a second",
            "reqps",
            ((f'sum(rate(idverify_events_total{{{_HERE},reason="SAMPLE_REPLAYED"}}[5m]))', "SAMPLE_REPLAYED"),),
        ),
    ),
    "Trail and log": (
        Panel("Events a second", "reqps", (_by("idverify_events_total", "action", "outcome"),)),
        Panel("Alarms", "short", ((f"increase(idverify_alarms_total{{{_HERE}}}[1h])", "in an hour"),)),
        Panel("Entries not published", "short", (_now("idverify_log_entries_unpublished"),)),
        Panel("Entries", "short", (_now("idverify_log_entries"),)),
        Panel(
            "Age of checkpoint and cosignatures",
            "s",
            (_now("idverify_log_checkpoint_age_seconds"), _now("idverify_log_cosigned_age_seconds", "witness")),
        ),
        Panel("Events not checked yet", "short", (_now("idverify_trail_events_unverified"),)),
        Panel("Changed past the service", "short", (_now("idverify_trail_findings"),)),
    ),
    "What is kept": (
        Panel("Database", "bytes", (_now("idverify_database_bytes", "part"),)),
        Panel("Free disk", "bytes", (_now("idverify_database_free_bytes"),)),
        Panel("Connections in use", "short", (_now("idverify_database_connections_busy", "engine"),)),
        Panel("Certificates expire in", "s", (_now("idverify_certificate_expires_in_seconds", "whose"),)),
        Panel("Keys in the key set", "short", (_now("idverify_signing_keys_published"),)),
        Panel("Keys were last changed before", "s", (_now("idverify_key_file_age_seconds", "keys"),)),
        Panel("Age of the gallery on disk", "s", (_now("idverify_gallery_snapshot_age_seconds"),)),
        Panel("Age of the backup", "s", (_now("idverify_backup_age_seconds"),)),
        Panel("Requests of citizens overdue", "short", (_now("idverify_subject_requests_overdue"),)),
        Panel("Chores overdue", "s", (_now("idverify_chore_late_seconds", "chore"),)),
        Panel("Chores took", "s", (_now("idverify_chore_seconds", "chore"),)),
        Panel("Chores", "reqps", (_by("idverify_chores_total", "chore", "outcome"),)),
        Panel(
            "Figures missing", "short", ((f"increase(idverify_figures_missing_total{{{_HERE}}}[1h])", "in an hour"),)
        ),
    ),
}


def dashboard() -> dict[str, Any]:
    """Return the dashboard as Grafana imports it."""
    panels: list[dict[str, Any]] = []
    top = 0
    for title, row in ROWS.items():
        place = {"h": 1, "w": _WIDTH * _ACROSS, "x": 0, "y": top}
        panels.append({"type": "row", "title": title, "collapsed": False, "gridPos": place, "panels": []})
        top += 1
        for number, panel in enumerate(row):
            down, across = divmod(number, _ACROSS)
            panels.append(_panel(panel, across * _WIDTH, top + down * _HEIGHT))
        top += -(-len(row) // _ACROSS) * _HEIGHT
    for number, made in enumerate(panels, 1):
        made["id"] = number
    return {
        "uid": "idverify",
        "title": "idverify",
        "schemaVersion": 39,
        "editable": True,
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "templating": {"list": [_SOURCES, _JOBS]},
        "panels": panels,
    }


_SOURCES = {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}
_JOBS = {
    "name": "job",
    "type": "query",
    "datasource": _SOURCE,
    "query": "label_values(idverify_workers, job)",
    "refresh": 2,
}


def _panel(panel: Panel, left: int, top: int) -> dict[str, Any]:
    return {
        "type": "timeseries",
        "title": panel.title,
        "datasource": _SOURCE,
        "gridPos": {"h": _HEIGHT, "w": _WIDTH, "x": left, "y": top},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
        "targets": [
            {"refId": chr(ord("A") + number), "datasource": _SOURCE, "expr": expr, "legendFormat": legend}
            for number, (expr, legend) in enumerate(panel.lines)
        ],
    }


def text() -> str:
    """Return the file's content."""
    return json.dumps(dashboard(), indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write; return the exit status."""
    FILE.write_text(text(), encoding="utf-8")
    print(f"wrote {FILE.relative_to(REPOSITORY)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
