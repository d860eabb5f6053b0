"""``--local``: two prints are compared, drawn and extracted where there is no service."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import cv2
import pytest
from typer.testing import CliRunner, Result

from enroll_tools.synthetic import EASY, Population
from idverify.cli import build_app
from matcher import FingerPosition, RecordFormat, convert_record, read_record, write_record
from matcher.images.decoding import encode_png
from tests.golden.ansi_nist import make_ansi_nist as made

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, people = tmp_path_factory.mktemp("prints"), Population(seed=5, impressions=EASY)
    for name, person, number in (("one", 0, 1), ("again", 0, 2), ("other", 1, 1)):
        image = people.impression(person, FingerPosition.RIGHT_INDEX, number).image
        (folder / f"{name}.png").write_bytes(encode_png(image))
    return folder


def ran(*arguments: str | Path) -> Result:
    nobody = {"IDVERIFY_SERVER": "127.0.0.1:1"}
    return CliRunner().invoke(build_app(), [*map(str, arguments)], env=nobody)


def test_prints_are_compared_and_drawn(prints: Path, tmp_path: Path) -> None:
    here, picture = ("--local", "--extractor", "ridge", "--json"), tmp_path / "out.png"
    same = ran("compare", prints / "one.png", prints / "again.png", *here, "--picture", picture)
    assert same.exit_code == 0, same.output
    answer = json.loads(same.stdout)
    assert (answer["decision"], answer["score"] > 40) == ("DECISION_MATCH", True)
    drawn = cv2.imread(str(picture))
    assert drawn is not None
    assert min(drawn.shape[:2]) > 500
    assert ran("compare", prints / "one.png", prints / "other.png", *here).exit_code == 3


def test_a_record_is_made(prints: Path, tmp_path: Path) -> None:
    made = ran("extract", prints / "one.png", "--local", "--extractor", "ridge", "--out", tmp_path / "one.fmr")
    assert made.exit_code == 0, made.output
    assert (tmp_path / "one.fmr").read_bytes().startswith(b"FMR\0")
    assert f"{(tmp_path / 'one.fmr').stat().st_size} bytes" in made.stdout


def test_one_finger_comes_as_an_xyt_text_as_base64_text_and_in_a_file(prints: Path, tmp_path: Path) -> None:
    here = ("--local", "--extractor", "ridge")
    assert ran("extract", prints / "one.png", *here, "--out", tmp_path / "one.fmr").exit_code == 0
    data = (tmp_path / "one.fmr").read_bytes()
    record = read_record(data)
    xyt = tmp_path / "one.xyt"
    xyt.write_bytes(write_record(convert_record(record, RecordFormat.XYT).record))
    (tmp_path / "one.txt").write_bytes(base64.encodebytes(data))
    parts = [
        made.tagged((prints / f"{name}.png").read_bytes(), finger=str(finger), compression="PNG", idc=finger)
        for name, finger in (("again", 2), ("other", 3))
    ]
    (tmp_path / "two.an2").write_bytes(made.file_of(parts))
    for form in (f"{xyt}:{record.width}x{record.height}", tmp_path / "one.txt"):
        same = ran("compare", form, f"right-index={tmp_path / 'two.an2'}", *here, "--resolution", "500")
        assert same.exit_code == 0, same.output
    other = ran("compare", tmp_path / "one.txt", f"right-middle={tmp_path / 'two.an2'}", *here)
    assert other.exit_code == 3, other.output
    refusals = {
        ("extract", str(xyt)): "SAMPLE_RESOLUTION_UNKNOWN",
        ("extract", str(tmp_path / "two.an2")): "SAMPLE_INVALID",
        ("extract", f"left-ring={tmp_path / 'two.an2'}"): "SAMPLE_POSITION_MISMATCH",
    }
    for command, reason in refusals.items():
        refused = ran(*command, *here)
        assert (refused.exit_code, reason in refused.stderr) == (1, True), refused.output
    sized = ran("extract", f"{xyt}:300x400", *here)
    assert (sized.exit_code, "give --resolution too" in sized.stderr) == (2, True), sized.output


def test_what_cannot_be_is_said(prints: Path, tmp_path: Path) -> None:
    (tmp_path / "none").write_bytes(b"no print")
    refused = ran("extract", tmp_path / "none", "--local", "--extractor", "ridge")
    assert (refused.exit_code, "SAMPLE_FORMAT_UNSUPPORTED" in refused.stderr) == (1, True)
    wrong = ran("compare", prints / "one.png", prints / "again.png", "--picture", tmp_path / "x.png")
    assert (wrong.exit_code, "--picture goes with --local" in wrong.stderr) == (2, True)


def test_a_size_is_taken_of_an_xyt_text_alone(prints: Path, tmp_path: Path) -> None:
    here, resolution = ("--local", "--extractor", "ridge"), ("--resolution", "500")
    assert ran("extract", prints / "one.png", *here, "--out", tmp_path / "one.fmr").exit_code == 0
    for file in (prints / "one.png", tmp_path / "one.fmr"):
        told = ran("quality", f"{file}:320x400", *resolution)
        assert (told.exit_code, "is no xyt text" in told.output) == (2, True), told.output
