"""Prints that are not there: pictures of stripes in every encoding, and an extractor that makes minutiae up from them.

The extraction is what is stubbed, and nothing else: files are decoded, resolutions estimated, qualities told and
minutiae compared as ever. The first pixels of a picture say whose finger it is and the rest which touch of it, so that
two pictures of one finger match and are not copies.
"""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from idverify.v1 import types_pb2
from matcher.formats.iso19794_2 import template_to_record
from matcher.formats.records import RecordFormat, convert, write_record
from matcher.types import FingerPosition, Image, Template
from tests.places import GOLDEN

FINGERS = 8
"""Of the people who are enrolled two each; the rest are strangers'."""

TOUCHES = 6
_SIDE = 64
_NAME = 8
_PPI = 500.0
_WIDTH, _HEIGHT = 300, 400
_ROWS, _COLUMNS = 7, 5
EXTRACTOR = "made-up-1"
_SHAKE = 2.5
"""Pixels between two touches: more than copies have."""

_FILES: dict[Any, tuple[str, dict[str, Any]]] = {
    types_pb2.IMAGE_FORMAT_PNG: ("PNG", {"dpi": (500, 500)}),
    types_pb2.IMAGE_FORMAT_TIFF: ("TIFF", {"dpi": (500, 500), "compression": "tiff_lzw"}),
    types_pb2.IMAGE_FORMAT_BMP: ("BMP", {"dpi": (500, 500)}),
    types_pb2.IMAGE_FORMAT_JPEG: ("JPEG", {"dpi": (500, 500)}),
    types_pb2.IMAGE_FORMAT_JPEG_2000: ("JPEG2000", {}),
}


def fingers_of(person: int) -> tuple[int, int]:
    """Return which fingers are somebody's: the right and the left index."""
    first = 2 * person % FINGERS
    return first, first + 1


@dataclass(frozen=True, slots=True)
class MadeUp:
    """Implements :class:`matcher.types.Extractor` without looking for anything."""

    id: str = EXTRACTOR

    def extract(self, image: Image) -> Template:
        """Return the minutiae of the finger that the first pixels name."""
        pixels = image.pixels
        if pixels.min() == pixels.max():
            return made_up(0, 0, count=0)
        return made_up(zlib.crc32(pixels[0, :_NAME].tobytes()), zlib.crc32(pixels.tobytes()))


def made_up(finger: int, touch: int, count: int = _ROWS * _COLUMNS) -> Template:
    """Return a touch of a finger: minutiae on a shaken grid, along ridges that turn slowly."""
    own, moved = np.random.default_rng(finger), np.random.default_rng([finger, touch])
    row, column = np.divmod(np.arange(count), _COLUMNS)
    x = 30 + 55.0 * column + own.uniform(-15, 15, count) + moved.normal(0, _SHAKE, count)
    y = 30 + 52.0 * row + own.uniform(-15, 15, count) + moved.normal(0, _SHAKE, count)
    flow = own.uniform(0, math.pi) + 0.004 * x - 0.003 * y + math.pi * own.integers(0, 2, count)
    angle = (flow + moved.normal(0, 0.05, count) + math.pi) % (2 * math.pi) - math.pi
    return Template(
        x.clip(0, _WIDTH - 1).astype(np.float32),
        y.clip(0, _HEIGHT - 1).astype(np.float32),
        angle.clip(-3.1415, 3.1415).astype(np.float32),
        own.integers(1, 3, count).astype(np.uint8),
        np.full(count, 0.9, np.float32),
        _WIDTH,
        _HEIGHT,
        EXTRACTOR,
    )


def picture(finger: int, touch: int) -> NDArray[np.uint8]:
    """Return a picture of a touch, uint8 (64, 64)."""
    y, x = np.mgrid[0:_SIDE, 0:_SIDE]
    noise = np.random.default_rng([finger, touch]).integers(-9, 10, (_SIDE, _SIDE))
    wave = np.sin((x * math.cos(finger) + y * math.sin(finger)) * 2 * math.pi / 9)
    pixels: NDArray[np.uint8] = (127 + 100 * wave + noise).astype(np.uint8)
    pixels[0, :_NAME] = np.random.default_rng(finger).integers(0, 256, _NAME)
    return pixels


def thumb_alone() -> types_pb2.FingerImage:
    """Return a page with stripes of the size of one thumb, 10 x 13 mm: a slap of both of which one is missing."""
    page = np.full((320, 320), 255, np.uint8)
    page[30:290, 60:260] = np.tile(picture(0, 0)[1:], (5, 4))[:260, :200]
    return types_pb2.FingerImage(data=_encoded(page, *_FILES[types_pb2.IMAGE_FORMAT_PNG]), resolution_ppi=_PPI)


class PrintBox:
    """Samples to begin with."""

    def __init__(self) -> None:
        self.images = {(f, t): _images(f, t) for f in range(FINGERS) for t in range(TOUCHES)}
        self.records = {(f, t): _records(f, t) for f in range(FINGERS) for t in range(TOUCHES)}
        self.thumb = thumb_alone()
        self.odd_images = [(GOLDEN / name).read_bytes() for name in ("waves.wsq", "waves_odd.wsq")]
        kinds = ("*.fmr", "*.iso", "*.xyt")
        self.odd_records = [path.read_bytes() for kind in kinds for path in sorted(GOLDEN.glob(kind))]
        files = [image.data for images in self.images.values() for image in images]
        self.files = [*files, *self.odd_images, *self.odd_records]

    def sample(self, random: Random, finger: int, position: Any) -> types_pb2.FingerprintSample:
        """Return a print of a finger, or now and then some odd file."""
        sample = types_pb2.FingerprintSample(finger_position=position)
        key, kind = (finger, random.randrange(TOUCHES)), random.random()
        if kind < 0.5:
            sample.image.CopyFrom(random.choice(self.images[key]))
        elif kind < 0.9:
            sample.iso_19794_2_2005 = random.choice(self.records[key])
        elif kind < 0.93:
            sample.image.data, sample.image.resolution_ppi = random.choice(self.odd_images), _PPI
        else:
            sample.iso_19794_2_2005 = random.choice(self.odd_records)
        return sample


def _images(finger: int, touch: int) -> Sequence[types_pb2.FingerImage]:
    pixels = picture(finger, touch)
    raw = types_pb2.FingerImage(
        data=pixels.tobytes(), format=types_pb2.IMAGE_FORMAT_RAW_GREY8, width=_SIDE, height=_SIDE, resolution_ppi=_PPI
    )
    files = [
        types_pb2.FingerImage(data=_encoded(pixels, *how), format=code, resolution_ppi=_PPI)
        for code, how in _FILES.items()
    ]
    return [raw, *files]


def _encoded(pixels: NDArray[np.uint8], kind: str, options: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    PIL.Image.fromarray(pixels).save(stream, kind, **options)
    return stream.getvalue()


@cache
def _records(finger: int, touch: int) -> Sequence[bytes]:
    record = template_to_record(made_up(finger, touch), FingerPosition.RIGHT_INDEX)
    return [write_record(convert(record, edition).record) for edition in RecordFormat]
