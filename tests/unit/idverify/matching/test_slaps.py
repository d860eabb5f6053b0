"""Slaps through the port: real cutting, extraction and comparison, on fingers that are grown and on real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from enroll_tools.synthetic import EASY, Population
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, ImageFormat, ImageSample, Sample
from idverify.domain.model.enrolling import SlapPosition, SlapSample
from idverify.matching.biometrics import MatcherBiometrics
from idverify.services.prints.probes import made_ready
from idverify.services.prints.sequence import sequenced
from matcher.comparison.calibration import default_calibration
from matcher.extraction.ridge import RidgeExtractor
from matcher.images.decoding import decode_image, encode_png
from matcher.slaps.hands import Slap
from matcher.types import FingerPosition as MatcherPosition
from matcher.types import Image
from tests.service_kit import World
from tests.slap_pages import LOWER, composed, drawn

pytestmark = pytest.mark.slow

RIGHT, LEFT, THUMBS = SlapPosition
INDEX, MIDDLE, RING, LITTLE = list(FingerPosition)[2:6]


@pytest.fixture(scope="module")
def biometrics() -> MatcherBiometrics:
    return MatcherBiometrics(RidgeExtractor(), default_calibration())


def test_a_slap_is_cut_into_samples_that_say_where_they_were(biometrics: MatcherBiometrics) -> None:
    page = drawn(Population(9, EASY), Slap.RIGHT_FOUR, askew=12.0, missing=(MatcherPosition.RIGHT_MIDDLE,))
    slap = SlapSample(RIGHT, ImageSample(encode_png(Image(page, 500.0))))
    cuts = biometrics.cut_slap(slap, (MIDDLE,))
    assert [cut.sample.position for cut in cuts] == [INDEX, RING, LITTLE]
    for cut in cuts:
        assert cut.slap is RIGHT
        assert 0 < cut.box.x < page.shape[1]
        assert 0 < cut.box.y < page.shape[0]
        assert cut.box.angle_degrees == pytest.approx(12, abs=12)
        assert (cut.facts.format, cut.facts.grey_levels, cut.facts.off_centre) == ("PNG", 256, None)
        assert isinstance(cut.sample.content, ImageSample)
        assert cut.sample.content.format is ImageFormat.PNG, "what is kept where images are kept"
        features = biometrics.extract(cut.sample)
        assert features.quality.usable
        facts = biometrics.image_facts(cut.sample)
        assert facts is not None
        assert facts.resolution_ppi == 500.0


def test_raw_pixels_are_cut_too_and_what_is_no_slap_is_refused(biometrics: MatcherBiometrics) -> None:
    page = drawn(Population(9, EASY), Slap.TWO_THUMBS)
    height, width = page.shape
    raw = ImageSample(page.tobytes(), ImageFormat.RAW_GREY8, width, height, 500.0)
    thumbs = biometrics.cut_slap(SlapSample(THUMBS, raw), ())
    assert [cut.sample.position for cut in thumbs] == [FingerPosition.LEFT_THUMB, FingerPosition.RIGHT_THUMB]
    for position, fingers in ((RIGHT, "4"), (LEFT, "4")):
        with pytest.raises(DomainError) as error:
            biometrics.cut_slap(SlapSample(position, raw), ())
        assert error.value.reason is Reason.SLAP_COUNT_MISMATCH
        assert (error.value.metadata["expected"], error.value.metadata["found"]) == (fingers, "2")
    noise = np.random.default_rng(0).integers(0, 256, (300, 300), dtype=np.uint8)
    with pytest.raises(DomainError) as error:
        biometrics.cut_slap(SlapSample(RIGHT, ImageSample(encode_png(Image(noise, 500.0))[:500])), ())
    assert error.value.reason is Reason.SAMPLE_INVALID


def test_real_fingers_are_held_against_their_slap(
    biometrics: MatcherBiometrics, real_data: Path, tmp_path: Path
) -> None:
    """Of FVC2002 DB1, which has one finger a person: four of them make a hand."""

    def content(finger: int, impression: int) -> ImageSample:
        file = real_data / "fvc2002" / "DB1_B" / f"{finger}_{impression}.tif"
        return ImageSample(file.read_bytes(), resolution_ppi=500.0)

    fingers = {INDEX: 101, MIDDLE: 103, RING: 104, LITTLE: 107}
    tips = [decode_image(content(number, 1).data, resolution_ppi=500.0).pixels for number in fingers.values()]
    page = composed(tips, LOWER[Slap.RIGHT_FOUR], askew=-7.0)
    cuts = biometrics.cut_slap(SlapSample(RIGHT, ImageSample(encode_png(Image(page, 500.0)))), ())
    singles = [
        Sample(INDEX, content(101, 2)),
        Sample(MIDDLE, content(104, 2)),
        Sample(RING, content(103, 2)),
        Sample(LITTLE, content(110, 2)),
    ]
    features = [biometrics.extract(sample) for sample in (*singles, *(cut.sample for cut in cuts))]
    world = World(tmp_path)
    checked = sequenced(biometrics, world.call("EnrolCitizen"), made_ready(biometrics, features), len(singles))
    world.store.close()
    assert [(one.agrees, one.like) for one in checked] == [(True, None), (False, RING), (False, MIDDLE), (False, None)]
