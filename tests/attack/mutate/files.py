"""Files of images and minutiae with something wrong in them."""

from __future__ import annotations

import struct
import zlib
from random import Random

_HEADER = 200
_PNG = b"\x89PNG\r\n\x1a\n"
_EXTREMES = (0, 1, 2, 127, 128, 254, 255)


def mutated_file(random: Random, data: bytes, other: bytes) -> bytes:
    """Change some bytes, most of them in the head; repeat, drop or exchange a piece; cut the end off.

    Args:
        random: draws.
        data: the file.
        other: another one, pieces of which come in.
    """
    changed = bytearray(data)
    for _ in range(random.randint(1, 5)):
        _one_change(random, changed, other)
    result = bytes(changed)
    return with_checksums(result) if result.startswith(_PNG) and random.random() < 0.7 else result


def _one_change(random: Random, data: bytearray, other: bytes) -> None:
    if not data:
        data += other[: random.randint(1, 64)]
        return
    end = len(data) if random.random() < 0.5 else min(_HEADER, len(data))
    at, what = random.randrange(end), random.random()
    if what < 0.6:
        data[at] = random.choice(_EXTREMES) if random.random() < 0.6 else random.randrange(256)
    elif what < 0.8:
        width = random.choice((2, 4))
        data[at : at + width] = random.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\1"))[:width]
    elif what < 0.86:
        data[at : at + 64] = data[at : at + random.randint(1, 64)] * random.randint(0, 3)
    elif what < 0.92:
        begin = random.randrange(len(other) or 1)
        data[at : at + random.randint(0, 64)] = other[begin : begin + random.randint(1, 64)]
    elif what < 0.97:
        del data[at:]
    else:
        data += random.randbytes(random.randint(1, 40))


def with_checksums(png: bytes) -> bytes:
    """Return a PNG whose chunks have the checksums that their content demands: behind them is what is to be tried."""
    data, at = bytearray(png), len(_PNG)
    while at + 12 <= len(data):
        end = at + 8 + int(struct.unpack_from(">I", data, at)[0])
        if end + 4 > len(data):
            break
        struct.pack_into(">I", data, end, zlib.crc32(data[at + 4 : end]))
        at = end + 4
    return bytes(data)
