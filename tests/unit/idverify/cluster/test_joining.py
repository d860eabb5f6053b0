"""Joining a Ray cluster that is not there."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys

import pytest

# Looked for and not imported: tests of a cluster say how it is started before Ray is first imported.
pytestmark = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="make install-cluster has ray")

_JOIN = "import sys; from idverify.cluster.actors import join; join(sys.argv[1])"


def test_an_address_where_nothing_listens_is_refused_before_ray_tries_for_minutes() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # and nobody listens
        address = f"127.0.0.1:{held.getsockname()[1]}"
        # In a process of its own, for the same reason.
        told = subprocess.run(
            [sys.executable, "-c", _JOIN, address], check=False, capture_output=True, text=True, timeout=120
        )
    assert f"SettingsError: gallery_address: no Ray cluster answers at {address}" in told.stderr
