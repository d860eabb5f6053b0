"""What is kept of samples that are enrolled."""

from __future__ import annotations

from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import FingerPosition, ImageFormat, ImageSample, Sample
from idverify.domain.model.images import KeptImage
from tests.fakes import FakeBiometrics, image_sample, sample
from tests.service_kit import AN, BINH, World, encode, refused

RIGHT, LEFT = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX


def kept(world: World) -> list[KeptImage | None]:
    with world.store.reading() as view:
        return [view.images.of_template(t.template_id) for t in view.subjects.templates_after(0)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, FakeBiometrics(images=True), keep_images=True)


def test_images_are_kept_as_received_and_minutiae_have_none(world: World) -> None:
    image = ImageSample(f"{AN}/RIGHT_INDEX/70".encode(), ImageFormat.RAW_GREY8, 5, 4, 500.0)
    call = world.call("EnrolCitizen", counter_id="quay 3")
    world.enrol(AN, [Sample(RIGHT, image, "signed"), sample(f"{AN}/LEFT_INDEX/80", LEFT)], call=call)
    (first, second) = kept(world)
    assert second is None
    assert first is not None
    assert (first.position, first.image, first.attestation) == (RIGHT, image, "signed")
    assert (first.counter_id, first.captured, first.quality.score) == ("quay 3", world.clock.now(), 70)


def test_later_impressions_are_kept_too(world: World) -> None:
    world.enrol(AN, [image_sample(f"{AN}/RIGHT_INDEX/80")])
    world.enrolment.add(world.call("AddFingerprints"), AN, [image_sample(f"{AN}/LEFT_INDEX/80", LEFT)], encode)
    assert [image and image.position for image in kept(world)] == [RIGHT, LEFT]


def test_what_is_refused_leaves_none(world: World) -> None:
    world.enrol(AN, [image_sample(f"{AN}/RIGHT_INDEX/80")])
    with refused(Reason.DUPLICATE_PERSON_SUSPECTED):
        world.enrol(BINH, [image_sample(f"{AN}/RIGHT_INDEX/80")])
    assert len(kept(world)) == 1
    with world.store.reading() as view:
        assert view.images.count() == 1


def test_answers_and_trail_hold_nothing_of_an_image(world: World) -> None:
    """The print stands for the bytes of an image."""
    world.enrol(AN, [image_sample(f"{AN}/RIGHT_INDEX/80")])
    assert all(f"{AN}/RIGHT_INDEX" not in repr(event) for event in world.trail())


def test_where_none_are_kept_there_is_none(tmp_path: Path) -> None:
    world = World(tmp_path, FakeBiometrics(images=True))
    world.enrol(AN, [image_sample(f"{AN}/RIGHT_INDEX/80")])
    assert kept(world) == [None]
