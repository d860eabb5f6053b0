"""The identification benchmark: its figures from made-up searches, and the whole of it on a few prints."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from benchmarks.identification import __main__ as identification
from benchmarks.identification import probes
from benchmarks.identification.figures import figures_of
from benchmarks.identification.protocol import Print, Search, Searches, search_all
from enroll_tools.synthetic.prints.fvc_folder import write_fvc_folder
from enroll_tools.synthetic.prints.params import EASY
from enroll_tools.synthetic.prints.population import Population
from matcher.comparison.calibration import default_calibration
from matcher.comparison.compare import Comparison
from matcher.search.gallery import Gallery
from matcher.search.hits import GalleryHit
from matcher.search.params import GalleryParams
from tests import prints as random_prints

pytestmark = pytest.mark.slow


def hit(group: str, score: float, place: int = 0) -> GalleryHit:
    comparison = Comparison(score, np.zeros((0, 2), np.int64), area=200.0)
    return GalleryHit(1, group, 2, comparison, (comparison,), 1, place)


def searched(mate: float | None, other: float, exhaustive: float, seconds: float = 0.01) -> Search:
    found = None if mate is None else hit("a", mate, 2)
    return Search(Print("a", 5, None), found, hit("b", other), exhaustive, 50, 4, (seconds, 0.0, 0.0, 0.0))


def test_figures_say_what_was_found_and_what_exhaustive_comparison_would_find() -> None:
    closed = [
        searched(90, 10, 90),
        searched(40, 60, 40),  # a stranger is more alike: exhaustive comparison would err too
        searched(None, 10, 80),  # lost by the index
        searched(50, 10, 50),
    ]
    opened = [searched(None, score, 0, 0.1) for score in range(100)]
    calibration = default_calibration()
    figures = figures_of(Searches(closed, opened, 3, 12, 1), calibration)
    assert (figures["rank1"], figures["rank1_exhaustive_at_most"]) == (0.5, 0.75)
    assert figures["hit_rate_vs_exhaustive"] == pytest.approx(2 / 3)
    assert figures["raw_score_at_fpir"]["1pct"] == pytest.approx(98)
    assert figures["fnir_at_fpir_1pct"] == figures["fnir_at_fpir_0_1pct"] == 1
    assert figures["penetration"]["hit_rate"][:3] == [0, 0, 0.75]
    assert (figures["mated"]["p50_ms"], figures["absent"]["p50_ms"], figures["p99_ms"]) == (10, 100, 100)
    named = sum(calibration.fmr(hit("b", score).comparison) <= 0.01 / 50 for score in range(100))
    assert figures["claimed"] == {"target_fpir": 0.01, "fnir": 0.25, "fpir": named / 100}


def test_the_gallery_is_as_before_when_all_are_searched() -> None:
    fingers = [random_prints.finger(seed) for seed in range(4)]
    prints = [
        Print(f"person {i}", number, random_prints.impression(finger, number))
        for i, finger in enumerate(fingers)
        for number in (1, 2, 5)
    ]
    gallery = Gallery(params=GalleryParams(threads=2))
    gallery.add([10**6], [random_prints.finger(99)], ["nobody"], [2])
    searches = search_all([prints[:6], prints[6:]], gallery, 60.0)
    assert gallery.entry_ids().tolist() == [10**6]
    assert (searches.people, searches.enrolled, len(searches.closed), len(searches.opened)) == (4, 8, 4, 12)
    assert all(search.is_first and search.searched == 3 for search in searches.closed)
    assert all(search.mate is None and search.searched == 2 for search in searches.opened)
    assert all(search.mate_score == 0 for search in searches.opened)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two fingers; of each the impressions 1, 2 and 5."""
    made = tmp_path_factory.mktemp("fvc")
    write_fvc_folder(Population(11, EASY), made, fingers=2, impressions=3)
    for finger in (1, 2):
        (made / f"{finger}_3.png").rename(made / f"{finger}_5.png")
    return made


def run(tmp_path: Path, *more: str) -> int:
    return identification.main(["--out", str(tmp_path / "out"), "--store", str(tmp_path / "store"), *more])


