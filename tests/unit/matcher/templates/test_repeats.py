"""Minutiae that repeat others: found as a plain loop finds them, the best kept, and no true minutia lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.formats.records import read_record, view_to_template
from matcher.templates.repeats import REACH, TURN, repeats, without_repeats
from matcher.types import Template
from tests.prints import finger


def plainly(template: Template) -> NDArray[np.bool_]:
    """The same by growing each group from its best minutia until nothing more hangs on it."""
    quality = np.zeros(len(template)) if template.quality is None else template.quality
    left = list(np.argsort(-quality, kind="stable"))
    repeated = np.zeros(len(template), np.bool_)
    while left:
        group = [left.pop(0)]
        for member in group:
            near = [other for other in left if hang_together(template, member, other)]
            group += near
            left = [other for other in left if other not in near]
            repeated[near] = True
    return repeated


def hang_together(template: Template, i: int, j: int) -> bool:
    apart = np.hypot(float(template.x[i]) - float(template.x[j]), float(template.y[i]) - float(template.y[j]))
    turned = abs((float(template.angle[i]) - float(template.angle[j]) + np.pi) % (2 * np.pi) - np.pi)
    return bool(apart <= REACH and turned <= TURN)


def crowded(seed: int, *, reported: bool = True) -> Template:
    """Minutiae as no finger has them: many groups of repeats, and chains of them."""
    random = np.random.default_rng(seed)
    count = int(random.integers(0, 80))
    x, y = random.uniform(0, 40, (2, count)).astype(np.float32)
    angle = random.choice([-np.pi, -3.1, 0.0, 0.3, 3.1], count).astype(np.float32)
    quality = random.choice([0.2, 0.5, 0.9], count).astype(np.float32)
    kind = random.integers(0, 3, count).astype(np.uint8)
    return Template(x, y, angle, kind, quality if reported else None, 40, 40, "made")


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("reported", [True, False])
def test_the_loop_finds_what_its_plain_twin_finds(seed: int, reported: bool) -> None:
    template = crowded(seed, reported=reported)
    found = repeats(template.x, template.y, template.angle, template.quality)
    assert found.tolist() == plainly(template).tolist()


@pytest.mark.parametrize("seed", range(20))
def test_what_is_kept_repeats_nothing_and_keeps_its_order(seed: int) -> None:
    template = crowded(seed)
    kept = without_repeats(template)
    assert without_repeats(kept) is kept
    places = [template.x.tolist().index(x) for x in kept.x.tolist()]
    assert places == sorted(places)
    assert kept.angle.tolist() == template.angle[places].tolist()
    assert kept.kind.tolist() == template.kind[places].tolist()


def test_the_best_stands_for_all_and_the_first_of_equals() -> None:
    three = replace(
        finger(1, 3),
        x=np.array([10, 12, 11], np.float32),
        y=np.array([10, 10, 12], np.float32),
        angle=np.zeros(3, np.float32),
        quality=np.array([0.5, 0.8, 0.8], np.float32),
    )
    assert without_repeats(three).x.tolist() == [12]
    assert without_repeats(replace(three, quality=None)).x.tolist() == [10]


@pytest.mark.parametrize(
    ("shift", "turn", "count"),
    [((3.5, 0), 0, 1), ((2.4, 2.4), 0.3, 1), ((3.6, 0), 0, 2), ((0, 0), 0.38, 1), ((0, 0), 0.41, 2), ((0, 0), 3.1, 2)],
)
def test_only_what_is_nearer_than_ridges_and_of_one_direction_repeats(
    shift: tuple[float, float], turn: float, count: int
) -> None:
    pair = replace(
        finger(1, 2),
        x=np.array([50, 50 + shift[0]], np.float32),
        y=np.array([50, 50 + shift[1]], np.float32),
        angle=np.array([3.0, 3.0 + turn - 2 * np.pi], np.float32),  # across the half turn
    )
    assert len(without_repeats(pair)) == count


def test_a_finger_is_left_as_it_is() -> None:
    template = finger(3)
    assert without_repeats(template) is template


def test_real_records_lose_next_to_nothing(real_data: Path) -> None:
    """480 records of a commercial extractor: 5 minutiae of 16 758, in 5 records."""
    lost = []
    for file in sorted(real_data.glob("fvc200?/DB?_B/*.iso")):
        record = read_record(file.read_bytes())
        missing = len(record.views[0]) - len(view_to_template(record))
        assert bool(record.warnings) == bool(missing), file.name
        lost.append(missing)
    assert max(lost) <= 1
    assert sum(lost) <= 0.0005 * 35 * len(lost)
