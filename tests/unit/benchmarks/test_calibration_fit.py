"""The fit of the calibration: what it finds in strangers made up to be found, and what it claims of sets left out."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from benchmarks.calibration import __main__ as command
from benchmarks.calibration.fitting import FEWEST_SETS, Fit, fit, unseen
from benchmarks.calibration.held_out import held_out
from benchmarks.calibration.one_finger import ONE_FINGER, are_one, person_of
from benchmarks.calibration.strangers import OTHER_FINGERS, Strangers, strangers
from benchmarks.calibration.tables import claims_table
from benchmarks.impressions import Impression, finger_of
from enroll_tools.datasets import DatasetSample
from matcher.comparison.calibration import read_calibration
from matcher.types import FingerPosition, Template

SCALE = 5.0  # raw score in which strangers become rarer by e


def made_up(
    name: str, alike: float, seed: int, fingers: int = 40, small: float = 0.3, one_way: float = 0.1, kind: str = ""
) -> Strangers:
    """Make strangers who reach a score s > 0 with a chance of ``alike * exp(-s / SCALE)``, three times so if small."""
    random = np.random.default_rng(seed)
    pairs = np.array([(i, j) for i in range(fingers) for j in range(i) for _ in range(16)])
    is_small, points = random.random(len(pairs)) < small, random.random(len(pairs)) < one_way
    chance = alike * np.where(is_small, 3.0, 1.0) * np.where(points, 2.0, 1.0)
    scores = np.where(random.random(len(pairs)) < chance, random.exponential(SCALE, len(pairs)), 0.0)
    return Strangers(name, kind, scores, np.where(is_small, 50.0, 200.0), np.where(points, 0.5, 0.0), pairs)


@pytest.fixture(scope="module")
def sets() -> list[Strangers]:
    return [made_up(f"set{n}", alike, n) for n, alike in enumerate((0.05, 0.06, 0.07, 0.1))]


@pytest.fixture(scope="module")
def fitted(sets: list[Strangers]) -> Fit:
    return fit(sets)


def test_what_prints_do_is_found(fitted: Fit) -> None:
    areas, ways = dict(fitted.areas), dict(fitted.ways)
    assert max(areas.values()) == pytest.approx(10 * np.log10(3), abs=0.8)
    assert max(ways.values()) == pytest.approx(10 * np.log10(2), abs=0.8)
    assert min(*areas.values(), *ways.values()) == 0


def test_what_is_claimed_is_the_worst_sets_and_a_little_more(fitted: Fit) -> None:
    calibration = fitted.calibration("test")
    for score in (10.0, 20.0, 30.0):
        true = 0.1 * np.exp(-score / SCALE)
        claimed = float(10 ** (-calibration.levels(score, 200.0, 0.0) / 10))
        assert true < claimed < 3 * true
    assert calibration.level(0.0) == 0.0
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(fitted.knots))


def test_one_more_set_is_expected_to_be_as_unlike_as_those_known_are_each_other() -> None:
    random = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        *known, one_more = np.exp(random.normal(-5.0, 0.7, 9))
        held += one_more <= unseen(known)
    assert 0.95 < held / 400 < 1  # 97.5 % of them
    assert unseen([0.01] * FEWEST_SETS) == pytest.approx(0.01)
    assert unseen([0.01, 0.05, 0.0, 0.02]) == 0.0


def test_sets_that_differ_claim_more_than_the_worst_of_them() -> None:
    alike = [made_up(f"set{n}", 0.06, n) for n in range(4)]
    unlike = [made_up(f"set{n}", rate, n) for n, rate in enumerate((0.01, 0.02, 0.04, 0.06))]
    like, differing = (float(fit(s).calibration("test").levels(25.0, 200.0, 0.0)) for s in (alike, unlike))
    assert differing < like - 3


def test_where_a_set_shows_no_such_prints_it_says_nothing_of_them(sets: list[Strangers]) -> None:
    tiny = made_up("tiny", 0.3, 9, small=1.0)
    before, after = (fit(s).calibration("test") for s in (sets, [*sets, tiny]))
    large, small = ([float(c.levels(25.0, area, 0.0)) for c in (before, after)] for area in (200.0, 50.0))
    assert large[1] == pytest.approx(large[0], abs=1.0)
    assert small[1] < small[0] - 2


def test_fewer_fingers_claim_less(sets: list[Strangers]) -> None:
    few = fit([*sets[:3], made_up("few", 0.1, 3, fingers=8)])
    rate, upper = few.alike["few"]
    many_rate, many_upper = fit(sets).alike["set3"]
    assert upper / rate > many_upper / many_rate


def test_a_bounded_tail_is_not_taken_for_an_endless_one() -> None:
    random = np.random.default_rng(2)
    pairs = np.array([(i, j) for i in range(60) for j in range(i) for _ in range(20)])
    scores = np.where(random.random(len(pairs)) < 0.2, random.uniform(0, 10, len(pairs)), 0.0)
    bounded = Strangers("bounded", "", scores, np.full(len(pairs), 200.0), np.zeros(len(pairs)), pairs)
    assert fit([bounded]).knots[-1][0] < 10.3


def test_claims_hold_on_a_set_left_out_and_do_not_where_it_is_of_another_kind(sets: list[Strangers]) -> None:
    held = {(h.name, h.claim): h for h in held_out(sets)}
    assert {name for name, _ in held} >= {"set0", "set1", "set2", "set3", "all sets"}
    for name in ("set0", "set1", "set2"):
        assert held[name, 1e-2].told
        assert held[name, 1e-2].ratio < 1.5
    wild = {(h.name, h.claim): h for h in held_out([*sets, made_up("wild", 0.9, 8, small=0.0, one_way=0.0)])}
    assert wild["wild", 1e-2].low > 1.5
    assert wild["set0", 1e-4].low <= wild["set0", 1e-4].ratio <= wild["set0", 1e-4].high


def test_strangers_of_one_set_are_left_out_together(sets: list[Strangers]) -> None:
    kin = made_up("set3", 0.9, 30, kind=OTHER_FINGERS)
    held = {(h.name, h.claim): h for h in held_out([*sets, kin])}
    assert held[f"set3, {OTHER_FINGERS}", 1e-2].ratio > 1.5  # fitted to it, it would be 1 at most


def template(seed: int) -> Template:
    random = np.random.default_rng(seed)
    x, y = random.uniform(0, 300, (2, 30)).astype(np.float32)
    angle = random.uniform(-3, 3, 30).astype(np.float32)
    return Template(x, y, angle, np.ones(30, np.uint8), np.full(30, 0.9, np.float32), 300, 300, "test")


def gathered(name: str, subjects: list[str]) -> list[Strangers]:
    samples = [DatasetSample(Path(f"{s}_{n}.png"), s, FingerPosition.UNKNOWN, n, 500) for n in (1, 2) for s in subjects]
    impressions = [Impression(s.path.stem, finger_of(s), template(k), 0.0) for k, s in enumerate(samples)]
    return strangers(name, samples, impressions, lambda: None)


def test_other_fingers_of_a_person_are_strangers_apart() -> None:
    others, own = gathered("data/fcj2020", ["1011", "1012", "1021"])
    assert (others.kind, own.kind) == ("", OTHER_FINGERS)
    assert (others.scores.size, own.scores.size) == (2 * 4, 4)
    assert [s.kind for s in gathered("other", ["1011", "1012", "1021"])] == [""]


def test_one_finger_under_two_names_is_no_stranger() -> None:
    (name, one), (_, other) = next(pair for pair in ONE_FINGER if pair[0][0] == pair[1][0])
    assert are_one(f"anywhere/{name}", f"{other}/UNKNOWN", one)
    assert not are_one("elsewhere", one, other)
    for (first, a), (second, b) in ONE_FINGER:
        assert are_one(first, a, b) is (first == second)


def test_persons_are_told_where_the_set_tells_them() -> None:
    sample = DatasetSample(Path("1011_1.png"), "1011", FingerPosition.UNKNOWN, 1, 500)
    assert person_of("data/fcj2020", sample) == "101"
    assert person_of("fvc2002/DB1_B", sample) == "1011"


def test_what_is_fitted_is_what_is_read(fitted: Fit, sets: list[Strangers]) -> None:
    stored = command.content(fitted, sets, "test")
    read, made = read_calibration(json.dumps(stored)), fitted.calibration(stored["id"])
    assert read.levels(25.0, 100.0, 0.2) == pytest.approx(made.levels(25.0, 100.0, 0.2))
    assert stored["provenance"]["impostor_pairs"]["set0"] == sets[0].scores.size


def test_what_is_no_data_set_is_refused(tmp_path: Path) -> None:
    assert command.main(["--dataset", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()


def test_the_table_says_what_was_held(sets: list[Strangers]) -> None:
    held = held_out(sets)
    rows = claims_table([h.as_json() for h in held]).splitlines()
    assert len(rows) == 2 + len({h.name for h in held})
    one = next(h for h in held if (h.name, h.claim) == ("set1", 1e-2))
    row = next(row for row in rows if row.startswith("| set1 |"))
    assert f"| {one.ratio:.2f} ({one.low:.2f} to {one.high:.2f}) |" in row
    assert f"of {one.pairs * 1e-4:.1f} |" in row
