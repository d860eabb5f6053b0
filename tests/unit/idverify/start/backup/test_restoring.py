"""A backup is taken while the service runs, and restored into an empty folder; who was erased since stays erased."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.services.application import Application
from idverify.trust.key_file import load_master_keys
from idverify.trust.log.keys import LogKeys, load_log_keys
from tests.register_kit import Register, call, enrol, number_of

RUNNER = CliRunner()


class Backups:
    """A register, a key, and the commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = folder / "key"
        self.recipient = run("backup", "new-key", self.key)[1].strip()
        self.old = Register(folder / "old")
        self.old.clock.time = datetime.now(UTC)  # as the commands have it
        self.old.filled(4)
        self.new = Register(folder / "new")
        self.new.clock.time = datetime.now(UTC)
        self.file = folder / "backup.age"

    def take(self) -> dict[str, Any]:
        code, text = run("backup", "take", self.file, "--to", self.recipient, "--data-dir", self.old.folder, "--json")
        assert code == 0, text
        taken: dict[str, Any] = json.loads(text)
        return taken

    def restore(self, *options: object) -> tuple[int, str]:
        return run("restore", self.file, "--identity", self.key, "--data-dir", self.new.folder, "--json", *options)

    @property
    def list(self) -> Path:
        return self.old.settings.erasure_file


def run(*arguments: object) -> tuple[int, str]:
    result = RUNNER.invoke(build_app(), list(map(str, arguments)))
    return result.exit_code, result.output


def delete(application: Application, person: int) -> None:
    application.citizens.delete(call("DeleteCitizen"), number_of(person), lambda _: b"gone")


def people(application: Application) -> set[str]:
    with application.store.reading() as view:
        return {citizen.citizen_number for citizen in view.subjects.page(0, 100)}


def keys_of(register: Register) -> LogKeys:
    return load_log_keys(register.settings.log_key_file, load_master_keys(register.settings.master_key_file))


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Backups:
    """A backup of four citizens of whom one was erased before; another is erased after it, and one is enrolled."""
    backups = Backups(tmp_path_factory.mktemp("backups"))
    with backups.old.open() as application:
        delete(application, 0)
        backups.take()
        delete(application, 1)
        enrol(application, 7)
    return backups


@pytest.fixture
def backups(taken: Backups, tmp_path: Path) -> Backups:
    taken.new = Register(tmp_path / "new")
    taken.new.clock.time = datetime.now(UTC)
    return taken


def test_a_backup_is_readable_by_its_owner_only_and_tells_nothing(backups: Backups) -> None:
    assert backups.file.stat().st_mode & 0o777 == 0o600
    content = backups.file.read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n")
    assert b"SQLite format" not in content
    assert not list(backups.old.folder.glob(".backup-*"))


def test_what_is_restored_goes_on_without_who_was_erased(backups: Backups) -> None:
    code, text = backups.restore("--erasures", backups.list, "--trail-head", backups.old.settings.trail_file)
    assert code == 0, text
    told = json.loads(text)
    ended = told["trail"][0]
    assert (told["erased_again"], told["lost_from"], told["lost_until"]) == (1, ended + 1, ended + 4)
    assert (told["encounters_erased_again"], told["without_prints"]) == (0, [])
    with backups.new.open() as application:
        assert people(application) == {number_of(2), number_of(3)}
        with application.store.reading() as view:
            events = view.audit.page(ended, 10)
            assert view.audit.check().first_broken == 0
        enrol(application, 7)
        delete(application, 2)
    first, second = events[0].entry, events[1].entry
    assert (first.action, first.outcome) == ("RestoreBackup", "RESTORED")
    assert (first.details["lost_from"], first.details["lost_until"]) == (ended + 1, ended + 4)
    assert (second.action, second.outcome, second.details["templates"]) == ("EraseAgain", "DELETED", 2)
    with backups.new.open() as application:
        assert people(application) == {number_of(3), number_of(7)}


def test_another_log_begins(backups: Backups) -> None:
    assert backups.restore("--erasures", backups.list)[0] == 0
    old, new = keys_of(backups.old), keys_of(backups.new)
    assert new.origin != old.origin
    assert new.knows(str(old.signing()[0])), "what was signed before stays checkable"
    assert not old.knows(str(new.signing()[0]))


