"""Folders that are still there after a power cut."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idverify.trust import secret_file
from idverify.trust.secret_file import make_folder
from tests.places import REPOSITORY


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    folders: list[Path] = []
    monkeypatch.setattr(secret_file, "sync_folder", folders.append)
    return folders


def test_what_is_made_is_synced_from_above(tmp_path: Path, synced: list[Path]) -> None:
    make_folder(tmp_path / "a/b/c", 0o700)
    assert synced == [tmp_path, tmp_path / "a", tmp_path / "a/b"]
    assert (tmp_path / "a/b/c").stat().st_mode & 0o777 == 0o700


def test_what_is_there_is_left_alone(tmp_path: Path, synced: list[Path]) -> None:
    make_folder(tmp_path)
    assert synced == []


def test_what_cannot_be_synced_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the next attempt would find it and rely on it."""

    def fails(folder: Path) -> None:
        if folder == tmp_path / "a":
            raise OSError(5, os.strerror(5))

    monkeypatch.setattr(secret_file, "sync_folder", fails)
    with pytest.raises(OSError, match="Input/output error"):
        make_folder(tmp_path / "a/b")
    assert list(tmp_path.iterdir()) == []


def test_what_another_process_put_there_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(folder: Path) -> None:
        (tmp_path / "a/file").touch()
        raise OSError(5, os.strerror(5))

    monkeypatch.setattr(secret_file, "sync_folder", fails)
    with pytest.raises(OSError, match="Input/output error"):
        make_folder(tmp_path / "a")
    assert (tmp_path / "a/file").exists()


def test_folders_are_made_so_and_not_otherwise() -> None:
    """Except by commands that write what can be written again."""
    package = REPOSITORY / "idverify"
    others = {
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        if ".mkdir(" in file.read_text(encoding="utf-8") and "commands" not in file.parts
    }
    assert others == {"trust/secret_file.py"}
