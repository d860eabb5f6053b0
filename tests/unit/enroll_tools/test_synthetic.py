"""Synthetic prints: the same every time, minutiae known exactly, and prints to the extractor and the comparator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from enroll_tools.synthetic import (
    HARD,
    MEDIUM,
    Impression,
    Master,
    PatternClass,
    Population,
    make_impression,
    make_master,
    poor_impression,
    write_fvc_folder,
)
from matcher.comparison.calibration import default_calibration
from matcher.comparison.compare import compare
from matcher.comparison.prepared import prepare
from matcher.extraction.leader import LeaderExtractor, load_leader
from matcher.images.decoding import decode_image
from matcher.quality.score import assess_image
from matcher.types import FingerPosition, Template

pytestmark = pytest.mark.slow

FINGER = FingerPosition.RIGHT_INDEX
CLASSES = (PatternClass.ARCH, PatternClass.LEFT_LOOP, PatternClass.RIGHT_LOOP, PatternClass.WHORL)


@pytest.fixture(scope="module")
def masters() -> list[Master]:
    return [make_master(seed, pattern) for seed, pattern in enumerate(CLASSES)]


@pytest.fixture(scope="module")
def leader() -> LeaderExtractor:
    return load_leader()


@pytest.fixture(scope="module")
def impressions(masters: list[Master]) -> list[tuple[Impression, Impression]]:
    return [(make_impression(m, 10 + n), make_impression(m, 20 + n)) for n, m in enumerate(masters)]


@pytest.fixture(scope="module")
def templates(
    leader: LeaderExtractor, impressions: list[tuple[Impression, Impression]]
) -> list[tuple[Template, Template]]:
    return [(leader.extract(a.image), leader.extract(b.image)) for a, b in impressions]


def agreeing(found: Template, truth: Template) -> np.ndarray:
    """Tell for every pair of minutiae whether they are the same: at most 8 px and 0.5 rad apart."""
    distance = np.hypot(found.x[:, None] - truth.x, found.y[:, None] - truth.y)
    turn = np.abs(np.angle(np.exp(1j * (found.angle[:, None] - truth.angle))))
    return np.asarray((distance <= 8) & (turn <= 0.5))


def test_equal_seeds_give_equal_bytes(masters: list[Master]) -> None:
    again = make_master(0, CLASSES[0])
    assert np.array_equal(masters[0].pattern, again.pattern)
    first, second = make_impression(masters[0], 5), make_impression(again, 5)
    assert first.image.pixels.tobytes() == second.image.pixels.tobytes()
    assert first.truth.x.tobytes() == second.truth.x.tobytes()


def test_other_seeds_give_other_prints(masters: list[Master]) -> None:
    assert not np.array_equal(masters[0].pattern, make_master(9, CLASSES[0]).pattern)
    first, second = make_impression(masters[0], 5), make_impression(masters[0], 6)
    assert not np.array_equal(first.image.pixels, second.image.pixels)


def test_masters_have_as_many_minutiae_as_fingers_have(masters: list[Master]) -> None:
    assert all(40 <= len(master.minutiae) <= 100 for master in masters)


@given(seed=st.integers(0, 10_000))
@example(seed=101)  # a minutia outside the ellipse, whose cell of pixels begins inside
@settings(max_examples=3)
def test_minutiae_of_a_master_lie_on_the_finger(seed: int) -> None:
    master = make_master(seed)
    height, width = master.mask.shape
    across = (master.minutiae.x - (width - 1) / 2) / master.semi_axes[0]
    down = (master.minutiae.y - (height - 1) / 2) / master.semi_axes[1]
    assert (across**2 + down**2 <= 1 + 1e-6).all()


def poincare_index(orientation: NDArray[np.float64], x: float, y: float, radius: float = 8.0) -> float:
    """Return how often the ridges turn along a circle: +1/2 around a core, -1/2 around a delta, 0 elsewhere."""
    turn = np.linspace(0, 2 * np.pi, 65)
    columns = np.rint(x + radius * np.cos(turn)).astype(int)
    rows = np.rint(y - radius * np.sin(turn)).astype(int)
    steps = np.diff(orientation[rows, columns])
    steps -= np.pi * np.rint(steps / np.pi)
    return float(steps.sum() / (2 * np.pi))


def test_cores_and_deltas_are_where_the_class_puts_them(masters: list[Master]) -> None:
    for master, cores in zip(masters, (0, 1, 1, 2), strict=True):
        assert len(master.singularities.cores) == cores
        height, width = master.orientation.shape
        for x, y in master.singularities.cores:
            if 20 < x < width - 20 and 20 < y < height - 20 and cores == 1:
                assert poincare_index(master.orientation, x, y) == pytest.approx(0.5, abs=0.01)


def test_every_default_print_has_25_to_80_minutiae(templates: list[tuple[Template, Template]]) -> None:
    assert all(25 <= len(template) <= 80 for pair in templates for template in pair)


def test_the_extractor_finds_the_true_minutiae(
    impressions: list[tuple[Impression, Impression]], templates: list[tuple[Template, Template]]
) -> None:
    """Measured over 36 prints: recall 0.93, precision 0.91 on the mean."""
    same = [
        agreeing(template, impression.truth)
        for pair, prints in zip(templates, impressions, strict=True)
        for template, impression in zip(pair, prints, strict=True)
    ]
    assert np.mean([found.any(axis=0).mean() for found in same]) > 0.85
    assert np.mean([found.any(axis=1).mean() for found in same]) > 0.85
    shifted = agreeing(templates[0][0], impressions[1][0].truth)
    assert shifted.any(axis=0).mean() < 0.5  # of another finger: the measure itself can fail


def test_genuine_pairs_match_and_impostors_do_not(templates: list[tuple[Template, Template]]) -> None:
    prepared = [(prepare(a), prepare(b)) for a, b in templates]
    level = default_calibration().level
    genuine = [level(compare(a, b)) for a, b in prepared]
    impostor = [
        level(compare(prepared[i][0], prepared[j][1]))
        for i in range(len(prepared))
        for j in range(len(prepared))
        if i != j
    ]
    assert min(genuine) > 80  # level, -10 log10 FMR; measured over 36 pairs: all at the top, 120
    assert max(impostor) < 40  # the default operating point


def test_a_poor_impression_is_not_usable(masters: list[Master], leader: LeaderExtractor) -> None:
    for seed, master in enumerate(masters):
        image = poor_impression(master, seed)
        quality = assess_image(image, leader.extract(image))
        assert not quality.usable
        assert quality.advice


def test_hard_impressions_differ_more(masters: list[Master]) -> None:
    """The point of three difficulties: the touching area shrinks."""

    def seen(params: object) -> float:
        return float(np.mean([len(make_impression(masters[3], s, params).truth) for s in range(4)]))  # type: ignore[arg-type]

    assert seen(HARD) < seen(MEDIUM)


@given(seed=st.integers(0, 10_000), which=st.integers(0, 3))
@example(seed=648, which=2)  # a minutia 0.41 px left of the frame, whose nearest pixel is in it
@settings(max_examples=12)
def test_truth_lies_on_the_print_and_goes_back_to_the_master(masters: list[Master], seed: int, which: int) -> None:
    master = masters[which]
    print_ = make_impression(master, seed)
    truth = print_.truth
    assert ((truth.x >= 0) & (truth.x < truth.width) & (truth.y >= 0) & (truth.y < truth.height)).all()
    assert ((truth.angle > -np.pi - 1e-6) & (truth.angle <= np.pi + 1e-6)).all()
    x, y = print_.skin_map.to_master(truth.x.astype(np.float64), truth.y.astype(np.float64))
    assert np.abs(x - master.minutiae.x[print_.origin]).max(initial=0) < 0.01
    assert np.abs(y - master.minutiae.y[print_.origin]).max(initial=0) < 0.01
    assert (truth.kind == master.minutiae.kind[print_.origin]).all()


def test_a_population_is_named_by_its_seed_and_remembers_nothing_else() -> None:
    one, two, other = Population(3), Population(3), Population(4)
    two.master(5, FINGER)  # what was made before does not change what comes after
    a, b = one.impression(0, FINGER, 1), two.impression(0, FINGER, 1)
    assert a.image.pixels.tobytes() == b.image.pixels.tobytes()
    assert a.image.pixels.tobytes() != other.impression(0, FINGER, 1).image.pixels.tobytes()
    assert a.image.pixels.tobytes() == one.person(0).impression(FINGER, 1).image.pixels.tobytes()
    with pytest.raises(ValueError, match="from 1"):
        one.impression(0, FINGER, 0)


def test_a_folder_is_written_in_fvc_layout(tmp_path: Path) -> None:
    done: list[None] = []
    population = Population(3)
    files = write_fvc_folder(population, tmp_path / "set", 1, 2, lambda: done.append(None))
    assert [file.name for file in files] == ["1_1.png", "1_2.png"]
    assert len(done) == 2
    image = decode_image(files[1].read_bytes())
    assert image.resolution_ppi == 500
    assert np.array_equal(image.pixels, population.impression(0, FINGER, 2).image.pixels)
