"""Old events leave the database for a file, and the chain goes from one into the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.domain.errors import StoredDataError
from idverify.start.archive import archive_trail
from idverify.trust.archive_file import read_archive
from tests.register_kit import Register, call, enrol

DAY = timedelta(days=1)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """Nine events a hundred days ago, three today."""
    register = Register(tmp_path / "data")
    register.clock.time = datetime.now(UTC) - 20 * DAY
    register.filled(3)
    register.clock.time += 20 * DAY
    with register.open() as application:
        enrol(application, 9)
    return register


def archive(register: Register, name: str = "archive", days: int = 10) -> tuple[int, Path]:
    path = register.folder.parent / name
    written = archive_trail(register.settings, register.clock, register.clock.now() - days * DAY, path)
    return written.events if written else 0, path


def run(*arguments: object) -> tuple[int, dict[str, object]]:
    result = CliRunner().invoke(build_app(), ["audit", *map(str, arguments), "--json"])
    return result.exit_code, json.loads(result.output)


@pytest.mark.parametrize("running", [False, True])
def test_what_is_old_goes_into_a_file_and_the_service_goes_on(register: Register, running: bool) -> None:
    path = register.folder.parent / "archive"

    def work() -> None:
        written = archive_trail(register.settings, register.clock, register.clock.now() - 10 * DAY, path)
        assert written is not None
        assert (written.events, written.after.sequence, written.end.sequence) == (9, 0, 9)

    if not running:
        work()
    with register.open() as application:
        if running:
            work()
        enrol(application, 10)
        events, _ = application.audit.page(call("ListAuditEvents"), 1000, "", None)
        check = application.trail_check.check(call("CheckAuditTrail"), full=True)
    archived = events[3].entry
    assert [e.sequence for e in events] == list(range(10, 17))
    assert (archived.caller, archived.action, archived.outcome) == ("operator", "ArchiveAuditTrail", "ARCHIVED")
    kept = read_archive(path)
    assert archived.details == {"first": 1, "last": 9, "hash": kept.end.hash, "sha256": kept.sha256}
    assert (check.events, check.first_broken, check.findings) == (16, 0, ())
    assert path.stat().st_mode & 0o077 == 0
    with register.open() as application:
        assert application.trail_check.check(call("CheckAuditTrail")).first_broken == 0


def test_archives_follow_each_other(register: Register) -> None:
    assert archive(register, "one")[0] == 9
    register.clock.time += 20 * DAY
    with register.open() as application:
        enrol(application, 10)
    assert archive(register, "two")[0] == 4
    assert archive(register, "three") == (0, register.folder.parent / "three")
    one, two = register.folder.parent / "one", register.folder.parent / "two"
    code, told = run("check-archive", one, two)
    assert code == 0
    archives = told["archives"]
    assert isinstance(archives, list)
    assert [(each["first"], each["last"]) for each in archives] == [(1, 9), (10, 13)]
    assert run("check-archive", two, one)[0] == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("ENROLLED", "DELETED", 1),
        lambda text: text[: len(text) // 2],
        lambda text: "\n".join(text.splitlines()[:-1]),
        lambda text: "\n".join(text.splitlines()[:3] + text.splitlines()[4:]),
        lambda text: text + text.splitlines()[-1],
        lambda text: "",
        lambda text: "[]",
    ],
)
def test_a_changed_archive_is_found(register: Register, change: Callable[[str], str]) -> None:
    _, path = archive(register)
    path.write_text(change(path.read_text()))
    assert run("check-archive", path)[0] == 1


def test_a_file_that_is_there_is_left_alone(register: Register) -> None:
    path = register.folder.parent / "archive"
    path.write_text("something else")
    before = register.content()
    with pytest.raises(FileExistsError):
        archive(register)
    assert path.read_text() == "something else"
    assert register.content() == before


def test_a_broken_trail_is_not_archived(register: Register) -> None:
    register.tamper("UPDATE audit SET payload = replace(payload, 'ENROLLED', 'DELETED') WHERE sequence = 4")
    with pytest.raises(StoredDataError, match="event 4 of the audit trail does not fit"):
        archive(register)
    assert not (register.folder.parent / "archive").exists()
    with register.open() as application:
        assert application.trail_check.check(call("CheckAuditTrail"), full=True).first_broken == 4


def test_the_last_event_that_is_noted_outside_stays(register: Register) -> None:
    assert archive(register, days=-1)[0] == 11
    with register.open() as application:
        enrol(application, 10)


def test_an_archive_that_was_interrupted_is_ended_by_the_next(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("idverify.storage.store.SqlStore.remove_archived", lambda _: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            archive(register)
    with register.open() as application:
        enrol(application, 10)
    assert register.ask("SELECT count(*) FROM audit WHERE sequence <= 9") == [(9,)]
    assert archive(register, "two")[0] == 0
    assert register.ask("SELECT count(*) FROM audit WHERE sequence <= 9") == [(0,)]


def test_nothing_is_made_where_nothing_is(tmp_path: Path) -> None:
    register = Register(tmp_path / "none")
    assert archive(register)[0] == 0
    assert not register.folder.exists()


def test_the_command(register: Register, tmp_path: Path) -> None:
    options = ("--older-than-days", 10, "--data-dir", register.folder)
    code, told = run("archive", tmp_path / "file", *options)
    assert (code, told["events"], told["last"]) == (0, 9, 9)
    assert run("archive", tmp_path / "other", *options) == (0, {"events": 0})
