"""A binary header of CBEFF standing before a record, and perhaps a signature behind it.

Told by what every such header has, rather than by the layout of one: a few bytes among which the owner and the type of
the record's format stand next to each other (16 bits each, in either order of bytes), then the record, which says where
it ends. So the header of a PIV card is read (NIST SP 800-76, patron format of INCITS 398: 88 bytes), of BioAPI 1.1
(NISTIR 6529-A, patron format B: 16 bytes), and the byte-oriented formats of ISO/IEC 19785-3, whichever optional
fields are there. Nothing else of the header is believed: what it says of the finger, the record says too.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_RECORDS = (b"FMR\x00", b"FIR\x00")
_VERSIONS = (b" 20\x00", b"010\x00", b"020\x00", b"030\x00", b"035\x00")
_MOST_HEADER = 256
_LEAST_RECORD = 24
_OWNERS = {0x0101: range(1, 64), 0x001B: range(0x0201, 0x0502)}
"""ISO/IEC JTC 1/SC 37, whose editions of 2011 have later numbers, and INCITS M1: types of their formats."""

_PIV = struct.Struct(">BBIH")
_PIV_SIZE = 88
_PIV_VERSION = 3


@dataclass(frozen=True, slots=True)
class Stripped:
    """A record without what stood around it.

    Attributes:
        record: the bytes of the record.
        offset: where it began.
        owner, type: of its format, as the header says.
    """

    record: bytes
    offset: int
    owner: int
    type: int


def strip_header(data: bytes) -> Stripped | None:
    """Return the record that a header stands before; None where the bytes are anything else."""
    if data.startswith(_RECORDS):
        return None
    found = [at for at in (data.find(magic, 1, _MOST_HEADER + 4) for magic in _RECORDS) if at > 0]
    if not found or data[min(found) + 4 : min(found) + 8] not in _VERSIONS:
        return None
    at = min(found)
    stated = _format_stated(data[:at])
    if stated is None:
        return None
    return Stripped(data[at : at + _length(data, at)], at, *stated)


def _format_stated(header: bytes) -> tuple[int, int] | None:
    for at in range(len(header) - 3):
        for order in (">HH", "<HH"):
            owner, kind = struct.unpack_from(order, header, at)
            if kind in _OWNERS.get(owner, ()):
                return owner, kind
    return None


def _length(data: bytes, at: int) -> int:
    """Return how long the record is: as a PIV header says, or itself; all that follows, if neither can be true."""
    rest = len(data) - at
    if at == _PIV_SIZE and data[0] == _PIV_VERSION:
        _, _, block, signature = _PIV.unpack_from(data)
        if block + signature == rest:
            return int(block)
    # 32 bits in all editions but ANSI INCITS 378-2004 (16, or 16 zero bits and 32) and images of 2004 and 2005 (48)
    lengths = ((8, 12), (8, 10), (10, 14)) if data[at : at + 3] == b"FMR" else ((8, 12), (8, 14))
    stated = (int.from_bytes(data[at + start : at + end], "big") for start, end in lengths)
    return next((length for length in stated if _LEAST_RECORD <= length <= rest), rest)
