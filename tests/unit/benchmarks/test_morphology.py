"""Our morphology beside scikit-image's: where both do the same, the same comes out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.speed import morphology
from enroll_tools.synthetic import EASY, Population, write_fvc_folder

pytestmark = pytest.mark.slow


def test_both_do_every_step_and_the_errors_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(morphology, "one_thread", lambda: None)  # leave this process all its cores
    folder, out = tmp_path / "fvc" / "set", tmp_path / "deep" / "out"
    write_fvc_folder(Population(3, EASY), folder, fingers=2, impressions=2)
    assert morphology.main(["--dataset", str(folder), "--out", str(out), "--images", "2"]) == 0
    results = json.loads((out / "morphology.json").read_text())
    steps = results["steps"]
    assert set(steps) == {"thinning", "small islands", "largest piece", "holes filled", "closing", "opening"}
    assert all(row["ours_ms"] > 0 and row["skimage_ms"] > 0 for row in steps.values())
    assert steps["small islands"]["differing"] == steps["largest piece"]["differing"] == 0
    assert steps["holes filled"]["differing"] == 0
    assert 0 < steps["thinning"]["differing"] < 0.5
    assert set(results["percent"]["fvc/set"]) == {"ours", "skimage"}


def test_what_is_no_set_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert morphology.main(["--dataset", str(tmp_path / "none"), "--out", str(tmp_path)]) == 2
    assert "none" in capsys.readouterr().err
