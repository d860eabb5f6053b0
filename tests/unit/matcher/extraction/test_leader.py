"""The LEADER extractor against stored answers of the original, and the handling around the network."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.errors import ExtractorUnavailableError
from matcher.extraction import leader_weights
from matcher.extraction.leader import MAX_MINUTIAE, LeaderExtractor, load_leader, pad
from matcher.extraction.leader_maps import Map, empty_map
from matcher.extraction.leader_network import Answers, Dense, build_network
from matcher.extraction.leader_weights import locate_weights, read_layers, read_weights
from matcher.templates.confidence import confidence
from matcher.types import ByteArray, FloatArray, Image, MinutiaKind, Template
from tests.places import GOLDEN

STORED = GOLDEN / "leader_ridges.npz"


@pytest.fixture(scope="module")
def extractor() -> LeaderExtractor:
    return load_leader()


@pytest.fixture(scope="module")
def ridges() -> ByteArray:
    image: ByteArray = np.load(STORED)["image"]
    return image


def points(template: Template) -> FloatArray:
    return np.stack([template.x, template.y], axis=1)


def test_the_network_equals_the_stored_answers_of_keras(extractor: LeaderExtractor) -> None:
    golden = np.load(STORED)
    at, expected = golden["indices"], golden["maps"]
    network = build_network(read_weights().layers, threads=1)
    maps = network.dense(golden["image"])
    np.testing.assert_allclose(maps.position.ravel()[at], expected[:, 0], atol=1e-3)
    np.testing.assert_allclose(maps.quality.ravel()[at], expected[:, 3], atol=1e-3)
    (cosine, sine), kind = network.at(maps.features, *np.divmod(at.astype(np.intp), golden["image"].shape[1]))
    np.testing.assert_allclose(kind, expected[:, 2], atol=1e-3)
    certain = np.hypot(cosine, sine) > 0.05
    ours, theirs = np.arctan2(sine, cosine)[certain], expected[certain, 1]
    np.testing.assert_allclose(np.exp(1j * ours), np.exp(1j * theirs), atol=1e-3)
    assert certain.sum() > 100
    assert (expected[:, 3] > 0.2).sum() >= 8


def test_pixels_at_the_border_are_answered_as_the_others(ridges: ByteArray) -> None:
    network = build_network(read_weights().layers, threads=1)
    features = network.dense(ridges).features
    height, width = ridges.shape
    corners = np.array([0, 0, height - 1, height - 1]), np.array([0, width - 1, 0, width - 1])
    direction, kind = network.at(features, *corners)
    # The same pixels of a larger map of zeros, but for what is outside: only the mask tells it apart.
    wide = empty_map(len(features.planes), features.height + 32, features.width + 32)
    wide.inner[:, 16:-16, 16:-16] = features.inner
    other, _ = network.at(wide, corners[0] + 32, corners[1] + 32)
    assert direction.shape == (2, 4)
    assert kind.shape == (4,)
    assert not np.allclose(direction, other, atol=1e-4)


def test_nothing_asked_is_nothing_answered(ridges: ByteArray) -> None:
    network = build_network(read_weights().layers, threads=1)
    nowhere = np.zeros(0, dtype=np.intp)
    direction, kind = network.at(network.dense(ridges).features, nowhere, nowhere)
    assert (direction.shape, kind.shape) == ((2, 0), (0,))


def test_minutiae_are_the_maxima_of_quality_best_first(extractor: LeaderExtractor, ridges: ByteArray) -> None:
    golden = np.load(STORED)
    kept = golden["indices"][golden["maps"][:, 3] >= 0.1]
    template = extractor.extract(Image(ridges, 500.0))
    width = ridges.shape[1]
    assert sorted(zip(template.y * width + template.x, strict=True)) == sorted(zip(kept, strict=True))
    assert (np.diff(confidence(template)) <= 0).all()
    assert (template.height, template.width) == ridges.shape
    assert template.extractor == extractor.id == f"leader-{metadata.version('pyfing')}-q0.10"


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_directions_point_to_where_there_is_one_ridge_more(extractor: LeaderExtractor, turn: int) -> None:
    y, x = np.mgrid[0:160, 0:160]
    phase = 2 * np.pi / 9 * (y + 8 * np.sin(x / 50)) + np.arctan2(y - 79, x - 79)  # one ridge more on the right
    grey = 128 + 90 * np.cos(phase) + np.random.default_rng(5).normal(0, 8, phase.shape)
    image = np.rot90(np.clip(grey, 0, 255).astype(np.uint8), turn)  # counter-clockwise
    template = extractor.extract(Image(np.ascontiguousarray(image), 500.0))
    distance = np.hypot(template.x - 79.5, template.y - 79.5)
    index = distance.argmin()
    assert distance[index] < 8
    assert confidence(template)[index] > 0.5
    assert np.cos(template.angle[index] - turn * np.pi / 2) > np.cos(0.4)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_blank_image_gives_an_empty_template(extractor: LeaderExtractor, grey: int) -> None:
    template = extractor.extract(Image(np.full((100, 75), grey, dtype=np.uint8), 500.0))
    assert len(template) == 0
    assert (template.height, template.width) == (100, 75)
    assert template.quality is not None
    assert template.x.dtype == template.y.dtype == template.angle.dtype == template.quality.dtype == np.float32
    assert template.kind.dtype == np.uint8


def test_positions_are_at_500_dpi_whatever_the_resolution(extractor: LeaderExtractor, ridges: ByteArray) -> None:
    doubled = np.repeat(np.repeat(ridges, 2, axis=0), 2, axis=1)
    plain, fine = extractor.extract(Image(ridges, 500.0)), extractor.extract(Image(doubled, 1000.0))
    assert (fine.height, fine.width) == ridges.shape
    np.testing.assert_array_equal(points(fine), points(plain))


def test_extraction_is_thread_safe(extractor: LeaderExtractor, ridges: ByteArray) -> None:
    images = [Image(np.roll(ridges, 16 * shift, axis=1), 500.0) for shift in range(6)]
    alone = [extractor.extract(image) for image in images]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(extractor.extract, images))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(points(one), points(other))


def test_threads_share_the_rows_of_one_picture(ridges: ByteArray) -> None:
    layers = read_weights().layers
    alone, shared = build_network(layers, threads=1).dense(ridges), build_network(layers, threads=3).dense(ridges)
    np.testing.assert_array_equal(shared.position, alone.position)
    np.testing.assert_array_equal(shared.features.inner, alone.features.inner)


def test_a_picture_leaves_nothing_to_the_next(ridges: ByteArray) -> None:
    layers = read_weights().layers
    used, fresh = build_network(layers, threads=1), build_network(layers, threads=1)
    for pixels in (255 - ridges, ridges[:32], np.ascontiguousarray(ridges.T)):
        used.dense(pixels)
    np.testing.assert_array_equal(used.dense(ridges).quality, fresh.dense(ridges).quality)


class FakeNetwork:
    """Answers with a given map of quality."""

    def __init__(self, quality: FloatArray, kind: float = 0.9) -> None:
        self.quality = quality
        self.kind = kind

    def dense(self, pixels: ByteArray) -> Dense:
        assert pixels.shape == self.quality.shape
        return Dense(self.quality, self.quality, Map(self.quality[None], pixels.shape[0], pixels.shape[1], 0))

    def at(self, features: Map, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Answers:
        assert (features.planes[0, rows, columns] > 0).all()
        ones = np.ones(len(rows), np.float32)
        return Answers(np.stack([-ones, -ones]), ones * self.kind)


def extract_fake(shape: tuple[int, int], network: Any, minimum: float = 0.2) -> Template:
    fake = LeaderExtractor(network, version="0", minimum_quality=minimum)
    return fake.extract(Image(np.zeros(shape, dtype=np.uint8), 500.0))


def test_borders_are_cut_and_the_threshold_is_inclusive() -> None:
    quality = np.zeros((64, 64), dtype=np.float32)
    quality[[9, 10, 20, 30], [12, 12, 40, 50]] = 0.9, 0.5, 0.25, 0.249  # row 9 lies in the border above
    template = extract_fake((44, 40), FakeNetwork(quality, kind=0.4), minimum=0.25)
    assert points(template).tolist() == [[0.0, 0.0], [28.0, 10.0]]
    assert confidence(template).tolist() == [0.5, 0.25]
    assert template.kind.tolist() == [MinutiaKind.BIFURCATION] * 2
    np.testing.assert_allclose(template.angle, -3 * np.pi / 4)


def test_only_the_best_are_kept() -> None:
    quality = np.zeros((128, 128), np.float32)
    quality[::4, ::4] = np.random.default_rng(0).uniform(0.3, 0.9, (32, 32))
    template = extract_fake((128, 128), FakeNetwork(quality))
    assert len(template) == MAX_MINUTIAE
    assert confidence(template).min() == np.sort(quality.ravel())[-MAX_MINUTIAE]


def test_what_lies_closer_than_ridges_is_one_minutia() -> None:
    quality = np.zeros((32, 32), np.float32)
    quality[10:13, 10:13] = [[0.3, 0.4, 0.3], [0.4, 0.6, 0.9], [0.3, 0.4, 0.3]]
    template = extract_fake((32, 32), FakeNetwork(quality))
    assert points(template).tolist() == [[12.0, 11.0]]


@given(height=st.integers(1, 100), width=st.integers(1, 100))
def test_padding(height: int, width: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width), dtype=np.uint8)
    padded, left, top = pad(pixels)
    assert padded.shape == tuple((side + 31) // 32 * 32 for side in pixels.shape)
    np.testing.assert_array_equal(padded[top : top + height, left : left + width], pixels)
    border = np.ones(padded.shape, dtype=bool)
    border[top : top + height, left : left + width] = False
    assert (padded[border] == pixels[0, 0]).all()
    assert 0 <= padded.shape[0] - height - 2 * top <= 1
    assert 0 <= padded.shape[1] - width - 2 * left <= 1


@pytest.mark.parametrize("arguments", [{"minimum_quality": 0.0}, {"minimum_quality": 1.1}, {"threads": 0}])
def test_nonsense_parameters(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        load_leader(**arguments)


def test_package_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader_weights, "DISTRIBUTION", "no-such-package-of-weights")
    with pytest.raises(ExtractorUnavailableError, match="not installed"):
        locate_weights()


def test_package_without_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader_weights, "WEIGHTS_FILE", "pyfing/models/nothing.h5")
    with pytest.raises(ExtractorUnavailableError, match=r"nothing\.h5"):
        locate_weights()


def test_unreadable_weights(tmp_path: Path) -> None:
    path = tmp_path / "weights.h5"
    path.write_bytes(b"not HDF5")
    with pytest.raises(ExtractorUnavailableError):
        read_layers(path)


@pytest.mark.parametrize("layer", ["stem0_conv", "enc0_2_ln", "dec1_3_conv_adj", "head_2_ln"])
def test_a_missing_layer_is_named_as_unfit_weights(layer: str) -> None:
    layers = read_weights().layers
    del layers[layer]
    with pytest.raises(ExtractorUnavailableError, match="do not fit"):
        build_network(layers, threads=1)


def test_neither_pyfing_nor_keras_is_imported() -> None:
    code = (
        "import sys; from matcher.extraction.leader import load_leader; load_leader();"
        "sys.exit(bool({'pyfing', 'keras', 'tensorflow', 'torch'} & sys.modules.keys()))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_real_print(real_data: Path, extractor: LeaderExtractor) -> None:
    from matcher.images.decoding import decode_image

    data = (real_data / "fvc2002" / "DB1_B" / "101_1.tif").read_bytes()
    template = extractor.extract(decode_image(data, resolution_ppi=500))
    assert 25 <= len(template) <= 80
    assert (np.abs(template.angle) <= np.pi).all()


def resident() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmRSS"))


def test_what_a_large_image_took_is_given_back() -> None:
    """It was kept: 900 MB for a megapixel, for each worker, as long as the process lived."""
    network = build_network(read_weights().layers, threads=1)
    small = np.zeros((384, 320), np.uint8)
    network.dense(small)
    before = resident()
    for _ in range(2):
        network.dense(np.zeros((992, 992), np.uint8))
    network.dense(small)
    assert resident() - before < 200.0
