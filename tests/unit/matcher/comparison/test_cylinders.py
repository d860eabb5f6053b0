"""Cylinders bit by bit against the plain formulas, also where their minutiae have no hull worth the name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher._lanes import LANES
from matcher.comparison._cylinder_kernels import valid_cylinders
from matcher.comparison.cylinders import circle, validity
from matcher.comparison.params import default_params
from matcher.comparison.prepared import prepare
from matcher.comparison.prints import CELL_WORDS, COUNT_BITS, WORDS, Cylinders
from matcher.types import Template
from tests import local_reference, prints

SHAPE = default_params().cylinders


def bits(words: np.ndarray) -> np.ndarray:
    return np.unpackbits(np.ascontiguousarray(words).view(np.uint8), bitorder="little").astype(bool)


def read(of: Cylinders, row: int) -> dict[tuple[int, int], list[bool]]:
    """Return the valid cells of one cylinder with their bits, as the plain reference has them."""
    own = of.words[row // LANES, :, row % LANES]
    valid = bits(own[WORDS + COUNT_BITS * CELL_WORDS :])
    every = bits(own[:WORDS])[: of.cells * SHAPE.directions].reshape(of.cells, SHAPE.directions)
    counts = [bits(own[WORDS + n * CELL_WORDS : WORDS + (n + 1) * CELL_WORDS])[: of.cells] for n in range(COUNT_BITS)]
    assert (sum(count.astype(int) << n for n, count in enumerate(counts)) == every.sum(axis=1)).all()
    assert not every[~valid[: of.cells]].any()
    assert not valid[of.cells :].any()
    grid = circle(SHAPE).grid
    cells = {(i, j): grid[i, j] for i in range(len(grid)) for j in range(len(grid)) if grid[i, j] < of.cells}
    return {place: every[cell].tolist() for place, cell in cells.items() if valid[cell]}


def made(template: Template) -> dict[int, dict[tuple[int, int], list[bool]]]:
    of = prepare(template).cylinders
    return {int(minutia): read(of, row) for row, minutia in enumerate(of.minutia)}


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), minutiae=st.integers(2, 30))
def test_they_are_those_of_the_plain_formulas(seed: int, minutiae: int) -> None:
    template = prints.finger(seed, minutiae)
    assert made(template) == local_reference.cylinders(template)


@pytest.mark.parametrize("places", [[(100, 100)] * 2, [(100, 100), (130, 120)], [(100, 100), (120, 110), (140, 120)]])
def test_a_point_and_a_line_have_ground_around_them_alone(
    places: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cylinders with so little ground never count: asked for here with constants of their own."""
    x, y = np.array(places, np.float64).T
    angle = np.linspace(0, 2, len(places))
    template = prints.template(x, y, angle, np.ones(len(places)))
    hull = np.array(sorted({places[0], places[-1]}), float)
    little = replace(SHAPE, least_valid=0.005)
    monkeypatch.setattr(local_reference, "C", little)
    expected = local_reference.cylinders(template)
    assert len(expected) == len(places)
    pose = np.stack([template.x, template.y, template.angle]).astype(np.float64)
    minutia, words = valid_cylinders(pose[0], pose[1], pose[2], circle(little), hull, validity(little))
    of = Cylinders(minutia, pose.T[minutia], words, len(circle(little).centres))
    assert {int(minutia): read(of, row) for row, minutia in enumerate(of.minutia)} == expected
