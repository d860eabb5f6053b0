"""Baselines: what is kept, what is called worse, what is skipped, and the tables that are made of them."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.baselines import __main__ as command
from benchmarks.baselines import brought
from benchmarks.baselines.brought import Brought, run_brought
from benchmarks.baselines.comparison import Change, changes, other_names
from benchmarks.baselines.files import read_baseline, write_baseline
from benchmarks.baselines.measuring import measure
from benchmarks.baselines.sets import SETS, BaselineSet
from benchmarks.baselines.small_sensor import FINGERS, IMPRESSIONS, NAME
from benchmarks.baselines.tables import tables
from benchmarks.measures.error_rates import POINTS, error_rates
from benchmarks.measures.scores import read_scores
from benchmarks.sources import EXTRACTORS, template_source
from benchmarks.systems.system import own_system
from benchmarks.verification.database import Steps, run_database, write_run
from enroll_tools.datasets import LAYOUTS, DatasetError, DatasetSample, open_dataset
from enroll_tools.synthetic import HARD, Population, write_fvc_folder
from matcher.comparison.calibration import default_calibration

pytestmark = pytest.mark.slow

PUBLISHED = [one for one in SETS if one.published]


def altered(baseline: dict[str, Any], where: int | str, point: str, by: float) -> dict[str, Any]:
    changed = deepcopy(baseline)
    entry = changed["sets"][where] if isinstance(where, int) else changed[where]
    entry["percent"][point] += by
    return changed


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_a_baseline_says_of_what_it_is_and_is_no_other_than_itself(extractor: Any) -> None:
    baseline = read_baseline(extractor)
    assert [(s["name"], s["resolution_ppi"], s["published"]) for s in baseline["sets"]] == [
        (one.name, one.resolution_ppi, one.published) for one in SETS
    ]
    for entry in baseline["sets"]:
        made = entry["name"] == NAME
        pairs = (150, 1620) if made else (280, 2880)
        assert (entry["genuine_pairs"], entry["impostor_pairs"]) == pairs
        assert list(entry["percent"]) == list(POINTS)
        assert entry["tolerance"] == (2.0 if made else 0.36)
    published = [entry["percent"]["eer"] for entry in baseline["sets"] if entry["published"]]
    assert baseline["mean"]["percent"]["eer"] == pytest.approx(np.mean(published))
    assert (baseline["pooled"]["genuine_pairs"], baseline["pooled"]["impostor_pairs"]) == (1680, 17_280)
    assert changes(baseline, baseline) == []


@pytest.mark.parametrize(
    ("by", "verdict"), [(0.3599, "within"), (0.37, "worse"), (-0.37, "better"), (-0.1, "within"), (1e-9, "within")]
)
def test_beyond_the_tolerance_is_worse_or_better(by: float, verdict: str) -> None:
    baseline = altered(read_baseline("iso"), 5, "eer", 0)
    was = baseline["sets"][5]["percent"]["eer"]
    (change,) = changes(baseline, altered(baseline, 5, "eer", by))
    assert change == Change("fvc2004/DB2_B at 500 ppi", "eer", was, was + by, verdict)  # type: ignore[arg-type]


def test_mean_and_pooled_count_and_so_does_a_print_that_gives_no_template() -> None:
    baseline = read_baseline("leader")
    worse = altered(altered(baseline, "pooled", "zero_fmr", 0.2), "mean", "eer", -0.2)
    worse["sets"][1]["failures_to_extract"] += 1
    found = {(c.where, c.what): c.verdict for c in changes(baseline, worse)}
    assert found == {
        ("fvc2002/DB1_B at 500 ppi", "failures_to_extract"): "worse",
        ("mean", "eer"): "better",
        ("pooled", "zero_fmr"): "worse",
    }


def test_sets_that_were_not_measured_are_not_compared() -> None:
    baseline = read_baseline("ridge")
    measured = altered(altered(baseline, 2, "eer", 9), 1, "eer", 9)
    measured["sets"] = measured["sets"][:2]
    measured["mean"]["sets"] = 1
    measured["mean"]["percent"]["eer"] += 9
    assert [c.where for c in changes(baseline, measured)] == ["fvc2002/DB1_B at 500 ppi"]


def test_another_set_under_the_name_is_refused_and_other_parts_are_named() -> None:
    baseline = read_baseline("leader")
    other = deepcopy(baseline) | {"comparator": "mcc-2"}
    assert other_names(baseline, other) == [f"comparator mcc-2, not {baseline['comparator']}"]
    other["sets"][3]["genuine_pairs"] = 279
    with pytest.raises(DatasetError, match=r"fvc2002/DB3_B has 279 \+ 2880 pairs, not the 280 \+ 2880"):
        changes(baseline, other)


def test_what_is_measured_is_what_the_benchmark_writes(tmp_path: Path) -> None:
    sets: dict[BaselineSet, list[DatasetSample]] = {}
    scores = []
    for number, seed in enumerate((3, 4)):
        folder = tmp_path / str(number)
        write_fvc_folder(Population(seed, HARD), folder, fingers=2, impressions=3)
        samples = open_dataset(folder, layout="fvc", resolution_ppi=500)
        sets[BaselineSet(f"made/{number}", 500, spare_pairs=1, published=True)] = samples
        run = run_database(
            "set", samples, own_system(template_source("ridge", samples), default_calibration()), Steps()
        )
        write_run(run, folder)
        scores.append(read_scores(folder / "scores.csv").scores)
    steps: list[None] = []
    baseline = measure("ridge", sets, lambda: steps.append(None))
    assert len(steps) == 2 * 12
    write_baseline("ridge", baseline, tmp_path)
    assert read_baseline("ridge", tmp_path) == baseline
    for entry, of_set in zip(baseline["sets"], scores, strict=True):
        rates = error_rates(of_set.genuine, of_set.impostor)
        assert entry["percent"] == {p: pytest.approx(getattr(rates, p)) for p in POINTS}
        assert entry["tolerance"] == 16.67
    pooled = error_rates(*(np.concatenate([getattr(s, kind) for s in scores]) for kind in ("genuine", "impostor")))
    assert baseline["pooled"]["percent"] == {p: pytest.approx(getattr(pooled, p)) for p in POINTS}
    assert (baseline["mean"]["sets"], baseline["pooled"]["genuine_pairs"]) == (2, 12)


@pytest.mark.parametrize("content", ["", "[]", '{"format": "other"}'])
def test_a_file_that_is_no_baseline_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "iso.json").write_text(content)
    with pytest.raises(DatasetError, match="is no baseline"):
        read_baseline("iso", tmp_path)


def measured_now(change: float) -> Any:
    """Stand in for measuring: the baselines themselves, the records' ZeroFMR of one set changed."""

    def measured(data: Path, *, quick: bool, quiet: bool) -> tuple[dict[str, Any], list[BaselineSet]]:
        del data, quiet
        found: dict[str, Any] = {extractor: read_baseline(extractor) for extractor in EXTRACTORS}
        found["iso"] = altered(found["iso"], 0, "zero_fmr", change)
        return found, PUBLISHED if quick else []

    return measured


