"""Counts what happens, for Prometheus."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import AuditEntry, Decision, FingerPosition
from idverify.ports import CallEnded, Figure, SampleSeen, Shown, Stage
from idverify.telemetry.watching import families
from idverify.telemetry.watching.families import PREFIX, SHOWN, TOLD, Family, Kind
from idverify.telemetry.watching.few import Few

_KINDS: Mapping[Kind, Callable[..., Any]] = {Kind.COUNTER: Counter, Kind.GAUGE: Gauge}
_DECISIONS = frozenset(decision.value for decision in Decision)
_FINGERS = frozenset(position.name for position in FingerPosition)
_REASONS = frozenset(reason.code for reason in Reason)
_MOST_MODELS = 30


class Metrics:
    """Implements the port ``Watch`` for figures; has a registry of its own, which shows the process too.

    Args:
        model_of: the model of a scanner by its id, as the operator registered it; None: not known.
    """

    def __init__(self, model_of: Callable[[str], str | None] = lambda _: None) -> None:
        self.registry = CollectorRegistry()
        self._told = {family: _made(family, self.registry) for family in TOLD}
        self._children: dict[tuple[Family, tuple[str, ...]], Any] = {}
        self._figures = _Figures(self._told[families.UNTOLD])
        self.registry.register(self._figures)
        ProcessCollector(registry=self.registry)
        self._model_of = model_of
        self._models = Few(_MOST_MODELS)

    def know_models(self, model_of: Callable[[str], str | None]) -> None:
        """Ask somebody else for the models of scanners from now on."""
        self._model_of = model_of

    def call(self, method: str) -> AbstractContextManager[None]:
        """Do nothing: what counts is how it ends."""
        del method
        return nullcontext()

    def call_ended(self, ended: CallEnded) -> None:
        """Count a call."""
        role, reason = ended.role.value if ended.role else "none", ended.reason.code if ended.reason else ""
        self._of(families.CALLS, ended.method, role, ended.code, reason).inc()
        self._of(families.CALL_SECONDS, ended.method).observe(ended.seconds)
        if ended.code == "INTERNAL":
            self._of(families.FAILURES).inc()

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """Take the time of a block, however it ends."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self._of(families.STAGE_SECONDS, stage.value).observe(time.perf_counter() - began)

    def took(self, stage: Stage, seconds: float) -> None:
        """Count the time of a stage."""
        self._of(families.STAGE_SECONDS, stage.value).observe(seconds)

    def sample(self, seen: SampleSeen) -> None:
        """Count a sample."""
        finger = (seen.position or FingerPosition.UNKNOWN).name
        if seen.quality is not None:
            self._of(families.QUALITY, finger, seen.kind.value).observe(seen.quality.score)
        if seen.refused is not None:
            self._of(families.REFUSED, finger, seen.refused.code).inc()

    def recorded(self, entry: AuditEntry) -> None:
        """Count an event, and what it decides."""
        # Some events have a reason in somebody's own words.
        reason = next((word for word in _words(entry, "reason") if word in _REASONS), "")
        self._of(families.EVENTS, entry.action, entry.outcome, reason).inc()
        if entry.outcome == "ALARM":
            self._of(families.ALARMS).inc()
        scanners = [*_words(entry, "device"), *_words(entry, "devices")]
        models = [self._models.word(self._model_of(scanner) or "unknown") for scanner in scanners]
        if entry.outcome in _DECISIONS:
            for finger in _words(entry, "fingers") or [FingerPosition.UNKNOWN.name]:
                self._of(families.DECISIONS, entry.outcome, finger if finger in _FINGERS else "UNKNOWN").inc()
            for model in models:
                self._of(families.DEVICE_DECISIONS, entry.outcome, model).inc()
            level = _level(entry)
            if level is not None:
                self._of(families.LEVEL, entry.action, entry.outcome).observe(level)
        elif models and isinstance(quality := entry.details.get("quality"), int):
            for model in models:
                self._of(families.DEVICE_QUALITY, model).observe(quality)

    def chore(self, name: str, seconds: float, *, failed: bool) -> None:
        """Count a chore."""
        self._of(families.CHORES, name, "done").inc(not failed)
        self._of(families.CHORES, name, "failed").inc(failed)
        self._of(families.CHORE_SECONDS, name).set(seconds)

    def show(self, figures: Callable[[], Sequence[Figure]]) -> None:
        """Ask for figures whenever somebody looks."""
        self._figures.sources.append(figures)

    def close(self) -> None:
        """Ask for figures no more: what gives them is being closed."""
        self._figures.sources.clear()

    def _of(self, family: Family, *labels: str) -> Any:
        if not labels:
            return self._told[family]
        key = (family, labels)
        child = self._children.get(key)
        if child is None:  # by the way that the library looks for them, which is slow
            child = self._children[key] = self._told[family].labels(*labels)
        return child


class _Figures(Collector):
    """Asks all sources for their figures."""

    def __init__(self, missing: Any) -> None:
        self.sources: list[Callable[[], Sequence[Figure]]] = []
        self._missing = missing

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Yield what each source says; one that fails takes nothing from the others."""
        shown: dict[Shown, GaugeMetricFamily] = {}
        for source in list(self.sources):
            try:
                figures = source()
            except (DomainError, StoredDataError, OSError):
                self._missing.inc()
                continue
            for figure in figures:
                family = SHOWN[figure.of]
                if figure.of not in shown:
                    shown[figure.of] = GaugeMetricFamily(family.full_name, family.help, labels=family.labels)
                shown[figure.of].add_metric([figure.label] if family.labels else [], figure.value)
        return list(shown.values())

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Name what there may be, without asking anybody."""
        return [GaugeMetricFamily(family.full_name, family.help) for family in SHOWN.values()]


def _made(family: Family, registry: CollectorRegistry) -> Any:
    name = PREFIX + family.name
    if family.kind is Kind.HISTOGRAM:
        return Histogram(name, family.help, family.labels, buckets=family.bounds, registry=registry)
    return _KINDS[family.kind](name, family.help, family.labels, registry=registry)


def _words(entry: AuditEntry, detail: str) -> list[str]:
    found = entry.details.get(detail, [])
    return [found] if isinstance(found, str) else list(found) if isinstance(found, list) else []


def _level(entry: AuditEntry) -> float | None:
    """Return the level of a decision: of a search that of the first candidate; None: nobody was like."""
    score = entry.details.get("score")
    if isinstance(score, int | float):
        return float(score)
    scores = _words(entry, "scores")
    return float(scores[0]) if scores else None
