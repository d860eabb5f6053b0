"""``idverify convert``: what is written, what is said, and the exit codes."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from idverify.cli import build_app
from matcher.formats.records import Frame, RecordFormat, read_record, write_record
from tests.places import GOLDEN

MADE: dict[str, bytes] = runpy.run_path(str(GOLDEN / "make_records.py"))["RECORDS"]


def convert(*arguments: object) -> Result:
    return CliRunner().invoke(build_app(), ["convert", *map(str, arguments)])


def test_the_file_is_in_the_new_format_and_quirks_and_losses_are_said(tmp_path: Path) -> None:
    target = tmp_path / "out"
    result = convert(GOLDEN / "ansi2004_length_wrong.fmr", target, "--to", "iso-19794-2-2005", "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (said["from"], said["to"]) == ("ansi-378-2004", "iso-19794-2-2005")
    assert said["minutiae"] == [2, 1]
    assert said["quirks"] == [{"code": "LENGTH_WRONG", "byte": 8, "text": said["quirks"][0]["text"]}]
    assert [loss["code"] for loss in said["losses"]] == ["EXTENDED_DATA_DROPPED", "PRODUCT_DROPPED"]
    assert said["bytes"] == len(target.read_bytes())
    assert read_record(target.read_bytes()).format is RecordFormat.ISO_19794_2_2005


def test_an_xyt_text_goes_there_and_back(tmp_path: Path) -> None:
    image = ["--size", "300x400", "--resolution", "500"]
    assert convert(GOLDEN / "nbis.xyt", tmp_path / "a", "--to", "ansi-378-2009", *image).exit_code == 0
    assert convert(tmp_path / "a", tmp_path / "b", "--to", "xyt").exit_code == 0
    back = read_record((tmp_path / "b").read_bytes(), frame=Frame(300, 400))
    assert back.views[0].angle.tolist() == [0, 180, 224]  # 225 degrees are no multiple of two
    assert write_record(back).splitlines()[:2] == MADE["nbis.xyt"].splitlines()[:2]


def test_people_read_it_too(tmp_path: Path) -> None:
    result = convert(GOLDEN / "iso2011_certified.fmr", tmp_path / "out", "--to", "xyt")
    assert result.exit_code == 0
    for text in ("iso-19794-2-2011", "types of minutiae", "3"):
        assert text in result.output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nbis.xyt", "--to", "ansi-378-2004"], 1, "SAMPLE_RESOLUTION_UNKNOWN"),
        (["iso2011_truncated.fmr", "--to", "ansi-378-2004"], 1, "byte 119: truncated"),
        (["iso2011.fmr", "--to", "ansi-378-2004"], 1, "views of different size"),
        (["make_records.py", "--to", "ansi-378-2004"], 1, "SAMPLE_FORMAT_UNSUPPORTED"),
        (["nbis.xyt", "--to", "ansi-378-2004", "--size", "300x400"], 2, "needs both --size"),
        (["nbis.xyt", "--to", "ansi-378-2004", "--size", "0x4", "--resolution", "500"], 2, "needs both --size"),
        (["absent", "--to", "ansi-378-2004"], 2, "absent"),
        (["nbis.xyt", "--to", "other"], 2, "other"),
    ],
)
def test_refusals(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    target = tmp_path / "out"
    result = convert(GOLDEN / arguments[0], target, *arguments[1:])
    assert result.exit_code == code
    assert said in result.output
    assert not target.exists()
