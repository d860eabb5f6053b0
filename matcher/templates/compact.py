"""The storage form of a template: small, versioned, checksummed, and one byte string per template.

Layout of version 1, big-endian (docs/formats.md tells why each field is as it is):

====== ======= ==================================================================
byte   type    field
====== ======= ==================================================================
0      4 bytes magic ``IDVT``
4      u8      format version, 1
5      u8      length L of the extractor identifier, 1 to 255
6      u16     frame width, pixels at 500 dpi, 1 to 8191
8      u16     frame height, likewise
10     u16     number of minutiae n
12     L bytes extractor identifier, printable ASCII
12+L   u16[n]  x, in eighths of a pixel
..     u16[n]  y, likewise
..     u16[n]  angle, in units of 2 pi / 65536, counter-clockwise
..     u8[n]   kind, :class:`matcher.types.MinutiaKind`
..     u8[n]   quality, in units of 1 / 255
last 4 u32     CRC-32 (ISO-HDLC, as zlib's) of all bytes before it
====== ======= ==================================================================

The checksum finds accidents of storage. It is no protection against people: sealing is done above this library.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from matcher.errors import TemplateInvalidError
from matcher.templates import quantisation
from matcher.templates.validation import require_coherent
from matcher.types import Template

MAGIC = b"IDVT"
VERSION = 1

_HEADER = struct.Struct(">4sBBHHH")
_CHECKSUM = struct.Struct(">I")
_BYTES_PER_MINUTIA = 8


def encode(template: Template) -> bytes:
    """Write a template in the newest format version.

    Equal templates give equal bytes, and ``encode(decode(data)) == data``. Rounding moves a minutia by at most 1/16 px
    on each axis, its angle by at most pi / 65536 and its quality by at most 1/510.

    Raises:
        TemplateInvalidError: the template is not coherent, has more than 65535 minutiae, or its extractor identifier
            is not 1 to 255 printable ASCII characters.
    """
    require_coherent(template)
    if len(template) > 0xFFFF:
        raise TemplateInvalidError("template has more than 65535 minutiae")
    extractor = template.extractor.encode("ascii", errors="replace")
    if not 1 <= len(extractor) <= 255 or not _is_identifier(template.extractor):
        raise TemplateInvalidError("extractor identifier must be 1 to 255 printable ASCII characters")
    header = _HEADER.pack(MAGIC, VERSION, len(extractor), template.width, template.height, len(template))
    body = header + extractor + _pack_columns(template)
    return body + _CHECKSUM.pack(zlib.crc32(body))


def decode(data: bytes) -> Template:
    """Read a template of any format version up to the newest.

    Raises:
        TemplateInvalidError: the bytes are truncated, corrupt, too long, or of a newer version.
    """
    _require_version(data)
    length_of_id, width, height, count = _HEADER.unpack_from(data)[2:]
    columns_at = _HEADER.size + length_of_id
    expected = columns_at + count * _BYTES_PER_MINUTIA + _CHECKSUM.size
    if len(data) != expected:
        raise TemplateInvalidError(f"stored template has {len(data)} bytes where its header asks for {expected}")
    body = data[: -_CHECKSUM.size]
    if _CHECKSUM.unpack_from(data, len(body)) != (zlib.crc32(body),):
        raise TemplateInvalidError("stored template fails its checksum: it was damaged after it was written")
    extractor = body[_HEADER.size : columns_at].decode("ascii", errors="replace")
    if not _is_identifier(extractor):
        raise TemplateInvalidError("stored template has no readable extractor identifier")
    template = _unpack_columns(body[columns_at:], count, width, height, extractor)
    require_coherent(template)
    return template


def _require_version(data: bytes) -> None:
    if not data.startswith(MAGIC):
        raise TemplateInvalidError("not a stored template: the magic bytes are missing")
    if len(data) > len(MAGIC) and data[len(MAGIC)] > VERSION:
        newer = data[len(MAGIC)]
        raise TemplateInvalidError(f"stored template has format version {newer}; this library reads up to {VERSION}")
    if len(data) < _HEADER.size + _CHECKSUM.size:
        raise TemplateInvalidError("stored template is truncated inside its header")
    if data[len(MAGIC)] != VERSION:
        raise TemplateInvalidError("stored template has a format version that was never in use")


def _is_identifier(text: str) -> bool:
    return text != "" and text.isascii() and text.isprintable()


def _pack_columns(template: Template) -> bytes:
    x, y = quantisation.position_steps(template.x), quantisation.position_steps(template.y)
    shorts = np.stack([x, y, quantisation.angle_steps(template.angle)]).astype(">u2")
    quality = quantisation.quality_steps(template.quality)
    return shorts.tobytes() + np.stack([template.kind.astype(np.uint8), quality]).tobytes()


def _unpack_columns(columns: bytes, count: int, width: int, height: int, extractor: str) -> Template:
    shorts: NDArray[np.uint16] = np.frombuffer(columns, ">u2", 3 * count).reshape(3, count)
    bytes_: NDArray[np.uint8] = np.frombuffer(columns, np.uint8, offset=6 * count).reshape(2, count)
    return Template(
        x=quantisation.positions(shorts[0]),
        y=quantisation.positions(shorts[1]),
        angle=quantisation.angles(shorts[2]),
        kind=bytes_[0].copy(),
        quality=quantisation.qualities(bytes_[1]),
        width=width,
        height=height,
        extractor=extractor,
    )
