"""JPEG, JPEG 2000 and WSQ files, and those that a tag has shown turned."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import PIL.Image

from matcher.types import ByteArray
from tests.capture_files.model import GREYS, PRINT, UNKNOWN, UNSUPPORTED, CaptureFile, saved
from tests.places import GOLDEN
from tests.tiff_files import ORIENTATION, grey_page, tiff

WAVES = (GOLDEN / "waves.wsq").read_bytes()
WAVES_SHOWN = np.frombuffer((GOLDEN / "waves.grey").read_bytes(), np.uint8).reshape(96, 104)
_SHOWN_BY: Mapping[int, Callable[[ByteArray], ByteArray]] = {
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.T,
    6: np.rot90,
    7: lambda p: p[::-1, ::-1].T,
    8: lambda p: np.rot90(p, -1),
}
"""How the print is stored where a tag has it shown upright: turned the other way."""


def jpegs() -> Iterator[CaptureFile]:
    plain = saved("JPEG", quality=95)
    start = plain.index(b"\xff\xc0")

    def patched(marker: int, bits: int = 8) -> bytes:
        return plain[:start] + bytes([0xFF, marker]) + plain[start + 2 : start + 4] + bytes([bits]) + plain[start + 5 :]

    yield CaptureFile("j-12bit.jpg", "JPEG, 12 bits a sample", patched(0xC1, 12), UNSUPPORTED)
    yield CaptureFile("j-hierarchical.jpg", "JPEG, hierarchical coding", patched(0xC5), UNSUPPORTED)
    yield CaptureFile("x.jls", "JPEG-LS", patched(0xF7), UNSUPPORTED)
    yield CaptureFile(
        "j-progressive.jpg", "JPEG, progressive coding", saved("JPEG", quality=95, progressive=True), off=3.0
    )
    yield CaptureFile(
        "j-cmyk.jpg", "JPEG, the four colours of printing", saved("JPEG", GREYS.convert("CMYK"), quality=95), off=3.0
    )
    units = plain.index(b"JFIF\0") + 7
    for unit, density, name in ((2, 197, "cm197"), (2, 196, "cm196"), (1, 500, "inch500")):
        what = f"JPEG, {density} pixels per {'centimetre' if unit == 2 else 'inch'}"
        stated = plain[:units] + struct.pack(">BHH", unit, density, density) + plain[units + 5 :]
        yield CaptureFile(f"j-{name}.jpg", what, stated, off=3.0)
    without = plain[:units] + struct.pack(">BHH", 0, 500, 500) + plain[units + 5 :]
    yield CaptureFile("j-no-unit.jpg", "JPEG, 500 of no unit", without, UNKNOWN)


def turned() -> Iterator[CaptureFile]:
    stored = {tag: np.ascontiguousarray(turn(PRINT)) for tag, turn in _SHOWN_BY.items()}
    for tag, pixels in stored.items():
        what = "TIFF, stored turned or mirrored, as its orientation says"
        yield CaptureFile(f"t-orient{tag}.tif", what, tiff(grey_page(pixels, {ORIENTATION: tag})))
    for kind, name, off in (("JPEG", "j-exif{}.jpg", 3.0), ("PNG", "p-exif{}.png", 0.0)):
        for tag, pixels in stored.items():
            exif = PIL.Image.Exif()
            exif[ORIENTATION] = tag
            data = saved(kind, PIL.Image.fromarray(pixels), exif=exif, quality=95)
            yield CaptureFile(name.format(tag), f"{kind}, likewise, as its EXIF block says", data, off=off)


def fingerprints() -> Iterator[CaptureFile]:
    plain = saved("JPEG2000")
    yield CaptureFile("k-resc500.jp2", "JPEG 2000, captured at 500", jp2_resolution(plain, b"resc", 19685))
    yield CaptureFile(
        "k-resc1000.jp2", "JPEG 2000, said to be captured at 1000", jp2_resolution(plain, b"resc", 39370), UNKNOWN
    )
    yield CaptureFile(
        "k-resd.jp2",
        "JPEG 2000, to be displayed at 500, of the capture nothing",
        jp2_resolution(plain, b"resd", 19685),
        UNKNOWN,
    )
    block = WAVES.rindex(b"\xff\xa1")
    filled = WAVES[:block] + b"\xff\x00" + WAVES[block:]
    yield CaptureFile("w-padbyte.wsq", "WSQ, a block ends in a byte of ones", filled, shown=WAVES_SHOWN, off=1.0)
    two = WAVES[:block] + b"\xff\x00\xff\x00" + WAVES[block:]
    yield CaptureFile("w-padbytes.wsq", "WSQ, a block ends in two of them", two, shown=WAVES_SHOWN, off=1.0)
    for said in ("255", "-1"):
        unknown = WAVES.replace(b"PPI 500\n", f"PPI {said:>3}\n".encode())
        yield CaptureFile(f"w-ppi{said}.wsq", f"WSQ, PPI {said} in the comment", unknown, UNKNOWN)


def jp2_resolution(data: bytes, kind: bytes, per_metre: int) -> bytes:
    """Return a JP2 file with a resolution box, ``resc`` of the capture or ``resd`` of the display."""
    inner = struct.pack(">I4sHHHHbb", 18, kind, per_metre, 1, per_metre, 1, 0, 0)
    box = struct.pack(">I4s", 8 + len(inner), b"res ") + inner
    at = data.index(b"jp2h") - 4
    length = struct.unpack_from(">I", data, at)[0]
    return data[:at] + struct.pack(">I", length + len(box)) + data[at + 4 : at + length] + box + data[at + length :]
