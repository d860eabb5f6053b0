"""A resolution that the ridges contradict is refused, whoever states it; a true one never is."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from enroll_tools.datasets import open_dataset
from enroll_tools.synthetic import HARD, Population
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ImageFormat, ImageSample, Sample
from idverify.matching.biometrics import MatcherBiometrics
from matcher.comparison.calibration import default_calibration
from matcher.errors import SampleResolutionUnknownError
from matcher.extraction.ridge import RidgeExtractor
from matcher.images.decoding import decode_image, raw_image
from matcher.images.stated_resolution import LARGEST_DISAGREEMENT, require_borne_out
from matcher.types import ByteArray, FingerPosition, Image


@pytest.fixture(scope="module")
def print_() -> ByteArray:
    """A synthetic print of 500 ppi."""
    return Population(5).impression(1, FingerPosition.RIGHT_INDEX, 1).image.pixels


def png(pixels: ByteArray, ppi: float) -> bytes:
    stream = io.BytesIO()
    PIL.Image.fromarray(pixels).save(stream, "PNG", dpi=(ppi, ppi))
    return stream.getvalue()


@pytest.mark.parametrize("ppi", [255, 1000])
def test_a_file_that_states_what_its_ridges_contradict_is_refused_with_what_they_say(
    print_: ByteArray, ppi: float
) -> None:
    with pytest.raises(SampleResolutionUnknownError, match=f"stated are {ppi}") as caught:
        decode_image(png(print_, ppi))
    assert caught.value.estimated_ppi == pytest.approx(500, rel=0.2)


@pytest.mark.parametrize("ppi", [255, 1000])
def test_the_caller_is_believed_as_little(print_: ByteArray, ppi: float) -> None:
    height, width = print_.shape
    with pytest.raises(SampleResolutionUnknownError):
        decode_image(png(print_, 500), resolution_ppi=ppi)
    with pytest.raises(SampleResolutionUnknownError):
        raw_image(print_.tobytes(), width, height, ppi)


@pytest.mark.parametrize("ppi", [400, 500, 569])
def test_what_people_and_sensors_differ_by_is_accepted(print_: ByteArray, ppi: float) -> None:
    assert decode_image(png(print_, ppi)).resolution_ppi == ppi


def test_the_callers_word_corrects_the_files(print_: ByteArray) -> None:
    assert decode_image(png(print_, 1000), resolution_ppi=500).resolution_ppi == 500


@pytest.mark.parametrize(("stated", "refused"), [(500 / 1.55, False), (500 / 1.65, True), (775, False), (825, True)])
def test_the_limit_is_a_factor_either_way(stated: float, refused: bool) -> None:
    y, x = np.mgrid[0:300, 0:300]
    ridges = (128 + 100 * np.cos(2 * np.pi * np.hypot(x - 20, y - 150) / 9)).astype(np.uint8)
    assert LARGEST_DISAGREEMENT == 1.6
    if not refused:
        assert require_borne_out(Image(ridges, stated)).resolution_ppi == stated
        return
    with pytest.raises(SampleResolutionUnknownError):
        require_borne_out(Image(ridges, stated))


def test_where_there_are_no_ridges_the_statement_stands() -> None:
    white = np.full((300, 300), 255, np.uint8)
    assert require_borne_out(Image(white, 1000.0)).resolution_ppi == 1000


def test_the_service_tells_its_caller_reason_and_estimate(print_: ByteArray) -> None:
    biometrics = MatcherBiometrics(RidgeExtractor(), default_calibration())
    height, width = print_.shape
    raw = ImageSample(print_.tobytes(), ImageFormat.RAW_GREY8, width, height, 1000.0)
    for content in (ImageSample(png(print_, 1000)), ImageSample(png(print_, 500), None, None, None, 1000.0), raw):
        with pytest.raises(DomainError) as caught:
            biometrics.extract(Sample(None, content))
        assert caught.value.reason is Reason.SAMPLE_RESOLUTION_UNKNOWN
        assert 400 < float(caught.value.metadata["estimated_ppi"]) < 600


def test_a_hard_synthetic_print_is_not_refused() -> None:
    population = Population(6, HARD)
    for person in range(3):
        image = population.impression(person, FingerPosition.LEFT_INDEX, 1).image
        assert require_borne_out(image) is image
        poor = population.poor_impression(person, FingerPosition.LEFT_INDEX)
        assert require_borne_out(poor) is poor


SETS = [("fvc2002/DB1_B", 500), ("fvc2002/DB2_B", 569), ("fvc2002/DB3_B", 500), ("fvc2002/DB4_B", 500)]


@pytest.mark.parametrize(("folder", "ppi"), [*SETS, ("fvc2004/DB2_B", 500), ("fvc2004/DB3_B", 512)])
def test_no_real_print_is_refused_at_its_true_resolution(real_data: Path, folder: str, ppi: float) -> None:
    for sample in open_dataset(real_data / folder, resolution_ppi=ppi):
        decode_image(sample.path.read_bytes(), resolution_ppi=ppi)


def test_socofing_is_of_200_ppi_whatever_is_stated(real_data: Path) -> None:
    """All but one person's prints, which have 500; of the others nearly all are refused at 500, none at 200."""
    if not (real_data / "socofing").is_dir():
        pytest.skip("SOCOFing is not there")
    refused = dict.fromkeys((200.0, 500.0), 0)
    prints = [s.path for s in open_dataset(real_data / "socofing", resolution_ppi=200) if s.subject != "53"]
    for path in prints[::5]:
        for ppi in refused:
            try:
                decode_image(path.read_bytes(), resolution_ppi=ppi)
            except SampleResolutionUnknownError:
                refused[ppi] += 1
    assert refused[200.0] == 0
    assert refused[500.0] >= 0.95 * len(prints[::5])


def test_a_print_too_large_for_a_finger_at_what_is_stated_is_told_its_resolution(print_: ByteArray) -> None:
    page = np.pad(print_, ((0, 800 - print_.shape[0]), (0, 800 - print_.shape[1])), constant_values=255)
    with pytest.raises(SampleResolutionUnknownError):
        decode_image(png(page, 255))
