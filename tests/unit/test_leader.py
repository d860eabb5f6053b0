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

from matcher.errors import ExtractorUnavailableError
from matcher.extraction import leader, leader_weights
from matcher.extraction.leader import MAX_MINUTIAE, LeaderExtractor, load_leader, pad, read_sealed, write_sealed
from matcher.extraction.leader_graph import build_leader
from matcher.extraction.leader_weights import locate_weights, read_layers, read_weights
from matcher.types import ByteArray, FloatArray, Image, MinutiaKind, Template

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "leader_ridges.npz"


@pytest.fixture(scope="module")
def extractor(tmp_path_factory: pytest.TempPathFactory) -> LeaderExtractor:
    return load_leader(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def ridges() -> ByteArray:
    image: ByteArray = np.load(GOLDEN)["image"]
    return image


def points(template: Template) -> FloatArray:
    return np.stack([template.x, template.y], axis=1)


def test_maps_equal_the_stored_answers_of_keras(extractor: LeaderExtractor) -> None:
    golden = np.load(GOLDEN)
    position, direction, kind, quality = (m.reshape(*m.shape[:-2], -1) for m in extractor.maps(golden["image"]))
    at, expected = golden["indices"], golden["maps"]
    np.testing.assert_allclose(position[at], expected[:, 0], atol=1e-3)
    np.testing.assert_allclose(kind[at], expected[:, 2], atol=1e-3)
    np.testing.assert_allclose(quality[at], expected[:, 3], atol=1e-3)
    cosine, sine = direction[:, at]
    certain = np.hypot(cosine, sine) > 0.05
    ours, theirs = np.arctan2(sine, cosine)[certain], expected[certain, 1]
    np.testing.assert_allclose(np.exp(1j * ours), np.exp(1j * theirs), atol=1e-3)
    assert certain.sum() > 100
    assert (expected[:, 3] > 0.2).sum() >= 8


def test_minutiae_are_the_maxima_of_quality_best_first(extractor: LeaderExtractor, ridges: ByteArray) -> None:
    golden = np.load(GOLDEN)
    kept = golden["indices"][golden["maps"][:, 3] >= 0.1]
    template = extractor.extract(Image(ridges, 500.0))
    width = ridges.shape[1]
    assert sorted(zip(template.y * width + template.x, strict=True)) == sorted(zip(kept, strict=True))
    assert (np.diff(template.quality) <= 0).all()
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
    assert template.quality[index] > 0.5
    assert np.cos(template.angle[index] - turn * np.pi / 2) > np.cos(0.4)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_blank_image_gives_an_empty_template(extractor: LeaderExtractor, grey: int) -> None:
    template = extractor.extract(Image(np.full((100, 75), grey, dtype=np.uint8), 500.0))
    assert len(template) == 0
    assert (template.height, template.width) == (100, 75)
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


class FakeSession:
    """Answers with given maps, as ONNX Runtime would."""

    def __init__(self, quality: FloatArray, kind: float = 0.9) -> None:
        self.quality = quality
        self.kind = kind

    def run(self, names: list[str], inputs: dict[str, ByteArray]) -> list[FloatArray]:
        assert names == ["position", "direction", "kind", "quality"]
        assert inputs["image"].shape == (1, 1, *self.quality.shape)
        quality = self.quality[None, None]
        direction = np.concatenate([0 * quality - 1, 0 * quality - 1], axis=1)
        return [quality, direction, 0 * quality + self.kind, quality]


def extract_fake(shape: tuple[int, int], session: Any, minimum: float = 0.2) -> Template:
    fake = LeaderExtractor(session, version="0", minimum_quality=minimum)
    return fake.extract(Image(np.zeros(shape, dtype=np.uint8), 500.0))


def test_borders_are_cut_and_the_threshold_is_inclusive() -> None:
    quality = np.zeros((64, 64), dtype=np.float32)
    quality[[9, 10, 20, 30], [12, 12, 40, 50]] = 0.9, 0.5, 0.25, 0.249  # row 9 lies in the border above
    template = extract_fake((44, 40), FakeSession(quality, kind=0.4), minimum=0.25)
    assert points(template).tolist() == [[0.0, 0.0], [28.0, 10.0]]
    assert template.quality.tolist() == [0.5, 0.25]
    assert template.kind.tolist() == [MinutiaKind.BIFURCATION] * 2
    np.testing.assert_allclose(template.angle, -3 * np.pi / 4)


def test_only_the_best_are_kept() -> None:
    quality = np.random.default_rng(0).uniform(0.3, 0.9, (32, 32)).astype(np.float32)
    template = extract_fake((32, 32), FakeSession(quality))
    assert len(template) == MAX_MINUTIAE
    assert template.quality.min() == np.sort(quality.ravel())[-MAX_MINUTIAE]


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


def test_the_network_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_leader(tmp_path)
    monkeypatch.setattr(leader, "build_leader", lambda _: pytest.fail("built again"))
    load_leader(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("damage", ["empty", "torn", "altered"])
def test_a_damaged_cache_is_rebuilt(tmp_path: Path, damage: str) -> None:
    load_leader(tmp_path)
    (cached,) = tmp_path.iterdir()
    good = cached.read_bytes()
    altered = good[:-1] + bytes([good[-1] ^ 1])
    cached.write_bytes({"empty": b"", "torn": good[: len(good) // 2], "altered": altered}[damage])
    load_leader(tmp_path)
    assert cached.read_bytes() == good


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path, ridges: ByteArray) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    assert len(load_leader(blocked / "models").extract(Image(ridges, 500.0))) >= 8


def test_sealed_files(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    assert read_sealed(path) is None
    write_sealed(path, b"model")
    assert read_sealed(path) == b"model"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_sealed(tmp_path / "taken", b"model")
    assert [entry.name for entry in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize("arguments", [{"minimum_quality": 0.0}, {"minimum_quality": 1.1}, {"threads": 0}])
def test_nonsense_parameters(tmp_path: Path, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        load_leader(tmp_path, **arguments)


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


@pytest.mark.parametrize("layer", ["stem0_conv", "enc0_2_ln", "dec1_3_conv_adj", "nms_Gaussian_blur"])
def test_a_missing_layer_is_named_as_unfit_weights(layer: str) -> None:
    layers = read_weights().layers
    del layers[layer]
    with pytest.raises(ExtractorUnavailableError, match="do not fit"):
        build_leader(layers)


def test_neither_pyfing_nor_keras_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from matcher.extraction.leader import load_leader;"
        "load_leader(pathlib.Path(sys.argv[1]));"
        "sys.exit(bool({'pyfing', 'keras', 'tensorflow', 'torch'} & sys.modules.keys()))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)


def test_a_real_print(real_data: Path, extractor: LeaderExtractor) -> None:
    from matcher.images import decode_image

    data = (real_data / "fvc2002" / "DB1_B" / "101_1.tif").read_bytes()
    template = extractor.extract(decode_image(data, resolution_ppi=500))
    assert 25 <= len(template) <= 80
    assert (np.abs(template.angle) <= np.pi).all()
