"""Extractors and matchers of a stranger, from a folder of theirs: what they are given, what they must not do."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from benchmarks.impressions import Made
from benchmarks.measures.scores import read_scores
from benchmarks.report import __main__ as report
from benchmarks.report import compare
from benchmarks.report.tables import compared_table
from benchmarks.systems.kept import KeptTemplates
from benchmarks.systems.system import own_system
from benchmarks.verification import __main__ as verification
from matcher.templates.compact import encode
from tests import prints
from tests.places import DOCS

SYSTEM = '''
"""Fingers are greys."""
from pathlib import Path

import numpy as np

CALLS = Path(__file__).with_name("calls")


def called(what):
    with CALLS.open("a") as file:
        file.write(what + "\\n")


class Grey:
    def __init__(self, value):
        self.value = value


def extract(pixels):
    called("extract")
    assert pixels.dtype == np.uint8
    return None if pixels[0, 0] < 10 else Grey(float(pixels.mean()))


def stored(pixels, ppi, path):
    assert ppi == 1000 and path.suffix == ".png" and pixels.shape == (600, 400)
    return Grey(float(pixels.mean()))


def match(a, b):
    called("match")
    return -abs(a.value - b.value)


def pictures(a, b):
    return 300 - abs(float(a.mean()) - float(b.mean()))


def lopsided(a, b):
    return -abs(a.value - b.value) + a.value / 1000


def unable(a, b):
    return None if max(a.value, b.value) > 200 else match(a, b)


def raises(a, b):
    raise KeyError("no such thing")


def breaks_down(a, b):
    if not CALLS.with_name("mended").exists() and len(CALLS.read_text().split()) > 50:
        raise MemoryError
    return match(a, b)


def one_way(a, b):
    return match(a, b) if a.value < b.value else None


def of_one(a):
    return 1.0


def nan(a, b):
    return float("nan")


def words(a, b):
    return "high"


def unpicklable(pixels):
    return lambda: 1


def minutiae(pixels):
    rng = np.random.default_rng(int(pixels[0, 0]) // 40)
    return np.column_stack([rng.uniform(20, 180, 30), rng.uniform(20, 280, 30), rng.uniform(-3, 3, 30)])


def outside(pixels):
    return [[1e6, 0.0, 0.0]]


def strange(pixels):
    return ["one", "two"]


constant = 5
'''


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("theirs")
    (folder / "grey_system.py").write_text(SYSTEM)
    (folder / "broken_system.py").write_text("import nowhere_at_all\n")
    return folder


@pytest.fixture(scope="module")
def greys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three people with two fingers of two impressions each, half a size at 1000 ppi; a list that says who and how."""
    folder = tmp_path_factory.mktemp("greys")
    rows = ["scan,who,finger,Gender,sensor"]
    for person in range(3):
        for finger in (1, 2):
            for impression in (1, 2):
                name = f"{person}{finger}_{impression}.png"
                grey = 40 * (2 * person + finger) + 2 * impression
                PIL.Image.new("L", (400, 600), min(grey, 254)).save(folder / name, dpi=(1000, 1000))
                rows.append(f"{name},{person},{finger},{'MF'[person % 2]},{'XY'[impression - 1]}")
    (folder / "list.csv").write_text("\n".join(rows) + "\n")
    return folder


def run(data: Path, out: Path, *more: str) -> Any:
    assert verification.main(["--dataset", str(data), "--out", str(out), *more]) == 0
    return json.loads((out / "metrics.json").read_text())


def own(theirs: Path, extractor: str | None, matcher: str | None) -> list[str]:
    named = (("--extractor", extractor), ("--matcher", matcher))
    return [part for option, name in named if name for part in (option, f"{theirs}/grey_system.py:{name}")]


LIST = ("--columns", "path=scan subject=who")


