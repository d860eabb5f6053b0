"""The fields that all binary record formats share: minutiae of five or six bytes, and the extended data after them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SampleInvalidError
from matcher.formats.minutiae_record import NOT_REPORTED, FingerView, Frame, Quirk, RecordFormat, RecordWarning
from matcher.formats.repeated_minutiae import first_repeat

MINUTIA = np.dtype([("kind_x", ">u2"), ("reserved_y", ">u2"), ("angle", "u1"), ("quality", "u1")])
"""Six bytes. The two bits above each 14-bit coordinate are the type and, for y, reserved."""

SHORT_MINUTIA = np.dtype([("kind_x", ">u2"), ("reserved_y", ">u2"), ("angle", "u1")])
"""The same without quality."""

EXTENDED_LENGTH = struct.Struct(">H")
_BLOCK_HEADER = struct.Struct(">HH")
"""Of a block of extended data: its type, and its length with this header."""

_NEAR = 2
"""Bytes by which the length of an extended data area may be wrong: a writer that counts the field itself is two off."""

DEFAULT_LIMIT = 65536
"""Bytes of the largest record that is read unless the caller says otherwise: 40 full views."""

COORDINATE_BITS = 14
COORDINATE_MASK = (1 << COORDINATE_BITS) - 1
LEAST_PX_PER_CM = 99
_Found = TypeVar("_Found", bound=tuple[object, object, int])
_COLUMN_BITS = {"x": COORDINATE_BITS, "y": COORDINATE_BITS, "angle": 8, "kind": 2, "minutia_quality": 8}


@dataclass(frozen=True, slots=True)
class Columns:
    """The minutiae of a view as the model has them, where they stood, and where they ended."""

    x: NDArray[np.uint16]
    y: NDArray[np.uint16]
    angle: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    minutia_quality: NDArray[np.uint8]
    raw: NDArray[np.void]
    start: int
    end: int


def require_limit(data: bytes, limit: int) -> None:
    """Refuse an input over the limit, unread."""
    if len(data) > limit:
        raise SampleInvalidError(f"record of {len(data)} bytes is over the limit of {limit}")


def within_length(data: bytes, stated: int, header_size: int, read: Callable[..., _Found]) -> _Found:
    """Read the views of a record inside its stated length or, where that is wrong, as its counts say.

    The counts tell where everything ends; the length only repeats it. So a wrong length hides nothing, as long as the
    views end where the bytes do, which :func:`end_quirks` checks. Only where they do not, each extended data area
    ends where its blocks do, as the tools of NIST read it (biomdi), instead of where its own length says.

    Args:
        data: the record.
        stated: its length as its header says.
        header_size: bytes of the header.
        read: of bytes, and ``by_areas``, views, quirks, and the byte after them.
    """
    try:
        found = _inside(data, stated, header_size, partial(read, by_areas=False))
    except SampleInvalidError:
        mended = _by_areas(data, read)
        if mended is None:
            raise
        return mended
    return (_by_areas(data, read) or found) if any(data[found[2] :]) else found


def _by_areas(data: bytes, read: Callable[..., _Found]) -> _Found | None:
    try:
        found = read(data, by_areas=True)
    except SampleInvalidError:
        return None
    return None if any(data[found[2] :]) else found


def _inside(data: bytes, stated: int, header_size: int, read: Callable[[bytes], _Found]) -> _Found:
    if header_size <= stated < len(data):
        try:
            return read(data[:stated])
        except SampleInvalidError:
            return read(data)
    try:
        return read(data)
    except SampleInvalidError:
        if stated > len(data):
            raise SampleInvalidError(f"byte {len(data)}: truncated, the record length says {stated} bytes") from None
        raise


def read_minutiae(data: bytes, start: int, count: int, view: str, size: int = MINUTIA.itemsize) -> Columns:
    """Read ``count`` minutiae of ``size`` bytes; ``view`` names the view in the error."""
    end = start + count * size
    if end > len(data):
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the minutiae of {view}")
    raw = np.frombuffer(data, MINUTIA if size == MINUTIA.itemsize else SHORT_MINUTIA, count=count, offset=start)
    unreported = np.full(count, NOT_REPORTED, np.uint8)
    return Columns(
        x=(raw["kind_x"] & COORDINATE_MASK).astype(np.uint16),
        y=(raw["reserved_y"] & COORDINATE_MASK).astype(np.uint16),
        angle=raw["angle"].copy(),
        kind=(raw["kind_x"] >> COORDINATE_BITS).astype(np.uint8),
        minutia_quality=raw["quality"].copy() if size == MINUTIA.itemsize else unreported,
        raw=raw,
        start=start,
        end=end,
    )


def minutia_quirks(columns: Columns, frame: Frame, record_format: RecordFormat) -> Iterator[RecordWarning]:
    """Yield each quirk of a view's minutiae once, with the first byte that shows it."""
    checks = {
        Quirk.KIND_RESERVED: columns.kind == 3,
        Quirk.RESERVED_BITS_SET: columns.raw["reserved_y"] > COORDINATE_MASK,
        Quirk.OUTSIDE_FRAME: (columns.x >= frame.width) | (columns.y >= frame.height),
        Quirk.QUALITY_OUT_OF_RANGE: quality_is_odd(columns.minutia_quality, record_format),
        Quirk.ANGLE_OUT_OF_RANGE: columns.angle >= record_format.angle_steps,
    }
    for quirk, shown in checks.items():
        if shown.any():
            first = int(np.flatnonzero(shown)[0])
            yield RecordWarning(quirk, columns.start + first * columns.raw.itemsize)
    repeat = first_repeat(columns.x, columns.y, columns.angle, frame, record_format)
    if repeat is not None:
        yield RecordWarning(Quirk.MINUTIAE_REPEATED, columns.start + repeat * columns.raw.itemsize)


