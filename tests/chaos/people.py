"""Who lives in the town: bodies with two fingers each, and what they show of them. Answers are held to this truth."""

from __future__ import annotations

import random
from functools import cache

from idverify.v1 import types_pb2
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.types import FingerPosition, Template
from tests import prints

PLACES = (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)
"""By which finger a body is enrolled, and the one that is added later."""


def number_of(entry: int) -> str:
    """Return the citizen number of an entry of the register, 0 to 999,999: not of a body, which may try for two."""
    return f"027199{entry:06}"


def finger(body: int, place: int) -> types_pb2.FingerprintSample:
    """Return the sample of a finger as it is."""
    return _sample(_template(body, place), place)


def touch(body: int, place: int, choice: random.Random) -> types_pb2.FingerprintSample:
    """Return another impression of a finger: never the same again, which would be a copy."""
    touched = prints.impression(_template(body, place), choice.randrange(1 << 32), kept=0.9, jitter=1.0)
    return _sample(touched, place)


def rubbish(choice: random.Random) -> types_pb2.FingerprintSample:
    """Return a sample that is none."""
    return types_pb2.FingerprintSample(
        finger_position=types_pb2.FINGER_POSITION_RIGHT_INDEX, iso_19794_2_2005=b"FMR\0" + choice.randbytes(60)
    )


@cache  # to draw one takes as long as a call may
def _template(body: int, place: int) -> Template:
    return prints.finger(len(PLACES) * body + place)


def _sample(template: Template, place: int) -> types_pb2.FingerprintSample:
    record = template_to_record(template, PLACES[place], finger_quality=80)
    return types_pb2.FingerprintSample(
        finger_position=f"FINGER_POSITION_{PLACES[place].name}", iso_19794_2_2005=write_record(record)
    )
