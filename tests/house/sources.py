"""The sources that the rules of the house are about: all of ours, none that are generated."""

from __future__ import annotations

from pathlib import Path

from tests.places import REPOSITORY

HOUSES = ("matcher", "idverify", "enroll_tools", "benchmarks")
GENERATED = Path("idverify/v1")


def sources() -> list[Path]:
    """Every Python file of every house, relative to the repository."""
    found = [file.relative_to(REPOSITORY) for house in HOUSES for file in (REPOSITORY / house).rglob("*.py")]
    return sorted(file for file in found if not file.is_relative_to(GENERATED))
