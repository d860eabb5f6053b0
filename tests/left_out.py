"""Says at the end of a run which tests were left out as slow or long: a run of some must not look like one of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

MARKS = ("slow", "long")

_LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Count those that are marked so by file."""
    for item in items:
        # Whoever asks for tests by name knows which.
        if any(item.get_closest_marker(mark) and f"not {mark}" in item.config.getoption("markexpr") for mark in MARKS):
            item.config.stash.setdefault(_LEFT_OUT, Counter())[item.nodeid.partition("::")[0]] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the files; ``make test`` runs them."""
    left_out = terminalreporter.config.stash.get(_LEFT_OUT, Counter())
    if left_out:
        terminalreporter.section(f"left out: {left_out.total()} slow or long tests, which make test runs")
        for file, count in sorted(left_out.items()):
            terminalreporter.line(f"{count:4} {file}")
