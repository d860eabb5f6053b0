"""Looking at a server as Prometheus does."""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.harness import RunningServer, local_settings, start_server


@contextmanager
def watched_server(folder: Path, caplog: pytest.LogCaptureFixture, **settings: Any) -> Iterator[RunningServer]:
    """Run a server without TLS that is watched."""
    caplog.set_level(logging.INFO, "idverify")
    running = start_server(local_settings(folder, watch_listen="127.0.0.1:0", **settings))
    try:
        yield running
    finally:
        running.stop()


def address(caplog: pytest.LogCaptureFixture) -> str:
    """Return where the last one is watched, as its log says."""
    told: list[str] = [record.__dict__["address"] for record in caplog.records if record.getMessage() == "watched"]
    return told[-1]


def scraped(caplog: pytest.LogCaptureFixture) -> str:
    """Return what Prometheus would read."""
    with urllib.request.urlopen(f"http://{address(caplog)}/metrics") as answer:
        return bytes(answer.read()).decode()


def samples(text: str) -> dict[str, float]:
    """Return every series with its value."""
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {series: float(value) for series, _, value in lines}
