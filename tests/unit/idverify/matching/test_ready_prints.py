"""Prints that are ready: made once, within bounds, and gone when they have to be."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from enroll_tools.synthetic.templates.population import TemplatePopulation
from idverify.domain.errors import StoredDataError
from idverify.domain.model import FingerPosition, Quality, StoredTemplate
from idverify.matching.biometrics import MatcherBiometrics
from idverify.matching.gallery import MatcherGallery
from idverify.matching.ready_prints import ReadyPrints
from matcher.comparison.calibration import default_calibration
from matcher.comparison.prepared import PreparedTemplate, prepare
from matcher.templates import compact
from matcher.types import Image, Template


class NoExtractor:
    id = "none"

    def extract(self, image: Image) -> Template:
        raise NotImplementedError


@dataclass
class Maker:
    """Counts what it makes; the first thing it does can be to empty where that is kept."""

    made: int = 0
    emptied: ReadyPrints | None = None

    def __call__(self, template: bytes) -> PreparedTemplate:
        self.made += 1
        if self.emptied is not None:
            self.emptied.forget()
        return prepare(compact.decode(template))


@dataclass
class Time:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def stored() -> list[bytes]:
    columns = TemplatePopulation(5).batch(0, 3)
    return [compact.encode(columns.template(number)) for number in range(3)]


def test_one_is_made_once(stored: list[bytes]) -> None:
    ready, make = ReadyPrints(), Maker()
    assert ready.of(stored[0], make) is ready.of(bytes(bytearray(stored[0])), make)
    assert ready.of(stored[1], make) is not ready.of(stored[0], make)
    assert make.made == 2


def test_those_asked_for_last_stay_where_there_is_not_room_for_all(stored: list[bytes]) -> None:
    make, room = Maker(), ReadyPrints()
    for template in stored:
        room.of(template, make)
    ready, make = ReadyPrints(most_bytes=room.taken - 1), Maker()
    for template in (stored[0], stored[1], stored[0], stored[2]):
        ready.of(template, make)
    assert len(ready) == 2
    assert ready.taken < room.taken
    ready.of(stored[0], make)
    assert make.made == 3
    ready.of(stored[1], make)
    assert make.made == 4


def test_one_that_has_no_room_at_all_is_made_all_the_same(stored: list[bytes]) -> None:
    ready = ReadyPrints(most_bytes=10)
    assert ready.of(stored[0], Maker()).template is not None
    assert (len(ready), ready.taken) == (0, 0)


def test_none_is_kept_for_long_however_often_it_is_asked_for(stored: list[bytes]) -> None:
    time = Time()
    ready, make = ReadyPrints(most_seconds=60.0, clock=time), Maker()
    ready.of(stored[0], make)
    time.now = 59.0
    ready.of(stored[1], make)
    ready.of(stored[0], make)
    ready.forget_old()
    assert len(ready) == 2
    time.now = 60.0
    ready.forget_old()
    assert len(ready) == 1
    ready.of(stored[1], make)
    assert make.made == 2


def test_what_was_being_made_when_all_had_to_go_is_not_kept(stored: list[bytes]) -> None:
    ready = ReadyPrints()
    ready.of(stored[0], Maker(emptied=ready))
    assert (len(ready), ready.taken) == (0, 0)


def test_nothing_stays_ready_of_whoever_leaves_the_gallery(stored: list[bytes]) -> None:
    ready, calibration = ReadyPrints(), default_calibration()
    biometrics = MatcherBiometrics(NoExtractor(), calibration, ready)
    gallery = MatcherGallery(calibration, ready=ready)
    quality = Quality(80, "made-up", 40, (), usable=True)
    gallery.add([StoredTemplate(1, "one", FingerPosition.RIGHT_INDEX, stored[0], quality, "made-up")])
    biometrics.prepare_stored(stored[0])
    biometrics.prepare(stored[1])
    assert len(ready) == 1
    gallery.remove([1])
    assert len(ready) == 0
    biometrics.prepare_stored(stored[0])
    gallery.erase()
    assert len(ready) == 0


def test_one_that_does_not_decode_is_not_kept() -> None:
    ready = ReadyPrints()
    with pytest.raises(StoredDataError):
        MatcherBiometrics(NoExtractor(), default_calibration(), ready).prepare_stored(b"none")
    assert len(ready) == 0