def report_of(tmp_path: Path) -> dict[str, object]:
    report: dict[str, object] = json.loads((tmp_path / "out" / "identify.json").read_text())
    return report


PROMISED = {
    "gallery",
    "rank1",
    "fnir_at_fpir_1pct",
    "fnir_at_fpir_0_1pct",
    "hit_rate_vs_exhaustive",
    "p50_ms",
    "p95_ms",
    "p99_ms",
    "bytes_per_finger",
    "rss_gb",
    "load_s",
}


def test_it_finds_who_is_enrolled_and_nobody_else(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "--dataset", str(folder), "--fingers", "0,150", "--json") == 0
    report = report_of(tmp_path)
    assert json.loads(capsys.readouterr().out) == report
    assert report.keys() >= PROMISED
    assert [size["gallery"] for size in report["sizes"]] == [0, 150]  # type: ignore[attr-defined]
    counts = {key: report[key] for key in ("people", "enrolled", "probes", "probes_of_absent_people", "refused")}
    assert counts == {"people": 2, "enrolled": 4, "probes": 2, "probes_of_absent_people": 6, "refused": 0}
    assert (report["rank1"], report["fnir_at_fpir_1pct"], report["hit_rate_vs_exhaustive"]) == (1, 0, 1)
    assert report["claimed"]["fpir"] == 0  # type: ignore[index]


def test_its_page_is_whole(folder: Path, tmp_path: Path) -> None:
    assert run(tmp_path, "--dataset", str(folder), "--fingers", "30,60") == 0
    page = (tmp_path / "out" / "identify.html").read_text()
    open_tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            del attrs
            if tag not in {"meta", "br", "path", "line", "rect", "circle"}:
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if tag not in {"path", "line", "rect", "circle"}:
                assert open_tags.pop() == tag

    Reader().feed(page)
    assert not open_tags
    assert page.count("<svg") == 2
    assert "Penetration" in page


def test_a_gallery_is_kept_for_the_next_run_and_can_be_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "SYNTHETIC_PEOPLE", 8)
    assert run(tmp_path, "--fingers", "120") == 0
    first = report_of(tmp_path)
    assert run(tmp_path, "--fingers", "120", "--mapped") == 0
    second = report_of(tmp_path)
    assert first["build_s"] is not None
    assert second["build_s"] is None
    assert first["datasets"] == ["synthetic"]
    same = ("rank1", "fnir_at_fpir_1pct", "raw_score_at_fpir", "penetration", "probes")
    assert {key: first[key] for key in same} == {key: second[key] for key in same}


def test_what_the_service_would_refuse_is_counted(folder: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(folder, tmp_path / "copied")
    PIL.Image.new("L", (200, 200), 255).save(copied / "2_5.png", dpi=(500, 500))
    (copied / "1_1.png").write_bytes(b"not an image")
    assert run(tmp_path, "--dataset", str(copied), "--fingers", "20") == 0
    report = report_of(tmp_path)
    assert (report["refused"], report["enrolled"], report["probes"]) == (2, 3, 2)
    assert (report["rank1"], report["fnir_at_fpir_1pct"]) == (0.5, 0.5)


def without_probes(folder: Path) -> None:
    for finger in (1, 2):
        (folder / f"{finger}_5.png").unlink()


@pytest.mark.parametrize(
    ("spoil", "reason"), [(without_probes, "impressions to search for"), (shutil.rmtree, "is not a folder")]
)
def test_sets_that_cannot_be_searched_are_refused(
    folder: Path, tmp_path: Path, spoil: Callable[[Path], None], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    copied = shutil.copytree(folder, tmp_path / "copied")
    spoil(copied)
    assert run(tmp_path, "--dataset", str(copied), "--fingers", "0") == 2
    assert reason in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("sizes", ["", "ten", "-1", "10,,20"])
def test_sizes_that_are_none_are_refused(tmp_path: Path, sizes: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--fingers", sizes) == 2
    assert "--fingers" in capsys.readouterr().err