def test_a_stranger_s_extractor_and_matcher_are_measured(theirs: Path, greys: Path, tmp_path: Path) -> None:
    metrics = run(greys, tmp_path / "a", *own(theirs, "extract", "match"))
    assert metrics["percent"]["zero_fmr"] == 0
    assert (metrics["genuine_pairs"], metrics["impostor_pairs"], metrics["calibration"]) == (6, 60, None)
    assert metrics["extractor"].startswith("grey_system:extract-")
    assert metrics["symmetry"] == {"checked": 66, "differing": 0, "largest": 0.0}
    assert metrics["minutiae"] is None
    assert min(read_scores(tmp_path / "a" / "scores.csv").values) < -100


def test_it_is_given_the_pixels_as_stored_and_the_file_where_it_asks(theirs: Path, greys: Path, tmp_path: Path) -> None:
    assert run(greys, tmp_path, *own(theirs, "stored", "match"))["percent"]["eer"] == 0


def test_a_matcher_alone_is_given_both_pictures_at_500_ppi(theirs: Path, greys: Path, tmp_path: Path) -> None:
    metrics = run(greys, tmp_path, *own(theirs, None, "pictures"))
    assert metrics["extractor"] == "the pictures at 500 ppi"
    assert metrics["percent"]["eer"] == 0


def test_rows_of_an_extractor_go_to_our_comparator(theirs: Path, greys: Path, tmp_path: Path) -> None:
    metrics = run(greys, tmp_path, *own(theirs, "minutiae", None))
    assert metrics["comparator"].startswith("mcc-evidence")
    assert metrics["minutiae"]["median"] == 30
    assert metrics["percent"]["zero_fmr"] == 0
    assert metrics["symmetry"] is None


