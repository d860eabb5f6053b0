"""A start refuses what does not go on from the log that was published, and what lost the log's keys."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from idverify.domain.errors import StoredDataError
from idverify.services.application import Application
from idverify.start.accept import accept_losses
from idverify.start.keys.rotating import rotate_log
from idverify.start.publishing import publish_log
from idverify.trust.key_file import load_master_keys
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.keys import load_log_keys, rotate_log_keys
from tests.register_kit import Register, call, enrol


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """Published with its first six events, as ``copy`` beside it has it, and with three more."""
    register = Register(tmp_path / "data")
    register.options = {"log_dir": tmp_path / "public", "log_seconds": 86_400.0}
    register.clock.time = datetime.now(UTC)
    register.filled()
    publish(register)
    shutil.copytree(register.folder, tmp_path / "copy")
    with register.open() as application:
        enrol(application, 7)
    return register


def publish(register: Register) -> tuple[Path, Checkpoint]:
    published = publish_log(register.settings, register.clock)
    assert published is not None
    return published


def put_back(register: Register) -> None:
    """All of the folder, as a restored backup has it."""
    shutil.rmtree(register.folder)
    shutil.copytree(register.folder.parent / "copy", register.folder)


def refused(register: Register) -> str:
    before = register.content()
    with pytest.raises(StoredDataError) as error, register.open():
        pass
    assert register.content() == before
    return str(error.value)


def origin(application: Application) -> str:
    return application.proving.state(call("GetLogCheckpoint")).checkpoint.split("\n")[0]


def test_what_goes_on_from_what_was_published_starts(register: Register) -> None:
    with register.open():
        pass
    assert publish(register)[1].size == 9
    with register.open() as application:
        enrol(application, 8)


def test_a_folder_that_was_put_back_is_refused(register: Register) -> None:
    publish(register)
    put_back(register)
    text = "older than the log that was published: it ends at event 6, and events 7 to 9 were published"
    assert text in refused(register)


def test_another_history_is_refused(register: Register) -> None:
    publish(register)
    put_back(register)
    register.options.pop("log_dir")
    with register.open() as application:
        for person in (8, 9):
            enrol(application, person)
    register.options["log_dir"] = register.folder.parent / "public"
    assert "not the continuation of the log that was published with 9 entries" in refused(register)


def test_what_is_accepted_is_another_log_from_then_on(register: Register) -> None:
    before, _ = publish(register)
    put_back(register)
    found = accept_losses(register.settings, register.clock)
    assert [each.code for each in found] == ["LOG_TAKEN_BACK"]
    with register.open() as application, application.store.reading() as view:
        (event,) = view.audit.page(6, 10)
        state = application.proving.state(call("GetLogCheckpoint"))
        assert not origin(application).endswith(before.name)
    assert (event.entry.action, event.entry.details["published_entries"]) == ("AcceptLoss", 9)
    assert [before.name in key for key in state.former_keys] == [True]
    after, checkpoint = publish(register)
    assert (after.parent, after == before, checkpoint.size) == (before.parent, False, 7)
    assert (before / "checkpoint").read_text().split("\n")[1] == "9"
    with register.open():
        pass


def test_a_checkpoint_that_is_not_signed_is_refused(register: Register) -> None:
    folder, _ = publish(register)
    text = (folder / "checkpoint").read_text()
    (folder / "checkpoint").write_text(text.replace("\n9\n", "\n5\n"))
    assert "is not one of this log" in refused(register)
    (folder / "checkpoint").write_text(text.replace("\N{EM DASH} ", "\N{EM DASH} x"))
    assert "is not one of this log" in refused(register)


def test_a_larger_checkpoint_by_a_key_that_was_withdrawn_is_no_evidence(register: Register) -> None:
    folder, _ = publish(register)
    published, settings = (folder / "checkpoint").read_bytes(), register.settings
    stolen = load_log_keys(settings.log_key_file, load_master_keys(settings.master_key_file))
    forged = stolen.sign(Checkpoint(stolen.origin, 12, bytes(32)).text())
    (folder / "checkpoint").write_text(str(forged))
    assert "events 10 to 12 were published" in refused(register)
    rotate_log(settings, withdraw=True)
    assert "is not one of this log" in refused(register)
    # What it signed before it was withdrawn still is; and where the settings name no database, nothing is known.
    (folder / "checkpoint").write_bytes(published)
    with register.open():
        pass
    settings = settings.model_copy(update={"database_url": f"sqlite:///{register.folder / 'another.db'}"})
    (last,) = load_log_keys(settings.log_key_file, load_master_keys(settings.master_key_file)).signing()
    assert str(last) not in rotate_log(settings, withdraw=True).until


def test_lost_keys_of_the_log_are_refused_and_rotated_ones_are_not(register: Register) -> None:
    file, keys = register.settings.log_key_file, load_master_keys(register.settings.master_key_file)
    old = file.read_bytes()
    for _ in range(2):  # with the server stopped
        rotate_log_keys(file, keys)
    with register.open() as application:
        name = origin(application)
    assert register.ask("SELECT action FROM audit ORDER BY sequence DESC LIMIT 1") == [("RotateLogKey",)]
    file.write_bytes(old)
    assert "is not the one that signed the log last" in refused(register)
    file.unlink()
    assert "is missing, which holds the keys that sign the log" in refused(register)
    accept_losses(register.settings, register.clock)
    with register.open() as application:
        assert origin(application) != name
    assert load_log_keys(file, keys).retired == ()
