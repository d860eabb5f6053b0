"""Every stage makes of the same input what it made before; ``make_stages.py`` wrote what that was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matcher import RidgeExtractor
from matcher.extraction.ridge import DEFAULT_RIDGE, fields
from matcher.images.decoding import resample
from tests.golden.stage_products import FOLDER, PRINTS, Numbers, drawn, extraction, products, stored_image

STAGES = (
    *("normalised", "mask", "orientation cosine", "orientation sine", "coherence", "period", "wave", "enhanced"),
    *("ridge lines", "valley lines"),
)
PAIRS = [f"{probe} against {reference}" for probe in PRINTS for reference in PRINTS]


@pytest.fixture(scope="module")
def now() -> Mapping[str, Any]:
    return json.loads(json.dumps(products()))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def then() -> Mapping[str, Any]:
    return json.loads((FOLDER / "stages.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def same(a: Numbers, b: Numbers) -> bool:
    """Tell whether two products are one, but for the last digits in which machines differ."""
    return bool(np.abs(np.array(a) - np.array(b)).max() <= 1)


@pytest.mark.parametrize("name", PRINTS)
def test_the_generator_draws_the_same_print(name: str) -> None:
    image, before = drawn(name).pixels.astype(int), stored_image(name).pixels.astype(int)
    assert image.shape == before.shape
    assert (np.abs(image - before) <= 1).mean() > 0.999


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", PRINTS)
def test_a_stage_of_the_extraction(now: Mapping[str, Any], then: Mapping[str, Any], name: str, stage: str) -> None:
    assert set(STAGES) | {"minutiae"} == set(then["extraction"][name])
    assert same(now["extraction"][name][stage], then["extraction"][name][stage])


@pytest.mark.parametrize("name", PRINTS)
def test_the_minutiae(now: Mapping[str, Any], then: Mapping[str, Any], name: str) -> None:
    found, before = (np.array(told["extraction"][name]["minutiae"]) for told in (now, then))
    assert len(before) > 25
    assert len(found) == len(before)
    for minutia in before:
        offset = found - minutia
        offset[:, 2] = (offset[:, 2] + 128) % 256 - 128
        near = (np.abs(offset[:, :3]) <= 1).all(axis=1) & (offset[:, 3] == 0) & (np.abs(offset[:, 4]) <= 1)
        assert near.any(), f"{minutia.tolist()} is gone"


@pytest.mark.parametrize("name", PRINTS)
def test_the_cylinders(now: Mapping[str, Any], then: Mapping[str, Any], name: str) -> None:
    found, before = (told["comparison"][f"cylinders of {name}"] for told in (now, then))
    assert found["minutia"] == before["minutia"]
    assert len(before["minutia"]) > 25
    assert same([found["set"]], [before["set"]])
    assert same([found["valid"]], [before["valid"]])


@pytest.mark.parametrize("pair", PAIRS)
def test_a_comparison(now: Mapping[str, Any], then: Mapping[str, Any], pair: str) -> None:
    found, before = (told["comparison"][pair] for told in (now, then))
    assert found["pairs"] == before["pairs"]
    assert found["contributions"] == pytest.approx(before["contributions"], abs=0.01)
    assert found["score"] == pytest.approx(before["score"], abs=0.01)


def test_the_comparisons_are_of_both_kinds(then: Mapping[str, Any]) -> None:
    scores = {pair: then["comparison"][pair]["score"] for pair in PAIRS}
    assert scores["one against again"] > 40
    assert scores["one against other"] < 10


def test_the_codes_of_the_index(now: Mapping[str, Any], then: Mapping[str, Any]) -> None:
    found, before = now["index"], then["index"]
    for column in ("owner", "minutia"):
        assert found[column] == before[column]
    apart = [int(a, 16) ^ int(b, 16) for a, b in zip(found["codes"], before["codes"], strict=True)]
    # A projection so near to zero that its sign is another machine's.
    assert sum(word.bit_count() for word in apart) <= len(apart) // 32


def test_what_a_search_finds(now: Mapping[str, Any], then: Mapping[str, Any]) -> None:
    found, before = now["index"]["hits"], then["index"]["hits"]
    assert [hit[:2] for hit in found] == [hit[:2] for hit in before]
    assert before[0][0] == "again"
    assert [hit[2] for hit in found] == pytest.approx([hit[2] for hit in before], abs=0.01)


def test_a_change_shows_at_its_stage_and_not_before(then: Mapping[str, Any]) -> None:
    changed = replace(
        DEFAULT_RIDGE, orientation=replace(DEFAULT_RIDGE.orientation, final=1.02 * DEFAULT_RIDGE.orientation.final)
    )
    found = extraction(fields(resample(stored_image("one")), changed))
    differing = {stage for stage in STAGES if not same(found[stage], then["extraction"]["one"][stage])}
    assert {"orientation cosine", "orientation sine"} <= differing
    assert differing.isdisjoint({"normalised", "mask"})


def test_the_extractor_is_the_one_that_is_meant(then: Mapping[str, Any]) -> None:
    assert set(then["extraction"]) == set(PRINTS)
    assert RidgeExtractor().id.startswith("ridge-1-")
