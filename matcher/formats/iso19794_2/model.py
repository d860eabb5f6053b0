"""What a finger minutiae record holds, in the units of the standard. Nothing is converted or corrected here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

CONVENTIONAL_500_PPI = 197
"""Pixels per centimetre that writers put for 500 dpi, which is 196.85."""


class Quirk(StrEnum):
    """Departures from the standard that real extractors make and that do not hide what was meant."""

    TRAILING_ZEROS = "zero bytes follow the last view, as from a buffer of fixed size"
    EXTENDED_LENGTH_MISSING = "the last view ends without the length of its extended data"
    RESERVED_BYTE_SET = "the reserved byte of the record header is not zero"
    RESERVED_BITS_SET = "the two reserved bits above a y coordinate are set; they are dropped"
    KIND_RESERVED = "a minutia has the reserved type 3"
    POSITION_RESERVED = "the finger position is above 10"
    QUALITY_OUT_OF_RANGE = "a quality is above 100"
    OUTSIDE_FRAME = "a minutia lies outside the frame that the header declares"
    RESOLUTION_LOW = "a resolution is below 99 px/cm, the least that the standard allows"
    RESOLUTION_LOOKS_LIKE_PPI = "a resolution is exactly 500 px/cm: perhaps pixels per inch were meant"
    NO_VIEWS = "the record holds no finger view"


@dataclass(frozen=True, slots=True)
class RecordWarning:
    """One tolerated quirk.

    Attributes:
        quirk: what was tolerated.
        offset: byte of the record where it was first seen.
    """

    quirk: Quirk
    offset: int

    def __str__(self) -> str:
        return f"byte {self.offset}: {self.quirk.value}"


@dataclass(frozen=True, slots=True, eq=False)
class FingerView:
    """One finger view: the minutiae of one impression (clause 7.4).

    Attributes:
        position: finger position code, table 2: 0 unknown, 1 to 5 right thumb to little, 6 to 10 left; 8 bits.
        impression_type: table 3: 0 live plain, 1 live rolled, 2 and 3 the same non-live, 8 swipe; 4 bits.
        quality: of the finger image, 0 to 100 in the standard; 8 bits.
        x, y: uint16, shape (n,): position in pixels of the record's resolution, y down; 14 bits.
        angle: uint8, shape (n,): direction in units of 360/256 degrees, counter-clockwise from +x.
        kind: uint8, shape (n,): 0 other, 1 ridge ending, 2 bifurcation; 3 is reserved.
        minutia_quality: uint8, shape (n,): 1 to 100, or 0 for not reported.
        view_number: counts the views of one finger position from 0; 4 bits.
        extended_data: the extended data areas (clause 7.5) without their leading total length, uninterpreted.
    """

    position: int
    impression_type: int
    quality: int
    x: NDArray[np.uint16]
    y: NDArray[np.uint16]
    angle: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    minutia_quality: NDArray[np.uint8]
    view_number: int = 0
    extended_data: bytes = b""

    def __len__(self) -> int:
        return int(self.x.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class MinutiaeRecord:
    """A finger minutiae record (clause 7.3 and its views).

    Attributes:
        width, height: size of the image in pixels; 16 bits.
        views: the finger views, in the order of the record; at most 255.
        x_resolution, y_resolution: pixels per centimetre; 16 bits.
        equipment_certification: the four certification bits, the highest being IAFIS appendix F.
        equipment_id: the vendor's 12-bit number of the capture device, 0 if not reported.
        warnings: what was tolerated while reading; not written.
    """

    width: int
    height: int
    views: tuple[FingerView, ...]
    x_resolution: int = CONVENTIONAL_500_PPI
    y_resolution: int = CONVENTIONAL_500_PPI
    equipment_certification: int = 0
    equipment_id: int = 0
    warnings: tuple[RecordWarning, ...] = field(default=())
