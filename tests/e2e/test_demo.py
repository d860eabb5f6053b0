"""The demonstration, whole, as ``make demo`` runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

pytestmark = pytest.mark.slow


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "enroll_tools.demo", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)


def check(out: Path, result: subprocess.CompletedProcess[str]) -> None:
    assert result.returncode == 0, result.stdout + result.stderr
    summary = json.loads((out / "demo.json").read_text())
    assert summary["passed"]
    assert len(summary["steps"]) == 10
    assert all(step["passed"] for step in summary["steps"])
    assert cv2.imread(str(out / "pair.png")) is not None
    assert "as expected" in result.stdout
    assert not list(out.glob("server-*"))  # nothing of the population is left behind


def test_the_demo_with_prints_of_its_own(tmp_path: Path) -> None:
    check(tmp_path, demo("--out", str(tmp_path)))


@pytest.mark.long
def test_the_demo_on_real_prints(real_data: Path, tmp_path: Path) -> None:
    check(tmp_path, demo("--out", str(tmp_path), "--dataset", str(real_data / "fvc2002" / "DB1_B")))


@pytest.mark.parametrize(("dataset", "says"), [("/nowhere", "/nowhere"), (".", "101_1.tif")])
def test_a_wrong_folder_is_named(tmp_path: Path, dataset: str, says: str) -> None:
    result = demo("--out", str(tmp_path), "--dataset", dataset)
    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
