"""What a finger minutiae record of any format holds, in the units of that format. Nothing is corrected here.

One model for all: the formats differ in where they put things and in their units, not in what a minutia is. Positions
are pixels of the view's frame with y down, directions turn counter-clockwise from +x and point as ISO/IEC 19794-2 says,
in steps of :attr:`RecordFormat.angle_steps` to a full turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

CONVENTIONAL_500_PPI = 197
"""Pixels per centimetre that writers put for 500 dpi, which is 196.85."""

NOT_REPORTED = 254
"""Quality of the later formats that says nothing was reported."""

NOT_COMPUTED = 255
"""Quality of the later formats that says that an attempt to compute it failed."""


class RecordFormat(StrEnum):
    """The formats that are read and written."""

    ISO_19794_2_2005 = "iso-19794-2-2005"
    ISO_19794_2_2011 = "iso-19794-2-2011"
    ANSI_378_2004 = "ansi-378-2004"
    ANSI_378_2009 = "ansi-378-2009"
    ANSI_378_2009_AM1 = "ansi-378-2009-am1"
    XYT = "xyt"

    @property
    def angle_steps(self) -> int:
        """Units of an angle in a full turn: 360/256 degrees, 2 degrees, or 1 degree."""
        if self in {RecordFormat.ISO_19794_2_2005, RecordFormat.ISO_19794_2_2011}:
            return 256
        return 360 if self is RecordFormat.XYT else 180

    @property
    def zero_is_unreported(self) -> bool:
        """Whether a minutia's quality of 0 says that none is reported. Later formats have a code for it."""
        return self in {RecordFormat.ISO_19794_2_2005, RecordFormat.ANSI_378_2004}

    @property
    def frame_is_of_the_record(self) -> bool:
        """Whether all views share one frame."""
        return self in {RecordFormat.ISO_19794_2_2005, RecordFormat.ANSI_378_2004, RecordFormat.XYT}


class Quirk(StrEnum):
    """Departures from the standard that real extractors make and that do not hide what was meant.

    The names are stable: programs may depend on them.
    """

    TRAILING_ZEROS = "zero bytes follow the last view, as from a buffer of fixed size"
    LENGTH_WRONG = "the record length is not where the last view ends; the counts decide"
    VIEW_LENGTH_WRONG = "the length of a view is not where it ends; the counts decide"
    EXTENDED_LENGTH_MISSING = "the last view ends without the length of its extended data"
    EXTENDED_LENGTH_WRONG = "the length of extended data is a byte or two off; their blocks decide where they end"
    HEADER_BYTE_MISSING = "the record header ends without its reserved byte"
    RESERVED_BYTE_SET = "the reserved byte of the record header is not zero"
    RESERVED_BITS_SET = "the two reserved bits above a y coordinate are set; they are dropped"
    CERTIFICATION_BITS_SET = "bits of the device certification are set that the standard does not define"
    KIND_RESERVED = "a minutia has the reserved type 3"
    POSITION_RESERVED = "the finger position is none that the standard lists"
    IMPRESSION_RESERVED = "the impression type is none that the standard lists"
    ENDING_TYPE_RESERVED = "the kind of ridge ending is neither 0 nor 1"
    QUALITY_OUT_OF_RANGE = "a quality is above 100, and no code that the standard defines"
    ANGLE_OUT_OF_RANGE = "an angle is a full turn or more; it counts modulo a turn"
    MINUTIAE_REPEATED = "a minutia stands more than once, on itself or within 3.5 pixels; the best counts"
    OUTSIDE_FRAME = "a minutia lies outside the frame that is declared"
    RESOLUTION_ZERO = "a resolution is zero"
    RESOLUTION_LOW = "a resolution is below 99 px/cm, the least that the standard allows"
    RESOLUTION_LOOKS_LIKE_PPI = "a resolution is exactly 500 px/cm: perhaps pixels per inch were meant"
    NO_VIEWS = "the record holds no finger view"
    NO_MINUTIAE = "a view holds no minutia, which the standard wants"
    LONG_LENGTH_NEEDLESS = "the record is short, but its length is in the form for records of 64 KiB and more"
    BLANK_LINES = "lines without a minutia"
    AS_TEXT = "the record came as base64 text"
    COUNT_WRONG = "the number of fingers in the header is not that of what follows, which counts"
    UNITS_RESERVED = "the unit of the resolution is neither inch nor centimetre; no resolution is stated"
    CODING_RESERVED = "the coding of the image is none that the standard lists; its bytes decide"
    CODING_CONTRADICTED = "the image is coded otherwise than the record says; its bytes decide"
    SIZE_CONTRADICTED = "the image has other sides than the record says; its own count"
    RESOLUTION_CONTRADICTED = "the image states another resolution than the record, which counts"
    HEADER_BEFORE = "a header of CBEFF stands before the record; it is passed over, and a signature behind it too"


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


@dataclass(frozen=True, slots=True)
class Frame:
    """The image that positions lie on.

    Attributes:
        width, height: in pixels; 16 bits.
        x_resolution, y_resolution: pixels per centimetre; 16 bits.
    """

    width: int
    height: int
    x_resolution: int = CONVENTIONAL_500_PPI
    y_resolution: int = CONVENTIONAL_500_PPI

    @classmethod
    def at_ppi(cls, width: int, height: int, ppi: float) -> Frame:
        """Return the frame of an image with square pixels of so many to the inch."""
        per_cm = round(ppi / 2.54)
        return cls(width, height, per_cm, per_cm)


