"""Addresses to listen on."""

from __future__ import annotations

import socket
from pathlib import Path

import grpc
import pytest

from idverify.domain.errors import SettingsError
from idverify.v1 import assertions_pb2
from tests.e2e.harness import RunningServer, local_settings, start_server
from tests.e2e.stubs import Stubs
from tests.waiting import PATIENCE


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.parametrize("listen", ["localhost:0", "[::1]:0", "unix:"])
def test_every_kind_of_local_address(tmp_path: Path, listen: str) -> None:
    if "::1" in listen and not _has_ipv6():
        pytest.skip("this machine has no IPv6")
    address = f"unix:{tmp_path / 's'}" if listen == "unix:" else listen
    running = start_server(local_settings(tmp_path / "data", listen=address))
    assert not running.address.endswith(":0")
    with grpc.insecure_channel(running.address) as channel:
        assert Stubs(channel).assertions.GetKeySet(assertions_pb2.GetKeySetRequest(), timeout=PATIENCE).active_key_id
    running.stop()


def test_an_address_in_use_is_said_and_not_shared(server: RunningServer, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot listen on"):
        start_server(local_settings(tmp_path / "other", listen=server.address))
