"""The pure steps of 1:N against plain twins."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, cos, pi, sin, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher._index_kernels import consistent_peaks, evidence, sides
from matcher.codes import default_codebook
from matcher.identification import CylinderRows, RetrievalParams, largest, shortlist_size, votes, with_checkpoints
from tests import prints

SEEDS = st.integers(0, 2**32 - 1)


def angle_between(a: float, b: float) -> float:
    return atan2(sin(a - b), cos(a - b))


@given(SEEDS)
def test_sides_are_the_signs_of_the_product(seed: int) -> None:
    random = np.random.default_rng(seed)
    values, mean, projection = (random.normal(size=shape).astype(np.float32) for shape in ((5, 30), 30, (30, 16)))
    values[random.random(values.shape) < 0.5] = common = np.float32(0.25)
    product = (values.astype(np.float64) - mean) @ projection.astype(np.float64)
    clear = np.abs(product) > 1e-4
    np.testing.assert_array_equal(sides(values, common, mean, projection)[clear], product[clear] > 0)
    assert clear.mean() > 0.9


@given(SEEDS)
def test_evidence_equals_the_plain_formula(seed: int) -> None:
    random = np.random.default_rng(seed)
    n, r, k = 4, 6, 5
    bits, row_bits = (
        random.integers(0, 2**63, (c, 5), np.uint64) & random.integers(0, 2**63, (c, 5), np.uint64) for c in (n, r)
    )
    bits[0] = row_bits[0] = 0
    pose, row_pose = (
        np.column_stack([random.uniform(-200, 200, (c, 2)), random.uniform(-pi, pi, c)]).astype(np.float32)
        for c in (n, r)
    )
    rows = random.integers(-1, r, (n, k))
    found = evidence(bits, pose, rows, row_bits, row_pose, 1.5)
    for i in range(n):
        for j in range(k):
            row = int(rows[i, j])
            expected = np.zeros(4)
            if row >= 0:
                a, b = (sum(int(w) << (64 * e) for e, w in enumerate(words)) for words in (bits[i], row_bits[row]))
                turn = angle_between(float(row_pose[row, 2]), float(pose[i, 2]))
                if abs(turn) <= 1.5 and a | b:
                    alike = 1 - sqrt((a ^ b).bit_count()) / (sqrt(a.bit_count()) + sqrt(b.bit_count()))
                    turned = complex(pose[i, 0], -pose[i, 1]) * complex(cos(turn), sin(turn))
                    shift = complex(row_pose[row, 0], -row_pose[row, 1]) - turned
                    expected = np.array([alike, turn, shift.real, -shift.imag])
            np.testing.assert_allclose(found[i, j], expected, atol=2e-4)


@given(SEEDS)
def test_peaks_equal_the_plain_search(seed: int) -> None:
    random = np.random.default_rng(seed)
    starts = np.array([0, 5, 5, 17], np.int64)
    minutia = np.concatenate([np.sort(random.integers(0, 4, 5)), np.sort(random.integers(0, 6, 12))]).astype(np.int64)
    columns = [random.uniform(0.01, 1, 17), random.uniform(-pi, pi, 17), *random.uniform(0, 120, (2, 17))]
    cast = np.column_stack(columns).astype(np.float32)
    expected = []
    for a, b in pairwise(starts.tolist()):
        sums = [0.0]
        for centre in cast[a:b]:
            best: dict[int, float] = {}
            for q, vote in zip(minutia[a:b], cast[a:b], strict=True):
                near = np.abs(vote[2:] - centre[2:]).max() <= 40
                if near and abs(angle_between(float(vote[1]), float(centre[1]))) <= 1.0:
                    best[int(q)] = max(best.get(int(q), 0.0), float(vote[0]))
            sums.append(sum(best.values()))
        expected.append(max(sums))
    np.testing.assert_allclose(consistent_peaks(starts, minutia, cast, 1.0, 40.0), expected, atol=1e-5)


def test_agreeing_evidence_outvotes_more_evidence_that_does_not() -> None:
    together = [[0.4, 0.1, 5.0 + i, 3.0] for i in range(4)]
    scattered = [[0.5, 0.1, 100.0 * i, 3.0] for i in range(6)]
    cast = np.array(together + scattered, np.float32)
    minutia = np.array([*range(4), *range(6)], np.int64)
    peaks = consistent_peaks(np.array([0, 4, 10]), minutia, cast, 0.35, 40.0)
    np.testing.assert_allclose(peaks, [1.6, 0.5], atol=1e-6)


def test_votes_go_to_the_mate() -> None:
    book = default_codebook()
    fingers = [prints.finger(seed) for seed in range(6)]
    features = [book.describe(f) for f in fingers]
    gallery = CylinderRows(
        np.concatenate([f.bits for f in features]),
        np.concatenate([f.pose for f in features]),
        np.repeat([10, 11, 12, 13, 14, 15], [len(f) for f in features]),
    )
    probe = book.describe(prints.impression(fingers[4], 1))
    rows = np.tile(np.arange(len(gallery.owner)), (len(probe), 1))
    owners, peaks = votes(probe, rows, gallery, RetrievalParams())
    assert largest(owners, peaks, 1) == [14]
    assert peaks[owners == 14] > 2 * np.sort(peaks)[-2]


def test_no_candidate_no_vote() -> None:
    book = default_codebook()
    probe = book.describe(prints.finger(1))
    gallery = CylinderRows(probe.bits, probe.pose, np.zeros(len(probe), np.int64))
    for rows in (np.zeros((len(probe), 0), np.int64), np.full((len(probe), 3), -1)):
        owners, peaks = votes(probe, rows, gallery, RetrievalParams())
        assert (len(owners), len(peaks)) == (0, 0)


@pytest.mark.parametrize(
    ("searched", "size"),
    [(0, 0), (1, 1), (200, 200), (201, 50), (5_000, 50), (5_001, 51), (10_000, 100), (200_001, 2_000), (10**7, 2_000)],
)
def test_shortlist_is_all_of_few_and_a_part_of_many(searched: int, size: int) -> None:
    assert shortlist_size(searched, RetrievalParams()) == size


def test_shortlist_never_exceeds_what_is_there() -> None:
    assert shortlist_size(3, RetrievalParams(exhaustive_up_to=0)) == 3


def test_largest_votes_first_and_ties_by_number() -> None:
    owners, peaks = np.array([7, 3, 9, 1]), np.array([2, 5, 2, 2], np.float32)
    assert largest(owners, peaks, 3) == [3, 1, 7]
    assert largest(owners, peaks, 9) == [3, 1, 7, 9]


def test_checkpoints_come_before_and_between() -> None:
    events: list[str] = []
    for item in with_checkpoints(range(5), 2, lambda: events.append("checkpoint")):
        events.append(str(item))  # noqa: PERF401 - the order of the two is what is tested
    assert events == ["checkpoint", "0", "1", "checkpoint", "2", "3", "checkpoint", "4"]
