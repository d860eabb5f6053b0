"""No test is in no run, and none in two."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from pathlib import Path

import pytest

from tests.development.branch_coverage import PACKAGES
from tests.development.measured import RUNS, Run, command
from tests.places import REPOSITORY


def test_the_rest_is_what_no_other_run_has() -> None:
    (rest,) = (run for run in RUNS if run.folders == ("tests",))
    others = {folder for run in RUNS if run is not rest for folder in run.folders}
    assert set(rest.chosen) == {f"--ignore={folder}" for folder in others}
    assert all(list(Path(REPOSITORY, folder).rglob("test_*.py")) for folder in others)


def test_a_folder_in_a_folder_of_another_run_is_left_out_there() -> None:
    for run, other in permutations(RUNS, 2):
        within = {f for f in run.folders for of in other.folders if f != of and Path(f).is_relative_to(of)}
        assert {f"--ignore={folder}" for folder in within} <= set(other.chosen)
    assert not [run for run in RUNS for one, other in permutations(run.folders, 2) if Path(one).is_relative_to(other)]


def test_runs_of_the_same_folder_divide_its_tests() -> None:
    counts = Counter(folder for run in RUNS for folder in run.folders)
    assert {folder for folder, count in counts.items() if count > 1} == {"tests/e2e"}
    some, others = sorted((run.marked for run in RUNS if "tests/e2e" in run.folders), key=len, reverse=True)
    assert some == f"not ({others})"
    assert len({run.name for run in RUNS}) == len(RUNS)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_what_is_long_is_left_out(run: Run) -> None:
    words = command(run)
    assert words[words.index("-m", 2) + 1].removeprefix(f"({run.marked}) and ") == "not long"


@pytest.mark.parametrize("package", PACKAGES)
def test_the_tests_of_what_is_trusted_are_measured(package: str) -> None:
    of_it = Path("tests/unit", package)
    assert any(of_it.is_relative_to(folder) for run in RUNS if "--cov" in command(run) for folder in run.folders)
    assert "--cov" not in command(Run("other", ("tests",)))