def test_without_the_list_it_is_refused_and_without_it_on_the_record(backups: Backups) -> None:
    code, text = backups.restore()
    assert (code, "--without-erasures" in text) == (2, True)
    assert not backups.new.folder.exists()
    assert backups.restore("--without-erasures")[0] == 0
    with backups.new.open() as application:
        assert number_of(1) in people(application)
        with application.store.reading() as view:
            (event,) = [each for each in view.audit.page(0, 100) if each.entry.action == "RestoreBackup"]
    assert event.entry.details["without_erasures"] is True
    assert event.entry.details["known"] is False


def test_a_folder_that_is_not_empty_is_left_alone(backups: Backups) -> None:
    before = backups.old.content()
    code, text = run("restore", backups.file, "--identity", backups.key, "--data-dir", backups.old.folder)
    assert (code, "is not empty" in text) == (2, True)
    assert backups.old.content() == before


def test_a_list_that_was_cut_is_refused_and_nothing_is_left(backups: Backups, tmp_path: Path) -> None:
    cut = tmp_path / "list"
    cut.write_bytes(b"".join(backups.list.read_bytes().splitlines(keepends=True)[:1]))
    cut.chmod(0o600)
    code, text = backups.restore("--erasures", cut)
    assert (code, "older than the backup" in text) == (2, True)
    assert list(backups.new.folder.iterdir()) == []
    assert backups.restore("--erasures", backups.list)[0] == 0


@pytest.mark.parametrize("place", [100, 5000, -1, -40_000])
def test_one_changed_byte_is_refused(backups: Backups, tmp_path: Path, place: int) -> None:
    content = bytearray(backups.file.read_bytes())
    content[place] ^= 1
    changed = tmp_path / "changed"
    changed.write_bytes(content)
    code, text = run("backup", "verify", changed, "--identity", backups.key, "--json")
    assert (code, json.loads(text)["error"]["reason"]) == (1, "BACKUP_BROKEN")
    options = "--erasures", backups.list, "--data-dir", backups.new.folder
    assert run("restore", changed, "--identity", backups.key, *options)[0] == 2
    assert list(backups.new.folder.iterdir()) == []


def test_a_backup_is_verified_and_whose_it_is(backups: Backups, tmp_path: Path) -> None:
    key = keys_of(backups.old).signing()[0]
    code, text = run("backup", "verify", backups.file, "--identity", backups.key, "--key", key, "--json")
    assert (code, json.loads(text)["counts"]["subjects"]) == (0, 3)
    other = keys_of(Register(tmp_path / "other").filled(1)).signing()[0]
    assert run("backup", "verify", backups.file, "--identity", backups.key, "--key", other)[0] == 1
    code, text = backups.restore("--erasures", backups.list, "--key", other)
    assert (code, "not of the service whose log has the key" in text) == (2, True)
    assert list(backups.new.folder.iterdir()) == []
    assert backups.restore("--erasures", backups.list, "--key", key)[0] == 0


def test_what_a_killed_restore_left_is_no_register(backups: Backups) -> None:
    assert backups.restore("--erasures", backups.list)[0] == 0
    backups.new.database.rename(backups.new.folder / ".idverify.db.restoring")
    with pytest.raises(Exception, match="the database is missing"), backups.new.open():
        pass


def test_a_copy_of_the_trail_of_another_register_is_no_evidence(backups: Backups, tmp_path: Path) -> None:
    other = Register(tmp_path / "other").filled(1)
    code, text = backups.restore("--erasures", backups.list, "--trail-head", other.settings.trail_file)
    assert (code, "belongs to another keys.json" in text) == (2, True)


def test_a_deletion_that_is_not_listed_is_not_done(tmp_path: Path) -> None:
    register = Register(tmp_path / "data").filled(2)
    with register.open() as application:
        register.settings.erasure_file.unlink()
        register.settings.erasure_file.mkdir()
        with pytest.raises(Exception, match="cannot be written"):
            delete(application, 0)
        register.settings.erasure_file.rmdir()
        assert len(people(application)) == 2
    shutil.rmtree(register.folder)
