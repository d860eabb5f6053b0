"""The storage form of a template: small, versioned, checksummed, and one byte string per template.

Layout of version 3, big-endian (docs/formats.md tells why each field is as it is):

====== ======= ==================================================================
byte   type    field
====== ======= ==================================================================
0      4 bytes magic ``IDVT``
4      u8      format version, 3
5      u8      length L of the extractor identifier, 1 to 255
6      u16     frame width, pixels at 500 dpi, 1 to 8191
8      u16     frame height, likewise
10     u16     number of minutiae n
12     u8      1 if qualities are reported, 0 if not
13     L bytes extractor identifier, printable ASCII
13+L   u16[n]  x, in eighths of a pixel
..     u16[n]  y, likewise
..     u16[n]  angle, in units of 2 pi / 65536, counter-clockwise
..     u8[n]   kind, :class:`matcher.types.MinutiaKind`
..     u8[n]   quality, in units of 1 / 255; not there if none is reported
..     ..      ridge map, as :mod:`matcher.templates.ridge_bytes` says
last 4 u32     CRC-32 (ISO-HDLC, as zlib's) of all bytes before it
====== ======= ==================================================================

Version 2 has no ridge map, and a template without one of its own is written so. Version 1 has no byte 12 either, and
always qualities: all alike where none was reported, and so they are read.

The checksum finds accidents of storage. It is no protection against people: sealing is done above this library.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.errors import TemplateInvalidError
from matcher.templates import quantisation
from matcher.templates.columnar import TemplateColumns
from matcher.templates.confidence import unless_alike
from matcher.templates.ridge_bytes import pack, unpack
from matcher.templates.ridge_map import minutiae_mark, own_ridges
from matcher.templates.validation import require_coherent
from matcher.types import Template

MAGIC = b"IDVT"
VERSION = 3
_WITHOUT_RIDGES = 2

_HEADERS = {1: struct.Struct(">4sBBHHH"), 2: struct.Struct(">4sBBHHHB"), 3: struct.Struct(">4sBBHHHB")}
_CHECKSUM = struct.Struct(">I")


def encode(template: Template) -> bytes:
    """Write a template in the newest format version, or the one before if it has no ridge map of its own.

    Equal templates give equal bytes, and ``encode(decode(data)) == data`` for data of those versions. Rounding moves a
    minutia by at most 1/16 px on each axis, its angle by at most pi / 65536 and its quality by at most 1/510.

    Raises:
        TemplateInvalidError: the template or its map is not coherent, it has more than 65535 minutiae, or its
            extractor identifier is not 1 to 255 printable ASCII characters.
    """
    require_coherent(template)
    if len(template) > 0xFFFF:
        raise TemplateInvalidError("template has more than 65535 minutiae")
    extractor = template.extractor.encode("ascii", errors="replace")
    if not 1 <= len(extractor) <= 255 or not _is_identifier(template.extractor):
        raise TemplateInvalidError("extractor identifier must be 1 to 255 printable ASCII characters")
    sizes = (len(extractor), template.width, template.height, len(template))
    ridges = own_ridges(template)
    version = _WITHOUT_RIDGES if ridges is None else VERSION
    header = _HEADERS[version].pack(MAGIC, version, *sizes, template.quality is not None)
    map_bytes = b"" if ridges is None else pack(ridges, template.width, template.height)
    body = header + extractor + _pack_columns(template) + map_bytes
    return body + _CHECKSUM.pack(zlib.crc32(body))


def encode_each(templates: TemplateColumns) -> Iterator[bytes]:
    """Write every template of some columns, byte for byte as :func:`encode` does, in a tenth of the time.

    Columns have been checked when they were made, hold the very steps that are written, and no ridge maps.
    """
    shorts = np.stack([templates.x, templates.y, templates.angle]).astype(">u2")
    names = [name.encode("ascii") for name in templates.extractors]
    ends = templates.offsets.tolist()
    frames = zip(templates.width.tolist(), templates.height.tolist(), templates.reported.tolist(), strict=True)
    for row, (width, height, reported) in enumerate(frames):
        own, name = slice(ends[row], ends[row + 1]), names[templates.extractor[row]]
        sizes = (len(name), width, height, ends[row + 1] - ends[row])
        header = _HEADERS[_WITHOUT_RIDGES].pack(MAGIC, _WITHOUT_RIDGES, *sizes, reported)
        quality = templates.quality[own].tobytes() if reported else b""
        body = header + name + shorts[:, own].tobytes() + templates.kind[own].tobytes() + quality
        yield body + _CHECKSUM.pack(zlib.crc32(body))


def decode(data: bytes) -> Template:
    """Read a template of any format version up to the newest.

    Raises:
        TemplateInvalidError: the bytes are truncated, corrupt, too long, or of a newer version.
    """
    version = _require_version(data)
    header = _HEADERS[version]
    length_of_id, width, height, count, *stated = header.unpack_from(data)[2:]
    reported = stated[0] if stated else 1
    columns_at = header.size + length_of_id
    map_at = columns_at + count * (8 if reported else 7)
    expected = map_at + _CHECKSUM.size
    if len(data) < expected or (version < VERSION and len(data) > expected):
        raise TemplateInvalidError(f"stored template has {len(data)} bytes where its header asks for {expected}")
    body = data[: -_CHECKSUM.size]
    if _CHECKSUM.unpack_from(data, len(body)) != (zlib.crc32(body),):
        raise TemplateInvalidError("stored template fails its checksum: it was damaged after it was written")
    if reported > 1:
        raise TemplateInvalidError("stored template does not say whether qualities are reported")
    extractor = body[header.size : columns_at].decode("ascii", errors="replace")
    if not _is_identifier(extractor):
        raise TemplateInvalidError("stored template has no readable extractor identifier")
    quality = quantisation.qualities(np.frombuffer(body, np.uint8, count, columns_at + 7 * count)) if reported else None
    if version == 1 and quality is not None:
        quality = unless_alike(quality)
    shorts: NDArray[np.uint16] = np.frombuffer(body, ">u2", 3 * count, columns_at).reshape(3, count)
    template = Template(
        x=quantisation.positions(shorts[0]),
        y=quantisation.positions(shorts[1]),
        angle=quantisation.angles(shorts[2]),
        kind=np.frombuffer(body, np.uint8, count, columns_at + 6 * count).copy(),
        quality=quality,
        width=width,
        height=height,
        extractor=extractor,
    )
    require_coherent(template)
    if version < VERSION:
        return template
    return replace(template, ridges=unpack(body[map_at:], width, height, minutiae_mark(template)))


def _require_version(data: bytes) -> int:
    if not data.startswith(MAGIC):
        raise TemplateInvalidError("not a stored template: the magic bytes are missing")
    if len(data) > len(MAGIC) and data[len(MAGIC)] > VERSION:
        newer = data[len(MAGIC)]
        raise TemplateInvalidError(f"stored template has format version {newer}; this library reads up to {VERSION}")
    if len(data) < _HEADERS[1].size + _CHECKSUM.size:
        raise TemplateInvalidError("stored template is truncated inside its header")
    version = data[len(MAGIC)]
    if version not in _HEADERS:
        raise TemplateInvalidError("stored template has a format version that was never in use")
    if len(data) < _HEADERS[version].size + _CHECKSUM.size:
        raise TemplateInvalidError("stored template is truncated inside its header")
    return version


def _is_identifier(text: str) -> bool:
    return text != "" and text.isascii() and text.isprintable()


def _pack_columns(template: Template) -> bytes:
    x, y = quantisation.position_steps(template.x), quantisation.position_steps(template.y)
    shorts = np.stack([x, y, quantisation.angle_steps(template.angle)]).astype(">u2")
    quality = b"" if template.quality is None else quantisation.quality_steps(template.quality).tobytes()
    return shorts.tobytes() + template.kind.astype(np.uint8).tobytes() + quality
