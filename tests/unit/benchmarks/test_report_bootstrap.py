"""The bootstrap over fingers against one that writes every resampled list out."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.measures.bootstrap import (
    CLAIMS,
    DET_FMRS,
    Draws,
    Sampled,
    difference,
    draw_fingers,
    drawn_over,
    mean,
    sample,
)
from benchmarks.measures.error_rates import error_rates
from benchmarks.measures.pairs import all_pairs
from benchmarks.measures.scores import Scores, read_scores, scores_of
from benchmarks.verification.database import write_scores
from enroll_tools.datasets import DatasetError


def database(seed: int, fingers: int = 5, impressions: int = 4, step: float = 3.0) -> Scores:
    """Scores rounded to a step, so that many are equal."""
    random = np.random.default_rng(seed)
    names = [str(f) for f in range(fingers) for _ in range(impressions)]
    pairs = list(all_pairs(names))
    scores = [step * round(random.normal(24 if p.genuine else 8, 7) / step) for p in pairs]
    return scores_of(names, pairs, scores)


def written_out(scores: Scores, drawn: np.ndarray) -> tuple[list[float], list[float]]:
    """Repeat every pair as often as its fingers were drawn."""
    genuine = [s for s, f in zip(scores.genuine, scores.genuine_finger, strict=True) for _ in range(drawn[f])]
    impostor = [
        s
        for s, (a, b) in zip(scores.impostor, scores.impostor_fingers, strict=True)
        for _ in range(drawn[a] * drawn[b])
    ]
    return genuine, impostor


def by_hand(genuine: list[float], impostor: list[float]) -> tuple[list[float], list[float], list[float]]:
    rates = [rate / 100 for rate in astuple(error_rates(genuine, impostor))]
    thresholds = [*sorted({*genuine, *impostor}), float("inf")]
    at = [(np.mean([s < t for s in genuine]), sum(s >= t for s in impostor) / len(impostor)) for t in thresholds]
    det = [min(fnmr for fnmr, fmr in at if fmr <= limit) for limit in DET_FMRS]
    claimed = [sum(s >= -10 * np.log10(claim) - 5e-7 for s in impostor) / len(impostor) for claim in CLAIMS]
    return rates, [float(x) for x in det], claimed


def assert_same(found: Sampled, expected: list[tuple[list[float], list[float]]]) -> None:
    for i, lists in enumerate(expected):
        rates, det, claimed = by_hand(*lists)
        assert found.points().draws[i] == pytest.approx(rates, abs=1e-12)
        assert found.det().draws[i] == pytest.approx(det, abs=1e-12)
        assert found.claimed().draws[i] == pytest.approx(claimed, abs=1e-12)


@given(seed=st.integers(0, 10_000), fingers=st.integers(2, 6), impressions=st.integers(2, 4))
def test_every_draw_has_the_rates_of_the_list_it_stands_for(seed: int, fingers: int, impressions: int) -> None:
    scores = database(seed, fingers, impressions)
    draws = draw_fingers(scores, 0, replicates=4)
    found = sample([scores], [draws])
    assert_same(found, [written_out(scores, drawn) for drawn in draws])
    rates, det, claimed = by_hand(scores.genuine.tolist(), scores.impostor.tolist())
    assert found.value == pytest.approx([*rates, *det, *claimed], abs=1e-12)


def test_pooled_draws_join_the_lists_of_their_databases() -> None:
    databases = [database(1), database(2, fingers=3, impressions=5)]
    draws = [draw_fingers(d, i, replicates=6) for i, d in enumerate(databases)]
    expected = []
    for i in range(6):
        parts = [written_out(d, drawn[i]) for d, drawn in zip(databases, draws, strict=True)]
        expected.append(([*parts[0][0], *parts[1][0]], [*parts[0][1], *parts[1][1]]))
    assert_same(sample(databases, draws), expected)


def test_draws_are_the_same_every_time_and_differ_by_stream() -> None:
    scores = database(3)
    assert np.array_equal(draw_fingers(scores, 0), draw_fingers(scores, 0))
    assert not np.array_equal(draw_fingers(scores, 0), draw_fingers(scores, 1))
    assert (draw_fingers(scores, 0).sum(axis=1) == scores.fingers).all()


def pairs_drawn(scores: Scores, draws: Draws) -> tuple[int, int]:
    lists = [written_out(scores, drawn) for drawn in draws]
    return min(len(genuine) for genuine, _ in lists), min(len(impostor) for _, impostor in lists)


def test_no_draw_is_without_genuine_or_without_impostor_pair() -> None:
    one_mated = scores_of(["a", "a", "b", "c"], list(all_pairs(["a", "a", "b", "c"])), [9, 1, 2, 3, 4, 5])
    assert min(pairs_drawn(one_mated, draw_fingers(one_mated, 0, 200))) > 0
    two = database(4, fingers=2)
    assert (draw_fingers(two, 0, 50) == 1).all()


def test_intervals_hold_the_value_and_narrow_with_more_fingers() -> None:
    few, many = database(5, fingers=6, step=0.1), database(5, fingers=40, step=0.1)
    widths = []
    for scores in (few, many):
        found = sample([scores], [draw_fingers(scores, 0, 300)]).points()
        low, high = found.interval()
        assert (low <= found.value).all()
        assert (found.value <= high).all()
        widths.append(float((high - low)[0]))
    assert widths[1] < widths[0]


def test_mean_and_difference_go_draw_by_draw() -> None:
    a, b = (Sampled(np.array([v]), np.array([[v], [3 * v]])) for v in (1.0, 2.0))
    assert mean([a, b]).value == 1.5
    assert mean([a, b]).draws.ravel().tolist() == [1.5, 4.5]
    assert difference(a, b).draws.ravel().tolist() == [1.0, 3.0]


def test_a_score_file_gives_back_scores_and_fingers(tmp_path: Path) -> None:
    names, fingers = ["x_1", "y_1", "x_2", "z_1", "x_3"], ["x", "y", "x", "z", "x"]
    pairs = list(all_pairs(fingers))
    write_scores(tmp_path / "scores.csv", names, pairs, list(range(10)))
    found, expected = read_scores(tmp_path / "scores.csv").scores, scores_of(fingers, pairs, list(range(10)))
    assert found.genuine.tolist() == expected.genuine.tolist()
    assert found.impostor.tolist() == expected.impostor.tolist()
    assert found.genuine_finger.tolist() == expected.genuine_finger.tolist() == [0, 0, 0]
    assert found.impostor_fingers.tolist() == expected.impostor_fingers.tolist()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("a,b,genuine,score\n1,2,1,x\n", "no list of scores"),
        ("a,b,score\n1,2,1\n", "no list of scores"),
        ("a,b,genuine,score\n1,2,1,3\n", "not both"),
        ("a,b,genuine,score\n", "not both"),
    ],
)
def test_a_file_that_is_no_list_of_scores_is_refused(tmp_path: Path, content: str, fault: str) -> None:
    (tmp_path / "scores.csv").write_text(content)
    with pytest.raises(DatasetError, match=fault):
        read_scores(tmp_path / "scores.csv")


def test_people_are_drawn_with_all_their_fingers() -> None:
    fingers = [f"{person}{finger}" for person in "pqr" for finger in "12" for _ in range(2)]
    pairs = list(all_pairs(fingers))
    random = np.random.default_rng(3)
    scores = scores_of(fingers, pairs, random.permutation(len(pairs)).tolist(), [name[0] for name in fingers])
    assert scores.people.tolist() == [0, 0, 1, 1, 2, 2]
    assert drawn_over([scores]) == "people"
    draws = draw_fingers(scores, 0, replicates=20)
    assert (draws[:, ::2] == draws[:, 1::2]).all()
    assert (draws[:, ::2].sum(axis=1) == 3).all()
    expected = []
    for drawn in draws:
        genuine = np.repeat(scores.genuine, drawn[scores.genuine_finger])
        a, b = scores.impostor_fingers.T
        times = [int(drawn[x]) if x // 2 == y // 2 else int(drawn[x] * drawn[y]) for x, y in zip(a, b, strict=True)]
        expected.append((genuine.tolist(), np.repeat(scores.impostor, times).tolist()))
    assert_same(sample([scores], [draws]), expected)


def test_of_one_person_fingers_are_drawn() -> None:
    fingers = ["1", "1", "2", "2", "3"]
    pairs = list(all_pairs(fingers))
    scores = scores_of(fingers, pairs, list(range(len(pairs))), ["me"] * 5)
    assert drawn_over([scores]) == "fingers"
    assert np.array_equal(scores.people, [0, 1, 2])


def test_a_score_file_knows_people_by_the_file_beside_it(tmp_path: Path) -> None:
    pairs = list(all_pairs(["a/1", "a/1", "a/2", "b/1"]))
    write_scores(tmp_path / "scores.csv", list("wxyz"), pairs, list(range(len(pairs))))
    assert np.array_equal(read_scores(tmp_path / "scores.csv").scores.people, [0, 1, 2])
    rows = ["name,subject,finger", "w,a,1", "x,a,1", "y,a,2", "z,b,1"]
    (tmp_path / "impressions.csv").write_text("\n".join(rows) + "\n")
    assert np.array_equal(read_scores(tmp_path / "scores.csv").scores.people, [0, 0, 1])
    (tmp_path / "impressions.csv").write_text("\n".join(rows[:3]) + "\n")  # of another run
    assert np.array_equal(read_scores(tmp_path / "scores.csv").scores.people, [0, 1, 2])
