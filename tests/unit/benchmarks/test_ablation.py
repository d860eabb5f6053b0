"""What each part of the comparator is worth: the comparator that ships is among the variants, and what is left out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.ablation import __main__ as ablation
from benchmarks.ablation.parts import Variant, variants
from benchmarks.measures.losses import losses
from enroll_tools.synthetic import write_fvc_folder
from enroll_tools.synthetic.prints.params import EASY
from enroll_tools.synthetic.prints.population import Population
from matcher.comparison.params import default_params


def test_each_variant_differs_in_one_part() -> None:
    shipped, *others = variants()
    assert shipped == Variant("as shipped", default_params())
    assert len({other.name for other in others}) == len(others)
    for other in others:
        differs = [
            getattr(other, name) != getattr(shipped, name)
            for name in ("params", "counted", "left_out", "least_quality")
        ]
        assert sum(differs) == 1


def test_a_score_is_what_is_counted_and_no_less_than_nothing() -> None:
    found = {"cylinders": 10.0, "positions": 20.0, "missing": -25.0}
    params = default_params()
    assert Variant("all", params).score(found) == 5.0
    assert Variant("one", params, counted=("positions", "kinds")).score(found) == 20.0
    assert Variant("without", params, left_out=("cylinders",)).score(found) == 0.0


def test_a_loss_is_counted_as_far_as_it_is_one() -> None:
    strangers = np.random.default_rng(0).exponential(1.0, 100_000)
    at_target = np.log(1e4)  # what one stranger of 10,000 exceeds

    def lost(score: float) -> float:
        scores = np.concatenate([strangers, [score]])
        return losses(scores, np.arange(scores.size) == strangers.size)

    assert lost(at_target) == pytest.approx(0.5, abs=0.1)
    assert lost(3 * at_target) < 0.01
    assert lost(0.0) > 0.99


@pytest.mark.parametrize("strangers", [[], [1.0] * 50, [0.0] * 1000])
def test_where_strangers_tell_no_tail_no_loss_is_told(strangers: list[float]) -> None:
    with pytest.raises(ValueError, match="too few"):
        losses(np.array([*strangers, 5.0]), np.arange(len(strangers) + 1) == len(strangers))


@pytest.mark.slow
def test_the_benchmark_writes_what_it_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "set", tmp_path / "out"
    write_fvc_folder(Population(11, EASY), folder, fingers=5, impressions=2)
    assert ablation.main(["--dataset", str(folder), "--out", str(out), "--json"]) == 0
    found = json.loads((out / "ablation.json").read_text())
    assert found == json.loads(capsys.readouterr().out)
    assert (found["mated_pairs"], found["non_mated_pairs"]) == (5, 40)
    assert [(m["variant"], m["slip"]) for m in found["measured"]] == [
        (variant.name, slip) for variant in variants() for slip in (0.0, 60.0)
    ]
    assert found["measured"][0]["pooled"] == found["measured"][0]["mean"]
    assert found["measured"][0]["pooled"]["eer"] == 0.0
    assert found["measured"][0]["lost"] is None


def test_what_cannot_be_measured_is_refused(tmp_path: Path) -> None:
    assert ablation.main(["--dataset", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()


def test_a_path_is_told_as_it_was_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = f"{tmp_path}/a:100:b"
    assert ablation.main(["--dataset", given, "--out", str(tmp_path / "out")]) == 2
    assert given in capsys.readouterr().err
