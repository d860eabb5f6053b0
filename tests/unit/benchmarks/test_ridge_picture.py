"""The pictures of docs/ridge-extractor.md are those that its command draws, and the page shows all of them."""

from __future__ import annotations

import re

import cv2
import numpy as np

from benchmarks.ridge_picture import PICTURES, draw_stages
from tests.places import DOCS


def test_every_stage_is_drawn_as_it_is_committed() -> None:
    drawn = draw_stages()
    assert set(drawn) == {name for name, _ in PICTURES.values()}
    for name, picture in drawn.items():
        committed = cv2.imread(str(DOCS / "pictures" / f"ridge_{name}.jpg"))
        assert committed is not None, name
        assert committed.shape == picture.shape, name
        difference = np.abs(committed.astype(np.float64) - picture)
        assert difference.mean() < 12, name  # JPEG; another processor may round a pixel of a line otherwise
        assert picture.std() > 10, name


def test_the_page_shows_every_stage() -> None:
    page = (DOCS / "ridge-extractor.md").read_text(encoding="utf-8")
    shown = re.findall(r"\(pictures/ridge_(\w+)\.jpg\)", page)
    assert sorted(shown) == sorted(name for name, _ in PICTURES.values())
