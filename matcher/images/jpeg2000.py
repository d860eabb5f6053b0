"""What a JPEG 2000 file says before it is decoded (ISO/IEC 15444-1): size, depth, resolution, and whether it is plain.

A decoder allocates by what the headers say, and a few bytes may say a lot: a tile or a precinct a pixel. So the marker
segments are walked here first, and only a plain file is passed on: one image at the origin, components alike, few
tiles, large precincts, no segments that change parameters between tiles.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError

CODESTREAM_MAGIC = b"\xff\x4f\xff\x51"
FILE_MAGIC = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
INCHES_PER_METRE = 0.0254

MOST_TILES = 64
MOST_COMPONENTS = 4
MOST_BITS = 16
MOST_LAYERS = 64
MOST_LEVELS = 32
MOST_PRECINCTS = 1 << 14

_SIZ, _COD, _SOT, _SOD, _EOC = 0x51, 0x52, 0x90, 0x93, 0xD9
_MAIN = frozenset({_COD, 0x5C, 0x5D, 0x55, 0x57, 0x63, 0x64})  # COD, QCD, QCC, TLM, PLM, CRG, COM
_TILE_PART = frozenset({0x58, 0x64})  # PLT, COM
_SIZ_FIELDS = struct.Struct(">HIIIIIIIIH")
_RESOLUTION = struct.Struct(">HHHHbb")


@dataclass(frozen=True, slots=True)
class Jpeg2000:
    """A plain JPEG 2000 file.

    Attributes:
        width, height: in pixels.
        ppi: resolution of the capture as the file states it, pixels per inch in x and y; None if it does not.
    """

    width: int
    height: int
    ppi: tuple[float, float] | None


def inspect(data: bytes) -> Jpeg2000:
    """Read the headers of a file or of a bare codestream.

    Raises:
        SampleInvalidError: corrupt or truncated.
        SampleFormatUnsupportedError: not plain, and so not read.
    """
    try:
        stream, ppi = (data, None) if data.startswith(CODESTREAM_MAGIC) else _codestream(data)
        width, height = _walk(stream)
    except (struct.error, IndexError):
        raise SampleInvalidError("the image file is corrupt or truncated") from None
    return Jpeg2000(width, height, ppi)


def _codestream(data: bytes) -> tuple[bytes, tuple[float, float] | None]:
    """Return the codestream of a file, and the resolution that a box before it states."""
    ppi = None
    for kind, content in _boxes(data):
        if kind == b"jp2h":
            ppi = _resolution(content)
        elif kind == b"jp2c":
            return content, ppi
    raise SampleInvalidError("the JPEG 2000 file holds no codestream")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    offset = 0
    while offset + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, offset)
        start = offset + 8
        if length == 1:
            length, start = struct.unpack_from(">Q", data, start)[0], start + 8
        end = len(data) if length == 0 else offset + length
        if end < start or end > len(data):
            raise SampleInvalidError("the image file is corrupt or truncated")
        yield kind, data[start:end]
        offset = end


def _resolution(header: bytes) -> tuple[float, float] | None:
    """Return the capture resolution; the display resolution says nothing of the scanner."""
    for kind, content in _boxes(header):
        if kind != b"res ":
            continue
        for inner, fields in _boxes(content):
            if inner == b"resc":
                y, y_divisor, x, x_divisor, y_exponent, x_exponent = _RESOLUTION.unpack_from(fields)
                if not x_divisor or not y_divisor:
                    return None
                per_metre = x / x_divisor * 10.0**x_exponent, y / y_divisor * 10.0**y_exponent
                return per_metre[0] * INCHES_PER_METRE, per_metre[1] * INCHES_PER_METRE
    return None


def _walk(stream: bytes) -> tuple[int, int]:
    """Go through all marker segments up to the end of the codestream; return width and height."""
    if not stream.startswith(CODESTREAM_MAGIC):
        raise SampleInvalidError("the JPEG 2000 codestream does not begin with its size")
    size = _size(stream)
    offset = 4 + struct.unpack_from(">H", stream, 4)[0]
    while (marker := _marker(stream, offset)) != _SOT:
        if marker not in _MAIN:
            raise SampleFormatUnsupportedError(
                "the JPEG 2000 file is not plain: a main header segment that is not read"
            )
        if marker == _COD:
            _check_coding(stream, offset, size)
        offset += 2 + _segment_length(stream, offset)
    while _marker(stream, offset) == _SOT:
        offset = _skip_tile_part(stream, offset)
    if _marker(stream, offset) != _EOC:
        raise SampleInvalidError("the image file is corrupt or truncated")
    return size


def _size(stream: bytes) -> tuple[int, int]:
    fields = _SIZ_FIELDS.unpack_from(stream, 6)
    _, width, height, x_origin, y_origin, tile_width, tile_height, tile_x, tile_y, components = fields
    if x_origin or y_origin or tile_x or tile_y or not 1 <= components <= MOST_COMPONENTS:
        raise SampleFormatUnsupportedError("the JPEG 2000 file is not plain: an origin or more than four components")
    depths = [struct.unpack_from(">BBB", stream, 6 + _SIZ_FIELDS.size + 3 * index) for index in range(components)]
    if any(depth != (depths[0][0], 1, 1) for depth in depths) or depths[0][0] >= MOST_BITS:
        raise SampleFormatUnsupportedError("the JPEG 2000 file is not plain: signed, subsampled or over 16 bits")
    if not tile_width or not tile_height or -(-width // tile_width) * -(-height // tile_height) > MOST_TILES:
        raise SampleFormatUnsupportedError(f"the JPEG 2000 file is not plain: more than {MOST_TILES} tiles")
    return width, height


def _check_coding(stream: bytes, offset: int, size: tuple[int, int]) -> None:
    style, _, layers, _, levels = struct.unpack_from(">BBHBB", stream, offset + 4)
    if layers > MOST_LAYERS or levels > MOST_LEVELS:
        raise SampleFormatUnsupportedError("the JPEG 2000 file is not plain: too many layers or levels")
    if not style & 1:
        return
    count = 0
    for level in range(levels + 1):
        exponents = stream[offset + 14 + level]
        # Level 0 is the smallest picture; each has its own size of precincts.
        shift_x, shift_y = (levels - level + (exponents >> part & 15) for part in (0, 4))
        count += -(-size[0] >> shift_x) * -(-size[1] >> shift_y)
    if count > MOST_PRECINCTS:
        raise SampleFormatUnsupportedError("the JPEG 2000 file is not plain: small precincts")


def _skip_tile_part(stream: bytes, offset: int) -> int:
    length = struct.unpack_from(">I", stream, offset + 6)[0]
    end = offset + length if length else len(stream) - 2
    inside = offset + 12
    while (marker := _marker(stream, inside)) != _SOD:
        if marker not in _TILE_PART:
            raise SampleFormatUnsupportedError(
                "the JPEG 2000 file is not plain: a tile header segment that is not read"
            )
        inside += 2 + _segment_length(stream, inside)
    if not inside + 2 <= end <= len(stream):
        raise SampleInvalidError("the image file is corrupt or truncated")
    return end


def _marker(stream: bytes, offset: int) -> int:
    if stream[offset] != 0xFF:
        raise SampleInvalidError("the image file is corrupt or truncated")
    return stream[offset + 1]


def _segment_length(stream: bytes, offset: int) -> int:
    length: int = struct.unpack_from(">H", stream, offset + 2)[0]
    if length < 2:
        raise SampleInvalidError("the image file is corrupt or truncated")
    return length
