"""No folder becomes a heap again."""

from __future__ import annotations

from collections import Counter

from tests.places import REPOSITORY

PACKAGES = ("matcher", "idverify", "enroll_tools", "benchmarks", "development")
GENERATED = {"idverify/v1"}
MOST_AT_A_ROOT, MOST_IN_A_ROOM = 15, 24


def test_folders_hold_what_one_can_read() -> None:
    files = Counter(
        path.parent.relative_to(REPOSITORY).as_posix()
        for package in PACKAGES
        for path in (REPOSITORY / package).rglob("*.py")
    )
    most = {folder: MOST_AT_A_ROOT if folder in PACKAGES else MOST_IN_A_ROOM for folder in files}
    assert files["matcher"] > 1
    assert {folder: n for folder, n in files.items() if n > most[folder] and folder not in GENERATED} == {}
