"""NFIQ 2 against what NIST's own program says of five images (usnistgov/NFIQ2, examples)."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import QualityModelUnavailableError
from matcher.extraction.leader import load_leader
from matcher.images.decoding import decode_image
from matcher.quality.nfiq2.forest import Forest, load_forest
from matcher.quality.nfiq2.measures import image_measures
from matcher.quality.nfiq2.score import nfiq2_score
from matcher.types import Image
from tests.places import REPOSITORY

FOLDER = Path(os.environ.get("IDVERIFY_NFIQ2", REPOSITORY.parent / "shared" / "nfiq2"))
NAMES = [f"SFinGe_Test0{number}" for number in range(1, 6)]

OF_MINUTIAE = {
    "FingerJetFX_MinCount_COMMinRect200x200",
    "FingerJetFX_MinutiaeCount",
    "FJFXPos_Mu_MinutiaeQuality_2",
    "FJFXPos_OCL_MinutiaeQuality_80",
}
NO_MEASURES = {
    "UnifiedQualityScore",
    "UniformImage",
    "EmptyImageOrContrastTooLow",
    "FingerprintImageWithMinutiae",
    "SufficientFingerprintForeground",
}


@pytest.fixture(scope="module")
def forest() -> Forest:
    try:
        return load_forest()
    except QualityModelUnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    if not FOLDER.is_dir():
        pytest.skip(f"no examples of NFIQ 2 at {FOLDER} (set IDVERIFY_NFIQ2)")
    return str(request.param)


def read_image(name: str) -> Image:
    return decode_image((FOLDER / f"{name}.pgm").read_bytes(), resolution_ppi=500)


def published(name: str) -> dict[str, float]:
    lines = (FOLDER / f"{name}_output.txt").read_text(encoding="ascii").splitlines()
    return {key: float(value) for key, value in (line.split(": ") for line in lines if line)}


def test_every_measure_of_the_image_is_the_published_one_as_printed(name: str) -> None:
    said = published(name)
    none = np.zeros(0, np.float32)
    measured = image_measures(read_image(name).pixels, none, none)
    assert set(measured) == set(said) - NO_MEASURES
    found = {key: value for key, value in measured.items() if key not in OF_MINUTIAE}
    # Six digits are printed.
    assert found == pytest.approx({key: said[key] for key in found}, rel=6e-6, abs=1e-6)


def test_the_published_measures_have_the_published_score(name: str, forest: Forest) -> None:
    said = published(name)
    assert forest.score(said) == said["UnifiedQualityScore"]


@pytest.mark.slow
def test_with_our_own_minutiae_the_score_is_within_one_point(name: str, forest: Forest) -> None:
    image = read_image(name)
    assert abs(nfiq2_score(image, load_leader().extract(image), forest) - published(name)["UnifiedQualityScore"]) <= 1
