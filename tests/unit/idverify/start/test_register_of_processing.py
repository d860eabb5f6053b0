"""The register of processing of a service: of its catalogue, clients and facts, and of no citizen."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.domain.law.schedule import SCHEDULE
from tests.register_kit import PERSON, Register, number_of


def test_every_procedure_is_told_with_ground_data_and_recipients_and_nobody_is_named(tmp_path: Path) -> None:
    register = Register(tmp_path / "data").filled()
    with register.open() as application:
        procedures = {each.code: each for each in application.catalogue.procedures()}

    def run(*options: str) -> str:
        done = CliRunner().invoke(build_app(), ["register-of-processing", "--data-dir", str(register.folder), *options])
        assert done.exit_code == 0, done.output
        return done.stdout

    text = run()
    told = json.loads(text)
    assert {each["procedure"] for each in told["processing"]} == set(procedures)
    for each in told["processing"]:
        procedure = procedures[each["procedure"]]
        assert each["ground"] == (procedure.legal_basis or "consent of the citizen")
        assert [data["fields"] for data in each["data"]] == [list(access.fields) for access in procedure.records]
    assert [each["data"] for each in told["kept"]] == [line.name for line in SCHEDULE]
    assert {each["of"] for each in told["deadlines"]} >= {"breach.notice", "request.access"}
    page = tmp_path / "register.html"
    assert run("--html", str(page)) == ""
    html = page.read_text(encoding="utf-8")
    assert all(code in html for code in procedures)
    for shown in (text, html):
        assert PERSON.full_name not in shown
        assert number_of(0) not in shown
