"""Every case of attack, in small; ``make attack`` does them in full.

Marked ``long`` is that of which another test shows most.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attack.case import Case
from tests.attack.cases.guessing import hill_climber
from tests.attack.cases.host import audit_checks, full_disk, two_servers
from tests.attack.cases.load import memory, overload
from tests.attack.every_case import CASES
from tests.attack.seen import key_of
from tests.attack.stage import Stage

ELSEWHERE = {
    hill_climber.UNLIMITED: "tests/attack/cases/guessing/telling.py",
    hill_climber.LIMITED: "tests/unit/idverify/services/test_attempt_limits.py",
    memory.CASE: "tests/e2e/test_memory.py",
    overload.CASE: "tests/e2e/test_load.py",
    two_servers.CASE: "tests/e2e/test_two_servers.py",
    full_disk.CASE: "tests/e2e/test_full_disk.py",
    audit_checks.CASE: "tests/e2e/test_audit_checks.py",
}
"""Where a test shows most of it sooner."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "case", [pytest.param(case, id=key_of(case), marks=[pytest.mark.long] * (case in ELSEWHERE)) for case in CASES]
)
def test_it_holds(case: Case, tmp_path: Path) -> None:
    outcome = case.run(Stage(tmp_path, full=False))
    assert outcome.held, outcome.now
