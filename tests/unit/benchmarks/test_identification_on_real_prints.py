"""What identification promises, held on real prints with the service's own extraction, claims and policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.identification.distractors import FIRST_ENTRY
from benchmarks.identification.figures import TARGET_FPIR, Figures, figures_of
from benchmarks.identification.probes import read_prints
from benchmarks.identification.protocol import Print, search_all
from enroll_tools.datasets import open_dataset
from enroll_tools.synthetic.templates.population import TemplatePopulation
from idverify.matching.biometrics import MatcherBiometrics
from idverify.services.identification import DEFAULT_FPIR
from matcher.comparison.calibration import default_calibration
from matcher.extraction.leader import load_leader
from matcher.search.gallery import Gallery
from matcher.search.params import GalleryParams

pytestmark = pytest.mark.slow

BEYOND_DOUBT = 75.0


@pytest.fixture(scope="module")
def impressions(real_data: Path) -> list[Print]:
    biometrics = MatcherBiometrics(load_leader(), default_calibration())
    return read_prints(open_dataset(real_data / "fvc2002" / "DB1_B"), biometrics)


def figures_among(prints: list[Print], strangers: int) -> Figures:
    gallery = Gallery(params=GalleryParams(threads=2))
    gallery.add_columns(
        list(range(FIRST_ENTRY, FIRST_ENTRY + strangers)),
        TemplatePopulation(5).batch(0, strangers),
        [f"nobody {number}" for number in range(strangers)],
        [2] * strangers,
    )
    return figures_of(search_all([prints], gallery, BEYOND_DOUBT), default_calibration())


@pytest.mark.parametrize("strangers", [pytest.param(0, marks=pytest.mark.long), 3000])
def test_the_right_person_is_first_and_strangers_find_nobody(impressions: list[Print], strangers: int) -> None:
    assert TARGET_FPIR == DEFAULT_FPIR
    figures = figures_among(impressions, strangers)
    assert (figures["people"], figures["enrolled"], figures["probes"], figures["refused"]) == (10, 40, 40, 0)
    assert figures["searched_fingers"] == 10 + strangers
    assert figures["rank1"] >= 0.98
    assert figures["hit_rate_vs_exhaustive"] >= 0.98
    assert figures["fnir_at_fpir_1pct"] <= 0.02
    assert figures["claimed"]["fnir"] <= 0.02
    assert figures["claimed"]["fpir"] == 0
