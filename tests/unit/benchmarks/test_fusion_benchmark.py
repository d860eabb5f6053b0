"""The fusion benchmark: who meets whom, what is counted, and the file it writes."""

from __future__ import annotations

import json
from itertools import combinations
from math import comb
from pathlib import Path

import numpy as np
import pytest

from benchmarks.fusion import __main__ as fusion
from benchmarks.fusion.figures import Compared, out_of_fold
from benchmarks.fusion.protocol import (
    MOST_PEOPLE,
    claims_by_fingers,
    claims_by_impressions,
    mated_attempts,
    non_mated_attempts,
    table,
)
from benchmarks.measures.pairs import all_pairs
from enroll_tools.datasets import DatasetError
from enroll_tools.synthetic.prints.fvc_folder import write_fvc_folder
from enroll_tools.synthetic.prints.params import EASY
from enroll_tools.synthetic.prints.population import Population
from matcher.comparison.calibration import default_calibration
from matcher.comparison.fusion import combine_fingers

pytestmark = pytest.mark.slow


def symmetric(fingers: int, impressions: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    drawn = np.random.default_rng(7).uniform(size=(fingers * impressions,) * 2)
    return ((drawn + drawn.T) / 2).reshape(fingers, impressions, fingers, impressions)


def test_one_finger_is_the_protocol_of_all_pairs() -> None:
    rates = symmetric(10, 8)
    claims = claims_by_fingers(rates, 1)
    square = rates.reshape(80, 80)
    pairs = list(all_pairs([str(k // 8) for k in range(80)]))
    for mated, found in ((True, claims.mated), (False, claims.non_mated)):
        expected = sorted(square[p.a, p.b] for p in pairs if p.genuine == mated)
        assert sorted(found) == pytest.approx(expected)


def test_two_fingers_of_a_person_meet_their_own_fingers_at_other_impressions() -> None:
    attempts = list(mated_attempts(4, 3, 2))
    assert len(attempts) == comb(4, 2) * comb(3, 2)
    for attempt in attempts:
        assert [f for f, _ in attempt.probe] == [f for f, _ in attempt.reference]
        assert len({i for _, i in attempt.probe}) == len({i for _, i in attempt.reference}) == 1
        assert attempt.probe != attempt.reference


def test_strangers_share_no_finger_and_are_laid_out_in_every_order() -> None:
    attempts = list(non_mated_attempts(5, 2, 2))
    assert len(attempts) == len(set(attempts)) == comb(5, 2) * comb(3, 2) // 2 * 2 * 2 * 2
    for attempt in attempts:
        assert len({f for f, _ in attempt.probe + attempt.reference}) == 4
    assert not list(non_mated_attempts(3, 2, 2))


def test_too_many_people_are_sampled_always_alike() -> None:
    once, again = (list(non_mated_attempts(30, 2, 4)) for _ in range(2))
    assert once == again
    assert len(once) == MOST_PEOPLE * 4
    assert all(len({f for f, _ in a.probe + a.reference}) == 8 for a in once)
    assert len(list(mated_attempts(30, 2, 4))) == MOST_PEOPLE


def test_fused_claims_are_those_of_the_library() -> None:
    rates = symmetric(4, 2)
    expected = [combine_fingers([rates[a, 0, a, 1], rates[b, 0, b, 1]]) for a, b in combinations(range(4), 2)]
    assert claims_by_fingers(rates, 2).mated == pytest.approx(expected)


def test_of_several_enrolled_impressions_the_best_counts_as_one_of_several() -> None:
    rates = symmetric(3, 3)
    claims = claims_by_impressions(rates, 2)
    assert claims.mated.size == 3 * 3  # three fingers, three choices of two impressions, one left
    assert claims.non_mated.size == 3 * 3 * 6
    assert min(1.0, 2 * min(rates[0, 0, 0, 2], rates[0, 1, 0, 2])) in claims.mated
    assert claims_by_impressions(rates, 1).mated.size == 3 * 3 * 2


def test_a_database_is_laid_out_by_the_impressions_that_all_fingers_have() -> None:
    assert table(["a", "b", "a", "b", "a"], [1, 1, 2, 2, 3]).tolist() == [[0, 2], [1, 3]]
    for fingers, numbers in ((["a", "a"], [1, 2]), (["a", "a", "b", "b"], [1, 2, 2, 3])):
        with pytest.raises(DatasetError, match="two impressions"):
            table(fingers, numbers)


def test_out_of_fold_no_database_judges_itself() -> None:
    def database(name: str, scale: float) -> Compared:
        scores = np.random.default_rng(5).exponential(scale, (80, 80)).reshape(10, 8, 10, 8)
        return Compared(name, scores, np.full((10, 8), 150.0), np.zeros((10, 8)), [], "test")

    of_weak, of_strong = out_of_fold([database("weak", 1.0), database("strong", 5.0)])
    assert of_weak.fmr(20.0) > 10 * of_strong.fmr(20.0)  # fitted to the strong scores of the other


def test_the_benchmark_writes_what_it_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "set"
    write_fvc_folder(Population(11, EASY), folder, fingers=4, impressions=3)
    assert fusion.main(["--dataset", str(folder), "--out", str(tmp_path / "out"), "--json"]) == 0
    found = json.loads((tmp_path / "out" / "fusion.json").read_text())
    assert found == json.loads(capsys.readouterr().out)
    assert found["calibration"] == default_calibration().id
    assert "out_of_fold" not in found
    assert set(found["shipped"]["fingers"]) == {"1", "2"}  # no two strangers have four of four fingers
    assert set(found["shipped"]["impressions"]) == {"1", "2"}
    two = found["shipped"]["fingers"]["2"]
    assert (two["mated"], two["non_mated"]) == (18, 54)
    assert two["percent_pooled"]["eer"] == 0.0
    assert sum(two["decisions_at_target"]["mated"].values()) == 18
    assert two["decisions_at_target"]["mated"]["MATCH"] == 18
    assert [c["claimed"] for c in two["claims"]] == [1e-2, 1e-3, 1e-4, 1e-5]


def test_what_is_no_data_set_is_refused(tmp_path: Path) -> None:
    assert fusion.main(["--dataset", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()
