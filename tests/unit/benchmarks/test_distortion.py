"""The distortion benchmark: altered prints are what was asked for, and what it writes is what it measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.distortion import __main__ as distortion
from benchmarks.distortion.altered import MARGIN, altered_image, altered_template, pressing_of
from benchmarks.distortion.measuring import alterations
from enroll_tools.synthetic import make_impression, make_master, write_fvc_folder
from enroll_tools.synthetic.prints.params import EASY
from enroll_tools.synthetic.prints.population import Population
from matcher.types import Image, Template


@pytest.fixture(scope="module")
def print_() -> tuple[Image, Template]:
    made = make_impression(make_master(1), 4)
    return made.image, made.truth


def marked(template: Template) -> np.ndarray:
    """Draw each minutia as a spot, to see where an image takes it."""
    pixels = np.full((template.height, template.width), 255, np.uint8)
    for x, y in zip(template.x, template.y, strict=True):
        pixels[round(float(y)) - 1 : round(float(y)) + 2, round(float(x)) - 1 : round(float(x)) + 2] = 0
    return pixels


@pytest.mark.parametrize(("strength", "turn"), [(50.0, 0), (0.0, 90), (0.0, 180), (30.0, 270)])
def test_minutiae_lie_where_the_image_shows_them(print_: tuple[Image, Template], strength: float, turn: int) -> None:
    _, template = print_
    inner = (template.x > 3) & (template.x < template.width - 4) & (template.y > 3) & (template.y < template.height - 4)
    template = replace(
        template, x=template.x[inner], y=template.y[inner], angle=template.angle[inner], kind=template.kind[inner]
    )
    pressing = pressing_of("101_1", template, strength)
    moved = altered_template(template, pressing, turn)
    image = altered_image(Image(marked(template), 500.0), pressing, turn)
    assert image.pixels.shape == (moved.height, moved.width)
    assert len(moved) > 0.9 * len(template)
    rows, columns = np.rint(moved.y).astype(int), np.rint(moved.x).astype(int)
    inside = (rows < moved.height) & (columns < moved.width)
    assert np.median(image.pixels[rows[inside], columns[inside]]) < 60


def test_what_is_not_altered_is_what_it_was(print_: tuple[Image, Template]) -> None:
    image, template = print_
    assert pressing_of("101_1", template, 0.0) is None
    assert altered_template(template, None, 0) is template
    assert np.array_equal(altered_image(image, None, 0).pixels, image.pixels)
    around = altered_template(altered_template(template, None, 180), None, 180)
    assert around.x == pytest.approx(template.x)
    assert np.abs(np.angle(np.exp(1j * (around.angle - template.angle)))).max() < 1e-5


def test_a_print_is_always_pressed_alike(print_: tuple[Image, Template]) -> None:
    _, template = print_
    assert pressing_of("101_1", template, 40.0) == pressing_of("101_1", template, 40.0)
    assert pressing_of("101_1", template, 40.0) != pressing_of("101_2", template, 40.0)
    moved = altered_template(template, pressing_of("101_1", template, 40.0), 0)
    assert (moved.width, moved.height) == (template.width + 2 * MARGIN, template.height + 2 * MARGIN)


def test_strengths_are_tried_unturned_and_turns_unpressed() -> None:
    assert [(a.strength, a.turn) for a in alterations([0.0, 40.0], [180])] == [(0.0, 0), (40.0, 0), (0.0, 180)]


@pytest.mark.slow
def test_the_benchmark_writes_what_it_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "set", tmp_path / "out"
    write_fvc_folder(Population(11, EASY), folder, fingers=2, impressions=2)
    asked = ["--strength", "0", "--strength", "30", "--turn", "90", "--synthetic", "2", "--json"]
    assert distortion.main(["--dataset", str(folder), "--out", str(out), *asked]) == 0
    found = json.loads((out / "distortion.json").read_text())
    assert found == json.loads(capsys.readouterr().out)
    own, made = found["datasets"]
    cells = [(m["way"], m["strength"], m["turn"]) for m in own["measured"]]
    assert cells == [(way, s, t) for way in ("minutiae", "images") for s, t in ((0, 0), (30, 0), (0, 90))]
    assert [m["strength"] for m in made["measured"]] == [0, 30]
    assert found["mean"] == own["measured"]
    assert own["measured"][0]["percent"]["eer"] == 0.0


def test_what_cannot_be_measured_is_refused(tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "out")]
    assert distortion.main(out) == 2
    assert distortion.main(["--dataset", str(tmp_path), "--turn", "45", *out]) == 2
    assert distortion.main(["--dataset", str(tmp_path / "none"), *out]) == 2
    assert not (tmp_path / "out").exists()
