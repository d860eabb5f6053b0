"""Every case of attack, in small; ``make attack`` does them in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attack.case import Case
from tests.attack.cases.host import two_servers
from tests.attack.cases.load import memory
from tests.attack.every_case import CASES
from tests.attack.seen import key_of
from tests.attack.stage import Stage

ELSEWHERE = {memory.CASE: "tests/e2e/test_memory.py", two_servers.CASE: "tests/e2e/test_two_servers.py"}
"""Where a test shows most of it sooner."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "case", [pytest.param(case, id=key_of(case), marks=[pytest.mark.long] * (case in ELSEWHERE)) for case in CASES]
)
def test_it_holds(case: Case, tmp_path: Path) -> None:
    outcome = case.run(Stage(tmp_path, full=False))
    assert outcome.held, outcome.now
