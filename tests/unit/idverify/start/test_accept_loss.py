"""Going on without what was lost is the operator's word, and on the record."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from tests.register_kit import Register, enrol

RUNNER = CliRunner()


@pytest.fixture
def register(tmp_path: Path) -> Register:
    register = Register(tmp_path / "data")
    register.clock.time = datetime.now(UTC)  # as the command has it
    return register.filled()


def run(register: Register, *options: str) -> tuple[int, str]:
    result = RUNNER.invoke(build_app(), ["accept-loss", "--data-dir", str(register.folder), *options])
    return result.exit_code, result.output


def test_nothing_is_lost(register: Register) -> None:
    before = register.content()
    assert run(register) == (0, "nothing is lost\n")
    assert run(register, "--yes") == (0, "nothing is lost\n")
    assert register.content() == before


def test_a_loss_is_shown_first_and_accepted_on_the_record(register: Register) -> None:
    copy = register.folder.parent / "copy"
    shutil.copy(register.database, copy)
    with register.open() as application:
        enrol(application, 7)
    shutil.copy(copy, register.database)
    register.tamper("DELETE FROM records WHERE version = 2")
    (register.folder / "signing-keys.json").unlink()
    before = register.content()
    code, text = run(register, "--json")
    assert code == 1
    lost = ["TRAIL_TAKEN_BACK", "ROWS_DIFFER", "SIGNING_KEYS_LOST"]
    assert [each["code"] for each in json.loads(text)["findings"]] == lost
    assert register.content() == before
    code, text = run(register, "--yes")
    assert (code, "accepted" in text) == (0, True)
    with register.open() as application, application.store.reading() as view:
        (event,) = view.audit.page(6, 10)
        assert view.audit.check().first_broken == 0
        assert view.subjects.count() == 2
    assert (event.entry.caller, event.entry.action, event.entry.outcome) == ("operator", "AcceptLoss", "ACCEPTED")
    details = event.entry.details
    assert (details["findings"], details["database_event"], details["noted_event"]) == (lost, 6, 9)
    assert run(register) == (0, "nothing is lost\n")


@pytest.mark.parametrize("name", ["keys.json", "idverify.db"])
def test_some_losses_cannot_be_accepted(register: Register, name: str) -> None:
    (register.folder / name).unlink()
    before = register.content()
    code, text = run(register, "--yes")
    assert code == 2
    assert "is missing" in text
    assert register.content() == before


def test_not_while_a_server_runs(register: Register) -> None:
    with register.open():
        code, text = run(register, "--yes")
    assert code == 2
    assert "another server works on" in text
