"""Images of fingers in a file of ANSI/NIST-ITL: records of type 4, and of types 13 and 14."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError, SampleResolutionUnknownError
from matcher.formats.ansi_nist.codes import FINGERS, SCARRED
from matcher.formats.ansi_nist.records import Record, whole
from matcher.formats.minutiae_record import CONVENTIONAL_500_PPI
from matcher.types import TEMPLATE_RESOLUTION_PPI

RAW = "NONE"
READ_COMPRESSIONS = frozenset({RAW, "WSQ20", "JPEGB", "JP2", "JP2L", "PNG"})
A_FILE = "FILE"
"""What is told of an image whose record names its compression otherwise than its bytes begin."""

_BEGINNINGS = (b"\xff\xa0", b"\xff\xd8\xff", b"\x89PNG\r\n", b"\x00\x00\x00\x0cjP", b"\xff\x4f\xff\x51")
"""Of files of WSQ, JPEG, PNG and JPEG 2000, its codestreams too."""

_BINARY_COMPRESSIONS = {0: RAW, 1: "WSQ20", 2: "JPEGB", 4: "JP2", 5: "JP2L", 6: "PNG"}
_HEADER = struct.Struct(">IBB6sBHHB")
"""Type 4: length, number (IDC), impression, six positions, resolution, width, height, compression."""

_UNUSED = 255
_SQUARE = 0.02
_MOST_SIDE = 65535

IDC, IMPRESSION, WIDTH, HEIGHT, SCALE, ACROSS, DOWN, COMPRESSION, DEPTH, POSITION = 2, 3, 6, 7, 8, 9, 10, 11, 12, 13
SCANNED_ACROSS, SCANNED_DOWN, MISSING, SEGMENTS, OTHER_SEGMENTS, DATA = 16, 17, 18, 21, 25, 999


@dataclass(frozen=True, slots=True)
class Segment:
    """Where a finger lies on an image of several, in pixels of it, y down; the far sides belong to it.

    Attributes:
        finger: 1 to 10.
        left, right, top, bottom: of an upright box around it.
    """

    finger: int
    left: int
    right: int
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class FingerImage:
    """One image.

    Attributes:
        kind: type of its record, 4, 13 or 14.
        idc: number by which records that belong together know each other.
        position: code of the standard, table 8: one finger, or several.
        impression_type: code of the standard, table 7.
        width, height: in pixels, as the record states.
        ppi: pixels per inch, as the record states: believed over what the image inside says; None: it states none.
        compression: ``NONE`` for raw pixels of 8 bits, or of what kind the file inside is; :data:`A_FILE` where the
            record says otherwise than the bytes, which count.
        data: the pixels, or the file.
        segments: where each finger lies; empty: the record does not say.
    """

    kind: int
    idc: int
    position: int
    impression_type: int
    width: int
    height: int
    ppi: float | None
    compression: str
    data: bytes = field(repr=False)
    segments: tuple[Segment, ...] = ()


def read_binary_image(record: Record, native_ppi: float | None) -> FingerImage:
    """Read a record of type 4.

    Args:
        record: as read.
        native_ppi: resolution at which the file's images were scanned (field 1.011); None: it does not say.

    Raises:
        SampleInvalidError: truncated, or raw pixels that are not as many as stated.
        SampleResolutionUnknownError: it refers to a resolution that the file does not state.
        SampleFormatUnsupportedError: a compression that is not read.
    """
    if len(record.content) < _HEADER.size:
        raise SampleInvalidError(f"byte {record.offset}: a record of type 4 is truncated inside its header")
    _, idc, impression, positions, scanned, width, height, algorithm = _HEADER.unpack_from(record.content)
    if scanned and native_ppi is None:
        raise SampleResolutionUnknownError("an image of type 4 refers to field 1.011, which states no resolution")
    compression = _BINARY_COMPRESSIONS.get(algorithm, f"algorithm {algorithm}")
    return _checked(
        FingerImage(
            kind=4,
            idc=idc,
            position=next((code for code in positions if code != _UNUSED), 0),
            impression_type=impression,
            width=width,
            height=height,
            ppi=native_ppi if scanned and native_ppi else TEMPLATE_RESOLUTION_PPI,
            compression=compression,
            data=record.content[_HEADER.size :],
        ),
        record,
    )


def read_tagged_image(record: Record) -> FingerImage | None:
    """Read a record of type 13 or 14; None: it holds no image, only that a finger is missing.

    Raises:
        SampleInvalidError: a field that is missing or none of its kind; raw pixels that are not as many as stated.
        SampleResolutionUnknownError: another resolution across than down.
        SampleFormatUnsupportedError: a compression, or a depth, that is not read.
    """
    if DATA not in record.fields:
        if record.items(MISSING):
            return None
        raise SampleInvalidError(f"record at byte {record.offset}: no image in it (field {record.kind}.999)")
    if record.text(DEPTH) not in {"", "8"}:
        raise SampleFormatUnsupportedError(f"record at byte {record.offset}: not 8 bits a pixel")
    return _checked(
        FingerImage(
            kind=record.kind,
            idc=record.number(IDC, 0, 999),
            position=_position(record),
            impression_type=record.number(IMPRESSION, 0, 99),
            width=record.number(WIDTH, 1, _MOST_SIDE),
            height=record.number(HEIGHT, 1, _MOST_SIDE),
            ppi=_ppi(record),
            compression=record.text(COMPRESSION).upper() or RAW,
            data=record.fields[DATA],
            segments=_segments(record),
        ),
        record,
    )


def missing_of(record: Record) -> dict[int, str]:
    """Return which fingers a record of type 14 says are missing: finger to ``XX`` (amputated) or ``UP``.

    One with a scar (``SR``) is shown, and not told.
    """
    found: dict[int, str] = {}
    for items in record.items(MISSING):
        name = f"a finger of field {record.kind}.018"
        finger = whole(items[0], name, record.offset, 0, 99)
        why = items[1].upper() if len(items) > 1 else ""
        if finger in FINGERS and why != SCARRED:
            found[finger] = why
    return found


def scan_ppi(first: Record) -> float | None:
    """Return the native scanning resolution of field 1.011, which is in pixels per millimetre; None: not stated."""
    try:
        per_mm = float(first.text(11) or "0")
    except ValueError:
        raise SampleInvalidError("record at byte 0: field 1.011 is no number") from None
    if not 0 < per_mm < 1000:
        return None
    return _conventional(per_mm * 25.4)


def _checked(image: FingerImage, record: Record) -> FingerImage:
    raw = image.compression == RAW and len(image.data) == image.width * image.height
    named = image.compression in READ_COMPRESSIONS - {RAW}
    if not raw and not named and image.data.startswith(_BEGINNINGS):
        return replace(image, compression=A_FILE)
    if image.compression not in READ_COMPRESSIONS:
        raise SampleFormatUnsupportedError(
            f"record at byte {record.offset}: an image compressed otherwise than by WSQ, JPEG, JPEG 2000 or PNG"
        )
    if image.compression == RAW and not raw:
        raise SampleInvalidError(
            f"record at byte {record.offset}: {len(image.data)} bytes are not {image.width} x {image.height} pixels"
        )
    return image


def _position(record: Record) -> int:
    codes = record.items(POSITION)
    return whole(codes[0][0], f"field {record.kind}.013", record.offset, 0, 99) if codes else 0


def _ppi(record: Record) -> float | None:
    """Return the resolution that fields 008 to 010 state; None for a unit that is none: then they are a ratio."""
    unit = record.text(SCALE)
    if unit not in {"1", "2"}:
        return None
    across = record.number(ACROSS, 1, 99999)
    down = record.number(DOWN, 1, 99999) if record.text(DOWN) else across
    if abs(across - down) > _SQUARE * max(across, down):
        raise SampleResolutionUnknownError(f"record at byte {record.offset}: another resolution across than down")
    mean = (across + down) / 2
    return mean if unit == "1" else _conventional(mean * 2.54)


def _conventional(ppi: float) -> float:
    """Take what writers round 500 to, 19.69 a millimetre or 197 a centimetre, for 500."""
    return TEMPLATE_RESOLUTION_PPI if abs(ppi / 2.54 - CONVENTIONAL_500_PPI) <= 1 else ppi


def _segments(record: Record) -> tuple[Segment, ...]:
    segments = _boxes(record) or _polygons(record)
    if len({segment.finger for segment in segments}) < len(segments):
        raise SampleInvalidError(f"record at byte {record.offset}: two segments of one finger")
    return segments


def _boxes(record: Record) -> tuple[Segment, ...]:
    """Read field 14.021: finger, left, right, top, bottom."""
    found = []
    for items in record.items(SEGMENTS):
        if len(items) < 5:
            raise SampleInvalidError(f"record at byte {record.offset}: a segment of fewer than five numbers")
        name = f"a number of field {record.kind}.021"
        finger, left, right, top, bottom = (whole(item, name, record.offset, 0, _MOST_SIDE) for item in items[:5])
        found.append(_segment(record, finger, left, right, top, bottom))
    return tuple(segment for segment in found if segment is not None)


def _polygons(record: Record) -> tuple[Segment, ...]:
    """Read field 14.025: finger, number of corners, and x and y of each; of them the box around."""
    found = []
    for items in record.items(OTHER_SEGMENTS):
        name = f"a number of field {record.kind}.025"
        numbers = [whole(item, name, record.offset, 0, _MOST_SIDE) for item in items]
        if len(numbers) < 2 or numbers[1] < 3 or len(numbers) != 2 + 2 * numbers[1]:
            raise SampleInvalidError(f"record at byte {record.offset}: a segment without as many corners as it states")
        xs, ys = numbers[2::2], numbers[3::2]
        found.append(_segment(record, numbers[0], min(xs), max(xs), min(ys), max(ys)))
    return tuple(segment for segment in found if segment is not None)


def _segment(record: Record, finger: int, left: int, right: int, top: int, bottom: int) -> Segment | None:
    if finger not in FINGERS:
        return None
    if not left < right or not top < bottom:
        raise SampleInvalidError(f"record at byte {record.offset}: a segment without an extent")
    return Segment(finger, left, right, top, bottom)
