"""The quality benchmark: its curves and measures against plain slow ones, and the command on real prints."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.quality import __main__ as command
from benchmarks.quality.__main__ import main
from benchmarks.quality.discard import (
    SHARES,
    MatedPairs,
    discard_curve,
    mean_up_to,
    rank_correlation,
    resampled_means,
    usefulness,
)
from benchmarks.quality.ridge_features import BLOCK, ridge_features
from matcher.quality.nfiq2.forest import Forest
from matcher.quality.nfiq2.score import NFIQ2_ALGORITHM
from matcher.quality.score import QUALITY_ALGORITHM
from matcher.types import ByteArray

pytestmark = pytest.mark.slow

Floats = NDArray[np.float64]


def slow_curve(
    quality: Sequence[float], pairs: Sequence[tuple[int, int]], missed: Sequence[bool], times: Sequence[int]
) -> list[float]:
    """Try every quality as the least that is kept, and take the last that does not discard too many."""
    curve = []
    for share in SHARES:
        kept = min(quality)
        for least in sorted(set(quality)):
            gone = sum(t for q, t in zip(quality, times, strict=True) if q < least)
            if gone <= share * sum(times) + 1e-9:
                kept = least
        left = [(m, times[a]) for (a, b), m in zip(pairs, missed, strict=True) if min(quality[a], quality[b]) >= kept]
        total = sum(t for _, t in left)
        curve.append(sum(t for m, t in left if m) / total if total else 0.0)
    return curve


@st.composite
def judged(draw: st.DrawFn) -> tuple[list[float], list[tuple[int, int]], list[bool], list[int]]:
    samples = draw(st.integers(2, 25))
    one = st.integers(0, samples - 1)
    quality = draw(st.lists(st.integers(0, 12).map(float), min_size=samples, max_size=samples))
    pairs = draw(st.lists(st.tuples(one, one), min_size=1, max_size=40))
    missed = draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs)))
    times = draw(st.lists(st.integers(0, 3), min_size=samples, max_size=samples).filter(any))
    return quality, pairs, missed, times


@given(case=judged())
def test_curve_as_by_trying_every_quality(
    case: tuple[list[float], list[tuple[int, int]], list[bool], list[int]],
) -> None:
    quality, pairs, missed, times = case
    arrays = np.array(quality), np.array(pairs), np.array(missed)
    ones = [1] * len(quality)
    assert discard_curve(*arrays).tolist() == pytest.approx(slow_curve(quality, pairs, missed, ones))
    assert discard_curve(*arrays, np.array(times)).tolist() == pytest.approx(slow_curve(quality, pairs, missed, times))


def test_curve_by_hand() -> None:
    """Of ten samples the worst takes one of two errors with it, the next the other."""
    quality = np.arange(10.0)
    pair = np.array([(0, 9), (1, 8), (2, 7), (3, 6)])
    curve = discard_curve(quality, pair, np.array([True, True, False, False]))
    assert curve[SHARES.index(0.0)] == 0.5
    assert curve[SHARES.index(0.095)] == 0.5
    assert curve[SHARES.index(0.1)] == pytest.approx(1 / 3)
    assert curve[SHARES.index(0.2)] == 0
    assert mean_up_to(np.linspace(0, 3, len(SHARES)), 0.2) == pytest.approx(1.0)


def test_usefulness_is_the_mean_raw_score() -> None:
    pairs = MatedPairs(np.array([(0, 1), (0, 2)]), np.array([10.0, 40.0]), np.array([9.0, 9.0]), np.zeros(4, np.int64))
    assert usefulness(pairs).tolist() == [25, 10, 40, 0]


@given(values=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=30))
def test_rank_correlation_as_by_counting(values: list[tuple[int, int]]) -> None:
    def ranks(of: list[int]) -> Floats:
        return np.array([sum(v < x for v in of) + (sum(v == x for v in of) + 1) / 2 for x in of])

    a, b = ([v[side] for v in values] for side in (0, 1))
    found = rank_correlation(np.array(a, np.float64), np.array(b, np.float64))
    if len(set(a)) == 1 or len(set(b)) == 1:
        assert found == 0
    else:
        assert found == pytest.approx(float(np.corrcoef(ranks(a), ranks(b))[0, 1]), abs=1e-9)


def test_a_score_that_knows_beats_one_that_does_not_under_all_draws() -> None:
    rng = np.random.default_rng(3)
    finger = np.repeat(np.arange(20), 4)
    pair = np.array([(4 * f + i, 4 * f + j) for f in range(20) for i in range(4) for j in range(i + 1, 4)])
    worth = rng.normal(0, 1, len(finger))
    worse = worth[pair].min(axis=1)
    pairs = MatedPairs(pair, worse, worse, finger)
    means = resampled_means([worth, rng.permutation(worth)], pairs, -1.0, draws=40, seed=1)
    assert (means[:, 0] < means[:, 1]).all()
    again = resampled_means([worth], pairs, -1.0, draws=40, seed=1)
    assert (again[:, 0] == means[:, 0]).all()


def slow_measures(pixels: ByteArray) -> tuple[float, float, float, float, float]:
    """The five measures, block by block and pixel by pixel."""
    grey = pixels.astype(float)
    rows, columns = grey.shape[0] // BLOCK, grey.shape[1] // BLOCK
    down, right = np.gradient(grey)
    cells = [(r, c) for r in range(rows) for c in range(columns)]
    across, each = {}, {}
    for r, c in cells:
        place = np.s_[r * BLOCK : (r + 1) * BLOCK, c * BLOCK : (c + 1) * BLOCK]
        gradient = np.stack([right[place].ravel(), down[place].ravel()])
        smaller, larger = np.linalg.eigvalsh(gradient @ gradient.T)
        x, y = np.linalg.eigh(gradient @ gradient.T)[1][:, 1]
        across[r, c] = math.atan2(y, x)
        each[r, c] = [1 - smaller / max(larger, 1e-9)]
    held = [(r, c) for r, c in cells if grey[r * BLOCK : (r + 1) * BLOCK, c * BLOCK : (c + 1) * BLOCK].std() > 8]
    for r, c in held:
        angle = across[r, c]
        window = np.zeros((16, 32), np.float32)
        for j in range(16):
            for i in range(32):
                over, along = i - 15.5, j - 7.5
                x = c * BLOCK + 15.5 + math.cos(angle) * over - math.sin(angle) * along
                y = r * BLOCK + 15.5 + math.sin(angle) * over + math.cos(angle) * along
                at = np.array([[x]], np.float32), np.array([[y]], np.float32)
                window[j, i] = cv2.remap(
                    grey.astype(np.float32), *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
                )[0, 0]
        profile = window.mean(axis=0, dtype=float)
        waves = [abs(sum(profile * np.exp(-2j * np.pi * k * np.arange(32) / 32))) for k in range(17)]
        best = max(range(2, 9), key=lambda k: waves[k])
        share = (waves[best] + 0.3 * (waves[best - 1] + waves[best + 1])) / sum(waves[1:])
        line = np.polyval(np.polyfit(np.arange(32), profile, 1), np.arange(32))
        ridge = [i for i in range(32) if profile[i] < line[i]]
        valley = [i for i in range(32) if profile[i] >= line[i]]
        bright = np.mean([window[j, i] >= line[i] for i in ridge for j in range(16)])
        dark = np.mean([window[j, i] < line[i] for i in valley for j in range(16)])
        turns = []
        for other in ((r + a, c + b) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b):
            if other in held:
                turn = abs(math.degrees(across[other] - angle)) % 180
                turns.append(min(turn, 180 - turn))
        mean = sum(turns) / max(1, len(turns))
        each[r, c] += [share, 1 - (bright + dark) / 2, 1 - min(1, max(0, (mean - 4) / 86))]
    means = [float(np.mean([each[cell][k] for cell in held])) for k in range(4)]
    return means[0], means[1], means[2], means[3], len(held) * (BLOCK / 500 * 25.4) ** 2


def ridges(noise: float) -> ByteArray:
    """Curved ridges of period 9 on half of a picture, with noise over them."""
    y, x = np.mgrid[0:140, 0:170]
    wave = 128 + 90 * np.cos(2 * np.pi * np.hypot(x - 60, y - 200) / 9)
    rng = np.random.default_rng(0)
    return np.where(x < 110, np.clip(wave + rng.normal(0, noise, wave.shape), 0, 255), 255).astype(np.uint8)


@pytest.mark.parametrize("noise", [0.0, 40.0, 120.0])
def test_measures_as_by_plain_loops(noise: float) -> None:
    found = ridge_features(ridges(noise))
    expected = slow_measures(ridges(noise))
    assert (found.certainty, found.frequency, found.clarity, found.flow, found.area) == pytest.approx(
        expected, abs=2e-3
    )


def test_measures_fall_with_noise() -> None:
    clean, noisy = ridge_features(ridges(5)), ridge_features(ridges(120))
    assert clean.certainty > noisy.certainty + 0.1
    assert clean.frequency > noisy.frequency + 0.03
    assert clean.clarity > noisy.clarity + 0.1
    assert ridge_features(np.full((100, 100), 255, np.uint8)).area == 0
    assert ridge_features(np.zeros((20, 20), np.uint8)).area == 0


def test_a_folder_without_prints_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("no print")
    assert main(["--dataset", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()


FEW_MINUTIAE = Forest(
    names=("FingerJetFX_MinutiaeCount",),
    root=np.array([0]),
    measure=np.array([0, -1, -1]),
    threshold=np.array([30, 0, 0], np.float32),
    left=np.array([1, -1, -1]),
    right=np.array([2, -1, -1]),
    vote=np.array([0, 0, 1], np.float32),
)


def test_the_command_on_real_prints(real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two small databases of two fingers each; the page says what the JSON says."""
    monkeypatch.setattr(command, "installed_forest", lambda: FEW_MINUTIAE)
    arguments: list[str] = []
    for name in ("DB1_B", "DB3_B"):
        (tmp_path / name).mkdir()
        for finger in ("101", "105"):
            for impression in (1, 2, 3):
                source = real_data / "fvc2002" / name / f"{finger}_{impression}.tif"
                (tmp_path / name / source.name).symlink_to(source)
        arguments += ["--dataset", f"{tmp_path / name}:500"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    figures = json.loads((tmp_path / "out" / "quality.json").read_text())
    assert (figures["samples"], figures["mated_pairs"], figures["non_mated_pairs"]) == (12, 12, 18)
    scores = figures["scores"]
    assert next(iter(scores)) == QUALITY_ALGORITHM
    assert list(scores)[-1] == "usefulness itself"
    assert NFIQ2_ALGORITHM in scores
    assert scores["usefulness itself"]["rank_correlation"] == pytest.approx(1)
    assert sum(band["pairs"] for band in figures["bands"]) == 12
    for entry in scores.values():
        assert all(len(curve) == len(figures["shares"]) for curve in entry["fnmr_percent"].values())
    page = (tmp_path / "out" / "quality.html").read_text()
    assert page.count("<svg") == len(figures["thresholds"])
    assert all(name in page for name in scores)
