"""The provinces of the package, and files that are none."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from idverify.records.files import CatalogueError
from idverify.records.provinces import load_provinces

HANOI = {"code": "001", "name": "Hà Nội"}


def test_sixty_three_are_thirty_four_since_the_mergers_of_july_2025() -> None:
    provinces = load_provinces()
    assert len(provinces) == 63
    assert len({province.now or province.name for province in provinces.values()}) == 34
    merged = [p for p in provinces.values() if p.until == date(2025, 6, 30)]
    assert len(merged) == 29
    names = {province.name for province in provinces.values()}
    assert {province.now for province in merged} <= names, "each is part of one that stayed"
    assert provinces["027"].now == ""


@pytest.mark.parametrize(
    ("provinces", "fault"),
    [
        ([{"code": "1", "name": "x"}], "code"),
        ([HANOI | {"until": "2025-06-31"}], "until"),
        ([HANOI | {"until": "2025-06-30"}], "until and now go together"),
        ([HANOI | {"now": "x"}], "until and now go together"),
        ([HANOI, HANOI], "a code is there twice"),
        ([HANOI | {"kind": "city"}], "kind"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, provinces: list[dict[str, Any]], fault: str) -> None:
    file = tmp_path / "provinces.json"
    file.write_text(json.dumps({"sources": ["x"], "provinces": provinces}), encoding="utf-8")
    with pytest.raises(CatalogueError, match=fault):
        load_provinces(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"provinces\.json"):
        load_provinces(tmp_path / "provinces.json")
