"""TIFF files: kinds of samples, and which page is the picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import cv2
import numpy as np
import PIL.Image

from tests.capture_files.model import HEIGHT, PRINT, UNKNOWN, UNSUPPORTED, WIDTH, CaptureFile, saved
from tests.tiff_files import (
    BITS,
    COLOURS,
    COMPRESSION,
    EXTRA,
    FORMAT,
    OLD_SUBFILE,
    PHOTOMETRIC,
    PLANAR,
    SAMPLES,
    SUBFILE,
    UNIT,
    X_PPI,
    Y_PPI,
    Values,
    grey_page,
    page,
    tiff,
)


def tiffs() -> Iterator[CaptureFile]:
    wide = PRINT.astype(np.uint16) * 257
    for order, end in (("<", ""), (">", "be")):
        for white, name in ((0, "miniswhite"), (1, "minisblack")):
            stored = (65535 - wide if white == 0 else wide).astype(f"{order}u2").tobytes()
            file = tiff(page(WIDTH, HEIGHT, stored, {BITS: 16, PHOTOMETRIC: white}, strips=7), order=order)
            zero = "white" if white == 0 else "black"
            what = f"TIFF, 16 bits, {'big' if end else 'little'}-endian, {zero} is zero, strips"
            yield CaptureFile(f"t-16{end}-{name}.tif", what, file)
    eight = (255 - PRINT.astype("<u2")).astype("<u2").tobytes()
    yield CaptureFile(
        "t-8in16-miniswhite.tif",
        "TIFF, levels 0 to 255 in 16 bits, white is zero",
        tiff(page(WIDTH, HEIGHT, eight, {BITS: 16, PHOTOMETRIC: 0})),
    )
    turned = tiff(grey_page(255 - PRINT, {PHOTOMETRIC: 0, PLANAR: 2}, strips=3))
    yield CaptureFile("t-8-planar-miniswhite.tif", "TIFF, white is zero, its one sample said to lie in a plane", turned)
    planes = b"".join([PRINT.tobytes()] * 3)
    yield CaptureFile("t-rgb-planar.tif", "TIFF, colours in planes", _colour(planes, {PLANAR: 2}))
    deep = b"".join([wide.astype("<u2").tobytes()] * 3)
    yield CaptureFile(
        "t-rgb-16-planar.tif", "TIFF, colours in planes of 16 bits", _colour(deep, {PLANAR: 2}, 16), UNSUPPORTED
    )
    low = np.dstack([PRINT] * 3).astype("<u2").tobytes()
    yield CaptureFile("t-8in16-rgb.tif", "TIFF, colours of levels 0 to 255 in 16 bits", _colour(low, {}, 16))
    levels = np.arange(256, dtype=np.uint16)[::-1] * 257
    palette: dict[int, Values] = {PHOTOMETRIC: 3, COLOURS: [int(level) for level in np.tile(levels, 3)]}
    yield CaptureFile("t-palette.tif", "TIFF, a palette, brightest first", tiff(grey_page(255 - PRINT, palette)))
    for name, kind, what in (
        ("8-signed", "i1", "8 bits with a sign"),
        ("16-signed", "<i2", "16 bits with a sign"),
        ("32", "<u4", "32 bits"),
        ("float16", "<f2", "floating point, 16 bits"),
        ("float", "<f4", "floating point, 32 bits"),
    ):
        bits, sign = np.dtype(kind).itemsize * 8, {"i": 2, "u": 1, "f": 3}[np.dtype(kind).kind]
        samples = (PRINT // 2).astype(kind).tobytes()
        file = tiff(page(WIDTH, HEIGHT, samples, {BITS: bits, PHOTOMETRIC: 1, FORMAT: sign}))
        yield CaptureFile(f"t-{name}.tif", f"TIFF, {what}", file, UNSUPPORTED)
    for number, name in ((8, "lab"), (6, "ycbcr")):
        what = f"TIFF, {'CIELab' if number == 8 else 'uncompressed YCbCr'} colours"
        colours = np.dstack([PRINT] * 3).tobytes()
        yield CaptureFile(f"t-{name}.tif", what, _colour(colours, {PHOTOMETRIC: number}), UNSUPPORTED)
    yield CaptureFile(
        "t-zstd.tif", "TIFF, compressed by Zstandard", tiff(grey_page(PRINT, {COMPRESSION: 50000})), UNSUPPORTED
    )
    fax = PIL.Image.fromarray(PRINT > 127)
    black = np.where(PRINT > 127, 255, 0).astype(np.uint8)
    yield CaptureFile("t-g4.tif", "TIFF, CCITT G4", saved("TIFF", fax, compression="group4"), shown=black)
    cm = tiff(grey_page(PRINT, {UNIT: 3, X_PPI: 197, Y_PPI: 197}))
    none = tiff(grey_page(PRINT, {X_PPI: (0, 0), Y_PPI: (1, 0)}))
    yield CaptureFile("t-ppi-0-of-0.tif", "TIFF, a resolution of 0/0", none, UNKNOWN)
    yield CaptureFile("t-cm197.tif", "TIFF, 197 pixels per centimetre", cm)


def _colour(samples: bytes, tags: Mapping[int, int], bits: int = 8) -> bytes:
    planes = 3 if tags.get(PLANAR) == 2 else 1
    header, strips = page(
        WIDTH, HEIGHT * planes, samples, {BITS: [bits] * 3, PHOTOMETRIC: 2, SAMPLES: 3, **tags}, planes
    )
    return tiff(({**header, 257: HEIGHT, 278: HEIGHT}, strips))


def tiff_pages() -> Iterator[CaptureFile]:
    small = cv2.resize(PRINT, (90, 100), interpolation=cv2.INTER_AREA).astype(np.uint8)
    whole, reduced = grey_page(PRINT), grey_page(small, {SUBFILE: 1}, ppi=250)
    yield CaptureFile("t-thumb-first.tif", "TIFF, first page: a reduced copy", tiff(reduced, whole))
    old = grey_page(small, {OLD_SUBFILE: 2}, ppi=250)
    yield CaptureFile("t-thumb-old.tif", "TIFF, the same, said as before TIFF 6.0", tiff(old, whole, order=">"))
    mask = grey_page(np.full_like(PRINT, 255), {SUBFILE: 4})
    yield CaptureFile("t-mask-first.tif", "TIFF, first page: a mask", tiff(mask, whole))
    yield CaptureFile(
        "t-below.tif", "TIFF, a reduced copy with the picture below it (SubIFD)", tiff(reduced, below=whole)
    )
    other = grey_page(np.ascontiguousarray(PRINT[::-1]))
    yield CaptureFile("t-two-pages.tif", "TIFF, two whole pages: the first is read", tiff(whole, other))
    yield CaptureFile(
        "t-all-reduced.tif", "TIFF, one page, said to be a reduced copy", tiff(grey_page(PRINT, {SUBFILE: 1}))
    )
    clear = np.dstack([PRINT, np.zeros_like(PRINT)]).tobytes()
    alpha = page(WIDTH, HEIGHT, clear, {BITS: [8, 8], SAMPLES: 2, PHOTOMETRIC: 1, EXTRA: 2})
    yield CaptureFile("t-alpha0.tif", "TIFF, grey and alpha, every alpha 0", tiff(alpha))
