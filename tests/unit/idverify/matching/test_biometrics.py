"""The ports on the real matcher: real extraction, real comparison, claims that agree, refusals that tell nothing."""

from __future__ import annotations

import io
import math
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import PIL.Image
import PIL.PngImagePlugin
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enroll_tools.synthetic.prints.params import EASY
from enroll_tools.synthetic.prints.population import Population
from idverify.domain import model
from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import (
    Features,
    FingerPosition,
    ImageFormat,
    ImageSample,
    Likeness,
    MinutiaeFrame,
    MinutiaeSample,
    Sample,
    StoredTemplate,
)
from idverify.matching.biometrics import MatcherBiometrics
from idverify.matching.gallery import MatcherGallery
from idverify.ports import Prepared
from matcher.comparison.calibration import default_calibration
from matcher.errors import ExtractorUnavailableError
from matcher.extraction.leader import load_leader
from matcher.formats import records
from matcher.formats.iso19794_2 import read_record
from matcher.formats.iso19794_4 import Coding
from matcher.formats.records import RecordFormat
from matcher.images.records.writing import write_finger_image
from matcher.search.gallery import Gallery
from matcher.search.params import GalleryParams, RetrievalParams
from matcher.templates import compact
from matcher.types import FingerPosition as MatcherPosition
from matcher.types import Image, Template
from tests import prints
from tests.fakes import NoDeadline, PastDeadline
from tests.places import GOLDEN

THUMB = FingerPosition.RIGHT_THUMB
MARKER = "NguyenVanThu0270"


def png(image: Image, *, stated: bool = True, text: str = "") -> bytes:
    out, info = io.BytesIO(), PIL.PngImagePlugin.PngInfo()
    info.add_text("Comment", text)
    resolution = {"dpi": (image.resolution_ppi, image.resolution_ppi)} if stated else {}
    PIL.Image.fromarray(image.pixels).save(out, "PNG", pnginfo=info, **resolution)
    return out.getvalue()


@dataclass(frozen=True)
class World:
    """The port, two synthetic people, and three impressions of each one's thumb: image and features."""

    biometrics: MatcherBiometrics
    images: dict[tuple[int, int], Image]
    features: dict[tuple[int, int], Features]

    def template(self, person: int, impression: int) -> bytes:
        return self.features[person, impression].template

    def prepared(self, person: int, impression: int) -> Prepared:
        return self.biometrics.prepare(self.template(person, impression))

    def compared(self, probe: bytes, references: Sequence[bytes]) -> Likeness:
        prepare = self.biometrics.prepare
        return self.biometrics.compare(prepare(probe), [prepare(reference) for reference in references])


@pytest.fixture(scope="module")
def world() -> World:
    biometrics = MatcherBiometrics(load_leader(), default_calibration())
    population = Population(5, EASY)
    images = {
        (person, number): population.impression(person, MatcherPosition.RIGHT_THUMB, number).image
        for person in (0, 1)
        for number in (1, 2, 3)
    }
    features = {key: biometrics.extract(Sample(THUMB, ImageSample(png(image)))) for key, image in images.items()}
    return World(biometrics, images, features)


def stored(number: int, subject: str, template: bytes, position: FingerPosition = THUMB) -> StoredTemplate:
    quality = model.Quality(80, "test", 40, (), usable=True)
    return StoredTemplate(number, subject, position, template, quality, "test")


# --- extraction ------------------------------------------------------------------------------------------------------


def test_an_image_becomes_a_usable_template(world: World) -> None:
    features = world.features[0, 1]
    assert (features.position, features.extractor) == (THUMB, world.biometrics.extractor.id)
    assert features.quality.usable
    assert features.quality.minutiae == len(compact.decode(features.template)) > 20
    assert features.quality.score > 50


def unmarked(features: model.Features) -> model.Features:
    """Return them without the marks of the file they came in, which are of its bytes too."""
    return replace(features, marks=())


def test_raw_pixels_give_what_the_file_gives(world: World) -> None:
    image = world.images[0, 1]
    height, width = image.pixels.shape
    content = ImageSample(image.pixels.tobytes(), ImageFormat.RAW_GREY8, width, height, 500.0)
    assert unmarked(world.biometrics.extract(Sample(THUMB, content))) == unmarked(world.features[0, 1])


