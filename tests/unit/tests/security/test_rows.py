"""The table of threats: every command of it can be run, and is told apart from the others."""

from __future__ import annotations

import re
import shlex
from itertools import groupby

import pytest

from tests.attack.every_case import CASES
from tests.places import REPOSITORY
from tests.security.rows import ATTACKS, Row, rows

TARGETS = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
ROWS = rows()


def runnable(command: str) -> bool:
    """Tell whether a command is a target of make, or pytest on what is there."""
    program, *arguments = shlex.split(command)
    if program == "make":
        target, *variables = arguments
        return target in TARGETS and all(re.match(r"[A-Z]+=", variable) for variable in variables)
    places = [argument for argument in arguments if not argument.startswith("-")]
    return program == "pytest" and bool(places) and all((REPOSITORY / place).exists() for place in places)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_says_what_and_its_command_can_be_run(row: Row) -> None:
    assert row.attempt
    assert row.defence
    assert re.fullmatch(r"[a-z0-9-]+", row.name)
    assert runnable(row.command), row.command


@pytest.mark.parametrize("command", ["make nothing", "pytest", "pytest tests/nowhere", "true", "make check done"])
def test_what_cannot_be_run_would_be_seen(command: str) -> None:
    assert not runnable(command)


def test_a_name_is_that_of_one_command_and_the_other_way_round() -> None:
    pairs = {(row.name, row.command) for row in ROWS}
    assert len(pairs) == len({name for name, _ in pairs}) == len({command for _, command in pairs})


def test_rows_of_a_part_stand_together() -> None:
    parts = [part for part, _ in groupby(ROWS, key=lambda row: row.part)]
    assert len(parts) == len(set(parts))


def test_every_attack_is_a_row() -> None:
    assert [row.attempt for row in ROWS if row.part == ATTACKS] == [case.name for case in CASES]
