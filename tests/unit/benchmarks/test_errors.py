"""The picture of a pair from the command line, and the page of a run's errors."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import pytest

from benchmarks.errors import __main__ as command
from benchmarks.errors.causes import Cause, Figures, genuine_cause, impostor_cause, measure, movement_by_third
from benchmarks.errors.page import errors_page
from benchmarks.errors.selection import ScoredSet, choose
from benchmarks.impressions import Impression
from benchmarks.measures.pairs import all_pairs
from enroll_tools.synthetic.prints.fvc_folder import write_fvc_folder
from enroll_tools.synthetic.prints.params import EASY
from enroll_tools.synthetic.prints.population import Population
from matcher.comparison.calibration import default_calibration
from matcher.comparison.compare import compare
from matcher.comparison.overlap import moved_points
from matcher.comparison.prepared import prepare
from matcher.extraction.leader import load_leader
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.images.decoding import decode_image
from matcher.types import FingerPosition, Template
from tests.prints import EMPTY, finger, impression

pytestmark = pytest.mark.slow

GOOD = Figures((80, 80), (30, 30), 90.0, (20, 20), 18, 5, (1, 1), 4.0, 1.0, "1_3", 2.0, (90.0, 90.0))


@pytest.fixture(scope="module")
def prints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fvc")
    write_fvc_folder(Population(11, EASY), folder, fingers=2, impressions=3)
    return folder


@pytest.fixture(scope="module")
def errors(prints: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = shutil.copytree(prints, tmp_path_factory.mktemp("sets") / 'a<b>&"c')
    PIL.Image.new("L", (200, 200), 255).save(folder / "2_3.png", dpi=(500, 500))
    out = tmp_path_factory.mktemp("errors") / "new"
    arguments = ["gallery", "--dataset", f"{folder}:500", "--out", str(out), "--genuine", "4", "--impostor", "3"]
    assert command.main(arguments) == 0
    return out


class Page(HTMLParser):
    """Notes what a page holds and what it would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in {"meta", "img", "link"}:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            if name in {"src", "href"}:
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_whole_and_fetches_nothing(errors: Path) -> None:
    page = Page((errors / "gallery.html").read_text(encoding="utf-8"))
    assert page.open == []
    assert "script" not in page.tags
    assert "link" not in page.tags
    images = [link for link in page.links if link.startswith("data:image/webp;base64,")]
    targets = [link.removeprefix("#") for link in page.links if link.startswith("#")]
    assert len(images) == 4 + 3
    assert len(images) + len(targets) == len(page.links)
    assert len(set(page.ids)) == len(page.ids)
    assert set(targets) == set(page.ids)  # each picture enlarges itself, and the cross leads back to its section


def test_names_from_outside_are_text_on_the_page(errors: Path) -> None:
    html = (errors / "gallery.html").read_text(encoding="utf-8")
    assert 'a<b>&"c' in Page(html).text
    assert "<b>&" not in html


def test_the_json_says_the_same(errors: Path) -> None:
    content = json.loads((errors / "gallery.json").read_text())
    text = Page((errors / "gallery.html").read_text(encoding="utf-8")).text
    assert (content["genuine_pairs"], content["impostor_pairs"]) == (6, 9)
    assert [entry["rank"] for entry in content["genuine"]] == [1, 2, 3, 4]
    levels = [entry["level"] for entry in content["genuine"]]
    assert levels == sorted(levels)
    assert [e["level"] for e in content["impostor"]] == sorted((e["level"] for e in content["impostor"]), reverse=True)
    for entry in content["genuine"] + content["impostor"]:
        assert f"{entry['a']} / {entry['b']}, level {entry['level']:.1f}" in text
        assert entry["genuine"] == (entry["a"][0] == entry["b"][0])
        assert entry["fmr"] == pytest.approx(10 ** (-entry["level"] / 10), rel=0.01)
        if entry["figures"] is not None:
            score = max(0, sum(entry["contributions"].values()))
            lowest, highest = default_calibration().levels(score, [0.0, 1e3], [1.0, -1.0])
            assert lowest - 0.1 <= entry["level"] <= highest + 0.1