def test_a_module_is_found_in_the_folder_where_one_is(
    theirs: Path, greys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(theirs)
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert run(greys, tmp_path, "--matcher", "grey_system:pictures")["percent"]["eer"] == 0


def test_files_may_be_called_as_our_packages_and_as_each_other(greys: Path, tmp_path: Path) -> None:
    named = []
    for place, option in (("x", "extractor"), ("y", "matcher")):
        (tmp_path / place).mkdir()
        file = tmp_path / place / "matcher.py"
        file.write_text("import neighbour\nextract = neighbour.Grey\ndef match(a, b):\n    return -abs(a.g - b.g)\n")
        (tmp_path / place / "neighbour.py").write_text(
            "class Grey:\n    def __init__(self, pixels):\n        self.g = float(pixels.mean())\n"
        )
        named += [f"--{option}", f"{file}:{'extract' if option == 'extractor' else 'match'}"]
    assert run(greys, tmp_path / "out", *named)["percent"]["eer"] == 0
    assert run(greys, tmp_path / "out", *named)["extractor"].startswith("matcher:extract-")
    assert Path(str(sys.modules["matcher"].__file__)).parent.name == "matcher"


def test_an_asymmetric_matcher_is_told(
    theirs: Path, greys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run(greys, tmp_path, *own(theirs, "extract", "lopsided"))["symmetry"]
    assert found["differing"] == 66
    assert 0 < found["largest"] < 1
    assert "not symmetric: of 66 pairs" in capsys.readouterr().err


def test_a_matcher_that_compares_one_way_only_is_told(theirs: Path, greys: Path, tmp_path: Path) -> None:
    found = run(greys, tmp_path, *own(theirs, "extract", "one_way"))["symmetry"]
    assert found == {"checked": 66, "differing": 66, "largest": 0.0}


def test_failures_are_told_apart_from_errors(theirs: Path, greys: Path, tmp_path: Path) -> None:
    data = shutil.copytree(greys, tmp_path / "data")
    for name in ("01_1", "01_2", "02_1"):
        PIL.Image.new("L", (400, 600), 5).save(data / f"{name}.png", dpi=(1000, 1000))
    (data / "22_1.png").write_bytes(b"not an image")
    metrics = run(data, tmp_path / "out", *own(theirs, "extract", "match"))
    assert metrics["failure_to_acquire_percent"] == pytest.approx(100 * 4 / 12)
    assert metrics["failure_to_enrol_percent"] == pytest.approx(100 / 6)
    assert metrics["failures"] == {"NO_TEMPLATE": 3, "SAMPLE_FORMAT_UNSUPPORTED": 1}
    assert metrics["failures_to_compare"] == 66 - 8 * 7 // 2
    assert metrics["without_failures"]["zero_fmr"] == 0
    assert metrics["percent"]["zero_fmr"] == pytest.approx(50)
    lowest = min(read_scores(tmp_path / "out" / "scores.csv").values)
    assert sum(v == lowest for v in read_scores(tmp_path / "out" / "scores.csv").values) >= 38


def test_a_pair_that_cannot_be_compared_is_rejected_counted_and_told(
    theirs: Path, greys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = run(greys, tmp_path, *own(theirs, "extract", "unable"))
    assert "38 pairs were not compared" in capsys.readouterr().err
    assert metrics["failures_to_compare"] == 38
    assert metrics["percent"]["zero_fmr"] == pytest.approx(100 / 3)
    assert metrics["without_failures"]["zero_fmr"] == 0


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert verification.main(arguments) == 2
    return " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("extractor", "matcher", "says"),
    [
        (
            "extract",
            "raises",
            "grey_system.py:raises on 01_1 and 01_2: KeyError: 'no such thing' (grey_system.py, line",
        ),
        ("extract", "of_one", "TypeError: of_one() takes 1 positional argument but 2 were given"),
        ("extract", "nan", "returned nan; return None"),
        ("extract", "words", "returned str, expected a number"),
        ("unpicklable", "match", "cannot be kept"),
        ("outside", None, "outside [0, 200]"),
        ("strange", None, "returned list, expected for our comparator"),
        ("extract", "nothing", "has no nothing; its functions are called, extract,"),
        ("extract", "constant", "cannot be called"),
    ],
)
def test_what_a_function_must_not_do_is_told_in_one_line(
    theirs: Path,
    greys: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    extractor: str,
    matcher: str | None,
    says: str,
) -> None:
    out = tmp_path / "out"
    said = refused(["--dataset", str(greys), "--out", str(out), *own(theirs, extractor, matcher)], capsys)
    assert says in said
    assert "plugins.py" not in said, "of whoever calls nothing is told"
    assert not (out / "scores.csv").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--matcher", "no_such_module:f"], "no_such_module cannot be imported: ModuleNotFoundError"),
        (["--matcher", "{theirs}/none.py:f"], "none.py does not exist"),
        (["--matcher", "{theirs}/broken_system.py:f"], "No module named 'nowhere_at_all'"),
        (["--matcher", "alone"], "expected module:function"),
        (["--extractor", "leder"], "no extractor 'leder'"),
        (["--extractor", "image"], "matcher of your own"),
        (["--layout", "{theirs}/grey_system.py:match"], "is no enroll_tools.datasets.layout.Layout"),
        (["--layout", "unknown"], "unknown layout"),
        (["--columns", "subject"], "MEANING=NAME"),
    ],
)
def test_a_name_that_is_none_is_told_before_anything_is_done(
    theirs: Path, greys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], says: str
) -> None:
    named = [option.format(theirs=theirs) for option in options]
    assert says in refused(["--dataset", str(greys), "--out", str(tmp_path / "out"), *named], capsys)
    assert not (tmp_path / "out").exists()


def calls(theirs: Path) -> list[str]:
    file = theirs / "calls"
    found = file.read_text().split() if file.exists() else []
    file.unlink(missing_ok=True)
    return found


