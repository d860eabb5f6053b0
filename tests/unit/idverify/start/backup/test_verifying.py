"""Looking at a backup leaves no key anywhere, whatever ends it."""

from __future__ import annotations

import fcntl
import os
import signal
import tempfile
from base64 import b64encode
from pathlib import Path

import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.start.backup import verifying
from idverify.trust.key_file import load_master_keys
from tests.backup_kit import Backup

LEFT = "idverify-backup-killed"


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Backup:
    return Backup(tmp_path_factory.mktemp("backup"))


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """TMPDIR, with what a killed process left."""
    left = tmp_path / LEFT
    left.mkdir(0o700)
    (left / "idverify.db").write_bytes(b"half a copy")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def verify(backup: Backup) -> int:
    return (
        CliRunner().invoke(build_app(), ["backup", "verify", str(backup.file), "--identity", str(backup.key)]).exit_code
    )


def test_what_is_on_the_disk_while_it_is_looked_at_opens_nothing(
    backup: Backup, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, seen = load_master_keys(backup.old.settings.master_key_file), {}

    def look(*_: object) -> None:
        seen.update(
            {path: path.read_bytes() for path in scratch.rglob("*") if path.is_file() and not path.is_symlink()}
        )

    monkeypatch.setattr(verifying, "recompute", look)
    assert verify(backup) == 0
    assert "idverify.db" in {path.name for path in seen}, "what a kill would leave"
    for secret in (keys.root, *keys.keys.values()):
        assert not any(secret in content or b64encode(secret) in content for content in seen.values())
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_leaves_nothing(
    backup: Backup, scratch: Path, monkeypatch: pytest.MonkeyPatch, kind: signal.Signals
) -> None:
    def ended(*_: object) -> None:
        os.kill(os.getpid(), kind)

    def untouched(*_: object) -> None:
        pytest.fail("the signal was not for the command")

    monkeypatch.setattr(verifying, "recompute", ended)
    former = signal.signal(kind, untouched)
    try:
        assert verify(backup) == 128 + kind
        assert signal.getsignal(kind) is untouched
    finally:
        signal.signal(kind, former)
    assert list(scratch.iterdir()) == []


def test_what_another_one_is_at_stays(backup: Backup, scratch: Path) -> None:
    theirs = scratch / "theirs"
    theirs.mkdir()
    (scratch / "idverify-backup-link").symlink_to(theirs)
    descriptor = os.open(scratch / LEFT, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    assert verify(backup) == 0
    assert {path.name for path in scratch.iterdir()} == {LEFT, "idverify-backup-link", "theirs"}
    os.close(descriptor)
    assert verify(backup) == 0
    assert not (scratch / LEFT).exists()
