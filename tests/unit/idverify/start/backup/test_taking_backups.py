"""A backup is of a sound register or is not made; what is in it is what can be gone on with."""

from __future__ import annotations

import fcntl
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.errors import SettingsError, StoredDataError
from idverify.start.backup import taking
from idverify.start.backup.last_taken import last_taken
from idverify.start.backup.taking import take_backup
from idverify.start.backup.verifying import verify_backup
from idverify.storage.copying import copy_database
from idverify.trust.backup.container import new_file, opened
from idverify.trust.backup.envelope import new_identity
from idverify.trust.backup.manifest import Manifest
from idverify.trust.key_file import add_master_key
from tests.backup_kit import Kept, Now, enrol, erase, quiet
from tests.fakes import NoDeadline


class Taken:
    """A register with 1 and 2, and where it is backed up."""

    def __init__(self, folder: Path) -> None:
        self.kept = Kept(folder, "data")
        with self.kept.open() as (register, keeper):
            for subject_id in "012":
                enrol(register, subject_id)
            erase(register, keeper, "0")
        self.folder, self.key, self.file = folder, folder / "key", folder / "backup"
        self.recipient = new_identity(self.key)

    @property
    def data(self) -> Path:
        return self.kept.settings.data_dir

    def take(self) -> Manifest:
        return take_backup(self.kept.settings, Now(), self.file, [self.recipient], quiet)

    def files(self) -> set[str]:
        return {path.name for path in self.data.iterdir()}


@pytest.fixture
def taken(tmp_path: Path) -> Taken:
    return Taken(tmp_path)


def test_it_says_what_is_in_it(taken: Taken) -> None:
    before = taken.files()
    assert last_taken(taken.data) is None
    manifest = taken.take()
    assert last_taken(taken.data) == manifest.taken
    assert (manifest.trail.sequence, manifest.log.size, manifest.counts["subjects"]) == (4, 4, 2)
    assert (manifest.erasures.erasures, manifest.issuer) == (1, taken.kept.settings.issuer)
    with opened(taken.file, taken.key) as (read, extract):
        extract(lambda name: new_file(taken.folder / name), quiet)
    assert read == manifest
    assert taken.files() <= before | {"backup.lock", "last-backup", "idverify.db-wal", "idverify.db-shm"}


def test_what_a_killed_one_left_is_removed(taken: Taken) -> None:
    left = taken.data / ".backup-killed"
    left.mkdir()
    (left / "idverify.db").write_bytes(b"half a copy")
    taken.take()
    assert not left.exists()


def test_one_at_a_time_and_never_over_another_file(taken: Taken) -> None:
    with (taken.data / "backup.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(SettingsError, match="another backup"):
            taken.take()
    taken.file.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        taken.take()
    assert taken.file.read_bytes() == b"mine"


def test_a_database_that_was_taken_back_or_changed_is_not_backed_up(taken: Taken) -> None:
    old = taken.folder / "old.db"
    shutil.copy(taken.data / "idverify.db", old)
    with taken.kept.open() as (register, _):
        enrol(register, "3")
    newer = (taken.data / "idverify.db").read_bytes()
    shutil.copy(old, taken.data / "idverify.db")
    with pytest.raises(StoredDataError, match="older than it should be"):
        taken.take()
    (taken.data / "idverify.db").write_bytes(newer)
    with closing(sqlite3.connect(taken.data / "idverify.db")) as database, database:
        database.execute("DELETE FROM subjects WHERE subject_id = '2'")
    with pytest.raises(StoredDataError, match="2 citizens instead of 3"):
        taken.take()
    assert not taken.file.exists()


def test_what_is_missing_is_said(taken: Taken) -> None:
    taken.kept.settings.erasure_file.unlink()
    with pytest.raises(StoredDataError, match="a start of the service makes it anew"):
        taken.take()
    assert taken.kept.people() == ["1", "2"]
    taken.take()


def test_keys_that_do_not_open_what_was_copied_make_no_backup(taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    """A master key was made, and the former one taken out, between the copy of the database and that of the keys."""

    def copy_and_exchange(*given: Any) -> None:
        copy_database(*given)
        file = taken.kept.settings.master_key_file
        add_master_key(file)
        content = json.loads(file.read_bytes())
        del content["master_keys"]["k1"]
        file.write_text(json.dumps(content), "utf-8")

    monkeypatch.setattr(taking, "copy_database", copy_and_exchange)
    with pytest.raises(StoredDataError, match="lacks a master key"):
        taken.take()
    assert not taken.file.exists()


def test_a_backup_with_a_citizen_whose_data_key_is_destroyed_is_not_said_to_be_whole(taken: Taken) -> None:
    settings = taken.kept.settings
    taken.take()
    assert verify_backup(settings, Now(), taken.file, taken.key, [], NoDeadline(), quiet).counts["subjects"] == 2
    taken.file.unlink()
    with closing(sqlite3.connect(taken.data / "idverify.db")) as database, database:
        database.execute("UPDATE subjects SET data_key_sealed = zeroblob(61) WHERE subject_id = '2'")
    taken.take()
    with pytest.raises(StoredDataError, match="subject_id 2: the data key does not open"):
        verify_backup(settings, Now(), taken.file, taken.key, [], NoDeadline(), quiet)
