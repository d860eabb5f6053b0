"""The enrolment profiles of the package, and files that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.model.enrolling import ProfileTest
from idverify.records.files import CatalogueError
from idverify.records.profiles import load_profiles

SIXTY: dict[str, Any] = {"test": "MINUTIAE", "least": 60}


def written(folder: Path, profiles: list[dict[str, Any]]) -> Path:
    file = folder / "enrolment_profiles.json"
    file.write_text(json.dumps({"sources": ["x"], "profiles": profiles}), encoding="utf-8")
    return file


def test_the_circular_of_2020_has_six_tests() -> None:
    (profile,) = load_profiles().values()
    assert (profile.name, {demand.test for demand in profile.demands}) == ("vn-110-2020", set(ProfileTest))


def test_another_profile_is_another_entry(tmp_path: Path) -> None:
    profile = load_profiles(written(tmp_path, [{"name": "mine", "tests": [SIXTY]}]))["mine"]
    assert [(demand.test, demand.least) for demand in profile.demands] == [(ProfileTest.MINUTIAE, 60)]


@pytest.mark.parametrize(
    ("profiles", "fault"),
    [
        ([{"name": "A", "tests": [SIXTY]}], "name"),
        ([{"name": "a", "tests": []}], "tests"),
        ([{"name": "a", "tests": [SIXTY]}] * 2, "a name is there twice"),
        ([{"name": "a", "tests": [SIXTY, SIXTY]}], "a test twice"),
        ([{"name": "a", "tests": [{"test": "MINUTIAE"}]}], "least or most"),
        ([{"name": "a", "tests": [SIXTY | {"most": 80}]}], "least or most"),
        ([{"name": "a", "tests": [{"test": "FORMAT", "least": 1}]}], "least or most"),
        ([{"name": "a", "tests": [{"test": "QUALITY", "one_of": ["x"]}]}], "least or most"),
        ([{"name": "a", "tests": [{"test": "BEAUTY", "least": 1}]}], "test"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, profiles: list[dict[str, Any]], fault: str) -> None:
    with pytest.raises(CatalogueError, match=fault):
        load_profiles(written(tmp_path, profiles))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"enrolment_profiles\.json"):
        load_profiles(tmp_path / "enrolment_profiles.json")
