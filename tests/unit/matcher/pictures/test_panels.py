"""The stages of extraction as pictures: each in the frame of the image, and the minutiae where they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from enroll_tools.synthetic import EASY, Population
from matcher.extraction.ridge import RidgeExtractor
from matcher.images.decoding import resample
from matcher.pictures.panels import SCALE, panels
from matcher.pictures.sheet import sheet
from matcher.pictures.stages import Inspection
from matcher.quality.score import assess
from matcher.types import ByteArray, FingerPosition, MinutiaKind, Template
from tests.prints import EMPTY


@pytest.fixture(scope="module")
def inspection() -> Inspection:
    image = Population(7, EASY).impression(0, FingerPosition.RIGHT_INDEX, 1).image
    extractor = RidgeExtractor()
    stages = extractor.fields(image)
    found = extractor.template(stages)
    return Inspection(image, resample(image), stages, found, found, assess(found), None, {})


def one_minutia(kind: MinutiaKind, quality: float) -> Template:
    column = [np.array([value], np.float32) for value in (60, 80, np.pi, quality)]
    return Template(column[0], column[1], column[2], np.array([kind], np.uint8), column[3], 300, 400, "test")


def last_panel(inspection: Inspection, template: Template) -> ByteArray:
    return panels(replace(inspection, leader=template))[-1].picture


def test_every_stage_has_the_frame_of_the_image(inspection: Inspection) -> None:
    height, width = inspection.pixels.shape
    drawn = panels(inspection)
    assert len(drawn) == len({panel.title for panel in drawn}) == 10
    assert {panel.picture.shape for panel in drawn} == {(SCALE * height, SCALE * width, 3)}
    assert sheet(drawn).shape[1] > 4 * SCALE * width


@pytest.mark.parametrize("kind", MinutiaKind)
def test_a_minutia_is_marked_where_it_is(inspection: Inspection, kind: MinutiaKind) -> None:
    empty, sure, doubtful = (
        last_panel(inspection, template) for template in (EMPTY, one_minutia(kind, 1), one_minutia(kind, 0.1))
    )
    rows, columns = np.nonzero((empty != sure).any(axis=2))
    assert abs(rows.mean() - SCALE * 80) < 3
    assert columns.max() < SCALE * 60 + 14, "nothing but the circle on the right"
    assert columns.min() < SCALE * 60 - 24, "the tick points to the left"
    assert np.abs(empty.astype(int) - sure).sum() > 2 * np.abs(empty.astype(int) - doubtful).sum()