def quality_is_odd(quality: NDArray[np.uint8], record_format: RecordFormat) -> NDArray[np.bool_]:
    """Tell which qualities the format does not define."""
    odd = quality > 100
    return odd if record_format.zero_is_unreported else odd & (quality < NOT_REPORTED)


def resolution_quirks(frame: Frame, offset: int) -> Iterator[RecordWarning]:
    """Yield what is strange about the resolutions that stand at ``offset``."""
    resolutions = frame.x_resolution, frame.y_resolution
    if min(resolutions) == 0:
        yield RecordWarning(Quirk.RESOLUTION_ZERO, offset)
    elif min(resolutions) < LEAST_PX_PER_CM:
        yield RecordWarning(Quirk.RESOLUTION_LOW, offset)
    if 500 in resolutions:
        yield RecordWarning(Quirk.RESOLUTION_LOOKS_LIKE_PPI, offset)


def read_extended_data(data: bytes, offset: int, view: str, *, by_areas: bool) -> tuple[bytes, int]:
    """Read the extended data after a view's minutiae; return it and the byte after it.

    Some writers leave the length out where there is no extended data; only the end of the record shows it.

    Args:
        data: the record.
        offset: where the length stands.
        view: name of the view in the error.
        by_areas: the area ends where its blocks do, each of which states its own length, if that is a byte or two
            away from where its length says.
    """
    if offset == len(data):
        return b"", offset
    start = offset + EXTENDED_LENGTH.size
    if start > len(data):
        raise SampleInvalidError(f"byte {offset}: truncated inside the extended data length of {view}")
    stated = start + EXTENDED_LENGTH.unpack_from(data, offset)[0]
    end = _end_of_areas(data, start, stated) if by_areas else stated
    if end > len(data):
        raise SampleInvalidError(f"byte {offset}: extended data of {view} reach beyond the record")
    return data[start:end], end


