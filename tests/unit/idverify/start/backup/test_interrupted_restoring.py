"""Whatever ends restoring half-way, no service starts on half of a register, and restoring anew comes to its end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.errors import SettingsError, StoredDataError
from idverify.start.backup import restoring
from tests.backup_kit import Backup, Kept

STEPS = ["examine", "require_same", "recompute", "last_event", "erase_again", "renew_log_keys", "sync_folder"]


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def nothing_cleaned(*_: object) -> Iterator[None]:
    yield


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Backup:
    return Backup(tmp_path_factory.mktemp("backup"))


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_restoring_is_no_register_and_is_begun_anew(
    backup: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    new = Kept(tmp_path, "new")

    def killed(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(restoring, step, killed)
        patch.setattr(restoring, "_nothing_left", nothing_cleaned)
        with pytest.raises(Killed):
            backup.restore(new)
    if step == "sync_folder":  # the last of all: the database is in its place
        assert new.people() == ["2"]
        return
    with pytest.raises(StoredDataError, match="the database is missing or empty"):
        new.people()
    with pytest.raises(SettingsError, match="is not empty"):
        backup.restore(new)
    shutil.rmtree(new.settings.data_dir)
    assert backup.restore(new).erased.citizens == 1
    assert new.people() == ["2"]


@pytest.mark.parametrize("step", STEPS[:-1])
def test_a_refused_restoring_leaves_nothing(
    backup: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    new = Kept(tmp_path, "new")

    def refused(*_: Any) -> None:
        raise StoredDataError("refused")

    with monkeypatch.context() as patch:
        patch.setattr(restoring, step, refused)
        with pytest.raises(StoredDataError, match="refused"):
            backup.restore(new)
    assert list(new.settings.data_dir.iterdir()) == []
    assert not new.settings.erasure_file.exists()
    assert backup.restore(new).erased.citizens == 1


def test_an_empty_folder_of_a_file_system_is_empty(backup: Backup, tmp_path: Path) -> None:
    new = Kept(tmp_path, "new")
    (new.settings.data_dir / "lost+found").mkdir(parents=True)
    assert backup.restore(new, backup.plan(erasures=False)).erased.citizens == 0
    assert new.people() == ["1", "2"]
