"""Samples as they come in, and what is made of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import Enum, IntEnum


class FingerPosition(IntEnum):
    """Finger position, codes of ISO/IEC 19794-2:2005 table 2."""

    UNKNOWN = 0
    RIGHT_THUMB = 1
    RIGHT_INDEX = 2
    RIGHT_MIDDLE = 3
    RIGHT_RING = 4
    RIGHT_LITTLE = 5
    LEFT_THUMB = 6
    LEFT_INDEX = 7
    LEFT_MIDDLE = 8
    LEFT_RING = 9
    LEFT_LITTLE = 10


class ImageFormat(Enum):
    """Declared format of an image sample."""

    PNG = "PNG"
    TIFF = "TIFF"
    BMP = "BMP"
    JPEG = "JPEG"
    JPEG_2000 = "JPEG_2000"
    WSQ = "WSQ"
    PGM = "PGM"
    RAW_GREY8 = "RAW_GREY8"


class ImageExchange(Enum):
    """A form in which images are given to others, by the name that MOSIP's converter has for it."""

    PNG = "IMAGE/PNG"
    JPEG = "IMAGE/JPEG"
    RECORD_PNG = "ISO19794_4_2011/PNG"
    RECORD_JPEG = "ISO19794_4_2011/JPEG"


class SampleKind(Enum):
    """What a sample comes as."""

    IMAGE = "image"
    MINUTIAE = "minutiae"


class Advice(Enum):
    """What a clerk can do to get a better impression."""

    NO_FINGER = "NO_FINGER"
    TOO_FEW_MINUTIAE = "TOO_FEW_MINUTIAE"
    SMALL_AREA = "SMALL_AREA"
    TOO_WET = "TOO_WET"
    TOO_DRY = "TOO_DRY"
    LOW_CONTRAST = "LOW_CONTRAST"


@dataclass(frozen=True, slots=True)
class ImageSample:
    """An image as received. ``resolution_ppi`` None: to be read from the file. Width and height: raw pixels only."""

    data: bytes = field(repr=False)
    format: ImageFormat | None = None
    width: int | None = None
    height: int | None = None
    resolution_ppi: float | None = None


@dataclass(frozen=True, slots=True)
class MinutiaeFrame:
    """Image that minutiae lie on: width and height in pixels, and pixels per inch."""

    width: int
    height: int
    resolution_ppi: float


@dataclass(frozen=True, slots=True)
class MinutiaeSample:
    """Minutiae data as received: ISO/IEC 19794-2, ANSI INCITS 378 or an xyt text, told by its bytes.

    ``frame``: of an xyt text, which does not state it; ``record``: what was read of the data, of use to whoever read it
    only; None: nobody did.
    """

    data: bytes = field(repr=False)
    frame: MinutiaeFrame | None = None
    record: object = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """One impression as received. ``position`` None: not stated; ``attestation`` empty: the scanner signed none."""

    position: FingerPosition | None
    content: ImageSample | MinutiaeSample
    attestation: str = field(default="", repr=False)

    @property
    def sha256(self) -> str:
        """Digest of its bytes as received, hexadecimal; computed each time."""
        return hashlib.sha256(self.content.data).hexdigest()

    @property
    def kind(self) -> SampleKind:
        """What it comes as."""
        return SampleKind.IMAGE if isinstance(self.content, ImageSample) else SampleKind.MINUTIAE


@dataclass(frozen=True, slots=True)
class Quality:
    """Sample quality, ISO/IEC 29794-1: 0 to 100, and what to do better."""

    score: int
    algorithm: str
    minutiae: int
    advice: tuple[Advice, ...]
    usable: bool


@dataclass(frozen=True, slots=True)
class RecordQuirk:
    """Where a record departs from its standard, and was read all the same. ``byte``: of the record, that shows it."""

    code: str
    byte: int


@dataclass(frozen=True, slots=True)
class Features:
    """What was extracted from a sample: an opaque versioned template, its quality, and what made it.

    ``marks``: digests by which the same sample is known again: of its bytes, its pixels, its minutiae.
    ``quirks``: of the record that it came in.
    """

    position: FingerPosition | None
    template: bytes = field(repr=False)
    quality: Quality
    extractor: str
    marks: tuple[bytes, ...] = field(default=(), repr=False)
    quirks: tuple[RecordQuirk, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredTemplate:
    """An enrolled template. ``template_id`` is unique for ever, never reused."""

    template_id: int
    subject_id: str
    position: FingerPosition
    template: bytes = field(repr=False)
    quality: Quality
    extractor: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Templates that were given to another citizen: as they were, and as they are."""

    removed: tuple[StoredTemplate, ...]
    added: tuple[StoredTemplate, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two impressions (or two sets of them) are, as an error rate.

    Attributes:
        fmr: false match rate at the score, in (0, 1].
        score: -10 log10 of it.
        paired_minutiae: how many minutiae agree.
        copied: they are more alike than two touches of a finger ever are.
        paired: minutiae of the first one that agree, of one finger: x and y in pixels at 500 ppi.
    """

    fmr: float
    score: float
    paired_minutiae: int = 0
    copied: bool = False
    paired: tuple[tuple[int, int], ...] = field(default=(), repr=False, compare=False)
