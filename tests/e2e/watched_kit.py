"""Looking at a server as Prometheus does."""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from idverify.telemetry.watching import traces
from idverify.telemetry.watching.traces import Traces
from tests.e2e.harness import RunningServer, local_settings, start_server
from tests.fakes import FakeBiometrics

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
"""What Prometheus says that it takes: the form that has exemplars."""


@contextmanager
def watched_server(
    folder: Path, caplog: pytest.LogCaptureFixture, biometrics: FakeBiometrics | None = None, **settings: Any
) -> Iterator[RunningServer]:
    """Run a server without TLS that is watched."""
    caplog.set_level(logging.INFO, "idverify")
    running = start_server(local_settings(folder, watch_listen="127.0.0.1:0", **settings), biometrics)
    try:
        yield running
    finally:
        running.stop()


def to_memory(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Have servers with :data:`TRACED` trace every call, to memory."""
    memory = InMemorySpanExporter()
    processor = SimpleSpanProcessor(memory)
    monkeypatch.setattr(traces, "to_collector", lambda endpoint, share: Traces(processor, share))
    return memory


TRACED: dict[str, Any] = {"trace_endpoint": "http://127.0.0.1:1", "trace_share": 1.0}


def address(caplog: pytest.LogCaptureFixture) -> str:
    """Return where the last one is watched, as its log says."""
    told: list[str] = [record.__dict__["address"] for record in caplog.records if record.getMessage() == "watched"]
    return told[-1]


def scraped(caplog: pytest.LogCaptureFixture, accept: str = "text/plain") -> str:
    """Return what Prometheus would read, in the form that it asks for."""
    asked = urllib.request.Request(f"http://{address(caplog)}/metrics", headers={"Accept": accept})
    with urllib.request.urlopen(asked) as answer:
        return bytes(answer.read()).decode()


def samples(text: str) -> dict[str, float]:
    """Return every series with its value."""
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {series: float(value) for series, _, value in lines}
