"""An erasure list is given where the settings' own is there: whoever is in either stays erased, or nothing is done."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.errors import StoredDataError
from idverify.trust.backup.erasure_list import Erased, ErasureList
from idverify.trust.key_file import load_master_keys
from tests.backup_kit import Backup, Kept


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Backup:
    return Backup(tmp_path_factory.mktemp("backup"))


@pytest.fixture
def newest(backup: Backup) -> Path:
    return backup.old.settings.erasure_file


def erasures_of(path: Path) -> int:
    return path.read_text().count('"subject"')


def without_its_last(path: Path, to: Path) -> Path:
    """Write a list as it was before its last erasure."""
    shutil.copy(path, to)
    lines = path.read_bytes().splitlines(keepends=True)
    last = max(place for place, line in enumerate(lines) if b'"subject"' in line)
    to.write_bytes(b"".join(lines[:last]))
    return to


def test_a_newer_list_that_is_given_takes_the_place_of_the_settings_own(
    backup: Backup, newest: Path, tmp_path: Path
) -> None:
    new = Kept(tmp_path, "new")
    own = without_its_last(newest, new.settings.erasure_file)
    assert backup.restore(new, backup.plan()).erased.citizens == 1
    assert erasures_of(own) == erasures_of(newest) == 2
    assert own.stat().st_mode & 0o777 == 0o600
    assert new.people() == ["2"]


def test_the_settings_own_is_kept_where_it_is_the_newer(backup: Backup, newest: Path, tmp_path: Path) -> None:
    new = Kept(tmp_path, "new")
    shutil.copy(newest, new.settings.erasure_file)
    older = without_its_last(newest, tmp_path / "older")
    assert backup.restore(new, replace(backup.plan(), erasures=older)).erased.citizens == 1
    assert erasures_of(new.settings.erasure_file) == 2
    assert new.people() == ["2"]


def test_lists_that_have_parted_are_refused_and_left_as_they_are(backup: Backup, newest: Path, tmp_path: Path) -> None:
    new = Kept(tmp_path, "new")
    own = without_its_last(newest, new.settings.erasure_file)
    keys = load_master_keys(backup.old.settings.master_key_file)
    ErasureList(own, keys).append([Erased(9, "2")])
    before = own.read_bytes()
    with pytest.raises(StoredDataError, match="have parted") as refused:
        backup.restore(new)
    assert str(own) in str(refused.value)
    assert str(newest) in str(refused.value)
    assert own.read_bytes() == before
    assert list(new.settings.data_dir.iterdir()) == []


def test_two_lists_that_are_both_older_than_the_backup_are_refused(
    backup: Backup, newest: Path, tmp_path: Path
) -> None:
    new = Kept(tmp_path, "new")
    own = without_its_last(without_its_last(newest, tmp_path / "older"), new.settings.erasure_file)
    given = Path(shutil.copy(own, tmp_path / "given"))
    with pytest.raises(StoredDataError, match="older than the backup"):
        backup.restore(new, replace(backup.plan(), erasures=given))
    assert erasures_of(own) == 0