@pytest.mark.parametrize("coding", [Coding.UNCOMPRESSED, Coding.PNG])
def test_a_finger_image_record_gives_what_the_image_within_gives(world: World, coding: Coding) -> None:
    record = write_finger_image(world.images[0, 1], MatcherPosition.RIGHT_THUMB, coding)
    for finger in (THUMB, None):
        features = world.biometrics.extract(Sample(finger, ImageSample(record)))
        assert unmarked(features) == replace(unmarked(world.features[0, 1]), position=finger)
    assert set(world.biometrics.extract(Sample(THUMB, ImageSample(record))).marks) & set(world.features[0, 1].marks)


def test_a_finger_image_record_of_another_finger_is_refused(world: World) -> None:
    record = write_finger_image(world.images[0, 1], MatcherPosition.LEFT_INDEX)
    with pytest.raises(DomainError) as caught:
        world.biometrics.extract(Sample(THUMB, ImageSample(record)))
    assert caught.value.reason is Reason.SAMPLE_POSITION_MISMATCH
    assert caught.value.metadata == {"stated": "RIGHT_THUMB", "record": "LEFT_INDEX"}
    unknown = write_finger_image(world.images[0, 1], MatcherPosition.UNKNOWN)
    assert world.biometrics.extract(Sample(THUMB, ImageSample(unknown))).quality.usable


def test_an_image_says_what_it_is_as_a_file(world: World) -> None:
    image = world.images[0, 1]
    height, width = image.pixels.shape
    pixels = ImageSample(image.pixels.tobytes(), ImageFormat.RAW_GREY8, width, height, 500.0)
    raw, file = (world.biometrics.image_facts(Sample(THUMB, c)) for c in (pixels, ImageSample(png(image))))
    assert raw is not None
    assert file == replace(raw, format="PNG")
    assert (raw.format, raw.resolution_ppi, raw.grey_levels) == ("RAW_GREY8", 500.0, 256)
    assert raw.off_centre is not None
    assert raw.off_centre < 32
    assert world.biometrics.image_facts(Sample(THUMB, MinutiaeSample(b"FMR"))) is None
    with pytest.raises(DomainError, match=Reason.SAMPLE_INVALID.code):
        world.biometrics.image_facts(Sample(THUMB, ImageSample(png(image)[:200])))


def test_the_caller_may_state_the_resolution_that_the_file_does_not(world: World) -> None:
    data = png(world.images[0, 1], stated=False)
    with pytest.raises(DomainError) as caught:
        world.biometrics.extract(Sample(THUMB, ImageSample(data)))
    assert caught.value.reason is Reason.SAMPLE_RESOLUTION_UNKNOWN
    assert 350 < float(caught.value.metadata["estimated_ppi"]) < 700
    found = world.biometrics.extract(Sample(THUMB, ImageSample(data, resolution_ppi=500.0)))
    assert unmarked(found) == unmarked(world.features[0, 1])


def test_a_white_image_is_not_usable_and_says_what_to_do(world: World) -> None:
    content = ImageSample(b"\xff" * 40_000, ImageFormat.RAW_GREY8, 200, 200, 500.0)
    quality = world.biometrics.extract(Sample(None, content)).quality
    assert (quality.usable, quality.score, quality.minutiae) == (False, 0, 0)
    assert quality.advice == (model.Advice.NO_FINGER,)


def test_a_record_written_and_read_is_the_same_finger(world: World) -> None:
    for person in (0, 1):
        record = world.biometrics.to_iso_minutiae(world.features[person, 1])
        back = world.biometrics.extract(Sample(THUMB, MinutiaeSample(record)))
        assert back.extractor == "iso19794-2"
        assert back.quality.minutiae == world.features[person, 1].quality.minutiae
        assert world.compared(back.template, [world.template(person, 1)]).fmr < 1e-6
        assert world.compared(back.template, [world.template(1 - person, 1)]).fmr > 1e-3


