"""Keys in a file are changed by one at a time, and whoever is killed at it keeps nobody waiting."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from idverify.domain.errors import DomainError, Reason
from idverify.trust.homes import changing
from idverify.trust.homes.home import FILES, FileHome
from idverify.trust.key_file import add_master_key, load_or_create_master_keys
from idverify.trust.signing_keys import load_or_create_ring, load_ring, rotate_ring
from tests.contract.store_kit import KEYS, NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "secrets" / "signing.json"
    load_or_create_ring(path, KEYS)
    return path


def test_a_rotation_beside_a_withdrawal_does_not_bring_back_what_was_withdrawn(path: Path) -> None:
    stolen = set(load_ring(path, KEYS).key_ids)
    withdrawing = Thread(target=rotate_ring, args=(path, KEYS, NOW), kwargs={"withdraw": True})

    class Slow(FileHome):
        """Takes so long to make a key that somebody else withdraws all keys meanwhile."""

        def new_ed25519(self) -> Ed25519PrivateKey:
            withdrawing.start()
            withdrawing.join(0.3)
            return FILES.new_ed25519()

    rotate_ring(path, KEYS, NOW, Slow())
    withdrawing.join()
    ring = load_ring(path, KEYS)
    assert not stolen & {str(key.kid) for key in ring.published(NOW)}


def test_who_is_killed_while_changing_keys_keeps_nobody_waiting_and_nobody_waits_for_ever(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "PATIENCE", 0.0)
    keys = path.with_name("keys.json")
    load_or_create_master_keys(keys)
    holding = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], 0), fcntl.LOCK_EX); print(flush=True); input()"
    command = [sys.executable, "-c", holding, str(path.parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        before = path.read_bytes(), keys.read_bytes()
        for change in (lambda: rotate_ring(path, KEYS, NOW), lambda: add_master_key(keys)):
            with pytest.raises(DomainError, match="another command is changing keys") as refused:
                change()
            assert (refused.value.reason, refused.value.metadata) == (Reason.KEYS_UNAVAILABLE, {"cause": "KEYS_BUSY"})
        assert (path.read_bytes(), keys.read_bytes()) == before
        holder.kill()
    rotate_ring(path, KEYS, NOW)
    assert add_master_key(keys).active == "k2"
