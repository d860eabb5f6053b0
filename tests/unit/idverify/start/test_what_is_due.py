"""The facts of law of a service, and the command that tells what is due by them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.domain.errors import SettingsError
from idverify.domain.law.schedule import SCHEDULE
from idverify.settings import Settings
from idverify.start.law import law_of
from tests.register_kit import Register


def run(register: Register, *options: str) -> tuple[int, str]:
    given = ["retention", "--dry-run", "--data-dir", str(register.folder), *options]
    result = CliRunner().invoke(build_app(), given)
    return result.exit_code, result.output


def test_the_command_tells_of_every_kind_while_the_service_runs(tmp_path: Path) -> None:
    register = Register(tmp_path / "data")
    code, _ = run(register, "--json")
    assert code == 2, "there is no register yet"
    with register.open():
        code, told = run(register, "--json")
        assert code == 0
        rows = {row["data"]: row for row in json.loads(told)["schedule"]}
        assert list(rows) == [line.name for line in SCHEDULE]
        assert rows["images"]["period"] == "2 years"
        assert {row["due"] for row in rows.values()} == {0}
        assert {row["carried_out"] for row in rows.values()} == {False}
        code, told = run(register)
        assert (code, "images" in told) == (0, True)


def test_a_file_of_facts_that_is_wrong_is_refused_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "law.json"
    file.write_text("{}")
    with pytest.raises(SettingsError, match=r"law_file: law\.json"):
        law_of(Settings(law_file=file))