@pytest.mark.parametrize("to", [f for f in RecordFormat if f is not RecordFormat.XYT])
def test_a_record_of_every_format_is_the_same_finger(world: World, to: RecordFormat) -> None:
    own = records.read_record(world.biometrics.to_iso_minutiae(world.features[0, 1]))
    data = records.write_record(records.convert(own, to).record)
    back = world.biometrics.extract(Sample(THUMB, MinutiaeSample(data)))
    assert back.quality.minutiae == world.features[0, 1].quality.minutiae
    assert world.compared(back.template, [world.template(0, 1)]).fmr < 1e-6


def test_an_xyt_text_is_a_sample_with_the_size_of_its_image(world: World) -> None:
    own = records.read_record(world.biometrics.to_iso_minutiae(world.features[0, 1]))
    text = records.write_record(records.convert(own, RecordFormat.XYT).record)
    with pytest.raises(DomainError) as caught:
        world.biometrics.extract(Sample(THUMB, MinutiaeSample(text)))
    assert caught.value.reason is Reason.SAMPLE_RESOLUTION_UNKNOWN
    back = world.biometrics.extract(Sample(THUMB, MinutiaeSample(text, MinutiaeFrame(own.width, own.height, 500.0))))
    assert world.compared(back.template, [world.template(0, 1)]).fmr < 1e-6


@pytest.mark.parametrize(("position", "code"), [(FingerPosition.LEFT_RING, 9), (FingerPosition.UNKNOWN, 0), (None, 0)])
def test_a_record_says_which_finger_and_how_good(world: World, position: FingerPosition | None, code: int) -> None:
    features = replace(world.features[0, 1], position=position)
    (view,) = read_record(world.biometrics.to_iso_minutiae(features)).views
    assert (view.position, view.quality) == (code, features.quality.score)


@pytest.mark.parametrize("code", [0, 9, 13, 255])
@pytest.mark.parametrize("stated", [None, FingerPosition.UNKNOWN, FingerPosition.LEFT_RING])
def test_a_record_that_states_this_finger_or_none_is_taken(
    world: World, stated: FingerPosition | None, code: int
) -> None:
    data = bytearray(world.biometrics.to_iso_minutiae(replace(world.features[0, 1], position=FingerPosition.LEFT_RING)))
    data[24] = code
    assert world.biometrics.extract(Sample(stated, MinutiaeSample(bytes(data)))).quality.minutiae


def test_a_record_of_another_finger_than_is_stated_is_refused(world: World) -> None:
    data = world.biometrics.to_iso_minutiae(replace(world.features[0, 1], position=FingerPosition.LEFT_RING))
    with pytest.raises(DomainError) as caught:
        world.biometrics.extract(Sample(FingerPosition.RIGHT_INDEX, MinutiaeSample(data)))
    assert caught.value.reason is Reason.SAMPLE_POSITION_MISMATCH
    assert caught.value.metadata == {"stated": "RIGHT_INDEX", "record": "LEFT_RING"}


