"""What agencies are called: the operator's file, or their codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idverify.domain.errors import SettingsError
from idverify.domain.guidance.language import Text
from idverify.settings import Settings
from idverify.start.agencies import agencies_of

WARD = {"code": "H05.12", "name": "Phường Một", "name_en": "Ward One"}


def test_a_file_names_them_and_without_one_nobody_is_named(tmp_path: Path) -> None:
    file = tmp_path / "agencies.json"
    file.write_text(json.dumps({"agencies": [WARD, {"code": "H05.13", "name": "Phường Hai"}]}), encoding="utf-8")
    named = agencies_of(Settings(agencies_file=file))
    assert named == {"H05.12": Text("Phường Một", "Ward One"), "H05.13": Text("Phường Hai", "Phường Hai")}
    assert agencies_of(Settings()) == {}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"agencies": [WARD, WARD]}, "a code is there twice"),
        ({"agencies": [{**WARD, "name": ""}]}, "agencies.0.name"),
        ({"agencies": [{**WARD, "name": "x" * 101}]}, "agencies.0.name"),
        ({"agencies": [{**WARD, "title": "x"}]}, "agencies.0.title"),
        ({}, "agencies"),
        ([], "valid dictionary"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, content: object, says: str) -> None:
    file = tmp_path / "agencies.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"agencies_file: agencies\.json: ") as caught:
        agencies_of(Settings(agencies_file=file))
    assert says in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.json"):
        agencies_of(Settings(agencies_file=tmp_path / "nowhere.json"))
