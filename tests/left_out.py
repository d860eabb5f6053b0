"""Says at the end of a run which slow tests were left out of it: a run of some tests must not look like one of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

_LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Count the slow ones by file."""
    for item in items:
        # Whoever asks for tests by name knows which.
        if item.get_closest_marker("slow") and "slow" in item.config.getoption("markexpr"):
            item.config.stash.setdefault(_LEFT_OUT, Counter())[item.nodeid.partition("::")[0]] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the files; ``make test`` runs them."""
    left_out = terminalreporter.config.stash.get(_LEFT_OUT, Counter())
    if left_out:
        terminalreporter.section(f"left out: {left_out.total()} slow tests, which make test runs")
        for file, count in sorted(left_out.items()):
            terminalreporter.line(f"{count:4} {file}")