def test_an_interrupted_run_goes_on_and_what_changed_is_made_anew(theirs: Path, greys: Path, tmp_path: Path) -> None:
    data, arguments = shutil.copytree(greys, tmp_path / "data"), own(theirs, "extract", "match")
    calls(theirs)
    first = run(data, tmp_path / "out", *arguments)
    assert sorted(set(calls(theirs))) == ["extract", "match"]
    scores = (tmp_path / "out" / "scores.csv").read_bytes()
    kept = next((tmp_path / "out" / "kept").glob("scores-*"))
    kept.write_text(kept.read_text()[: len(kept.read_text()) // 2])  # as if it had been killed while it wrote
    one = next(path for path in (tmp_path / "out" / "kept").iterdir() if path != kept)
    one.write_bytes(one.read_bytes()[:20])
    again = run(data, tmp_path / "out", *arguments)
    made = calls(theirs)
    assert made.count("extract") == 1
    assert 66 < made.count("match") < 66 + 60  # 66 for the symmetry
    assert (tmp_path / "out" / "scores.csv").read_bytes() == scores
    assert again["percent"] == first["percent"]
    PIL.Image.new("L", (400, 600), 47).save(data / "01_1.png", dpi=(1000, 1000))
    run(data, tmp_path / "out", *arguments)
    made = calls(theirs)
    assert made.count("extract") == 1
    assert made.count("match") == 66 + 11
    run(data, tmp_path / "elsewhere", *arguments, "--kept", str(tmp_path / "out" / "kept"))
    assert "extract" not in calls(theirs)


def test_what_was_done_before_a_fault_is_not_done_again(
    theirs: Path, greys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = own(theirs, "extract", "breaks_down")
    calls(theirs)
    said = refused(["--dataset", str(greys), "--out", str(tmp_path), *arguments], capsys)
    assert "MemoryError" in said
    done = calls(theirs)
    assert (done.count("extract"), done.count("match")) == (12, 39)
    (theirs / "mended").touch()
    run(greys, tmp_path, *arguments)
    again = calls(theirs)
    assert again.count("extract") == 0
    assert again.count("match") == 66 + 66 - 38  # four rows of 11, 10, 9 and 8 pairs were whole; 66 for the symmetry


class Harmful:
    def __reduce__(self) -> Any:
        return os.mkdir, ("harmed",)


def test_what_was_kept_of_our_templates_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept = KeptTemplates(tmp_path / "kept", own_system(("x", lambda _: None), None))
    template = prints.finger(3)
    kept.write("good", Made(template, "", 1.5))
    back = kept.read("good")
    assert back is not None
    assert (encode(back.template), back.seconds) == (encode(template), 1.5)
    assert np.array_equal(back.template.x, template.x)
    (tmp_path / "kept" / "bad").write_bytes(pickle.dumps((Harmful(), "", 0.0)))
    assert kept.read("bad") is None
    assert kept.read("none") is None
    assert not (tmp_path / "harmed").exists()


def test_rates_by_finger_sex_and_device_of_a_list(theirs: Path, greys: Path, tmp_path: Path) -> None:
    metrics = run(greys / "list.csv", tmp_path, *own(theirs, "extract", "unable"), *LIST)
    found = {(g["by"], g["group"]): g for g in metrics["groups"]}
    assert found.keys() == {
        *(("finger", f"RIGHT_{name}") for name in ("THUMB", "INDEX")),
        *(("sex", sex) for sex in "MF"),
        *(("device", device) for device in ("X", "Y", "X × Y")),
    }
    assert (found["device", "X × Y"]["genuine_pairs"], found["device", "X"]["genuine_pairs"]) == (6, 0)
    assert found["device", "X"]["false_rejection_percent"] is None
    assert found["sex", "M"]["rejected"] == 2  # person 2's greys, which it does not compare
    assert found["sex", "F"]["rejected"] == 0
    assert sum(g["impressions"] for key, g in found.items() if key[0] == "finger") == 12


def test_a_list_of_pairs_is_the_protocol(
    theirs: Path, greys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("probe,reference\n01_1.png,01_2.png\n11_1,01_2\n12_1.png,12_2.png\n")
    metrics = run(greys, tmp_path / "a", *own(theirs, "extract", "match"), "--pairs", str(pairs))
    assert (metrics["genuine_pairs"], metrics["impostor_pairs"]) == (2, 1)
    assert metrics["protocol"].startswith("the pairs of a list")
    alone = greys / "alone.csv"
    alone.write_text("a,b,genuine\n01_1.png,01_2.png,1\n01_1.png,11_2.png,0\n")
    metrics = run(alone, tmp_path / "b", *own(theirs, "extract", "match"))
    assert (metrics["dataset"], metrics["fingers"], metrics["impressions"]) == ("alone", 2, 3)
    assert "(3 / 1)." in capsys.readouterr().err, "one finger is in genuine pairs, of two in the list"
    alone.unlink()
    for text, says in (
        ("a,b\n01_1.png,99_1.png\n", "no print of the set"),
        ("a,b,genuine\n01_1.png,01_2.png,0\n", "the set says otherwise"),
        ("a,b\n01_1.png,01_2.png\n", "no impostor pair"),
        ("a,b\n01_1.png,11_2.png\n", "no genuine pair"),
    ):
        pairs.write_text(text)
        assert says in refused(["--dataset", str(greys), "--out", str(tmp_path / "c"), "--pairs", str(pairs)], capsys)


def made_report(data: Path, out: Path, *more: str) -> Any:
    assert report.main(["--dataset", str(data), "--out", str(out), "--peers", "none", *more]) == 0
    return json.loads((out / "report.json").read_text()), (out / "report.html").read_text()


@pytest.mark.slow
def test_the_report_takes_them_and_two_are_compared_on_the_same_pairs(
    theirs: Path, greys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(greys / "list.csv")
    good, page = made_report(Path(data), tmp_path / "a", *own(theirs, "extract", "match"), *LIST)
    assert good["calibration"] is None
    assert good["bootstrap"]["over"] == "people"
    assert good["pooled"]["rule_of_three_percent"] == {"by_pairs": 50.0, "by_fingers": 50.0}
    for shown in (
        "none seen: under 50.00",
        "By finger, sex and device",
        "Failures to acquire and to enrol",
        "none were asked for",
        "X × Y",
    ):
        assert shown in page
    assert "Claimed against measured" not in page
    bad, page = made_report(Path(data), tmp_path / "b", *own(theirs, "extract", "unable"), *LIST)
    assert "38 pairs not compared" in page
    arguments = ["--a", str(tmp_path / "a" / "report.json"), "--b", str(tmp_path / "b" / "report.json")]
    capsys.readouterr()
    figures = tmp_path / "figures.json"
    assert compare.main([*arguments, "--out", str(tmp_path / "c.html"), "--figures", str(figures), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert '"det"' not in figures.read_text()
    first, second, between = compared_table(json.loads(figures.read_text())).splitlines()[2:]
    assert first.startswith(f"| {good['extractor']} with {good['comparator']} | none of 6 seen: under 50.00 |")
    assert f"| {bad['pooled']['percent']['zero_fmr']:.2f} (" in second
    assert "| +33.33 (" in between
    assert found["bootstrap"]["over"] == "people"
    assert found["pooled"]["difference"]["percent"]["zero_fmr"] == pytest.approx(100 / 3)
    assert found["pooled"]["difference"]["b_less_percent"]["zero_fmr"] == 0
    assert f"B: {bad['extractor']} with" in " ".join((tmp_path / "c.html").read_text().split())


@pytest.mark.slow
def test_the_twenty_lines_of_the_docs_tell_prints_apart(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    for finger in range(1, 4):
        x, y = np.meshgrid(np.arange(300), np.arange(300))
        bent = 40 * np.sin(x / rng.uniform(40, 90)) + 40 * np.cos(y / rng.uniform(40, 90))
        ridges = 128 + 90 * np.sin((np.hypot(x - 150, y - 150) + bent) * 2 * np.pi / 9)
        for impression in (1, 2):
            shifted = np.roll(ridges, 9 * impression, axis=1) + rng.normal(0, 10, ridges.shape)
            picture = PIL.Image.fromarray(shifted.clip(0, 255).astype(np.uint8))
            picture.save(tmp_path / f"{finger}_{impression}.png", dpi=(500, 500))
    named = str(DOCS / "examples" / "twenty_lines.py")
    metrics = run(tmp_path, tmp_path / "out", "--extractor", f"{named}:extract", "--matcher", f"{named}:match")
    assert metrics["percent"]["eer"] == 0
    assert metrics["symmetry"]["differing"] == 0
