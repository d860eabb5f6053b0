"""Fingers: enrolled by the minutiae that are known of them, every tenth by pictures; shown as pictures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from io import BytesIO

import PIL.Image

from enroll_tools.day.plan import Plan, Story, Visit
from enroll_tools.synthetic import EASY, MEDIUM, Population, TemplatePopulation
from idverify.client import make_sample
from idverify.v1 import types_pb2
from idverify.v1.types_pb2 import FingerprintSample
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.quality.plausibility import PlausibilityParams, implausibility
from matcher.types import FingerPosition, Image, Template

STATED, UNSTATED = types_pb2.FINGER_POSITION_RIGHT_INDEX, types_pb2.FINGER_POSITION_UNSPECIFIED
FINGER, OTHER_FINGER = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX
_BY_PICTURE_EVERY = 10  # visitors
_QUALITY = 80
_SPARE_FROM = 20
_TOUCHES = 6  # of a finger that never comes; the two with most minutiae are enrolled
_NEXT = 1_000_000  # persons further, beyond any citizen
_AS_REAL = PlausibilityParams(most_crossing=11.4)
"""The most of a real print (matcher/quality/plausibility.py): of 30 fingers of the generator two have more, and the
service would rightly take one of them for two fingers in one."""
_GOOD = replace(EASY, slip=MEDIUM.slip, twist=MEDIUM.twist, bumps=MEDIUM.bumps)
"""Clean and complete, but of skin that bends as it does: of easy touches the service takes some for copies."""
_ANOTHER_DAY = 99  # impression of an impostor, who shows none of it as a citizen
_PICTURES = {Story.MERGED: 2, Story.WRONG_NUMBER: 2, Story.VIRTUAL: 3, Story.WITHDRAWN: 2}


class Prints:
    """Everybody's, made before the counter opens. Pictures are taken one after the other, each once; thread-safe."""

    def __init__(self, plan: Plan, progress: Callable[[], None]) -> None:
        self._people = Population(plan.seed, _GOOD)
        self._crowd = TemplatePopulation(plan.seed)
        self._enrolled: dict[int, list[FingerprintSample]] = {}
        self._pictures: dict[int, list[bytes]] = {}
        self._persons: dict[int, int] = {}
        self._taken: dict[int, int] = {}
        self._odd: dict[int, bytes] = {}
        self._lock = threading.Lock()
        for visit in plan.visits:
            self._make(visit)
            progress()

    def enrolled(self, index: int) -> list[FingerprintSample]:
        """Return what a citizen is enrolled with; who never comes has a finger of minutiae alone."""
        if index not in self._enrolled:
            touches = [self._crowd.batch(index, 1, touch).template(0) for touch in range(_TOUCHES)]
            self._enrolled[index] = _records(sorted(touches, key=len)[-2:])
        return self._enrolled[index]

    def picture(self, index: int, finger: types_pb2.FingerPosition = UNSTATED) -> FingerprintSample:
        """Return another picture of the enrolled finger, as of the stated finger.

        As many as the story needs are there; what the service asks for besides is made now, which takes a while.
        """
        with self._lock:
            self._taken[index] = self._taken.get(index, 0) + 1
            if self._pictures[index]:
                return make_sample(self._pictures[index].pop(), finger)
            touch = _SPARE_FROM + self._taken[index]
        return make_sample(_png(self._people.impression(self._person(index), FINGER, touch).image), finger)

    def odd(self, index: int) -> FingerprintSample:
        """Return what the story has instead of a good picture: a worn finger, or another one."""
        return make_sample(self._odd[index])

    def _person(self, index: int) -> int:
        """Return whose synthetic finger a citizen has: the first whose minutiae a real finger may have."""
        if index not in self._persons:
            person = index
            while implausibility(self._people.impression(person, FINGER, 1).truth, _AS_REAL) is not None:
                person += _NEXT
            self._persons[index] = person
        return self._persons[index]

    def _make(self, visit: Visit) -> None:
        index = visit.citizen.index
        person = self._person(index)
        touches = [self._people.impression(person, FINGER, touch) for touch in (1, 2)]
        if index % _BY_PICTURE_EVERY == 0:
            self._enrolled[index] = [make_sample(_png(touch.image), STATED) for touch in touches]
        else:
            self._enrolled[index] = _records([touch.truth for touch in touches])
        count = _PICTURES.get(visit.story, 1)
        self._pictures[index] = [
            _png(self._people.impression(person, FINGER, touch).image) for touch in range(3, 3 + count)
        ]
        if visit.story is Story.WORN:
            self._odd[index] = _png(self._people.poor_impression(person, FINGER))
        elif visit.story is Story.WRONG_FINGER:
            self._odd[index] = _png(self._people.impression(person, OTHER_FINGER, 1).image)
        elif visit.story is Story.IMPOSTOR:
            self._odd[index] = _png(
                self._people.impression(self._person(visit.shows.index), FINGER, _ANOTHER_DAY).image
            )


def _records(templates: Iterable[Template]) -> list[FingerprintSample]:
    made = [write_record(template_to_record(template, FINGER, finger_quality=_QUALITY)) for template in templates]
    return [make_sample(record, STATED) for record in made]


def _png(image: Image) -> bytes:
    stream = BytesIO()
    dpi = (image.resolution_ppi, image.resolution_ppi)
    PIL.Image.fromarray(image.pixels).save(stream, "PNG", dpi=dpi, compress_level=1)
    return stream.getvalue()