@dataclass(frozen=True, slots=True)
class QualityBlock:
    """How good an impression is, and by whose measure.

    Attributes:
        value: 0 to 100, 254 not reported, 255 could not be computed.
        vendor_id: of the algorithm's maker, 0 unknown.
        algorithm_id: the maker's number of it.
    """

    value: int
    vendor_id: int = 0
    algorithm_id: int = 0


@dataclass(frozen=True, slots=True)
class Certification:
    """Who certified the capture device, by which scheme (ISO/IEC 19794-2:2011)."""

    authority_id: int
    scheme_id: int


@dataclass(frozen=True, slots=True)
class Capture:
    """When and with what a view was captured (ISO/IEC 19794-2:2011 only).

    Attributes:
        time: nine bytes as the standard has them: year (2), month, day, hour, minute, second, millisecond (2), in UTC;
            all ones where not stated.
        technology_id: how the device captures, 0 unknown.
        vendor_id, device_id: the device's maker and type, 0 unknown.
        certifications: of the device.
    """

    time: bytes = b"\xff" * 9
    technology_id: int = 0
    vendor_id: int = 0
    device_id: int = 0
    certifications: tuple[Certification, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class FingerView:
    """One finger view: the minutiae of one impression.

    Attributes:
        position: finger position code: 0 unknown, 1 to 5 right thumb to little, 6 to 10 left; 8 bits.
        impression_type: 0 live plain, 1 live rolled, 2 and 3 the same non-live, 8 swipe; 4 bits, later formats 8.
        quality: of the finger image, 0 to 100 in the standard; 8 bits. Later formats: that of the first quality block,
            :data:`NOT_REPORTED` if there is none.
        x, y: uint16, shape (n,): position in pixels of the frame, y down; 14 bits.
        angle: uint8 (xyt: uint16), shape (n,): direction in steps of the format, counter-clockwise from +x.
        kind: uint8, shape (n,): 0 other, 1 ridge ending, 2 bifurcation; 3 is reserved.
        minutia_quality: uint8, shape (n,): 1 to 100, or 0 for not reported; later formats 0 to 100, or
            :data:`NOT_REPORTED`.
        view_number: counts the views of one finger position from 0; 4 bits, later formats 8.
        extended_data: the extended data areas without their leading total length, uninterpreted.
        frame: of this view where it differs from the record's.
        quality_blocks: later formats; one in ANSI INCITS 378-2009, any number in ISO/IEC 19794-2:2011.
        capture: ISO/IEC 19794-2:2011.
        minutia_bytes: 6, or 5 for minutiae without quality (ISO/IEC 19794-2:2011).
        ending_type: where ridge endings are put: 0 where three valleys meet, 1 the end of the ridge's skeleton
            (ISO/IEC 19794-2:2011).
    """

    position: int
    impression_type: int
    quality: int
    x: NDArray[np.uint16]
    y: NDArray[np.uint16]
    angle: NDArray[np.uint8] | NDArray[np.uint16]
    kind: NDArray[np.uint8]
    minutia_quality: NDArray[np.uint8]
    view_number: int = 0
    extended_data: bytes = b""
    frame: Frame | None = None
    quality_blocks: tuple[QualityBlock, ...] = ()
    capture: Capture | None = None
    minutia_bytes: int = 6
    ending_type: int = 0

    def __len__(self) -> int:
        return int(self.x.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class MinutiaeRecord:
    """A finger minutiae record.

    Attributes:
        width, height: size of the image in pixels; 16 bits. Of the first view where each has its own.
        views: the finger views, in the order of the record; at most 255, ISO/IEC 19794-2:2011 65535.
        x_resolution, y_resolution: pixels per centimetre; 16 bits.
        equipment_certification: 2005 and ANSI 2004: four bits, the highest being IAFIS appendix F; ANSI 2009: eight
            bits, likewise; ISO 2011: 1 if the views state certifications.
        equipment_id: the vendor's number of the capture device, 0 if not reported; 12 bits, ANSI 2009 16. Not in ISO
            2011, where each view has its :class:`Capture`.
        warnings: what was tolerated while reading; not written.
        format: which format the values are in, and its units.
        vendor_id, product_id: who made the record, with what (ANSI only); 16 bits.
    """

    width: int
    height: int
    views: tuple[FingerView, ...]
    x_resolution: int = CONVENTIONAL_500_PPI
    y_resolution: int = CONVENTIONAL_500_PPI
    equipment_certification: int = 0
    equipment_id: int = 0
    warnings: tuple[RecordWarning, ...] = field(default=())
    format: RecordFormat = RecordFormat.ISO_19794_2_2005
    vendor_id: int = 0
    product_id: int = 0

    @property
    def frame(self) -> Frame:
        """The frame of the views that have none of their own."""
        return Frame(self.width, self.height, self.x_resolution, self.y_resolution)

    def frame_of(self, view: FingerView) -> Frame:
        """Return the frame that a view's positions lie on."""
        return view.frame or self.frame
