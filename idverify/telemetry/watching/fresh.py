"""Figures for whoever asks, collected once a second at most and by one at a time, however many ask."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

_FRESH_SECONDS = 1.0
_PATIENCE = 5.0
"""Seconds for those before; whoever has waited so long is told to come again."""


class Fresh(Collector):
    """What a registry has, as it was a second ago at most.

    Args:
        registry: what is collected.
        clock: seconds; tests have their own.
    """

    def __init__(self, registry: CollectorRegistry, clock: Callable[[], float] = time.monotonic) -> None:
        self._registry = registry
        self._clock = clock
        self._collected: Sequence[Metric] = ()
        self._until = float("-inf")

    def collect(self) -> Iterable[Metric]:
        """Return all of it. One at a time."""
        if self._clock() >= self._until:
            self._collected = list(self._registry.collect())
            self._until = self._clock() + _FRESH_SECONDS
        return self._collected

    def restricted_registry(self, names: Iterable[str]) -> Collector:
        """Return what has these names, as ``name[]`` in a query asks for."""
        return _Named(self, frozenset(names))


class _Named(Collector):
    def __init__(self, fresh: Fresh, names: frozenset[str]) -> None:
        self._fresh = fresh
        self._names = names

    def collect(self) -> Iterable[Metric]:
        for metric in self._fresh.collect():
            part = Metric(metric.name, metric.documentation, metric.type)
            part.samples = [sample for sample in metric.samples if sample.name in self._names]
            if part.samples:
                yield part


def figures_of(registry: CollectorRegistry) -> Callable[..., Any]:
    """Return the WSGI application."""
    app, turn = make_wsgi_app(Fresh(registry)), Lock()

    def one_at_a_time(environ: Any, start_response: Callable[..., Any]) -> Any:
        if not turn.acquire(timeout=_PATIENCE):
            start_response("503 Service Unavailable", [("Retry-After", "1")])
            return [b""]
        try:
            return app(environ, start_response)
        finally:
            turn.release()

    return one_at_a_time
