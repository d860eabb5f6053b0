"""A copy that a killed backup left is gone with the next start, as with the next backup; one that is made stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from idverify.domain.errors import SettingsError
from idverify.settings import load_settings
from idverify.start.folder import open_folder
from idverify.trust.backup.workplace import workplace


def test_a_start_removes_what_a_killed_backup_left(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "data")
    open_folder(settings)
    assert list(settings.data_dir.iterdir()) == []
    with workplace(settings.data_dir) as made:
        assert made.is_dir()
    left = settings.data_dir / ".backup-killed"
    left.mkdir()
    (left / "idverify.db").write_bytes(b"half a copy")
    open_folder(settings)
    assert [path.name for path in settings.data_dir.iterdir()] == ["backup.lock"]


def test_a_start_leaves_a_backup_alone_that_is_being_taken(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    with workplace(tmp_path) as made:
        open_folder(settings)
        assert made.is_dir()
        with pytest.raises(SettingsError, match="another backup"), workplace(tmp_path):
            pass
    assert not made.exists()
