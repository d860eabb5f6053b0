"""New examples for the property tests: what is found is told as the line that keeps it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tests.development.exploring.finds import example_line, told_example
from tests.places import REPOSITORY

pytestmark = pytest.mark.slow

TESTS = """
import pytest
from hypothesis import given, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

@pytest.fixture
def shared():
    return object()

@given(number=st.integers(0, 10**6), text=st.text(max_size=2))
@pytest.mark.usefixtures("shared")
def test_rare(number, text):
    assert number < 4000

@given(st.integers())
def test_sound(number):
    assert number == number

class Machine(RuleBasedStateMachine):
    @rule(number=st.integers())
    def step(self, number):
        assert number < 500

TestMachine = Machine.TestCase
"""


def explore(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.development.exploring", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=False)


def test_finds_are_told_with_the_line_that_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    for test, keep in (("test_rare", "@example(number=4000, text='')"), ("TestMachine", "state.step(number=500)")):
        said = explore("--minutes", "0.01", f"{tmp_path / 'test_it.py'}::{test}")
        assert said.returncode == 1, said.stderr
        assert keep in said.stdout
        assert "1 found" in said.stdout


def test_nothing_found_is_said_and_nothing_run_is_not_taken_for_it(tmp_path: Path) -> None:
    test = tmp_path / "test_it.py"
    test.write_text(TESTS.replace("4000", "10**7").replace("number < 500", "True"))
    said = explore("--minutes", "0.01", str(test))
    assert (said.returncode, said.stdout.splitlines()[-1]) == (0, "0 found")
    test.write_text("def test_plain(): ...")
    none = explore("--minutes", "0.01", str(test))
    assert none.returncode == 1
    assert "ran no test" in none.stderr


@pytest.mark.parametrize(
    ("note", "line"),
    [
        ("Falsifying example: test_x(\n    which=2,\n    seed=648,\n)", "@example(which=2, seed=648)"),
        ("Failing test case: test_x(\n    a=<object at 0x7f>,\n    which=[\n     1],\n)", "@example(which=[\n     1])"),
        ("Failing test case: test_x(\n    b=3,  # or any other generated value\n)", "@example(b=3)"),
        ("Failing explicit example: test_x(\n    which=<object>,\n)", ""),
        ("Failing test case: <state machine>\nstate = M()\nstate.step(number=1)", ""),
        ("Something else", ""),
    ],
)
def test_the_line_holds_what_is_drawn_and_nothing_else(note: str, line: str) -> None:
    assert example_line(told_example([note]), {"a"}) == line


def test_every_machine_draws_the_same_examples() -> None:
    fixed = settings.get_profile("fixed")
    assert (fixed.derandomize, fixed.database, fixed.deadline) == (True, None, None)
    assert settings.get_profile("explore").derandomize is False
    assert settings.default is not None
    assert settings.default.derandomize == settings.get_profile(settings.get_current_profile_name()).derandomize
