"""The overlap that a comparison looked at."""

from __future__ import annotations

import numpy as np
import pytest

from enroll_tools.datasets import open_dataset
from enroll_tools.synthetic.prints.fvc_folder import write_fvc_folder
from enroll_tools.synthetic.prints.params import EASY
from enroll_tools.synthetic.prints.population import Population
from matcher.comparison.compare import Comparison, compare
from matcher.comparison.overlap import moved_back, moved_points, overlap
from matcher.comparison.params import default_params
from matcher.comparison.prepared import PreparedTemplate, prepare
from matcher.extraction.leader import load_leader
from matcher.images.decoding import decode_image
from matcher.types import Template


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[PreparedTemplate, PreparedTemplate]:
    folder = tmp_path_factory.mktemp("fvc")
    write_fvc_folder(Population(11, EASY), folder, fingers=1, impressions=2)
    leader = load_leader()
    first, second = (prepare(leader.extract(decode_image(sample.path.read_bytes()))) for sample in open_dataset(folder))
    return first, second


def test_what_it_calls_alone_is_what_the_score_counted_against(
    sides: tuple[PreparedTemplate, PreparedTemplate],
) -> None:
    comparison = compare(*sides)
    found = overlap(*sides, comparison)
    model = default_params().evidence
    assert comparison.missed is not None
    quality = np.concatenate([side.print.quality for side in sides])
    missed, alone = np.concatenate(comparison.missed), np.concatenate([found.alone_probe, found.alone_reference])
    assert alone.any()
    assert ((missed > 0) == alone).all()
    against = (missed * np.log(1 - model.belief * quality**model.doubt)).sum()
    assert comparison.contributions["missing"] == pytest.approx(against)
    assert not (found.alone_probe & ~found.seen_probe).any()
    assert not found.alone_probe[comparison.pairs[:, 0]].any()
    assert not found.alone_reference[comparison.pairs[:, 1]].any()


def test_a_print_over_itself_overlaps_whole(sides: tuple[PreparedTemplate, PreparedTemplate]) -> None:
    comparison = compare(sides[0], sides[0])
    found = overlap(sides[0], sides[0], comparison)
    assert comparison.movement == pytest.approx((0, 0, 0), abs=1e-6)
    sure = sides[0].print.quality >= default_params().cylinder_quality
    assert found.seen_probe[sure].all()
    assert not found.alone_probe.any()
    x, y = sides[0].print.hull.T
    shoelace = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    assert found.area == pytest.approx(shoelace / (500 / 25.4) ** 2, rel=1e-3)


def test_the_region_is_no_larger_than_either_hull_and_turns_with_the_order(
    sides: tuple[PreparedTemplate, PreparedTemplate],
) -> None:
    there, back = compare(*sides), compare(sides[1], sides[0])
    areas = overlap(*sides, there).area, overlap(sides[1], sides[0], back).area
    whole = [overlap(side, side, compare(side, side)).area for side in sides]
    assert 0 < areas[0] <= min(whole)
    assert areas[0] == pytest.approx(areas[1], rel=0.05)


def test_points_come_back() -> None:
    points = np.array([[0.0, 0.0], [10.0, -3.0], [200.5, 311.0]])
    movement = (2.5, -40.0, 12.0)
    assert moved_back(moved_points(points, movement), movement) == pytest.approx(points)
    quarter = moved_points(np.array([[1.0, 0.0]]), (np.pi / 2, 0.0, 0.0))
    assert quarter == pytest.approx(np.array([[0.0, -1.0]]))  # counter-clockwise as seen, y down


def test_nothing_laid_over_nothing_overlaps() -> None:
    empty = np.zeros(0, np.float32)
    side = prepare(Template(empty, empty, empty, np.zeros(0, np.uint8), empty, 100, 100, "test"))
    found = overlap(side, side, compare(side, side))
    assert (found.area, found.region.shape, found.seen_probe.shape) == (0.0, (0, 2), (0,))
    assert overlap(side, side, Comparison(0.0, np.zeros((0, 2), np.int64))).area == 0
