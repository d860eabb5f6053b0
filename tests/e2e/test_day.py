"""The day, in small, as ``make day`` runs it: real processes, real sources, an oracle that reads every answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def day(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "enroll_tools.day", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)


def test_a_small_day_is_as_the_oracle_has_it(tmp_path: Path) -> None:
    size = ("--citizens", "17", "--procedures", "5", "--visits", "15")
    result = day("--out", str(tmp_path), *size, "--extractor", "ridge", "--p99-seconds", "0", "--json")
    assert result.returncode == 0, result.stdout + result.stderr
    figures = json.loads(result.stdout)
    assert figures == json.loads((tmp_path / "day.json").read_text())
    assert figures["passed"]
    assert figures["papers_saved"] == figures["papers_due"] > 0
    assert not list(tmp_path.glob("day-*"))  # nothing of the population is left behind


def test_a_day_that_is_too_small_is_wrong_usage(tmp_path: Path) -> None:
    result = day("--out", str(tmp_path), "--visits", "3")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
