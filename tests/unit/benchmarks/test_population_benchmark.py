"""Holding synthetic templates against real ones: the same look the same, others do not, and a finger is one finger."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import numpy as np
import pytest

from benchmarks.population.measuring import measure
from benchmarks.population.statistics import TemplateStatistics, statistics
from benchmarks.population.strangers import RealPrint, real_pairs, survival
from enroll_tools.synthetic import TemplatePopulation
from matcher.comparison.prepared import prepare
from matcher.types import Template

pytestmark = pytest.mark.slow

POPULATION = TemplatePopulation(21)


def named(seed: int, count: int = 150) -> list[tuple[object, Template]]:
    return list(enumerate(TemplatePopulation(seed).batch(0, count)))


def turned_at_random(template: Template) -> Template:
    rng = np.random.default_rng(0)
    return replace(template, angle=rng.uniform(-np.pi, np.pi, len(template)).astype(np.float32))


@pytest.fixture(scope="module")
def figures() -> TemplateStatistics:
    return statistics([named(1)])


def test_equal_templates_do_not_differ(figures: TemplateStatistics) -> None:
    assert set(figures.differences(statistics([named(1)])).values()) == {0.0}


def test_shares_add_up_to_one(figures: TemplateStatistics) -> None:
    for name in ("distances", "turns", "bearings", "strangers", "company"):
        assert getattr(figures, name).sum(axis=-1) == pytest.approx(1)
    assert {f.name for f in fields(figures)} == set(figures.differences(figures))


def test_another_sample_differs_less_than_another_kind(figures: TemplateStatistics) -> None:
    sample = figures.differences(statistics([named(2)]))
    random = figures.differences(statistics([[(n, turned_at_random(t)) for n, t in named(1)]]))
    for name in ("turns", "bearings", "company", "flow", "strangers"):
        assert sample[name] < random[name] / 2
    for name in ("count", "area", "nearest", "distances", "quality"):
        assert sample[name] < 0.1
        assert random[name] == 0


def prints(finger_of_both: int = 2) -> list[RealPrint]:
    """Return two databases of three fingers with two impressions each; one finger is in both."""
    numbers = {"a": (0, 1, finger_of_both), "b": (finger_of_both, 3, 4)}
    impressions = [POPULATION.batch(0, 5, k) for k in (0, 1)]
    return [
        RealPrint(database, str(place), prepare(of_all[number]))
        for database, fingers in numbers.items()
        for place, number in enumerate(fingers)
        for of_all in impressions
    ]


def test_a_finger_in_two_databases_is_no_stranger() -> None:
    pairs = real_pairs(prints())
    assert pairs.twice == (("b 0", "a 2"),)
    every, of_one_finger, of_the_same = 12 * 11 // 2, 6, 4
    assert len(pairs.scores) == every - of_one_finger - of_the_same
    assert pairs.together.sum() == 2 * (3 * 4)
    assert pairs.scores.max() < 40


def test_survival_counts_what_reaches_a_threshold() -> None:
    assert survival(np.array([0.0, 5.0, 10.0, 20.0]), (5.0, 20.0, 30.0)) == [0.75, 0.25, 0.0]


def test_the_report_is_json_and_says_how_much_it_rests_on() -> None:
    report = json.loads(json.dumps(measure(prints(), POPULATION, 12)))
    assert report["model"] == POPULATION.model.id
    assert report["strangers"]["pairs"] == {"one_database": 24, "two_databases": 32, "synthetic": 144}
    assert report["index"]["probes"] == 12
    alone = measure([p for p in prints() if p.database == "a"], POPULATION, 4)
    assert alone["strangers"]["pairs"] == {"one_database": 12, "synthetic": 24}
    # The strangers are the very fingers of the prints: they are found.
    assert report["strangers"]["highest"]["synthetic"] > 100
    assert report["index"]["evidence"]["synthetic"][-1] > report["index"]["evidence"]["real"][-1]
