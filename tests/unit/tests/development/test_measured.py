"""No test is in neither run."""

from __future__ import annotations

from pathlib import Path

from tests.development.measured import RUNS, SERVERS
from tests.places import REPOSITORY


def test_the_second_run_is_what_the_first_is_not() -> None:
    assert RUNS["servers"] == SERVERS
    assert RUNS["rest"] == ("tests", *(f"--ignore={folder}" for folder in SERVERS))
    assert all(list(Path(REPOSITORY, folder).rglob("test_*.py")) for folder in SERVERS)