def contents() -> Iterator[tuple[str, ImageSample | MinutiaeSample, Reason]]:
    raw = ImageFormat.RAW_GREY8
    yield "no image", ImageSample(b"GIF89a......"), Reason.SAMPLE_FORMAT_UNSUPPORTED
    yield "empty", ImageSample(b""), Reason.SAMPLE_FORMAT_UNSUPPORTED
    yield "cut off", ImageSample(b"\x89PNG\r\n\x1a\n" + MARKER.encode()), Reason.SAMPLE_INVALID
    yield "not as declared", ImageSample(b"BM" + bytes(60), ImageFormat.PNG), Reason.SAMPLE_INVALID
    yield "raw without size", ImageSample(bytes(10_000), raw, None, 100, 500.0), Reason.SAMPLE_INVALID
    yield "raw of no width", ImageSample(bytes(10_000), raw, 0, 100, 500.0), Reason.SAMPLE_INVALID
    yield "raw without resolution", ImageSample(bytes(10_000), raw, 100, 100), Reason.SAMPLE_RESOLUTION_UNKNOWN
    yield "raw too short", ImageSample(bytes(9_999), raw, 100, 100, 500.0), Reason.SAMPLE_INVALID
    yield "raw absurd", ImageSample(b"", raw, 10**9, 10**9, 500.0), Reason.SAMPLE_INVALID
    yield "raw at 7 ppi", ImageSample(bytes(10_000), raw, 100, 100, 7.0), Reason.SAMPLE_INVALID
    yield "raw at nan ppi", ImageSample(bytes(10_000), raw, 100, 100, math.nan), Reason.SAMPLE_INVALID
    yield "no record", MinutiaeSample(b""), Reason.SAMPLE_INVALID
    two_views = MinutiaeSample((GOLDEN / "two_views.iso").read_bytes())
    yield "of another finger", two_views, Reason.SAMPLE_POSITION_MISMATCH
    for name in ("truncated_in_minutiae", "no_views"):
        yield name, MinutiaeSample((GOLDEN / f"{name}.iso").read_bytes()), Reason.SAMPLE_INVALID
    for name in ("unknown_version", "image_record"):
        yield name, MinutiaeSample((GOLDEN / f"{name}.iso").read_bytes()), Reason.SAMPLE_FORMAT_UNSUPPORTED


@pytest.mark.parametrize(("content", "reason"), [pytest.param(c, r, id=name) for name, c, r in contents()])
def test_what_cannot_be_read_is_refused_with_its_reason(
    world: World, content: ImageSample | MinutiaeSample, reason: Reason
) -> None:
    with pytest.raises(DomainError) as caught:
        world.biometrics.extract(Sample(THUMB, content))
    assert caught.value.reason is reason
    assert caught.value.message


class Broken:
    """An extractor whose weights are gone, or that is handed to a test which must not extract."""

    id = "broken"

    def extract(self, image: Image) -> Template:
        raise ExtractorUnavailableError("the weights are gone")


def test_an_extractor_that_cannot_work_is_unavailable(world: World) -> None:
    broken = replace(world.biometrics, extractor=Broken())
    with pytest.raises(DomainError) as caught:
        broken.extract(Sample(THUMB, ImageSample(png(world.images[0, 1]))))
    assert caught.value.reason is Reason.MATCHER_UNAVAILABLE


REFUSALS = {
    Reason.SAMPLE_INVALID,
    Reason.SAMPLE_FORMAT_UNSUPPORTED,
    Reason.SAMPLE_RESOLUTION_UNKNOWN,
    Reason.MATCHER_UNAVAILABLE,  # it was readable, and came as far as the broken extractor
}


def refused(biometrics: MatcherBiometrics, content: ImageSample | MinutiaeSample) -> DomainError | None:
    """Return why the sample is refused; None if it is not. Any other exception is a failure."""
    try:
        biometrics.extract(Sample(THUMB, content))
    except DomainError as error:
        return error
    return None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
@given(data=st.data())
def test_refusals_never_repeat_a_byte_of_the_sample(world: World, data: st.DataObject) -> None:
    """Text planted in the sample shows up neither in the error nor in what a log would print of it."""
    biometrics = replace(world.biometrics, extractor=Broken())
    is_image = data.draw(st.booleans())
    whole = bytearray(
        png(world.images[0, 1], text=MARKER) if is_image else biometrics.to_iso_minutiae(world.features[0, 1])
    )
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, min(len(whole), 400)))
        whole[at : at + data.draw(st.sampled_from([0, len(MARKER)]))] = MARKER.encode()
    spoilt = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    error = refused(biometrics, ImageSample(spoilt) if is_image else MinutiaeSample(spoilt))
    if error is not None:
        assert error.reason in REFUSALS
        told = "".join(traceback.format_exception(error)) + repr(error) + error.message + str(error.metadata)
        assert MARKER[:4] not in told


# --- comparison ------------------------------------------------------------------------------------------------------


