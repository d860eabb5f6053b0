"""BMP, PNG and PGM files, and files of formats that are not read."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np
import PIL.Image

from tests.capture_files.model import HEIGHT, PRINT, UNKNOWN, UNSUPPORTED, WIDTH, CaptureFile, saved


def bitmap(masks: tuple[int, ...], words: np.ndarray, header: int = 108, compression: int = 3) -> bytes:
    """Return a BMP file of words with masks for red, green, blue and alpha; ``header`` bytes of header, 108 is v4."""
    bits, (height, width) = words.dtype.itemsize * 8, words.shape
    fields = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, compression, 0, 19685, 19685, 0, 0)
    info = (fields + struct.pack(f"<{len(masks)}I", *masks)).ljust(header, b"\0")
    lines = words[::-1].astype(words.dtype.newbyteorder("<"))
    padded = np.pad(lines, ((0, 0), (0, -width % (4 // words.dtype.itemsize))))
    start = 14 + len(info)
    return b"BM" + struct.pack("<IHHI", start + padded.nbytes, 0, 0, start) + info + padded.tobytes()


def bitmaps() -> Iterator[CaptureFile]:
    grey = PRINT.astype(np.uint32)
    words = grey << 16 | grey << 8 | grey
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    yield CaptureFile("b-32-v4-alpha0.bmp", "BMP, 32 bits with an alpha mask, every alpha 0", bitmap(masks, words))
    yield CaptureFile("b-32-v5-alpha0.bmp", "BMP, the same, header of version 5", bitmap(masks, words, 124))
    yield CaptureFile("b-32-alpha255.bmp", "BMP, the same, every alpha 255", bitmap(masks, words | 0xFF000000))
    yield CaptureFile("b-32-rgb.bmp", "BMP, 32 bits without masks", bitmap((), words, 40, 0))
    yield CaptureFile(
        "b-32-order.bmp",
        "BMP, red and blue exchanged by their masks",
        bitmap((0xFF, 0xFF00, 0xFF0000, 0xFF000000), words),
    )
    green = (PRINT >> 2).astype(np.uint16)
    narrow = green >> 1 << 11 | green << 5 | green >> 1
    yield CaptureFile(
        "b-16-565.bmp", "BMP, 16 bits, 5, 6 and 5 a colour", bitmap((0xF800, 0x7E0, 0x1F), narrow, 56), off=3.0
    )
    ten = bitmap((0x3FF00000, 0xFFC00, 0x3FF), words)
    yield CaptureFile("b-32-101010.bmp", "BMP, masks of ten bits a colour", ten, UNSUPPORTED)
    inside = bitmap((), words, 40, 5)
    yield CaptureFile("b-png.bmp", "BMP, a PNG inside", inside, UNSUPPORTED)


def pngs() -> Iterator[CaptureFile]:
    wide = PRINT.astype(np.uint16)
    yield CaptureFile("p-8in16.png", "PNG, levels 0 to 255 in 16 bits", saved("PNG", PIL.Image.fromarray(wide)))
    yield CaptureFile("p-12in16.png", "PNG, levels 0 to 4095 in 16 bits", saved("PNG", PIL.Image.fromarray(wide * 16)))
    yield CaptureFile("p-16.png", "PNG, 16 bits", saved("PNG", PIL.Image.fromarray(wide * 257)))
    for colours, kind in ((3, 2), (2, 4), (4, 6)):
        name = {3: "rgb", 2: "la", 4: "rgba"}[colours]
        samples = np.repeat(wide[:, :, None], colours, axis=2)
        if colours != 3:
            samples[:, :, -1] = 255
        yield CaptureFile(
            f"p-8in16-{name}.png", f"PNG, levels 0 to 255 in 16 bits, {colours} samples a pixel", _png16(samples, kind)
        )
    clear = np.dstack([PRINT] * 3 + [np.zeros_like(PRINT)])
    yield CaptureFile("p-alpha0.png", "PNG, every alpha 0", saved("PNG", PIL.Image.fromarray(clear, "RGBA")))


def _png16(samples: np.ndarray, kind: int) -> bytes:
    height, width = samples.shape[:2]

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    lines = b"".join(b"\0" + line.astype(">u2").tobytes() for line in samples)
    header = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"pHYs", struct.pack(">IIB", 19685, 19685, 1))
    return b"\x89PNG\r\n\x1a\n" + chunks + chunk(b"IDAT", zlib.compress(lines, 1)) + chunk(b"IEND", b"")


def others() -> Iterator[CaptureFile]:
    wide = PRINT.astype(np.uint16)
    plain = pgm(255, PRINT.tobytes())
    yield CaptureFile("g-8.pgm", "PGM", plain, ppi=500)
    twelve = pgm(4095, (wide * 16).astype(">u2").tobytes())
    yield CaptureFile("g-12.pgm", "PGM of levels 0 to 4095", twelve, off=0.5, ppi=500)
    eight = pgm(65535, wide.astype(">u2").tobytes())
    yield CaptureFile("g-8in16.pgm", "PGM, levels 0 to 255 of 65535", eight, ppi=500)
    text = pgm(255, " ".join(map(str, PRINT.ravel())).encode(), b"P2")
    yield CaptureFile("g-plain.pgm", "PGM as text", text, ppi=500)
    yield CaptureFile("g-silent.pgm", "PGM, which states no resolution, nor does the caller", plain, UNKNOWN)
    for name, start in (
        ("GIF", b"GIF89a"),
        ("WebP", b"RIFF\0\0\0\0WEBP"),
        ("HEIC", b"\0\0\0\x18ftypheic"),
        ("AVIF", b"\0\0\0\x18ftypavif"),
        ("JPEG XL", b"\xff\x0a"),
        ("JPEG XR", b"II\xbc\x01"),
        ("BigTIFF", b"II+\0"),
        ("PDF", b"%PDF-1.7"),
    ):
        data = start.ljust(80, b"\0")
        yield CaptureFile(f"x.{name.lower().replace(' ', '')}", "refused by its name", data, UNSUPPORTED)


def pgm(white: int, pixels: bytes, magic: bytes = b"P5") -> bytes:
    return magic + f"\n# of a scanner\n{WIDTH} {HEIGHT}\n{white}\n".encode() + pixels
