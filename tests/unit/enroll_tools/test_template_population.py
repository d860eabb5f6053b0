"""Synthetic templates: the same whatever they are made with, coherent, alike where they should be and not elsewhere."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from enroll_tools import cli
from enroll_tools.synthetic import TemplatePopulation, default_population_model
from enroll_tools.synthetic.templates import population as template_population
from enroll_tools.synthetic.templates._minutiae_kernels import ANGLE, MOST, X, Y, draw_finger
from enroll_tools.synthetic.templates._random_kernels import mixed, normal, open_stream, uniform, word
from enroll_tools.synthetic.templates._ridge_kernels import draw_field, ridge_direction
from enroll_tools.synthetic.templates.model import (
    PopulationModelInvalidError,
    read_population_model,
    write_population_model,
)
from matcher.comparison.compare import compare
from matcher.comparison.prepared import prepare
from matcher.templates import compact
from matcher.templates.columnar import TemplateColumns, require_coherent_columns
from matcher.templates.validation import require_coherent
from tests.stored_columns import read_columns

MODEL = default_population_model()


def rows(columns: TemplateColumns) -> list[tuple[object, ...]]:
    names = ("x", "y", "angle", "kind", "quality", "width", "height", "extractor")
    return [tuple(np.asarray(getattr(t, n)).tolist() for n in names) for t in columns]


def test_the_stream_is_split_mix() -> None:
    stream = np.array([1234567], np.uint64)
    known = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]
    assert [int(word(stream)) for _ in known] == known


def test_streams_of_fingers_and_branches_differ() -> None:
    seeds = np.arange(20, dtype=np.uint64)
    first = {int(word(open_stream(s, f, b))) for s in seeds for f in seeds for b in seeds[:5]}
    assert len(first) == 20 * 20 * 5
    assert mixed(np.uint64(0)) == 0


def test_draws_have_the_distributions_they_are_named_after() -> None:
    stream = open_stream(np.uint64(1), np.uint64(2), np.uint64(3))
    flat = np.array([uniform(stream, -1.0, 3.0) for _ in range(20000)])
    bell = np.array([normal(stream, 2.0) for _ in range(20000)])
    assert flat.min() >= -1
    assert flat.max() < 3
    assert np.histogram(flat, 4, (-1, 3))[0] == pytest.approx([5000] * 4, abs=250)
    assert (bell.mean(), bell.std()) == pytest.approx((0, 2), abs=0.05)
    assert (np.abs(bell) < 2).mean() == pytest.approx(0.683, abs=0.015)


def field(seed: int) -> tuple[Any, Any, Any]:
    return draw_field(open_stream(np.uint64(seed), np.uint64(0), np.uint64(0)), MODEL.finger)


def plain_direction(x: float, y: float, points: Any, bends: Any, waves: Any) -> float:
    """Say the same as the kernel, term by term as the papers have it."""
    c = MODEL.finger
    theta = 0.0
    for px, py, sign, *amplitudes in points:
        angle = np.angle(complex(x - px, py - y))
        bend = sum(
            a * np.cos(k * angle) + b * np.sin(k * angle)
            for k, (a, b) in enumerate(zip(amplitudes[::2], amplitudes[1::2], strict=True), 1)
        )
        theta += sign * (angle + bend) / 2
    arching, lean, foot, soft, hill, hill_x, hill_y = bends
    side = x / (c.width / 2) - 1
    theta -= 2 * arching * (side - lean * side**2) / (1 + np.exp((y - foot) / soft))
    across, down = (x - hill_x) / (0.22 * c.width), (y - hill_y) / (0.22 * c.height)
    theta += np.arctan(-hill * across * np.exp(-(across**2 + down**2) / 2))
    return float(theta + sum(a * np.sin(p + u * x + v * y) for a, p, u, v in waves))


def apart(a: float, b: float) -> float:
    """Return the difference of two ridge directions, which are the same half a turn on."""
    return (a - b + np.pi / 2) % np.pi - np.pi / 2


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.floats(20, 340), st.floats(5, 500))
def test_the_ridges_run_as_the_model_says(seed: int, x: float, y: float) -> None:
    parts = field(seed)
    if any(np.hypot(x - px, y - py) < 8 for px, py in parts[0][:, :2]):
        return
    size = (MODEL.finger.width, MODEL.finger.height)
    theta, splay = ridge_direction(x, y, *parts, *size)
    assert apart(theta, plain_direction(x, y, *parts)) == pytest.approx(0, abs=1e-9)
    step = 1e-4
    left = (-np.sin(theta) * step, -np.cos(theta) * step)  # a quarter turn counter-clockwise of (cos, -sin), y down
    ahead = plain_direction(x + left[0], y + left[1], *parts)
    behind = plain_direction(x - left[0], y - left[1], *parts)
    assert splay == pytest.approx(apart(ahead, behind) / (2 * step), abs=1e-5)


def test_ridges_turn_half_around_cores_and_back_around_deltas() -> None:
    size = (MODEL.finger.width, MODEL.finger.height)
    seen = set()
    for seed in range(40):
        parts = field(seed)
        seen.add(len(parts[0]))
        for px, py, sign in parts[0][:, :3]:
            circle = np.linspace(0, 2 * np.pi, 65)
            around = [ridge_direction(px + 6 * np.cos(t), py - 6 * np.sin(t), *parts, *size)[0] for t in circle]
            assert sum(apart(b, a) for a, b in pairwise(around)) == pytest.approx(sign * np.pi, abs=1e-6)
    assert seen == {0, 2, 4}


def test_ridges_make_room_for_the_minutiae_that_begin_them() -> None:
    c = MODEL.finger._replace(residual=0.0, wide_residual=0.0)
    drawn = {}
    for room in (0.0, c.room):
        drawn[room] = np.empty((MOST, 5))
        count = draw_finger(open_stream(np.uint64(3), np.uint64(4), np.uint64(0)), c._replace(room=room), drawn[room])
    before, after = (minutiae[:count] for minutiae in drawn.values())
    assert (before[:, [X, Y]] == after[:, [X, Y]]).all()
    expected = before[:, ANGLE].copy()
    for i in range(count):
        for j in range(count):
            apart_x, apart_y = before[i, [X, Y]] - before[j, [X, Y]]
            distance = np.hypot(apart_x, apart_y)
            if i != j and distance < 2.5 * c.room_reach:
                beside = -apart_x * np.sin(before[j, ANGLE]) - apart_y * np.cos(before[j, ANGLE])  # to the left
                fade = np.exp(-(distance**2) / (2 * c.room_reach**2)) / (distance**2 + c.room_core**2)
                expected[i] += c.room * c.period / (2 * np.pi) * beside * fade
    assert after[:, ANGLE] == pytest.approx(expected, abs=1e-9)
    assert np.abs(after[:, ANGLE] - before[:, ANGLE]).max() > 0.05


def test_minutiae_keep_their_distance_and_stay_on_the_finger() -> None:
    c = MODEL.finger
    for number in range(20):
        minutiae = np.empty((MOST, 5))
        count = draw_finger(open_stream(np.uint64(3), np.uint64(number), np.uint64(0)), c, minutiae)
        x, y = minutiae[:count, X], minutiae[:count, Y]
        distance = np.hypot(x[:, None] - x, y[:, None] - y)[np.triu_indices(count, 1)]
        assert 30 < count <= MOST
        assert distance.min() >= c.nearest
        largest = 1 + c.half_spread
        assert (np.hypot((x - c.width / 2) / c.half_x, (y - c.middle) / c.half_y) <= largest).all()


@given(st.integers(0, 60), st.integers(0, 25), st.integers(1, 2), st.integers(0, 3))
@settings(max_examples=30)
def test_a_finger_is_the_same_in_every_batch(first: int, count: int, threads: int, impression: int) -> None:
    population = TemplatePopulation(11)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(template_population, "FINGERS_AT_ONCE", 7)
        columns = population.batch(first, count, impression, threads)
    require_coherent_columns(columns)
    whole = population.batch(0, 90, impression)
    assert rows(columns) == rows(whole[first : first + count])


def test_seeds_fingers_and_impressions_differ() -> None:
    made = [rows(TemplatePopulation(seed).batch(0, 10, k)) for seed in (0, 1, 2**63 - 1) for k in (0, 1)]
    templates = [template for batch in made for template in batch]
    assert len({str(template) for template in templates}) == 60


def test_templates_are_coherent_and_stored_unchanged() -> None:
    columns = TemplatePopulation(4).batch(0, 100)
    for template in columns:
        require_coherent(template)
        again = compact.decode(compact.encode(template))
        for name in ("x", "y", "angle", "kind", "quality"):
            assert getattr(again, name).tolist() == getattr(template, name).tolist()
        assert again.extractor == f"synthetic-{MODEL.id}"
    assert {(s.width, s.height) for s in MODEL.sensors} == set(zip(columns.width, columns.height, strict=True))
    assert 35 < columns.counts.mean() < 65


def test_impressions_of_a_finger_match_and_those_of_others_do_not() -> None:
    population = TemplatePopulation(5)
    first, second = ([prepare(t) for t in population.batch(0, 25, k)] for k in (0, 1))
    scores = np.array([[compare(a, b).score for b in second] for a in first])
    mated = np.diag(scores)
    assert np.median(mated) > 100
    assert (mated > 50).mean() > 0.85
    assert scores[~np.eye(25, dtype=bool)].max() < 40


@pytest.mark.parametrize(("seed", "first", "count", "impression"), [(-1, 0, 1, 0), (1 << 63, 0, 1, 0)])
def test_a_seed_out_of_range_is_refused(seed: int, first: int, count: int, impression: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        TemplatePopulation(seed).batch(first, count, impression)


@pytest.mark.parametrize(("first", "count", "impression"), [(-1, 1, 0), (0, -1, 0), (0, 1, -1)])
def test_negative_numbers_are_refused(first: int, count: int, impression: int) -> None:
    with pytest.raises(ValueError, match="from 0"):
        TemplatePopulation(0).batch(first, count, impression)


def test_the_model_is_read_as_it_was_written() -> None:
    again = read_population_model(write_population_model(MODEL))
    assert again.id == MODEL.id
    assert replace(again, quality=(0.1, 0.9)).id != MODEL.id


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.update(format="idverify-population-9"), "another format"),
        (lambda m: m.pop("touch"), "cannot be read"),
        (lambda m: m["finger"].pop("density"), "cannot be read"),
        (lambda m: m["finger"].update(unknown=1), "cannot be read"),
        (lambda m: m["touch"].update(jitter="much"), "cannot be read"),
        (lambda m: m["touch"].update(jitter=float("nan")), "no finite number"),
        (lambda m: m.update(sensors=[]), "no sensor"),
        (lambda m: m.update(quality=[0.5]), "do not ascend"),
        (lambda m: m.update(quality=[0.5, 0.4]), "do not ascend"),
        (lambda m: m.update(quality=[0.5, 1.4]), "do not ascend"),
    ],
)
def test_a_damaged_model_is_refused(change: Any, message: str) -> None:
    stored = json.loads(write_population_model(MODEL))
    change(stored)
    with pytest.raises(PopulationModelInvalidError, match=message):
        read_population_model(json.dumps(stored))


@pytest.mark.parametrize("text", ["", "[]", "{", '"text"'])
def test_what_is_no_model_is_refused(text: str) -> None:
    with pytest.raises(PopulationModelInvalidError, match="cannot be read"):
        read_population_model(text)


def test_the_command_writes_a_folder_of_columns(tmp_path: Path) -> None:
    out = tmp_path / "columns"
    arguments = ["templates", "--out", str(out), "--fingers", "6", "--impressions", "2", "--seed", "9"]
    said = CliRunner().invoke(cli.build_app(), [*arguments, "--json"])
    assert said.exit_code == 0, said.output
    columns, about = read_columns(out)
    assert json.loads(said.stdout)["templates"] == len(columns) == 12
    assert about == {"model": MODEL.id, "seed": 9, "first_finger": 0, "fingers": 6, "impressions": 2}
    population = TemplatePopulation(9)
    assert rows(columns) == rows(population.batch(0, 6, 0)) + rows(population.batch(0, 6, 1))
    assert "12 templates" in CliRunner().invoke(cli.build_app(), arguments).output
    (tmp_path / "file").write_text("")
    assert CliRunner().invoke(cli.build_app(), [*arguments[:2], str(tmp_path / "file"), *arguments[3:]]).exit_code == 2