@pytest.mark.parametrize(("change", "status"), [(0.0, 0), (1.0, 0), (-5.0, 0), (2.1, 1)])
def test_the_check_fails_when_something_got_worse(
    change: float, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_measured", measured_now(change))
    monkeypatch.setattr(command, "_brought", list)
    assert command.main(["check"]) == status
    said = capsys.readouterr().out
    assert f"{status} figures worse" in said
    assert ("iso" in said) == (change != 0)
    assert "fvc2002/DB1_B" not in said
    assert command.main(["check", "--quick", "--json"]) == status
    answer = json.loads(capsys.readouterr().out)
    assert answer["worse"] == status
    assert len(answer["changes"]["iso"]) == (change != 0)
    assert answer["skipped"] == [one.label for one in PUBLISHED]
    assert command.main(["check", "--quick"]) == status
    assert "--quick leaves out fvc2002/DB1_B at 500 ppi" in capsys.readouterr().out


def test_sets_that_are_not_there_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = {extractor: read_baseline(extractor) for extractor in EXTRACTORS}
    monkeypatch.setattr(command, "_measured", lambda *_, **__: (found, PUBLISHED[:1]))
    monkeypatch.setattr(command, "_brought", lambda: [Brought("layout x", ""), Brought("plug-in", "")])
    assert command.main(["check", "--data", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert f"skipped, not found in {tmp_path}: fvc2002/DB1_B at 500 ppi" in said
    assert "2 layouts, lists and plug-ins run on small sets, 0 of them wrongly" in said


def test_a_layout_that_does_not_run_fails_the_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_measured", measured_now(0))
    monkeypatch.setattr(command, "_brought", lambda: [Brought("layout x", "cannot be told")])
    assert command.main(["check"]) == 1
    assert "layout x: cannot be told" in capsys.readouterr().out


@pytest.mark.slow
def test_every_layout_list_and_plug_in_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = run_brought(tmp_path / "a")
    assert [one.fault for one in found] == [""] * 10
    layouts = {one.name.removeprefix("layout ") for one in found if one.name.startswith("layout")}
    assert layouts | {"manifest"} == set(LAYOUTS)
    monkeypatch.setattr(brought, "PLUGIN", tmp_path / "none.py")
    monkeypatch.setattr(brought, "_pairs", lambda: [("1_1.png", "1_2.png", 1), ("1_1.png", "2_1.png", 0)])
    faults = {one.name: one.fault for one in run_brought(tmp_path / "b")}
    assert "does not exist" in faults["plug-in"]
    assert "should be (2, 4, 0)" in faults["list of pairs"]
    assert faults["list of prints"] == ""


def test_no_baseline_is_written_where_a_set_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "write_baseline", lambda *_: pytest.fail("written"))
    monkeypatch.setattr(command, "_measured", lambda *_, **__: ({}, PUBLISHED[:1]))
    assert command.main(["write", "--data", str(tmp_path)]) == 2
    assert "fvc2002/DB1_B at 500 ppi not found" in " ".join(capsys.readouterr().err.split())


@pytest.mark.slow
@pytest.mark.long
def test_without_data_the_synthetic_prints_are_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = command.main(["check", "--data", str(tmp_path / "none"), "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert status == (answer["worse"] > 0)
    assert answer["skipped"] == [one.label for one in SETS if one.name != NAME]
    for extractor in EXTRACTORS:
        (entry,) = answer["measured"][extractor]["sets"]
        assert (entry["fingers"], entry["impressions"]) == (FINGERS, FINGERS * IMPRESSIONS)
        kept = read_baseline(extractor)["sets"][0]["percent"]
        # Far more than a processor's rounding, far less than a fault.
        assert entry["percent"] == pytest.approx(kept, abs=8)


def test_tables_show_the_baselines() -> None:
    made = tables()
    leader, iso = read_baseline("leader"), read_baseline("iso")
    rows = made["error-rates-leader"].splitlines()
    assert len(rows) == 2 + 6 + 2
    assert rows[0] == "| database | EER | FMR100 | FMR1000 | ZeroFMR |"
    assert rows[5] == "| FVC2002 DB4 | 0.72 | 0.71 | 0.71 | 0.71 |"
    assert rows[-1].endswith(f"| {leader['pooled']['percent']['zero_fmr']:.2f} |")
    summary = made["error-rates-summary"].splitlines()
    eer, fmr1000 = (iso["mean"]["percent"][point] for point in ("eer", "fmr1000"))
    assert f"| idverify on the same records | {eer:.2f} | {fmr1000:.2f} |" in summary
    for table in made.values():
        assert len({row.count("|") for row in table.splitlines()}) == 1