def test_an_impression_that_failed_is_shown_and_named_the_cause(errors: Path) -> None:
    content = json.loads((errors / "gallery.json").read_text())
    first = content["genuine"][:2]
    assert {first[0]["b"], first[1]["b"]} == {"2_3"}
    for entry in first:
        assert (entry["level"], entry["rejected"], entry["cause"]) == (0, True, "extraction failure")
        assert (entry["figures"], entry["contributions"]) == (None, {})


def test_drawing_an_image_and_a_record(prints: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extractor = load_leader()
    template = extractor.extract(decode_image((prints / "1_1.png").read_bytes()))
    record = write_record(template_to_record(template, FingerPosition.UNKNOWN))
    (tmp_path / "alone.iso").write_bytes(record)
    for a in (prints / "1_1.png", tmp_path / "alone.iso"):
        out = tmp_path / "deep" / f"{a.stem}.png"
        assert command.main(["draw", "--a", str(a), "--b", str(prints / "1_2.png"), "--out", str(out)]) == 0
        picture = cv2.imread(str(out))
        assert picture is not None
        assert picture.shape[1] > 1000
    assert "MATCH at FMR 0.0001: level" in capsys.readouterr().err
    shutil.copy(prints / "1_1.png", tmp_path / "alone.png")
    out = tmp_path / "beside.png"
    beside = ["draw", "--a", str(tmp_path / "alone.iso"), "--b", str(prints / "1_2.png"), "--out", str(out)]
    assert command.main(beside) == 0
    with_print, without = (cv2.imread(str(path)) for path in (out, tmp_path / "deep" / "alone.png"))
    assert with_print is not None
    assert without is not None
    left = slice(48, 400), slice(20, 300)
    assert with_print[left].mean() < without[left].mean() - 20  # the ridges show behind the minutiae


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["draw", "--a", "none.png", "--b", "none.png", "--out", "x.png"], "none.png"),
        (["draw", "--a", __file__, "--b", __file__, "--out", "x.png"], "SAMPLE_FORMAT_UNSUPPORTED"),
        (["gallery", "--dataset", "nowhere", "--out", "x"], "is not a folder"),
        (["gallery", "--dataset", "nowhere:abc", "--out", "x"], "resolution in pixels per inch"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(
    arguments: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command.main(arguments) == 2
    assert says in " ".join(capsys.readouterr().err.split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({}, Cause.OTHER),
        ({"own": (10.0, 90.0)}, Cause.LABEL),
        ({"own": (10.0, 90.0), "quality": (30, 80)}, Cause.QUALITY),
        ({"own": (None, None)}, Cause.OTHER),
        ({"quality": (80, 5), "area": 3.0}, Cause.QUALITY),
        ({"area": 20.0, "sure": (8, 30)}, Cause.NO_OVERLAP),
        ({"sure": (8, 30)}, Cause.TOO_FEW_MINUTIAE),
        ({"common": (20, 4)}, Cause.NO_OVERLAP),
        ({"quality": (80, 30)}, Cause.QUALITY),
        ({"off": 50.0}, Cause.MISALIGNED),
        ({"off": float("inf")}, Cause.MISALIGNED),
        ({"off": None}, Cause.OTHER),
        ({"bend": 9.0}, Cause.DISTORTION),
        ({"missing": (12, 1)}, Cause.EXTRACTION_MISS),
        ({"missing": (3, 3), "common": (8, 8)}, Cause.OTHER),
    ],
)
def test_the_first_cause_that_holds_is_named(change: dict[str, object], cause: Cause) -> None:
    assert genuine_cause(replace(GOOD, **change), 30.0) is cause  # type: ignore[arg-type]


def test_two_fingers_that_match_throughout_are_one() -> None:
    assert impostor_cause(GOOD, 0.8) is Cause.LABEL
    assert impostor_cause(GOOD, 0.1) is Cause.OTHER
    assert impostor_cause(replace(GOOD, area=9.0), 0.1) is Cause.NO_OVERLAP


def test_the_way_over_a_third_print_is_both_movements_after_each_other() -> None:
    there, back = (2.0, 30.0, -12.0), (1.8, -7.0, 55.0)
    points = np.array([[0.0, 0.0], [120.0, 40.0], [3.0, 300.0]])
    joined = movement_by_third(there, back)
    assert moved_points(points, joined) == pytest.approx(moved_points(moved_points(points, there), back))
    assert joined[0] == pytest.approx(3.8 - 2 * np.pi)


def test_what_a_third_print_says_is_compared_with_where_the_print_was_laid() -> None:
    whole = finger(5)
    a, b = (prepare(impression(whole, seed)) for seed in (1, 2))
    found = compare(a, b)
    assert found.movement is not None
    turn, dx, dy = found.movement
    figures = measure(a, b, found, (None, None), ("third", found.movement))
    assert (figures.off, figures.third, figures.pairs) == (0.0, "third", len(found.pairs))
    assert figures.turn == round(float(np.degrees(turn)))
    moved = measure(a, b, found, (None, None), ("third", (turn, dx + 30, dy - 40)))
    assert moved.off == pytest.approx(50, abs=0.1)
    nothing = compare(a, prepare(EMPTY))
    assert measure(a, prepare(EMPTY), nothing, (None, None), ("third", (0.0, 0.0, 0.0))).off == float("inf")


def scored(name: str, templates: list[Template | None], levels: dict[tuple[int, int], float]) -> ScoredSet:
    """Return a set of impressions of fingers 0 and 1, alternating; pairs not named have level 80 or 0."""
    impressions = [Impression(f"{i % 2}_{i}", str(i % 2), template, 0.0) for i, template in enumerate(templates)]
    members = list(all_pairs([i.finger for i in impressions]))
    return ScoredSet(
        name, "test", [], impressions, members, [levels.get((p.a, p.b), 80.0 if p.genuine else 0.0) for p in members]
    )


def test_rejected_pairs_are_all_shown_however_many_and_sets_are_pooled() -> None:
    fingers = finger(1), finger(2)
    templates: list[Template | None] = [impression(fingers[i % 2], i) for i in range(8)]
    low = scored("low", templates, {(0, 2): 5.0, (1, 3): 6.0, (0, 1): 20.0})
    high = scored("high", templates, {(0, 2): 7.0, (2, 3): 35.0})
    found = choose([low, high], default_calibration(), genuine=1, impostor=2)
    assert found.threshold == 35.0
    assert [(e.scored.name, e.level) for e in found.genuine] == [("low", 5.0), ("low", 6.0), ("high", 7.0)]
    assert (found.rejected, found.accepted, found.genuine_pairs, found.impostor_pairs) == (3, 0, 24, 32)
    assert [(e.scored.name, e.level, e.names) for e in found.impostor] == [
        ("high", 35.0, ("0_2", "1_3")),
        ("low", 20.0, ("0_0", "1_1")),
    ]
    assert found.genuine[0].figures is not None
    assert found.genuine[0].figures.third in {"0_4", "0_6"}
    assert found.impostor[0].figures is not None
    assert found.impostor[0].figures.third == ""


def test_an_impression_that_its_own_finger_rejects_is_called_mislabelled() -> None:
    fingers = finger(1, 60), finger(2, 60)
    templates: list[Template | None] = [impression(fingers[i % 2], i, kept=0.95) for i in range(8)]
    templates[0] = impression(finger(3, 60), 0, kept=0.95)
    templates = [None if t is None else replace(t, quality=np.full(len(t), 0.9, np.float32)) for t in templates]
    strange = scored("set", templates, {(0, 2): 3.0, (0, 4): 4.0, (0, 6): 5.0, (2, 4): 30.0, (0, 1): 20.0})
    found = choose([strange], default_calibration(), genuine=4, impostor=0)
    assert [entry.cause for entry in found.genuine[:3]] == [Cause.LABEL] * 3
    assert found.genuine[3].cause is not Cause.LABEL


def test_the_page_calls_for_one_picture_a_pair() -> None:
    templates: list[Template | None] = [impression(finger(i % 2), i) for i in range(4)]
    found = choose([scored("set", templates, {})], default_calibration(), genuine=2, impostor=3)
    steps: list[str] = []
    page = errors_page(found, ["set"], lambda entry: np.zeros((8, 8, 3), np.uint8), lambda: steps.append("drawn"))
    assert len(steps) == 5
    assert page.count("<section") == 5