def test_mates_are_alike_and_others_are_not(world: World) -> None:
    for person in (0, 1):
        mate = world.compared(world.template(person, 1), [world.template(person, 2)])
        other = world.compared(world.template(person, 1), [world.template(1 - person, 2)])
        assert mate.fmr < 1e-4
        assert other.fmr > 1e-3
        assert mate.paired_minutiae >= 4
        placed = compact.decode(world.template(person, 1))
        assert len(mate.paired) == mate.paired_minutiae
        assert set(mate.paired) <= {(round(float(x)), round(float(y))) for x, y in zip(placed.x, placed.y, strict=True)}
        assert mate.score == pytest.approx(-10 * math.log10(mate.fmr))


def test_a_copy_is_told_alone_as_it_is_with_a_comparison(world: World) -> None:
    shown, mates = world.prepared(0, 1), [world.prepared(0, 2), world.prepared(0, 3)]
    for references in (mates, [*mates, world.prepared(0, 1)], [world.prepared(1, 1)]):
        assert world.biometrics.copied(shown, references) == world.biometrics.compare(shown, references).copied
    assert world.biometrics.copied(shown, [*mates, shown])
    assert not world.biometrics.copied(shown, [])


def test_a_claim_about_the_best_of_several_counts_them_all(world: World) -> None:
    for probe in ((0, 1), (1, 1)):
        references = [world.template(0, 2), world.template(0, 3), world.template(1, 3)]
        alone = [world.compared(world.template(*probe), [r]).fmr for r in references]
        together = world.compared(world.template(*probe), references)
        assert together.fmr == pytest.approx(min(1.0, 3 * min(alone)))


def test_a_comparison_without_evidence_claims_nothing(world: World) -> None:
    empty = compact.encode(prints.EMPTY)
    assert world.compared(empty, [world.template(0, 1)]) == Likeness(1.0, 0.0, 0)


def test_fingers_together(world: World) -> None:
    strong, weak, none = Likeness(1e-5, 50.0, 9), Likeness(1e-2, 20.0, 7), Likeness(1.0, 0.0, 0)
    assert world.biometrics.fuse([strong]) is strong
    both = world.biometrics.fuse([strong, weak])
    assert both.fmr < strong.fmr
    assert both.paired_minutiae == 16
    assert both.score == pytest.approx(-10 * math.log10(both.fmr))
    assert strong.fmr < world.biometrics.fuse([strong, none]).fmr < 1e-3


def test_names_of_what_decided(world: World) -> None:
    assert world.biometrics.comparator_id.startswith("mcc-")
    assert world.biometrics.calibration_id == default_calibration().id
    assert world.biometrics.fmr_extrapolated_below == default_calibration().extrapolated_below


def test_a_damaged_stored_template_is_told_from_a_bad_sample(world: World) -> None:
    good, bad = world.template(0, 1), world.template(0, 2)[:-1]
    gallery = MatcherGallery(default_calibration())
    with pytest.raises(StoredDataError):
        world.compared(good, [good, bad])
    with pytest.raises(StoredDataError):
        gallery.add([stored(1, "a", good), stored(2, "b", bad)])
    assert len(gallery) == 0
    with pytest.raises(StoredDataError):
        gallery.search(world.biometrics.prepare(bad), position=None, limit=1, deadline=NoDeadline())


# --- gallery ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def gallery(world: World) -> MatcherGallery:
    """Two people with two impressions of the thumb each, the second person's of an unstated finger."""
    gallery = MatcherGallery(default_calibration())
    gallery.add([stored(i, "first", world.template(0, i)) for i in (1, 2)])
    gallery.add([stored(10 + i, "second", world.template(1, i), FingerPosition.UNKNOWN) for i in (1, 2)])
    return gallery


def test_the_gallery_claims_what_a_comparison_claims(world: World, gallery: MatcherGallery) -> None:
    probe = world.template(1, 3)
    found = gallery.search(world.biometrics.prepare(probe), position=None, limit=5, deadline=NoDeadline())
    assert [hit.subject_id for hit in found.hits] == ["second", "first"]
    assert [hit.position for hit in found.hits] == [FingerPosition.UNKNOWN, THUMB]
    for hit, person in zip(found.hits, (1, 0), strict=True):
        assert hit.likeness == world.compared(probe, [world.template(person, i) for i in (1, 2)])
    assert found.searched_fingers == 2


