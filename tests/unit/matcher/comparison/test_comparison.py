"""The comparator against its plain twin, and what must hold whatever the fingers are."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.comparison.compare import Comparison, compare, inverse
from matcher.comparison.local._local_kernels import greedy_pairs, largest_first
from matcher.comparison.local._similarity_kernels import STEPS
from matcher.comparison.prepared import prepare
from matcher.errors import TemplateInvalidError
from matcher.formats.iso19794_2.conversion import view_to_template
from matcher.formats.records import read_record
from matcher.templates.confidence import confidence
from matcher.types import Template
from tests import growth_reference, prints


def compared(a: Template, b: Template) -> Comparison:
    return compare(prepare(a), prepare(b))


def reordered(template: Template, order: np.ndarray) -> Template:
    columns = ("x", "y", "angle", "kind", "quality")
    return replace(template, **{name: getattr(template, name)[order] for name in columns})


def with_kinds(template: Template, seed: int) -> Template:
    kinds = np.random.default_rng(seed).integers(0, 3, len(template))
    return replace(template, kind=kinds.astype(np.uint8))


def turned(template: Template, turn: float, dx: float, dy: float) -> Template:
    """Turn about the middle of the frame, counter-clockwise, then move; the frame grows to hold what leaves it."""
    cx, cy = template.width / 2, template.height / 2
    x, y = template.x - cx, template.y - cy
    grown = 600
    return replace(
        template,
        x=(np.cos(turn) * x + np.sin(turn) * y + cx + dx + grown / 2).astype(np.float32),
        y=(np.cos(turn) * y - np.sin(turn) * x + cy + dy + grown / 2).astype(np.float32),
        angle=np.angle(np.exp(1j * (template.angle + turn))).astype(np.float32),
        width=template.width + grown,
        height=template.height + grown,
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("minutiae", [4, 9, pytest.param(22, marks=pytest.mark.slow)])
def test_equals_the_plain_reference(seed: int, minutiae: int) -> None:
    finger = with_kinds(prints.finger(seed, minutiae), seed)
    for print_ in (prints.impression(finger, seed + 50), prints.finger(seed + 100, minutiae + 3)):
        other = with_kinds(print_, seed + 1)
        expected, pairs = growth_reference.score(finger, other)
        found = compared(finger, other)
        assert found.score == pytest.approx(expected, abs=1e-4)
        assert [tuple(pair) for pair in found.pairs.tolist()] == pairs


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_equals_the_plain_reference_without_reported_qualities(seed: int) -> None:
    finger = replace(prints.finger(seed, 18), quality=None)
    for other in (prints.impression(finger, seed + 50), prints.finger(seed + 100, 20)):
        assert compared(finger, other).score == pytest.approx(growth_reference.score(finger, other)[0], abs=1e-4)


def with_one_more(template: Template, x: float, y: float, angle: float) -> Template:
    return replace(
        template,
        x=np.append(template.x, np.float32(x)),
        y=np.append(template.y, np.float32(y)),
        angle=np.append(template.angle, np.float32(angle)),
        kind=np.append(template.kind, np.uint8(1)),
        quality=np.append(confidence(template), 0.9).astype(np.float32),
    )


@given(seed=st.integers(0, 2**32 - 1))
def test_a_true_pair_that_gains_minutiae_gains_score(seed: int) -> None:
    a = prints.finger(seed, 24)
    b = turned(a, 0.3, 10.0, -7.0)
    more = np.random.default_rng(seed).uniform((60, 60, -3), (240, 340, 3), (6, 3))
    scores = [compared(a, b).score]
    for x, y, angle in more:
        a = with_one_more(a, x, y, angle)
        b = turned(a, 0.3, 10.0, -7.0)
        scores.append(compared(a, b).score)
    assert scores[-1] > scores[0] + 6
    # One more may squeeze a cylinder's part of the score, by less than its own evidence is worth in the end.
    assert all(later > earlier - 3 for earlier, later in pairwise(scores))


def test_strangers_are_dismissed_before_they_are_laid_over_each_other_and_mates_are_not() -> None:
    fingers = [prints.finger(seed) for seed in range(12)]
    others = [compared(a, b) for i, a in enumerate(fingers) for b in fingers[:i]]
    assert sum(not found.contributions for found in others) > len(others) / 10
    assert all(compared(f, prints.impression(f, 7)).contributions for f in fingers)


def test_surest_minutiae_that_are_not_on_both_dismiss_nobody() -> None:
    """What agrees may be of middling quality: a look at the surest cylinders alone lost such mates."""
    finger = prints.finger(5)
    left, right = finger.x < np.median(finger.x), finger.x >= np.median(finger.x)
    one, other = (replace(finger, quality=np.where(sure, 1.0, 0.4).astype(np.float32)) for sure in (left, right))
    assert compared(one, other).contributions


def test_qualities_that_are_reported_count_even_where_they_are_alike() -> None:
    sure = [replace(prints.finger(seed), quality=np.ones(36, np.float32)) for seed in range(12)]
    found = [compared(a, b).contributions for i, a in enumerate(sure) for b in sure[:i]]
    assert not any("unreported qualities" in contributions for contributions in found)


def test_mated_prints_score_far_above_others() -> None:
    fingers = [prints.finger(seed) for seed in range(8)]
    mated = [compared(f, prints.impression(f, 70 + i)).score for i, f in enumerate(fingers)]
    others = [compared(a, b).score for i, a in enumerate(fingers) for b in fingers[:i]]
    assert min(mated) > max(others)


def test_a_print_compared_with_itself_pairs_every_minutia_with_itself() -> None:
    found = compared(prints.finger(3), prints.finger(3))
    assert found.score > 100
    assert len(found.pairs) == len(prints.finger(3))
    assert (found.pairs[:, 0] == found.pairs[:, 1]).all()


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), turn=st.floats(-np.pi, np.pi), dx=st.floats(-90, 90), dy=st.floats(-90, 90))
def test_moving_a_print_changes_nothing(seed: int, turn: float, dx: float, dy: float) -> None:
    a = prints.finger(seed, 24)
    b = prints.impression(a, seed + 1)
    still, moved = compared(a, b).score, compared(a, turned(b, turn, dx, dy)).score
    # Nothing but the evidence of the turn itself, at most 5, and bits within rounding of their threshold.
    assert moved == pytest.approx(still, rel=0.1, abs=6)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_minutiae_changes_nothing(seed: int) -> None:
    a = prints.finger(seed, 24)
    b = prints.impression(a, seed + 1)
    order = np.random.default_rng(seed).permutation(len(b))
    first, second = compared(a, b), compared(a, reordered(b, order))
    assert second.score == pytest.approx(first.score, rel=0.02, abs=0.5)  # equal similarities may be paired otherwise


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), mated=st.booleans(), more=st.integers(0, 2))
def test_both_orders_of_a_pair_have_one_result(seed: int, mated: bool, more: int) -> None:
    a = prints.finger(seed, 24)
    b = prints.impression(a, seed + 1) if mated else prints.finger(seed + 1, 24 + more)
    there, back = compared(a, b), compared(b, a)
    assert (there.score, there.contributions) == (back.score, back.contributions)
    assert there.pairs.tolist() == back.pairs[:, ::-1].tolist()
    if there.movement is not None:
        assert there.over is not None
        assert back.movement is not None
        assert back.back is not None
        assert there.over.tolist() == back.back.tolist()
        assert inverse(there.movement) == pytest.approx(back.movement)


@pytest.fixture(scope="module")
def real_templates(real_data: Path) -> list[Template]:
    folders = (real_data / "fvc2002" / "DB1_B", real_data / "fvc2002" / "DB3_B")
    files = [file for folder in folders for file in sorted(folder.glob("10[1-3]_[1-3].iso"))]
    return [view_to_template(read_record(file.read_bytes())) for file in files]


@settings(max_examples=150)
@given(data=st.data(), turn=st.sampled_from([0.0, 0.4, np.pi]))
def test_both_orders_of_real_prints_have_one_score_to_the_last_digit(
    real_templates: list[Template], data: st.DataObject, turn: float
) -> None:
    a, b = (data.draw(st.sampled_from(real_templates)) for _ in range(2))
    b = turned(b, turn, 3.0, -5.0)
    there, back = compared(a, b), compared(b, a)
    assert (there.score, there.contributions) == (back.score, back.contributions)
    assert there.pairs.tolist() == back.pairs[:, ::-1].tolist()


def test_a_real_print_upside_down_is_as_much_the_same(real_templates: list[Template]) -> None:
    mates = list(zip(real_templates[::3], real_templates[1::3], strict=True))
    upright = [compared(a, b).score for a, b in mates]
    upside_down = [compared(a, turned(b, np.pi, 0.0, 0.0)).score for a, b in mates]
    assert min(upright) > 30
    assert upside_down == pytest.approx(upright, abs=4.0)


def slipped(template: Template, slip: float, turn: float) -> Template:
    """Let the right half of a finger slip against the left: nowhere is the skin stretched by more than two fifths."""

    def moved(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        share = np.clip((x - 150) / (4 * slip) + 0.5, 0, 1)
        share = (1 - np.cos(np.pi * share)) / 2
        u, v = x - 250, y - 200
        return (
            x + share * (np.cos(turn) * u + np.sin(turn) * v - u),
            y + share * (np.cos(turn) * v - np.sin(turn) * u - v + slip),
        )

    x, y, angle = (column.astype(np.float64) for column in (template.x, template.y, template.angle))
    (u, v), (p, q) = moved(x, y), moved(x + np.cos(angle), y - np.sin(angle))
    direction = np.arctan2(v - q, p - u)
    return replace(
        template,
        x=(u + 300).astype(np.float32),
        y=(v + 300).astype(np.float32),
        angle=direction.astype(np.float32),
        width=template.width + 600,
        height=template.height + 600,
    )


def test_a_twisted_print_is_followed_over_its_bend() -> None:
    flat = [prints.finger(seed) for seed in range(6)]
    found = [compared(f, slipped(f, 45.0, 0.2)) for f in flat]
    assert all(f.contributions["elastic"] < 0 for f in found)
    assert sum((f.pairs[:, 0] == f.pairs[:, 1]).sum() for f in found) > 0.85 * sum(map(len, flat))


@pytest.mark.parametrize("minutiae", [0, 1, 2])
def test_too_little_to_compare_scores_zero(minutiae: int) -> None:
    tiny = reordered(prints.finger(1), np.arange(minutiae))
    found = compared(tiny, prints.finger(1))
    assert (found.score, found.pairs.shape) == (0.0, (0, 2))


def test_minutiae_on_one_line_or_on_one_spot_are_compared_without_failing() -> None:
    whole = prints.finger(2, 12)
    line = replace(whole, y=np.full_like(whole.y, 200.0))
    spot = replace(line, x=np.full_like(line.x, 100.0))
    assert compared(line, whole).score >= 0
    assert compared(spot, spot).score >= 0


def test_an_incoherent_template_is_refused() -> None:
    finger = prints.finger(4)
    with pytest.raises(TemplateInvalidError, match="'x'"):
        prepare(replace(finger, x=finger.x + np.float32(np.nan)))


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_greedy_takes_the_best_that_is_left_and_may_be_turned_so(n: int, m: int, most: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.integers(0, 5, (n, m)).astype(np.float32)
    steps_a, steps_b, turns = random.integers(0, STEPS, n), random.integers(0, STEPS, m), random.random(STEPS) < 0.7
    left = np.where(turns[(steps_b - steps_a[:, None]) % STEPS], values, 0)
    expected: list[list[int]] = []
    while len(expected) < most and left.size and left.max() > 0:
        i, j = np.unravel_index(np.argmax(left), left.shape)
        expected.append([int(i), int(j)])
        left[i, :] = -1
        left[:, j] = -1
    assert greedy_pairs(values, steps_a, steps_b, turns, most).tolist() == expected


def test_largest_come_first_and_the_first_of_equals_first() -> None:
    assert largest_first(np.array([1.0, 3.0, 2.0, 3.0]), 3).tolist() == [1, 3, 2]
    assert largest_first(np.array([1.0, 3.0]), 9).tolist() == [1, 0]
