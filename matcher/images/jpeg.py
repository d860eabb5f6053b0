"""What a JPEG file says of its coding before it is decoded (ISO/IEC 10918-1): which of its kinds are read.

Baseline, extended and progressive coding, Huffman or arithmetic, and lossless coding, of 8 bits a sample. Others look
the same from outside, and a decoder calls them damaged.
"""

from __future__ import annotations

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError

_READ = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA})
_NOT_READ = {
    0xC5: "hierarchical",
    0xC6: "hierarchical",
    0xC7: "hierarchical",
    0xCB: "lossless with arithmetic codes",
    0xCD: "hierarchical",
    0xCE: "hierarchical",
    0xCF: "hierarchical",
    0xF7: "JPEG-LS",
}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_START_OF_SCAN, _END = 0xDA, 0xD9
_BITS = 8
_COMPONENTS = frozenset({1, 3, 4})
_SCAN = bytes([0xFF, _START_OF_SCAN])
_MOST_SCANS = 100
"""Progressive files have some ten. Every one, however short, is a pass over the whole picture."""


def require_read(data: bytes) -> None:
    """See that the coding is one that is read; without a coding it is not judged.

    Raises:
        SampleFormatUnsupportedError: it is another.
        SampleInvalidError: it has scans without end.
    """
    if data.count(_SCAN) > _MOST_SCANS:  # in coded data 0xFF is followed by nothing that begins a scan
        raise SampleInvalidError(f"the JPEG file has more than {_MOST_SCANS} scans")
    frame = _frame(data)
    if frame is None:
        return
    kind, bits, components = frame
    if kind in _NOT_READ:
        raise SampleFormatUnsupportedError(f"the JPEG file's coding, {_NOT_READ[kind]}, is not read")
    if bits != _BITS:
        raise SampleFormatUnsupportedError(f"JPEG samples of {bits} bits are not read, only of {_BITS}")
    if components not in _COMPONENTS:
        raise SampleFormatUnsupportedError(f"a JPEG file of {components} components is not read")


def _frame(data: bytes) -> tuple[int, int, int] | None:
    """Return marker, bits a sample and components of the first frame header; None if none comes before the data."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        kind = data[at + 1]
        if kind == 0xFF:  # fill bytes
            at += 1
        elif kind in _ALONE:
            at += 2
        elif kind in _READ or kind in _NOT_READ:
            return (kind, data[at + 4], data[at + 9]) if at + 10 <= len(data) else None
        elif kind in {_START_OF_SCAN, _END}:
            return None
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
