"""Every metric there is: its name, what it says, its labels. The table of ``docs/watching.md`` is made of this file.

Labels are codes of the program and words of the operator's own registers, few of each: no name, no number, no id. What
an alert must see at its first time has no labels: it is 0 from the start, and Prometheus sees it grow.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from idverify.ports import Shown

PREFIX = "idverify_"

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
LEVELS = tuple(float(level) for level in (*range(0, 80, 5), 80, 90, 100, 120))
"""-10 log10 of a false match rate: 40 is 1e-4, 120 the least that is ever claimed."""
QUALITIES = tuple(float(score) for score in range(0, 101, 10))


class Kind(Enum):
    """Kinds of Prometheus."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """One metric. ``name`` without the prefix, of a counter without ``_total``; ``bounds`` of a histogram."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()

    @property
    def full_name(self) -> str:
        """As queries have it."""
        return f"{PREFIX}{self.name}" + ("_total" if self.kind is Kind.COUNTER else "")


CALLS = Family("calls", Kind.COUNTER, "Calls and requests of streams that ended", ("method", "role", "code", "reason"))
FAILURES = Family("failures", Kind.COUNTER, "Calls that the service failed: INTERNAL")
CALL_SECONDS = Family("call_seconds", Kind.HISTOGRAM, "How long they took, with waiting", ("method",), SECONDS)
STAGE_SECONDS = Family("stage_seconds", Kind.HISTOGRAM, "How long each stage took", ("stage",), SECONDS)
EVENTS = Family("events", Kind.COUNTER, "Events of the audit trail", ("action", "outcome", "reason"))
ALARMS = Family("alarms", Kind.COUNTER, "Events of the trail that no honest client causes: ALARM")
DECISIONS = Family("decisions", Kind.COUNTER, "Decisions, once for every finger they rest on", ("decision", "finger"))
DEVICE_DECISIONS = Family(
    "device_decisions", Kind.COUNTER, "Decisions on prints that scanners signed, by their model", ("decision", "model")
)
LEVEL = Family(
    "decision_level",
    Kind.HISTOGRAM,
    "Likeness of decisions, -10 log10 of the false match rate",
    ("action", "decision"),
    LEVELS,
)
QUALITY = Family("sample_quality", Kind.HISTOGRAM, "Quality of samples", ("finger", "kind"), QUALITIES)
DEVICE_QUALITY = Family("device_quality", Kind.HISTOGRAM, "Quality of signed captures", ("model",), QUALITIES)
REFUSED = Family(
    "samples_refused", Kind.COUNTER, "Samples that carry no decision: failure to acquire", ("finger", "reason")
)
CHORES = Family("chores", Kind.COUNTER, "Chores that were done", ("chore", "outcome"))
CHORE_SECONDS = Family("chore_seconds", Kind.GAUGE, "How long a chore took last", ("chore",))
UNTOLD = Family("figures_missing", Kind.COUNTER, "Figures that could not be had when somebody looked")

TOLD = (
    CALLS,
    FAILURES,
    CALL_SECONDS,
    STAGE_SECONDS,
    EVENTS,
    ALARMS,
    DECISIONS,
    DEVICE_DECISIONS,
    LEVEL,
    QUALITY,
    DEVICE_QUALITY,
    REFUSED,
    CHORES,
    CHORE_SECONDS,
    UNTOLD,
)
"""What is told as it happens."""

_SHOWN = {
    Shown.QUEUE_WAITING: ("Calls that wait for a worker", "priority"),
    Shown.WORKERS: ("Calls that can be worked on at the same time", ""),
    Shown.WORKERS_BUSY: ("Calls that are being worked on", ""),
    Shown.OPEN_CALLS: ("Calls that are open, streams included", ""),
    Shown.REQUEST_BYTES: ("Bytes of requests in memory", ""),
    Shown.GALLERY_IMPRESSIONS: ("Impressions that can be found", ""),
    Shown.GALLERY_BYTES: ("Bytes of the gallery in memory", ""),
    Shown.GALLERY_SEGMENTS: ("Segments of the gallery", ""),
    Shown.GALLERY_SNAPSHOT_AGE: ("Age of the newest gallery on disk", ""),
    Shown.BACKUP_AGE: ("Age of the newest backup that was taken; none: there is none", ""),
    Shown.DATABASE_BYTES: ("Bytes of the database", "part"),
    Shown.DATABASE_FREE_BYTES: ("Free bytes of the disk that has the database, where it is a file", ""),
    Shown.DATABASE_CONNECTIONS: ("Connections to the database in use", "engine"),
    Shown.EXPIRES_IN: ("Time to the first expiry of a certificate", "whose"),
    Shown.SIGNING_KEYS: ("Keys in the key set: active, next and former ones", ""),
    Shown.KEY_FILE_AGE: ("Time since keys were last made, rotated or rewrapped: age of their file", "keys"),
    Shown.LOG_ENTRIES: ("Entries of the log of the audit trail", ""),
    Shown.LOG_UNPUBLISHED: ("Entries that are not published yet", ""),
    Shown.LOG_CHECKPOINT_AGE: ("Time since the log was last published, or found published whole", ""),
    Shown.LOG_COSIGNED_AGE: ("Time since a witness last cosigned what is published", "witness"),
    Shown.TRAIL_UNVERIFIED: ("Events that the running check of the trail has not come to", ""),
    Shown.TRAIL_FINDINGS: ("Findings of the checks since the start: what is stored was changed past the service", ""),
    Shown.ATTEMPTS_LOCKED: ("What is locked after tries that failed", "scope"),
    Shown.SUBJECT_REQUESTS_OVERDUE: ("Requests of citizens about their data whose deadline has passed", ""),
    Shown.CHORE_LATE: ("Time by which a chore is overdue", "chore"),
}

SHOWN = {
    shown: Family(shown.value, Kind.GAUGE, text, (label,) if label else ()) for shown, (text, label) in _SHOWN.items()
}
"""What is asked for when somebody looks."""

FAMILIES = (*TOLD, *SHOWN.values())