def test_impressions_that_were_not_verified_weaken_the_claim(world: World) -> None:
    gallery = MatcherGallery(default_calibration())
    one = RetrievalParams(exhaustive_up_to=0, shortlist=1)
    gallery._gallery = Gallery(params=GalleryParams(one))
    gallery.add([stored(i, "first", world.template(0, i)) for i in (1, 2)])
    (hit,) = gallery.search(world.prepared(0, 3), position=None, limit=5, deadline=NoDeadline()).hits
    alone = [world.compared(world.template(0, 3), [world.template(0, i)]).fmr for i in (1, 2)]
    assert hit.likeness.fmr in [pytest.approx(2 * fmr) for fmr in alone]


def test_a_position_is_searched_with_the_unstated(world: World, gallery: MatcherGallery) -> None:
    def people(position: FingerPosition | None) -> set[str]:
        found = gallery.search(world.prepared(0, 3), position=position, limit=5, deadline=NoDeadline())
        return {hit.subject_id for hit in found.hits}

    assert people(None) == people(FingerPosition.UNKNOWN) == people(THUMB) == {"first", "second"}
    assert people(FingerPosition.LEFT_LITTLE) == {"second"}


def test_removed_is_gone_and_adding_twice_is_adding_once(world: World, gallery: MatcherGallery) -> None:
    gallery.add([stored(1, "other", world.template(1, 1))])
    assert len(gallery) == 4
    gallery.remove([1, 2, 99])
    gallery.remove([1])
    found = gallery.search(world.prepared(0, 3), position=None, limit=5, deadline=NoDeadline())
    assert [hit.subject_id for hit in found.hits] == ["second"]
    assert (len(gallery), found.searched_fingers) == (2, 1)


def test_a_search_whose_time_is_up_ends(world: World, gallery: MatcherGallery) -> None:
    with pytest.raises(DomainError) as caught:
        gallery.search(world.prepared(0, 3), position=None, limit=1, deadline=PastDeadline())
    assert caught.value.reason is Reason.DEADLINE_EXCEEDED


# --- real prints -----------------------------------------------------------------------------------------------------


def test_real_prints_and_the_records_of_another_vendor(world: World, real_data: Path) -> None:
    folder = real_data / "fvc2002" / "DB1_B"

    def image(name: str) -> bytes:
        content = ImageSample((folder / f"{name}.tif").read_bytes(), ImageFormat.TIFF, resolution_ppi=500.0)
        return world.biometrics.extract(Sample(None, content)).template

    def record(name: str) -> bytes:
        return world.biometrics.extract(Sample(None, MinutiaeSample((folder / f"{name}.iso").read_bytes()))).template

    for read in (image, record):
        mate = world.compared(read("101_1"), [read("101_2")])
        other = world.compared(read("101_1"), [read("102_1")])
        assert mate.fmr < 1e-4
        assert other.fmr > 1e-3


def test_a_sample_is_known_again_in_another_file_and_another_order(world: World) -> None:
    image = world.images[0, 1]
    first, again, other = (
        set(world.biometrics.extract(Sample(THUMB, ImageSample(content))).marks)
        for content in (png(image), png(image, text=MARKER), png(world.images[0, 2]))
    )
    assert (len(first), len(first & again), len(first & other)) == (3, 2, 0)
    minutiae = world.biometrics.to_iso_minutiae(world.features[0, 1])
    marks = world.biometrics.extract(Sample(THUMB, MinutiaeSample(minutiae))).marks
    assert len(marks) == 2
    assert world.biometrics.extract(Sample(None, MinutiaeSample(minutiae))).marks == marks


def test_an_image_that_is_larger_than_a_finger_is_told_as_that(world: World) -> None:
    slap = ImageSample(bytes(1600 * 1600), ImageFormat.RAW_GREY8, 1600, 1600, 100.0)
    with pytest.raises(DomainError) as caught:
        world.biometrics.extract(Sample(THUMB, slap))
    assert (caught.value.reason, caught.value.metadata) == (Reason.SAMPLE_INVALID, {"cause": "EXTENT"})
