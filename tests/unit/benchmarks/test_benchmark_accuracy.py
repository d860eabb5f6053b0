"""The accuracy and identification benchmarks on a folder of synthetic prints, and on folders they must refuse."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from benchmarks.measures.error_rates import error_rates
from benchmarks.verification import __main__ as accuracy
from enroll_tools.datasets import open_dataset
from enroll_tools.synthetic.prints.fvc_folder import write_fvc_folder
from enroll_tools.synthetic.prints.params import EASY
from enroll_tools.synthetic.prints.population import Population
from matcher.comparison.calibration import default_calibration
from matcher.extraction.leader import load_leader
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.images.decoding import decode_image
from matcher.types import FingerPosition

pytestmark = pytest.mark.slow

NAMES = [f"{finger}_{impression}" for finger in (1, 2) for impression in (1, 2, 5)]


@pytest.fixture(scope="module")
def prints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two fingers; of each the impressions 1, 2 and 5, with ISO records of our own beside the images."""
    folder = tmp_path_factory.mktemp("fvc")
    write_fvc_folder(Population(11, EASY), folder, fingers=2, impressions=3)
    for finger in (1, 2):
        (folder / f"{finger}_3.png").rename(folder / f"{finger}_5.png")
    extractor = load_leader()
    for sample in open_dataset(folder):
        template = extractor.extract(decode_image(sample.path.read_bytes()))
        sample.iso_path.write_bytes(write_record(template_to_record(template, FingerPosition.UNKNOWN)))
    return folder


@pytest.fixture
def copied(prints: Path, tmp_path: Path) -> Path:
    """Return a copy to spoil."""
    return shutil.copytree(prints, tmp_path / "copy")


def run(folder: Path, out: Path, *more: str) -> tuple[list[dict[str, str]], dict[str, object]]:
    assert accuracy.main(["--dataset", str(folder), "--out", str(out), *more]) == 0
    with (out / "scores.csv").open(newline="") as file:
        assert file.readline().strip() == "a,b,genuine,score"
        file.seek(0)
        rows = list(csv.DictReader(file))
    return rows, json.loads((out / "metrics.json").read_text())


@pytest.mark.parametrize("extractor", ["leader", "iso"])
def test_every_pair_is_scored_and_the_metrics_are_those_of_the_scores(
    prints: Path, tmp_path: Path, extractor: str
) -> None:
    rows, metrics = run(prints, tmp_path / "deep" / "out", "--extractor", extractor)
    assert [(r["a"], r["b"]) for r in rows] == list(combinations(NAMES, 2))
    assert [r["genuine"] for r in rows] == [str(int(a[0] == b[0])) for a, b in combinations(NAMES, 2)]
    genuine, impostor = ([float(r["score"]) for r in rows if r["genuine"] == g] for g in "10")
    assert min(genuine) > 30 > max(impostor)
    rates = error_rates(genuine, impostor)
    assert metrics["percent"] == {
        name: pytest.approx(getattr(rates, name)) for name in ("eer", "fmr100", "fmr1000", "fmr10000", "zero_fmr")
    }
    assert (metrics["genuine_pairs"], metrics["impostor_pairs"], metrics["failures_to_extract"]) == (6, 9, 0)
    assert str(metrics["extractor"]).startswith({"leader": "leader-", "iso": "iso19794-2"}[extractor])


def test_an_impression_without_template_scores_0_and_is_counted(copied: Path, tmp_path: Path) -> None:
    (copied / "1_2.png").write_bytes(b"not an image")
    PIL.Image.new("L", (200, 200), 255).save(copied / "2_5.png", dpi=(500, 500))
    rows, metrics = run(copied, tmp_path / "out")
    failed = [float(r["score"]) for r in rows if {"1_2", "2_5"} & {r["a"], r["b"]}]
    assert failed == [0.0] * 9
    assert len(rows) == 15
    assert metrics["failures_to_extract"] == 2
    minutiae = metrics["minutiae"]
    assert isinstance(minutiae, dict)
    assert minutiae["q1"] < minutiae["median"]


def test_scores_are_the_levels_of_the_raw_scores(prints: Path, tmp_path: Path) -> None:
    raw, metrics = run(prints, tmp_path / "raw", "--extractor", "iso", "--raw")
    levels, _ = run(prints, tmp_path / "levels", "--extractor", "iso")
    calibration = default_calibration()
    scores = [float(r["score"]) for r in raw]
    found = np.array([float(r["score"]) for r in levels])
    assert (found >= calibration.levels(scores, 0.0, 1.0) - 1e-3).all()
    assert (found <= calibration.levels(scores, 1e3, -1.0) + 1e-3).all()
    assert found.max() > 50
    assert metrics["calibration"] is None


def test_json_goes_to_standard_output_alone(prints: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, metrics = run(prints, tmp_path, "--extractor", "iso", "--json")
    assert json.loads(capsys.readouterr().out) == metrics


def refusal(
    arguments: list[str], capsys: pytest.CaptureFixture[str], main: Callable[[list[str]], int] = accuracy.main
) -> str:
    assert main(arguments) == 2
    return " ".join(capsys.readouterr().err.split())


def test_a_missing_record_is_named_and_nothing_is_written(
    copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied / "2_1.iso").unlink()
    arguments = ["--dataset", str(copied), "--out", str(tmp_path / "out"), "--extractor", "iso"]
    assert "2_1.iso" in refusal(arguments, capsys)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("kept", "reason"),
    [
        ([], "nothing usable"),
        (["1_1", "1_2", "1_5"], "no impostor pair"),
        (["1_1", "2_1"], "no genuine pair"),
        (["1_1"], "no impostor pair"),
    ],
)
def test_a_folder_without_both_kinds_of_pairs_is_refused(
    prints: Path, tmp_path: Path, kept: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "few"
    folder.mkdir()
    for name in kept:
        shutil.copy(prints / f"{name}.png", folder)
    assert reason in refusal(["--dataset", str(folder), "--out", str(tmp_path / "out")], capsys)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--dataset", str(tmp_path / "none"), "--out", str(tmp_path / "out")]
    assert "does not exist" in refusal(arguments, capsys)
