"""Fitting the ridge extractor's quality: the logistic finds what made the labels, and the command runs on a folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.training import ridge_quality as train_ridge_quality
from benchmarks.training.ridge_quality import Candidates, area_under_curve, fit
from enroll_tools.synthetic import MEDIUM, Population, write_fvc_folder
from matcher.extraction.ridge.minutia_quality import FEATURES

pytestmark = pytest.mark.slow


def test_the_logistic_finds_what_made_the_labels() -> None:
    rng = np.random.default_rng(3)
    truth = rng.normal(size=len(FEATURES))
    made = []
    for count in (4000, 9000):
        features = rng.normal(size=(count, len(FEATURES)))
        features[:, 0] = 1
        real = (rng.uniform(size=count) < 1 / (1 + np.exp(-features @ truth))).astype(float)
        made.append(Candidates(features, real))
    assert fit(made) == pytest.approx(truth, abs=0.15)
    assert area_under_curve(made[0].features @ truth, made[0].real) > 0.8


def test_area_under_the_curve() -> None:
    real = np.array([0.0, 0, 1, 1])
    assert area_under_curve(np.array([1.0, 2, 3, 4]), real) == 1.0
    assert area_under_curve(np.array([4.0, 3, 2, 1]), real) == 0.0
    assert area_under_curve(np.array([1.0, 3, 2, 4]), real) == 0.75


@pytest.mark.long
def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_fvc_folder(Population(8, MEDIUM), tmp_path, fingers=3, impressions=2)
    assert train_ridge_quality.main(["--dataset", str(tmp_path)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert list(said["weights"]) == list(FEATURES)
    (figures,) = said["databases"].values()
    assert figures["real"] > 50
    assert figures["area_with"] > 0.8
    assert train_ridge_quality.main(["--dataset", str(tmp_path / "none")]) == 2
