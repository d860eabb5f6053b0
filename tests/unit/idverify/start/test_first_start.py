"""The first start needs no ceremony, and goes on where it was interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from idverify.domain.errors import StoredDataError
from idverify.start import opening
from idverify.trust.trail_keeper import TrailKeeper
from tests.register_kit import Register, call, enrol, number_of

STEPS = [
    (opening, "load_or_create_master_keys"),
    (opening, "open_store"),
    (opening, "open_signer"),
    (TrailKeeper, "write"),
    (opening, "note_signing_keys"),
    (opening, "note_choice"),
    (opening, "load_or_create_log_keys"),
    (opening, "note_log_keys"),
    (opening, "end_first_start"),
]


class Interrupted(Exception):  # noqa: N818 - a power cut
    """Somebody pulled the plug."""


def names(register: Register) -> list[str]:
    return sorted(path.name for path in register.folder.iterdir())


def test_an_empty_folder_becomes_a_register(tmp_path: Path) -> None:
    register = Register(tmp_path / "data").filled(1)
    made = [
        "document-key.json",
        "erasures.jsonl",
        "idverify.db",
        "idverify.db.lock",
        "keys.json",
        "log-keys.json",
        "server.lock",
        "signing-keys.json",
        "trail-head.json",
    ]
    assert names(register) == made
    assert register.folder.stat().st_mode & 0o077 == 0
    assert {path.name for path in register.folder.iterdir() if path.stat().st_mode & 0o077} <= {"server.lock"}  # empty


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("where", "step"), STEPS, ids=[step for _, step in STEPS])
def test_an_interrupted_first_start_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: Any, step: str, after: bool
) -> None:
    register = Register(tmp_path / "data")
    register.options["keep_images"] = True  # which is an event
    true = getattr(where, step)

    def cut(*args: Any, **options: Any) -> None:
        if after:
            true(*args, **options)
        raise Interrupted

    with monkeypatch.context() as patch:
        patch.setattr(where, step, cut)
        with pytest.raises(Interrupted), register.open():
            pass
    with register.open() as application:
        enrol(application, 1)
    assert "first-start" not in names(register)
    with register.open() as application, application.store.reading() as view:
        assert view.subjects.count() == 1


def test_a_mark_that_was_left_does_not_excuse_a_loss(tmp_path: Path) -> None:
    register = Register(tmp_path / "data").filled(1)
    (register.folder / "first-start").touch()
    (register.folder / "signing-keys.json").unlink()
    with pytest.raises(StoredDataError, match="signing-keys"), register.open():
        pass


THEN = {
    *("alembic_version", "audit", "audit_head", "encounters", "operations", "records", "replies", "subjects"),
    "templates",
}
"""The tables of the version that counted no rows."""


def downgrade(register: Register) -> None:
    """Make the database one of the version that counted no rows."""
    tables = register.ask("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    register.tamper(
        "ALTER TABLE replies ADD COLUMN body_sealed BLOB",
        "UPDATE replies SET body_sealed = (SELECT body_sealed FROM reply_bodies b WHERE b.body_id = replies.body_id)",
        "ALTER TABLE replies DROP COLUMN body_id",
        *(f"DROP TABLE {name}" for (name,) in tables if name not in THEN),
        "CREATE INDEX ix_audit_time ON audit (time)",
        "CREATE INDEX ix_audit_action ON audit (action)",
        "ALTER TABLE audit_head DROP COLUMN state_sealed",
        *(f"ALTER TABLE operations DROP COLUMN {name}" for name in ("kind", "owner", "cancel_asked", "reached_sealed")),
        "UPDATE alembic_version SET version_num = '0002'",
    )
    (register.folder / "trail-head.json").unlink()


def test_a_register_of_the_version_before_is_counted_and_goes_on(tmp_path: Path) -> None:
    register = Register(tmp_path / "data").filled(3)
    with register.open() as application:
        enrol(application, 9)
        application.citizens.delete(call("DeleteCitizen"), number_of(1), lambda _: b"answer")
    downgrade(register)
    with register.open() as application:
        enrol(application, 5)
    register.tamper("DELETE FROM templates WHERE template_id = 1")
    with pytest.raises(StoredDataError, match="templates instead of"), register.open():
        pass


def test_a_register_of_the_version_before_from_which_rows_are_missing_is_refused(tmp_path: Path) -> None:
    register = Register(tmp_path / "data").filled(2)
    downgrade(register)
    register.tamper("DELETE FROM records WHERE version = 2")
    before = register.content()
    with pytest.raises(StoredDataError, match="2 versions of records instead of 4"), register.open():
        pass
    assert register.content() == before


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("where", "step"), STEPS[1:-1], ids=[step for _, step in STEPS[1:-1]])
def test_an_interrupted_upgrade_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: Any, step: str, after: bool
) -> None:
    register = Register(tmp_path / "data").filled(1)
    downgrade(register)
    true = getattr(where, step)

    def cut(*args: Any, **options: Any) -> None:
        if after:
            true(*args, **options)
        raise Interrupted

    with monkeypatch.context() as patch:
        patch.setattr(where, step, cut)
        with pytest.raises(Interrupted), register.open():
            pass
    with register.open() as application:
        enrol(application, 5)


def test_the_old_end_is_not_taken_for_one_to_upgrade(tmp_path: Path) -> None:
    register = Register(tmp_path / "data").filled(1)
    register.tamper("UPDATE audit_head SET state_sealed = NULL")
    with pytest.raises(StoredDataError, match="the count of the rows was removed"), register.open():
        pass
