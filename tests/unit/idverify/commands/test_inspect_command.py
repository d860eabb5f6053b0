"""``idverify inspect``: what is on the page, that it stands alone, and what is refused."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner, Result

from enroll_tools.synthetic import EASY, Population
from idverify.cli import build_app
from matcher.quality.nfiq2.forest import installed_forest
from matcher.types import ByteArray, FingerPosition

TITLES = (
    "Image",
    "Normalised",
    "Finger",
    "Orientation",
    "Coherence",
    "Ridge period",
    "Enhanced",
    "Lines",
    "Minutiae by image processing: ",
    "Minutiae by LEADER: ",
)


def inspect(*arguments: object) -> Result:
    return CliRunner().invoke(build_app(), ["inspect", *map(str, arguments)])


@pytest.fixture(scope="module")
def pixels() -> ByteArray:
    return Population(7, EASY).impression(0, FingerPosition.RIGHT_INDEX, 1).image.pixels


def save(folder: Path, picture: ByteArray, name: str = "finger.png") -> Path:
    path = folder / name
    cv2.imwrite(str(path), picture)
    return path


def test_the_page_shows_every_stage_and_needs_nothing_beside_it(tmp_path: Path, pixels: ByteArray) -> None:
    source = save(tmp_path, pixels, "<b>&.png")
    result = inspect(source, "--out", tmp_path / "page.html", "--resolution", 500, "--json")
    assert result.exit_code == 0, result.output
    facts = json.loads(result.stdout)
    assert (facts["height"], facts["width"]) == pixels.shape
    assert facts["usable"] is True
    assert (facts["nfiq2"] is None) == (installed_forest() is None)
    assert 5 < facts["ridge_period_px"] < 15
    assert min(facts["minutiae"].values()) > 15
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    titles = re.findall("<h2>(.*?)</h2>", html)
    assert all(title.startswith(expected) for title, expected in zip(titles, TITLES, strict=True))
    assert titles[-1] == f"Minutiae by LEADER: {facts['minutiae']['leader']}"
    pictures = re.findall('src="(.*?)"', html)
    assert len(pictures) == len(TITLES)
    for picture in pictures:
        kind, _, data = picture.partition(",")
        assert kind == "data:image/png;base64"
        shown = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
        assert shown is not None
        assert shown.shape == (2 * pixels.shape[0], 2 * pixels.shape[1], 3)
    assert "&lt;b&gt;&amp;.png" in html
    assert "<script" not in html
    assert "<b>" not in html


def test_the_picture_holds_all_panels(tmp_path: Path, pixels: ByteArray) -> None:
    result = inspect(save(tmp_path, pixels), "--out", tmp_path / "sheet.png", "--resolution", 500)
    assert result.exit_code == 0, result.output
    assert "usable" in result.output
    sheet = cv2.imread(str(tmp_path / "sheet.png"))
    assert sheet is not None
    assert sheet.shape[1] > 8 * pixels.shape[1]
    assert sheet.shape[0] > 6 * pixels.shape[0]


@pytest.mark.parametrize("content", ["blank", "noise", "tiny"])
def test_what_is_no_finger_is_shown_too(tmp_path: Path, content: str) -> None:
    pictures: dict[str, ByteArray] = {
        "blank": np.full((200, 150), 255, dtype=np.uint8),
        "noise": np.random.default_rng(0).integers(0, 256, (200, 150), dtype=np.uint8),
        "tiny": np.zeros((64, 64), dtype=np.uint8),
    }
    source = save(tmp_path, pictures[content])
    result = inspect(source, "--out", tmp_path / "page.html", "--resolution", 500, "--json")
    assert result.exit_code == 0, result.output
    facts = json.loads(result.stdout)
    assert facts["usable"] is False
    assert facts["advice"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["finger.png", "--out", "page.pdf", "--resolution", "500"], 2, "must end in .html or .png"),
        (["finger.png", "--out", "page.html"], 1, "SAMPLE_RESOLUTION_UNKNOWN"),
        (["nothing.png", "--out", "page.html"], 2, "nothing.png"),
        (["text.png", "--out", "page.html"], 1, "SAMPLE_FORMAT_UNSUPPORTED"),
    ],
)
def test_refusals_write_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pixels: ByteArray, arguments: list[str], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path, pixels)
    Path("text.png").write_text("no image")
    result = inspect(*arguments)
    assert result.exit_code == code, result.output
    assert said in " ".join(result.output.split())
    assert not list(tmp_path.glob("page.*"))
