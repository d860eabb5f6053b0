"""The forest: trees by hand, and files that are none of NIST's."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.errors import QualityModelUnavailableError
from matcher.quality.nfiq2 import forest
from matcher.quality.nfiq2.forest import MODEL, Forest, load_forest, read_forest
from matcher.quality.nfiq2.score import nfiq2_score
from matcher.types import Image, Template

# Two trees: "a <= 1, then b <= 0.5", and a leaf alone.
ARRAYS: dict[str, Any] = {
    "feature_names": np.array(["a", "b"]),
    "tree_off": np.array([0, 5]),
    "var": np.array([0, 1, -1, -1, -1, -1], np.int16),
    "thr": np.array([1, 0.5, 0, 0, 0, 0], np.float32),
    "left": np.array([1, 2, -1, -1, -1, -1]),
    "right": np.array([4, 3, -1, -1, -1, -1]),
    "value": np.array([0, 0, 1, 0, 0, 1], np.float32),
    "model_hash": np.array(MODEL),
}


def written(folder: Path, **changed: Any) -> Path:
    path = folder / "forest.npz"
    np.savez(path, **{name: value for name, value in {**ARRAYS, **changed}.items() if value is not None})
    return path


def test_trees_vote(tmp_path: Path) -> None:
    trees = read_forest(written(tmp_path))
    assert trees.score({"a": 1.0, "b": 0.5}) == 100
    assert trees.score({"a": 1.0, "b": 0.6}) == 50
    assert trees.score({"a": 1.1, "b": 0.5}) == 50
    with pytest.raises(KeyError):
        trees.score({"a": 1.0})


def test_another_forest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QualityModelUnavailableError, match="another forest"):
        read_forest(written(tmp_path, model_hash=np.array("0" * 32)))
    with pytest.raises(QualityModelUnavailableError, match="no file"):
        read_forest(written(tmp_path, thr=None))


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 and no more", b"text"])
def test_what_is_no_forest_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "forest.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(QualityModelUnavailableError, match="no file"):
        read_forest(path)


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forest, "DISTRIBUTION", "a-package-that-nobody-made")
    with pytest.raises(QualityModelUnavailableError, match="pip install"):
        load_forest()


def test_the_forest_is_looked_for_in_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Installed:
        def locate_file(self, name: str) -> Path:
            assert name == forest.FOREST_FILE
            return written(tmp_path)

    monkeypatch.setattr(metadata, "distribution", lambda _name: Installed())
    assert load_forest().names == ("a", "b")


def test_a_score_is_of_the_image_at_500_dpi() -> None:
    """A forest that asks for the mean grey level and the minutiae."""
    y, x = np.mgrid[:640, :576]
    pixels = np.rint(127 + 100 * np.cos(2 * np.pi * (x + 0.2 * y) / 18)).astype(np.uint8)
    none, three = np.zeros(0, np.float32), np.array([50, 60, 70], np.float32)
    template = Template(
        x=three, y=three, angle=three, kind=np.ones(3, np.uint8), quality=None, width=288, height=320, extractor="test"
    )
    trees = Forest(
        names=("FingerJetFX_MinutiaeCount",),
        root=np.array([0]),
        measure=np.array([0, -1, -1]),
        threshold=np.array([2.5, 0, 0], np.float32),
        left=np.array([1, -1, -1]),
        right=np.array([2, -1, -1]),
        vote=np.array([0, 0, 1], np.float32),
    )
    assert nfiq2_score(Image(pixels, 1000.0), template, trees) == 100
    fewer = Template(
        x=none, y=none, angle=none, kind=np.ones(0, np.uint8), quality=None, width=288, height=320, extractor="test"
    )
    assert nfiq2_score(Image(pixels, 1000.0), fewer, trees) == 0
