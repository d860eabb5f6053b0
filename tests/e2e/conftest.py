"""Servers for the tests to talk to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from tests.e2e.harness import RunningServer, local_settings, start_server
from tests.e2e.stubs import Stubs


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server without TLS, empty."""
    running = start_server(local_settings(tmp_path / "data"))
    yield running
    running.stop()


@pytest.fixture
def stubs(server: RunningServer) -> Iterator[Stubs]:
    """Its services."""
    with grpc.insecure_channel(server.address) as channel:
        yield Stubs(channel)
