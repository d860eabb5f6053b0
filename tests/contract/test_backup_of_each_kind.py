"""A backup of a database of one kind is restored into one of any kind: with everything, and nobody who was erased."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from idverify.domain.errors import SettingsError, StoredDataError
from idverify.start.backup.replaying import ErasedAgain
from idverify.start.backup.restoring import restore_backup
from idverify.storage.engine import make_engines
from idverify.storage.table_copy import copy_out
from tests.backup_kit import Backup, Kept, Now, enrol, quiet
from tests.databases import KINDS, Databases
from tests.fakes import NoDeadline

BOTH = [(one, other) for one in KINDS for other in KINDS]


@contextmanager
def databases_of(kind: str) -> Iterator[Databases]:
    databases = Databases(kind)
    yield databases
    databases.drop()


@pytest.fixture(params=BOTH, ids=" to ".join)
def restored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Backup, Kept]]:
    """A backup, and what was restored of it."""
    one, other = request.param
    with databases_of(one) as source, databases_of(other) as target:
        backup = Backup(tmp_path, source)
        new = Kept(tmp_path, "new", target)
        told = backup.restore(new)
        assert (told.erased, told.manifest) == (ErasedAgain(citizens=1), backup.manifest)
        yield backup, new


def test_everything_comes_back_but_who_was_erased(restored: tuple[Backup, Kept]) -> None:
    backup, new = restored
    assert new.people() == ["2"]
    assert not list(new.settings.data_dir.glob(".*")), "no copy is left"
    with new.open() as (register, _), register.store.reading() as view:
        actions = [each.entry.action for each in view.audit.page(backup.manifest.trail.sequence, 10)]
        assert actions[:2] == ["RestoreBackup", "EraseAgain"]
        assert view.log.findings(NoDeadline()) == []
        assert view.audit.compare_rows(NoDeadline(), add_up=True) == []


def test_no_number_is_given_twice(restored: tuple[Backup, Kept]) -> None:
    """0, 1 and 2 were enrolled; 0 was erased before the backup, and 1 again when it was restored."""
    _, new = restored
    with new.open() as (register, _):
        enrol(register, "4")
        with register.store.reading() as view:
            assert [citizen.ordinal for citizen in view.subjects.page(0, 10)] == [3, 4]


def test_the_highest_number_stays_given_though_its_row_is_gone(tmp_path: Path) -> None:
    with databases_of("postgresql") as source:
        old = Kept(tmp_path, "old", source)
        with old.open() as (register, _):
            enrol(register, "0")
            with register.store.transaction() as uow:
                uow.subjects.delete("0")
        copy_out(old.settings.store_url, tmp_path / "copy", lambda *_: None)
        assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
        with closing(make_engines(f"sqlite:///{tmp_path / 'copy'}", 5.0)) as engines, engines.reader.begin() as copy:
            given = {row.name: row.seq for row in copy.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    assert given["subjects"] == 1


def test_only_an_empty_database_is_filled(tmp_path: Path) -> None:
    with databases_of("postgresql") as databases:
        backup = Backup(tmp_path, databases)
        there = Kept(tmp_path, "there", databases)
        assert there.people() == []
        settings = there.settings.model_copy(update={"data_dir": tmp_path / "empty"})
        with pytest.raises(SettingsError, match="the database is not empty"):
            restore_backup(settings, Now(), backup.plan(), NoDeadline(), quiet)
        assert not settings.data_dir.exists()


def test_a_database_without_tables_is_not_copied(tmp_path: Path) -> None:
    with databases_of("postgresql") as databases, pytest.raises(StoredDataError, match="start the service once"):
        copy_out(databases.url(tmp_path), tmp_path / "copy", lambda *_: None)
