"""Copies are told from touches."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from enroll_tools.synthetic.templates.population import TemplatePopulation
from matcher.comparison._alignment_kernels import rigid
from matcher.comparison.compare import compare
from matcher.comparison.copies import CopyParams, is_copy, residuals
from matcher.comparison.prepared import prepare
from matcher.types import Template

FINGERS = 30
POPULATION = TemplatePopulation(11)


@pytest.fixture(scope="module")
def touches() -> list[list[Template]]:
    """Two touches of every finger."""
    batches = [POPULATION.batch(0, FINGERS, impression) for impression in (0, 1)]
    return [[batch[finger] for batch in batches] for finger in range(FINGERS)]


def moved(template: Template, turn: float, dx: float, dy: float, jitter: float = 0.0, kept: float = 1.0) -> Template:
    """Turn about the middle, shift, shake, and leave out."""
    rng = np.random.default_rng(len(template))
    c, s = np.cos(turn), np.sin(turn)
    x, y = template.x - template.x.mean(), template.y - template.y.mean()
    shake = rng.uniform(-jitter, jitter, (2, len(template)))
    x, y = c * x + s * y + 600 + dx + shake[0], c * y - s * x + 600 + dy + shake[1]
    angle = (template.angle + turn + np.pi) % (2 * np.pi) - np.pi
    chosen = np.sort(rng.permutation(len(template))[: round(kept * len(template))])
    return replace(
        template,
        x=x.astype(np.float32)[chosen],
        y=y.astype(np.float32)[chosen],
        angle=angle.astype(np.float32)[chosen],
        kind=template.kind[chosen],
        quality=None if template.quality is None else template.quality[chosen],
        width=1200,
        height=1200,
    )


def copied(one: Template, other: Template) -> bool:
    first, second = prepare(one), prepare(other)
    return is_copy(first, second, compare(first, second))


@pytest.mark.parametrize(
    "made_over", [(0.0, 7.0, -5.0), (0.05, 2.0, 1.0), (0.3, 0.0, 0.0), (0.02, 3.0, 3.0, 1.0), (0.1, 0.0, 9.0, 0.5, 0.7)]
)
def test_a_copy_is_known_however_it_was_moved(touches: list[list[Template]], made_over: tuple[float, ...]) -> None:
    known = [copied(moved(one, *made_over), one) for one, _ in touches if len(one) >= 20]
    assert len(known) >= 20
    assert sum(known) == len(known)


def test_another_touch_and_another_finger_are_no_copies(touches: list[list[Template]]) -> None:
    assert not any(copied(one, other) for one, other in touches)
    assert not any(copied(one[0], other[0]) for one, other in itertools.pairwise(touches))


def test_a_few_pairs_say_nothing(touches: list[list[Template]]) -> None:
    one = prepare(touches[0][0])
    same = compare(one, one)
    assert is_copy(one, one, same)
    assert not is_copy(one, one, same, CopyParams(fewest_pairs=len(same.pairs) + 1))


def plain_residuals(
    a: NDArray[np.float64], b: NDArray[np.float64], pairs: NDArray[np.int64], params: CopyParams
) -> tuple[float, float, int]:
    """Do what ``residuals`` does, with whole arrays."""
    one, other = a[pairs[:, 0]], b[pairs[:, 1]]
    fitting = np.ones(len(pairs), np.bool_)
    for _ in range(4):
        used = pairs[fitting]
        turn, dx, dy = rigid(a, b, used, np.ones(len(used)))
        c, s = np.cos(turn), np.sin(turn)
        x, y = c * one[:, 0] + s * one[:, 1] + dx, c * one[:, 1] - s * one[:, 0] + dy
        distance = np.hypot(x - other[:, 0], y - other[:, 1])
        fitting = distance <= max(params.trim * float(np.median(distance)), 0.5)
    difference = one[:, 2] + turn - other[:, 2]
    turned = np.abs((difference + np.pi) % (2 * np.pi) - np.pi)
    agreeing = int(((distance <= params.reach) & (turned <= params.turn)).sum())
    return float(np.median(distance)), float((distance <= 1.0).mean()), agreeing


def test_the_compiled_loop_measures_what_whole_arrays_do(touches: list[list[Template]]) -> None:
    measured = 0
    for one, other in touches:
        for again in (other, moved(one, 0.05, 2.0, 1.0, 0.5)):
            a, b = prepare(one), prepare(again)
            found = compare(a, b)
            if len(found.pairs):
                measured += 1
                told = residuals(a.print.pose, b.print.pose, found.pairs, CopyParams())
                assert told == pytest.approx(plain_residuals(a.print.pose, b.print.pose, found.pairs, CopyParams()))
    assert measured > FINGERS
