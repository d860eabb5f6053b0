"""The facts of the package, and files that are none."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.law.facts import Certainty, FactCode
from idverify.records.files import CatalogueError
from idverify.records.law import load_law

LOGS = {
    "code": "keep.logs",
    "count": 1,
    "unit": "years",
    "source": "x",
    "certainty": "confirmed",
    "valid_from": "2026-01-01",
}


def test_the_package_has_a_fact_of_each_code_and_confirms_no_period_of_keeping() -> None:
    law = load_law()
    today = date(2026, 6, 1)
    assert all(law.on(today, code) for code in FactCode)
    kept = [fact for fact in law.facts if fact.code.value.startswith("keep.")]
    assert {fact.certainty for fact in kept} == {Certainty.ASSUMPTION}


def test_periods_of_requests_changed_with_the_law() -> None:
    law, changed = load_law(), date(2026, 1, 1)
    texts = [
        fact.text if (fact := law.on(day, FactCode.REQUEST_OBJECTION)) else ""
        for day in (changed - timedelta(1), changed)
    ]
    assert texts == ["72 hours", "15 days"]


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ([LOGS | {"code": "keep.dogs"}], "code"),
        ([LOGS | {"count": 0}], "count"),
        ([LOGS | {"count": "3"}], "count"),
        ([LOGS | {"unit": "moons"}], "unit"),
        ([LOGS | {"certainty": "sure"}], "certainty"),
        ([LOGS | {"source": ""}], "source"),
        ([LOGS | {"valid_from": "2026-02-30"}], "valid_from"),
        ([LOGS | {"valid_until": "2025-12-31"}], "ends before it begins"),
        ([LOGS | {"unit": "working-days"}], "working days"),
        ([LOGS | {"count": 201}], "longer than"),
        ([LOGS, LOGS | {"valid_from": "2027-01-01"}], "two facts of keep.logs"),
        ([LOGS | {"author": "me"}], "author"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, facts: list[dict[str, Any]], fault: str) -> None:
    file = tmp_path / "law.json"
    file.write_text(json.dumps({"sources": ["x"], "facts": facts}), encoding="utf-8")
    with pytest.raises(CatalogueError, match=fault):
        load_law(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"law\.json"):
        load_law(tmp_path / "law.json")
