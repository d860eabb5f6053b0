"""The Python that the docs show runs as it stands, on made-up prints; what needs a service is imported at least."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import matcher
from enroll_tools.synthetic import EASY, Population
from matcher import FingerPosition, Image, MatcherError, RidgeExtractor, Template, compare, prepare
from matcher.images.decoding import encode_png
from tests.places import DOCS, GOLDEN

pytestmark = pytest.mark.slow

PAGES = sorted(page for page in DOCS.rglob("*.md") if "```python" in page.read_text(encoding="utf-8"))
NEEDS_A_SERVICE = {"client.md", "ten-minutes.md"}


@pytest.fixture(scope="module")
def prints() -> dict[str, Image]:
    """Two impressions of one finger, and one of each of two others."""
    people = Population(seed=5, impressions=EASY)
    chosen = {"first": (0, 1), "second": (0, 2), "other": (1, 1), "third": (2, 1)}
    return {
        name: people.impression(person, FingerPosition.RIGHT_INDEX, number).image
        for name, (person, number) in chosen.items()
    }


@pytest.fixture
def folder(prints: dict[str, Image], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of an example: the files that the pages name."""
    files = ["first.png", "second.png", "finger.png", "people/me.png", "people/other.png", "people/third.png"]
    (tmp_path / "people").mkdir()
    for file in files:
        stem = Path(file).stem
        (tmp_path / file).write_bytes(encode_png(prints["first" if stem in {"me", "finger"} else stem]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def run(source: str, page: str, **taken_for_granted: Any) -> dict[str, Any]:
    """Run a block and return its names."""
    names = dict(taken_for_granted)
    exec(compile(source, page, "exec"), names)
    return names


def imports_of(source: str) -> str:
    imports = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return ast.unparse(ast.Module(list(imports), []))


@pytest.fixture
def granted(prints: dict[str, Image]) -> dict[str, Any]:
    """What pages take for granted, by name."""
    find = RidgeExtractor().extract
    first, second = find(prints["first"]), find(prints["second"])

    def find_minutiae(pixels: Any) -> tuple[Any, ...]:
        found = find(Image(pixels, 500.0))
        return found.x, found.y, found.angle, found.quality

    return {
        "first_template": first,
        "second_template": second,
        "image": prints["first"],
        "pixels": prints["first"].pixels,
        "data": (GOLDEN / "ansi2004.fmr").read_bytes(),
        "find_minutiae": find_minutiae,
    }


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_runs(page: Path, granted: dict[str, Any]) -> None:
    for source in blocks(page):
        run(imports_of(source) if page.name in NEEDS_A_SERVICE else source, page.name, **granted)


@pytest.mark.usefixtures("folder")
def test_the_first_page_compares_mates_and_finds_the_person(granted: dict[str, Any]) -> None:
    comparing, searching, extracting = blocks(DOCS / "matcher.md")
    compared = run(comparing, "matcher.md")
    assert len(compared["found"].pairs) > 10
    assert compared["calibration"].fmr(compared["found"]) < 1e-6
    searched = run(searching, "matcher.md")
    assert searched["outcome"].hits[0].group == "me"
    assert searched["by_chance"] > 1e-3, "the last hit is a stranger"
    own = run(extracting, "matcher.md", **granted)["OwnExtractor"]()
    extracted: Template = own.extract(granted["image"])
    assert extracted.extractor == "own-1"
    assert compare(prepare(extracted), prepare(granted["second_template"])).score > 20


def test_the_first_page_names_all_that_is_public() -> None:
    page = (DOCS / "matcher.md").read_text(encoding="utf-8")
    table = page[page.index("## What there is") : page.index("## What is stable")]
    named = set(re.findall(r"`(\w+)`", table)) - {"reason"}
    assert named - {"help"} == set(matcher.__all__)


def test_errors_have_reasons(granted: dict[str, Any]) -> None:
    with pytest.raises(MatcherError) as raised:
        matcher.decode_template(granted["data"])
    assert raised.value.reason == "TEMPLATE_INVALID"
