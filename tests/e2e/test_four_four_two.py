"""A 4-4-2 enrolment with the real matcher: three images in, nine fingers out of ten, and each of them verifies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from enroll_tools.synthetic import EASY, Population
from idverify.bootstrap import build
from idverify.client import Client, ServiceError, make_sample, make_slap
from idverify.v1.enrolment_pb2 import (
    FINGER_FAULT_MISSING,
    SEQUENCE_OUTCOME_AGREES,
    SLAP_POSITION_LEFT_FOUR,
    FingerException,
    PersonalData,
    SlapImage,
)
from idverify.v1.types_pb2 import (
    DECISION_MATCH,
    FINGER_POSITION_LEFT_MIDDLE,
    FINGER_POSITION_LEFT_RING,
    FINGER_POSITION_RIGHT_INDEX,
    FingerprintSample,
)
from matcher.images.decoding import encode_png
from matcher.slaps.hands import Slap
from matcher.types import FingerPosition, Image
from tests.e2e.harness import RunningServer, local_settings
from tests.slap_pages import drawn

pytestmark = pytest.mark.slow

NUMBER = "027199000001"
POPULATION = Population(11, EASY)
GONE = FingerPosition.LEFT_RING
DATA = PersonalData(full_name="Người Thử", birth_date="1999-05-01")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    settings = local_settings(tmp_path_factory.mktemp("data"), extractor="ridge")
    server = RunningServer(settings, build(settings)).start()
    with Client(server.address) as opened:
        yield opened
    server.stop()


def slap(hand: str, slap: Slap, askew: float) -> SlapImage:
    return make_slap(encode_png(Image(drawn(POPULATION, slap, askew, missing=(GONE,)), 500.0)), hand)


def single(finger: FingerPosition, impression: int) -> FingerprintSample:
    image = POPULATION.impression(0, finger, impression).image
    return make_sample(encode_png(image), int(finger) + 1)  # type: ignore[arg-type]  # the wire's codes are one more


def test_three_images_enrol_a_citizen(client: Client) -> None:
    slaps = [
        slap("right", Slap.RIGHT_FOUR, 6.0),
        slap("left", Slap.LEFT_FOUR, -9.0),
        slap("thumbs", Slap.TWO_THUMBS, 2.0),
    ]
    missing = FingerException(finger_position=FINGER_POSITION_LEFT_RING, fault=FINGER_FAULT_MISSING)
    with pytest.raises(ServiceError) as unstated:
        client.enrol(NUMBER, DATA, slaps=slaps)
    assert unstated.value.reason == "SLAP_COUNT_MISMATCH"
    assert (unstated.value.metadata["found"], unstated.value.metadata["expected"]) == ("3", "4")

    swapped = [single(FingerPosition.RIGHT_MIDDLE, 2)]
    swapped[0].finger_position = FINGER_POSITION_RIGHT_INDEX
    with pytest.raises(ServiceError) as mixed_up:
        client.enrol(NUMBER, DATA, swapped, slaps=slaps, finger_exceptions=[missing])
    assert mixed_up.value.metadata == {"sample": "0", "finger": "RIGHT_INDEX", "like": "RIGHT_MIDDLE"}

    enrolled = client.enrol(
        NUMBER, DATA, [single(FingerPosition.RIGHT_INDEX, 2)], slaps=slaps, finger_exceptions=[missing]
    )
    own, *cut = enrolled.taken_impressions
    assert own.sequence == SEQUENCE_OUTCOME_AGREES
    assert len({taken.finger_position for taken in cut}) == len(cut) == 9
    left = [taken.finger_position for taken in cut if taken.cut.slap == SLAP_POSITION_LEFT_FOUR]
    assert FINGER_POSITION_LEFT_RING not in left
    assert FINGER_POSITION_LEFT_MIDDLE in left
    for finger in (FingerPosition.LEFT_LITTLE, FingerPosition.LEFT_MIDDLE, FingerPosition.RIGHT_THUMB):
        assert client.verify(NUMBER, [single(finger, 2)]).decision == DECISION_MATCH
