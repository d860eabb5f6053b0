"""What is lost or was changed past the service is found at the start, said, refused, and left as it is."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from idverify.domain.errors import StoredDataError
from idverify.trust.key_file import load_master_keys
from idverify.trust.signing_keys import load_ring, rotate_ring
from tests.losses import LOSSES
from tests.register_kit import Register, enrol


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path / "data").filled()


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_said_and_nothing_is_touched(register: Register, name: str) -> None:
    loss = LOSSES[name]
    loss.lose(register)
    before = register.content()
    with pytest.raises(StoredDataError, match=loss.text), register.open():
        pass
    assert register.content() == before


def test_what_is_put_back_starts_again(register: Register) -> None:
    file = register.folder / "keys.json"
    content = file.read_bytes()
    file.unlink()
    with pytest.raises(StoredDataError), register.open():
        pass
    file.touch(0o600)
    file.write_bytes(content)
    with register.open() as application, application.store.reading() as view:
        assert view.subjects.count() == 2


def test_an_older_copy_of_the_database_is_refused(register: Register) -> None:
    copy = register.folder.parent / "copy"
    shutil.copy(register.database, copy)
    with register.open() as application:
        enrol(application, 7)
    shutil.copy(copy, register.database)
    before = register.content()
    with pytest.raises(StoredDataError, match="ends at event 6, and the trail had come to event 9"), register.open():
        pass
    assert register.content() == before


def test_an_old_end_and_the_events_after_it_gone(register: Register) -> None:
    """Who has the database alone puts back a former, genuine end."""
    (old,) = register.ask("SELECT sequence, hash, hex(mac), hex(state_sealed) FROM audit_head")
    with register.open() as application:
        enrol(application, 7)
    sequence, digest, mac, state = old
    put_back = (
        f"UPDATE audit_head SET sequence = {sequence}, hash = '{digest}', mac = x'{mac}', state_sealed = x'{state}'"
    )
    register.tamper(put_back)
    with pytest.raises(StoredDataError, match="should end at event 6 and ends at event 9"), register.open():
        pass
    register.tamper(f"DELETE FROM audit WHERE sequence > {sequence}")
    with pytest.raises(StoredDataError, match="ends at event 6, and the trail had come to event 9"), register.open():
        pass


def test_another_history_is_refused(register: Register) -> None:
    copy = register.folder.parent / "copy"
    shutil.copytree(register.folder, copy)
    with register.open() as application:
        enrol(application, 7)
    other = Register(copy)
    other.clock.advance(60)
    with other.open() as application:
        enrol(application, 8)
        enrol(application, 9)
    shutil.copy(other.database, register.database)
    with pytest.raises(StoredDataError, match="does not lead through event 9"), register.open():
        pass


def test_older_signing_keys_are_refused_and_rotated_ones_are_not(register: Register) -> None:
    file, keys = register.settings.signing_key_file, load_master_keys(register.settings.master_key_file)
    old = file.read_bytes()
    for _ in range(2):  # with the server stopped
        rotate_ring(file, keys, register.clock.now())
    with register.open() as application:
        assert application.signer.key_set()[1] == load_ring(file, keys).active.kid
    assert register.ask("SELECT action, subject_id FROM audit WHERE sequence = 7") == [("RotateSigningKey", "")]
    file.write_bytes(old)
    with pytest.raises(StoredDataError, match="is not the one that signed last"), register.open():
        pass


def test_a_clock_that_lost_its_time_is_refused(register: Register) -> None:
    register.clock.time -= timedelta(days=300)
    with pytest.raises(StoredDataError, match="the clock of this machine says"), register.open():
        pass


def test_a_database_elsewhere_without_its_keys_is_not_given_new_ones(register: Register, tmp_path: Path) -> None:
    new = Register(tmp_path / "new")
    new.folder.mkdir()
    (new.folder / "idverify.db").symlink_to(register.database)
    with pytest.raises(StoredDataError, match=r"keys\.json is missing"), new.open():
        pass
    assert sorted(path.name for path in new.folder.iterdir()) == ["idverify.db", "server.lock"]


def test_keys_of_another_register_are_told(register: Register, tmp_path: Path) -> None:
    other = Register(tmp_path / "other").filled(1)
    for name in ("keys.json", "signing-keys.json", "log-keys.json", "trail-head.json"):
        shutil.copy(other.folder / name, register.folder / name)
    with pytest.raises(StoredDataError, match=r"keys\.json belongs to another database"), register.open():
        pass
