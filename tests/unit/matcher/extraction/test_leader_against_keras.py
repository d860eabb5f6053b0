"""The network gives what pyfing's own Keras model gives. Runs where Keras with a backend is installed."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.extraction.leader import LeaderExtractor, load_leader
from matcher.extraction.leader_network import build_network
from matcher.extraction.leader_weights import read_weights
from matcher.images.decoding import decode_image
from matcher.templates.confidence import confidence
from matcher.types import ByteArray, Image, MinutiaKind
from tests.places import GOLDEN

REASON = "needs Keras with a backend, OpenCV and pyfing; the stored fixture in test_leader.py stands in elsewhere"
STORED = GOLDEN / "leader_ridges.npz"

# pyfing.Minutia: x, y, direction, type, quality
Minutiae = list[tuple[int, int, float, str, float]]


@pytest.fixture(scope="module")
def original() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("keras", reason=REASON, exc_type=ImportError)
        module = pytest.importorskip("pyfing.minutiae_end_to_end", reason=REASON, exc_type=ImportError)
        return module.Leader(module.LeaderParameters(minutia_quality_threshold=0.2))


@pytest.fixture(scope="module")
def extractor() -> LeaderExtractor:
    return load_leader()


def synthetic(name: str) -> ByteArray:
    rng = np.random.default_rng(3)
    ridges: ByteArray = np.load(STORED)["image"]
    pictures: dict[str, ByteArray] = {
        "noise": rng.integers(0, 256, (97, 130), dtype=np.uint8),
        "ridges": ridges,
        "odd size": np.ascontiguousarray(ridges[3:-20, 11:-6]),
        "pale": (200 + ridges / 8).astype(np.uint8),
        "blank": np.full((64, 64), 255, dtype=np.uint8),
    }
    return pictures[name]


def compare(extractor: LeaderExtractor, original: Any, image: Image) -> int:
    """Check every map of the network and every minutia; return how many minutiae there are."""
    theirs: Minutiae = original.run(image.pixels, dpi=500)
    ours = extractor.extract(image)
    expected = {(x, y): (angle, kind, quality) for x, y, angle, kind, quality in theirs if quality >= 0.2001}
    found = {(int(ours.x[i]), int(ours.y[i])): i for i in range(len(ours))}
    assert expected.keys() <= found.keys()
    quality_found = confidence(ours)
    assert all(quality_found[i] < 0.2002 for point, i in found.items() if point not in expected)
    for point, (angle, kind, quality) in expected.items():
        index = found[point]
        assert abs(np.angle(np.exp(1j * (ours.angle[index] - angle)))) < 1e-3
        assert quality_found[index] == pytest.approx(quality, abs=1e-3)
        assert ours.kind[index] == (MinutiaKind.ENDING if kind == "E" else MinutiaKind.BIFURCATION)
    return len(ours)


@pytest.mark.parametrize("name", ["noise", "ridges", "odd size", "pale", "blank"])
def test_synthetic_images(name: str, extractor: LeaderExtractor, original: Any) -> None:
    count = compare(extractor, original, Image(synthetic(name), 500.0))
    assert count >= 8 or name in {"noise", "blank"}


@pytest.mark.parametrize("name", ["noise", "ridges", "pale", "blank"])
def test_all_maps(name: str, original: Any) -> None:
    pixels = synthetic(name)
    height, width = (side // 32 * 32 for side in pixels.shape)
    pixels = pixels[:height, :width]
    theirs = np.asarray(original.model(pixels[None, :, :, None], training=False))[0]
    network = build_network(read_weights().layers, threads=1)
    maps = network.dense(pixels)
    rows, columns = (grid.ravel() for grid in np.mgrid[0:height, 0:width])
    direction, kind = network.at(maps.features, rows, columns)
    np.testing.assert_allclose(maps.position, theirs[..., 0], atol=1e-3)
    np.testing.assert_allclose(kind.reshape(height, width), theirs[..., 2], atol=1e-3)
    np.testing.assert_allclose(maps.quality, theirs[..., 3], atol=1e-3)
    unit = np.exp(1j * theirs[..., 1]).ravel()
    length = np.hypot(direction[0], direction[1])
    ours = (direction[0] + 1j * direction[1]) / length
    certain = length > 0.05  # the angle of a vanishing vector is undetermined
    assert certain.any()
    np.testing.assert_allclose(ours[certain], unit[certain], atol=1e-3)


@pytest.mark.parametrize("name", ["101_1", "104_5", "110_8"])
def test_real_prints(name: str, real_data: Path, extractor: LeaderExtractor, original: Any) -> None:
    data = (real_data / "fvc2002" / "DB1_B" / f"{name}.tif").read_bytes()
    assert compare(extractor, original, decode_image(data, resolution_ppi=500)) > 20