def _end_of_areas(data: bytes, start: int, stated: int) -> int:
    """Return where the blocks of an extended data area end, each of type, length and data; else where it is stated."""
    at = start
    while at < stated - _NEAR and at + _BLOCK_HEADER.size <= len(data):
        _, length = _BLOCK_HEADER.unpack_from(data, at)
        if length < _BLOCK_HEADER.size:
            return stated
        at += length
    return at if abs(at - stated) <= _NEAR else stated


def unended_quirks(
    columns: Columns, end: int, index: int, count: int, extended_data: bytes, data: bytes
) -> Iterator[RecordWarning]:
    """Yield that a view, number ``index`` of ``count``, ends without the length of its extended data, or a wrong one.

    Raises:
        SampleInvalidError: it is not the last view.
    """
    if end == columns.end:
        if index + 1 < count:
            raise SampleInvalidError(f"byte {end}: record ends after view {index}, its header says {count} views")
        yield RecordWarning(Quirk.EXTENDED_LENGTH_MISSING, end)
    elif EXTENDED_LENGTH.unpack_from(data, columns.end)[0] != len(extended_data):
        yield RecordWarning(Quirk.EXTENDED_LENGTH_WRONG, columns.end)


def end_quirks(data: bytes, end: int, stated: int, length_offset: int) -> Iterator[RecordWarning]:
    """Yield what is strange about where a record ends; refuse bytes after it that belong to nothing."""
    if any(data[end:]):
        raise SampleInvalidError(f"byte {end}: bytes after the last view belong to nothing")
    if stated not in {end, len(data)}:
        yield RecordWarning(Quirk.LENGTH_WRONG, length_offset)
    if end < len(data):
        yield RecordWarning(Quirk.TRAILING_ZEROS, end)


def write_minutiae(view: FingerView, name: str) -> bytes:
    """Write the minutiae of a view. Raises SampleInvalidError for a value that does not fit its bits."""
    require_columns(view, name)
    minutiae = np.zeros(len(view), MINUTIA if view.minutia_bytes == MINUTIA.itemsize else SHORT_MINUTIA)
    minutiae["kind_x"] = view.kind.astype(np.uint16) << COORDINATE_BITS | view.x
    minutiae["reserved_y"] = view.y
    minutiae["angle"] = view.angle
    if view.minutia_bytes == MINUTIA.itemsize:
        minutiae["quality"] = view.minutia_quality
    return minutiae.tobytes()


def write_extended_data(view: FingerView, name: str) -> bytes:
    """Write the extended data of a view with their length."""
    if len(view.extended_data) > 0xFFFF:
        raise SampleInvalidError(f"{name}: more than 65535 bytes of extended data")
    return EXTENDED_LENGTH.pack(len(view.extended_data)) + view.extended_data


def require_sides(width: int, height: int, image: str) -> None:
    """Refuse an image without an extent; ``image`` names it in the error."""
    if width == 0 or height == 0:
        raise SampleInvalidError(f"{image} has no width or no height")


def require_bits(owner: object, widths: dict[str, int], name: str) -> None:
    """Check that each named field of ``owner`` fits its bits."""
    for field, bits in widths.items():
        if not 0 <= getattr(owner, field) < 1 << bits:
            raise SampleInvalidError(f"{name}: {field} does not fit {bits} bits")


def require_columns(view: FingerView, name: str, *, most: int = 255, angle_bits: int = 8) -> None:
    """Check that the columns of a view are whole numbers, equally many, and fit their bits."""
    if view.x.ndim == 1 and len(view) > most:
        raise SampleInvalidError(f"{name}: more than {most} minutiae")
    for field, bits in (_COLUMN_BITS | {"angle": angle_bits}).items():
        column = getattr(view, field)
        if column.ndim != 1 or column.shape != view.x.shape or not np.issubdtype(column.dtype, np.integer):
            raise SampleInvalidError(f"{name}: {field} is not a column of whole numbers as long as x")
        if (column < 0).any() or (column >> bits).any():
            raise SampleInvalidError(f"{name}: {field} does not fit {bits} bits")
