"""``--local``: two prints are compared, drawn and extracted where there is no service."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest
from typer.testing import CliRunner, Result

from enroll_tools.synthetic import EASY, Population
from idverify.cli import build_app
from matcher import FingerPosition
from matcher.images.decoding import encode_png

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


def test_what_cannot_be_is_said(prints: Path, tmp_path: Path) -> None:
    (tmp_path / "none").write_bytes(b"no print")
    refused = ran("extract", tmp_path / "none", "--local", "--extractor", "ridge")
    assert (refused.exit_code, "SAMPLE_FORMAT_UNSUPPORTED" in refused.stderr) == (1, True)
    wrong = ran("compare", prints / "one.png", prints / "again.png", "--picture", tmp_path / "x.png")
    assert (wrong.exit_code, "--picture goes with --local" in wrong.stderr) == (2, True)
