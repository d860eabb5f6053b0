"""What identification promises, held on real prints with the service's own extraction, gallery, claims and policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.identification import TARGET_FPIR, nobodies, read_prints
from benchmarks.identification_protocol import Print, evaluate
from enroll_tools.datasets import open_dataset
from idverify.biometrics import MatcherBiometrics, MatcherGallery
from idverify.services.identification import DEFAULT_FPIR
from matcher.extraction.leader import load_leader
from matcher.scores import default_calibration


@pytest.fixture(scope="module")
def impressions(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Print]:
    biometrics = MatcherBiometrics(load_leader(tmp_path_factory.mktemp("models")), default_calibration())
    return read_prints(open_dataset(real_data / "fvc2002" / "DB1_B"), biometrics, lambda: None)


def test_the_right_person_is_first_and_strangers_find_nobody(impressions: list[Print]) -> None:
    assert TARGET_FPIR == DEFAULT_FPIR
    report = evaluate(impressions, MatcherGallery(default_calibration()), TARGET_FPIR)
    assert (report.people, report.enrolled, report.probes, report.refused) == (10, 40, 40, 0)
    assert report.rank1 >= 0.98
    assert report.fnir <= 0.02
    assert report.fpir == 0


def test_a_short_list_among_a_thousand_strangers_loses_nobody(impressions: list[Print]) -> None:
    report = evaluate(impressions, MatcherGallery(default_calibration()), TARGET_FPIR, nobodies(impressions, 1000))
    assert report.fingers == 1010
    assert report.shortlisted >= 0.98
    assert report.rank1 >= 0.98
    assert report.fpir == 0
