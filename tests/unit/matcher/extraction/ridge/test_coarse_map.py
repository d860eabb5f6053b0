"""The coarse map says of squares what the stages say of cells."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.extraction.ridge.coarse_map import coarse_map
from matcher.extraction.ridge.extractor import RidgeExtractor
from matcher.extraction.ridge.fields import Flow, flow
from matcher.extraction.ridge.orientation import OrientationField
from matcher.extraction.ridge.singular_points import SingularPoints
from matcher.templates.ridge_map import (
    grid_shape,
    orientations,
    own_ridges,
    periods,
    require_sound_ridges,
)
from matcher.types import TEMPLATE_RESOLUTION_PPI, ByteArray, Image

NOWHERE = np.zeros((0, 2), np.float32)


def waves(width: int, height: int, angle: float, period: float) -> ByteArray:
    """Return ridges that run at an angle, counter-clockwise from +x."""
    y, x = np.mgrid[0:height, 0:width]
    phase = (np.sin(angle) * x + np.cos(angle) * y) * (2 * np.pi / period)
    return np.asarray(128 + 90 * np.cos(phase), np.uint8)


def flow_of(
    doubled: NDArray[np.float64], mask: NDArray[np.float64], points: SingularPoints, coherence: float = 1.0
) -> Flow:
    """Return what the stages might find: a doubled orientation on cells, and a period of 9 pixels."""
    cosine, sine = (part.astype(np.float32) for part in (np.cos(doubled), np.sin(doubled)))
    whole = np.full(doubled.shape, np.float32(coherence))
    field = OrientationField(cosine, sine, whole)
    image = np.zeros((8 * doubled.shape[0], 8 * doubled.shape[1]), np.float32)
    return Flow(image, mask.astype(np.float32), field, np.full_like(whole, 9), whole, whole, points)


@pytest.mark.parametrize(("angle", "period"), [(0.0, 9.0), (0.7, 7.0), (2.0, 12.0)])
def test_even_ridges_are_told_as_they_run(angle: float, period: float) -> None:
    pixels = waves(205, 250, angle, period)
    found = coarse_map(flow(pixels), 205, 250)
    require_sound_ridges(found, 205, 250)
    inner = found.clear[2:-2, 2:-2]
    assert inner.shape == (7, 5)
    assert inner.min() == 3
    off = orientations(found.orientation[2:-2, 2:-2]) - angle
    assert np.abs(np.sin(off)).max() < 0.08
    assert np.abs(np.log(periods(found.period[1:-1, 1:-1]) / period)).max() < 0.08
    assert len(found.singular) == 0


def test_what_is_no_finger_shows_no_ridges() -> None:
    found = coarse_map(flow(np.full((100, 60), 200, np.uint8)), 60, 100)
    assert found.clear.shape == grid_shape(60, 100)
    assert found.clear.sum() + found.orientation.sum() + found.period.sum() == 0


def test_half_a_finger_is_seen_as_half() -> None:
    mask = np.zeros((12, 12))
    mask[:, :6] = 1
    found = coarse_map(flow_of(np.zeros((12, 12)), mask, SingularPoints(NOWHERE, NOWHERE)), 96, 96)
    assert found.clear.tolist() == [[3, 3, 0, 0]] * 4
    doubtful = flow_of(np.zeros((12, 12)), mask, SingularPoints(NOWHERE, NOWHERE), coherence=0.4)
    assert coarse_map(doubtful, 96, 96).clear.tolist() == [[1, 1, 0, 0]] * 4


@pytest.mark.parametrize("direction", [0.0, 1.2, -1.6])
@pytest.mark.parametrize("kind", [0, 1])
def test_a_singular_point_has_place_and_direction(kind: int, direction: float) -> None:
    y, x = np.mgrid[0:24, 0:24] * 8 + 3.5
    around = np.arctan2(100 - y, x - 90)
    doubled = (1 - 2 * kind) * around + direction
    place = np.array([[90, 100]], np.float32)
    points = SingularPoints(place, NOWHERE) if kind == 0 else SingularPoints(NOWHERE, place)
    found = coarse_map(flow_of(doubled, np.ones((24, 24)), points), 192, 192).singular
    assert found[:, :3].tolist() == [[kind, 90, 100]]
    assert np.abs(np.angle(np.exp(1j * (found[0, 3] * (2 * np.pi / 256) - direction)))) < 0.1


def test_no_more_singular_points_are_told_than_fit() -> None:
    many = np.full((20, 2), 50, np.float32)
    found = coarse_map(flow_of(np.zeros((12, 12)), np.ones((12, 12)), SingularPoints(many, many)), 96, 96)
    assert len(found.singular) == 15
    require_sound_ridges(found, 96, 96)


def test_an_extractor_gives_every_template_a_map_of_its_own() -> None:
    template = RidgeExtractor().extract(Image(waves(120, 130, 0.4, 9.0), TEMPLATE_RESOLUTION_PPI))
    own = own_ridges(template)
    assert own is not None
    assert own.clear.shape == grid_shape(template.width, template.height)
    assert own.clear.any()
