"""Every image format on damaged files: they are decoded or refused, soon and in little memory.

``IDVERIFY_FUZZ=100000 pytest tests/property/test_images_property.py`` tries that many mutated files of each format.
"""

from __future__ import annotations

import io
import os
import resource
import struct
import time
import zlib
from typing import Any

import numpy as np
import PIL.Image
import pytest

from matcher.errors import MatcherError
from matcher.formats.iso19794_4 import (
    Coding,
    FingerImageRecord,
    FingerImageView,
    ImageRecordFormat,
    Sampling,
    write_image_record,
)
from matcher.images.decoding import decode_image
from matcher.images.file_formats import ImageFormat, sniff
from matcher.images.records.writing import write_finger_image
from matcher.types import FingerPosition, Image
from tests.capture_files.every import capture_files
from tests.places import GOLDEN

FILES = int(os.environ.get("IDVERIFY_FUZZ", "300"))
SLOWEST_SECONDS = 1.0
MOST_MEBIBYTES = 512
HEADER = 200
PNG_SIGNATURE = 8
EARLIER = ImageRecordFormat.ISO_19794_4_2005
GREY = np.random.default_rng(7).integers(0, 256, (70, 90), dtype=np.uint8)


def encode(kind: str, mode: str = "L", **options: Any) -> bytes:
    stream = io.BytesIO()
    grey = PIL.Image.fromarray(GREY.astype(np.uint16) * 257 if mode == "I;16" else GREY)
    (grey if mode == "I;16" else grey.convert(mode)).save(stream, kind, **options)
    return stream.getvalue()


def seeds(of: ImageFormat) -> list[bytes]:
    """Return small files of the format in the variants that are read, and those that are odd."""
    odd = [file.data for file in capture_files() if file.right == "the print, 500 ppi" and sniff(file.data) is of]
    return [*_plain(of), *odd]


def _plain(of: ImageFormat) -> list[bytes]:  # noqa: PLR0911 -- one return a format
    match of:
        case ImageFormat.PNG:
            return [encode("PNG", mode, dpi=(500, 500)) for mode in ("L", "RGB", "P", "RGBA", "I;16", "1")]
        case ImageFormat.TIFF:
            packed = [encode("TIFF", compression=c) for c in ("tiff_lzw", "packbits", "jpeg", "tiff_adobe_deflate")]
            return [*packed, *(encode("TIFF", mode, dpi=(500, 500)) for mode in ("L", "RGB", "I;16", "1", "P"))]
        case ImageFormat.BMP:
            return [encode("BMP", mode, dpi=(500, 500)) for mode in ("L", "RGB", "P", "1", "RGBA")]
        case ImageFormat.JPEG:
            return [encode("JPEG"), encode("JPEG", progressive=True), encode("JPEG", "RGB", dpi=(500, 500))]
        case ImageFormat.JPEG_2000:
            tiled = encode("JPEG2000", tile_size=(64, 64), quality_layers=[20, 5])
            return [encode("JPEG2000"), encode("JPEG2000", no_jp2=True), encode("JPEG2000", "RGB"), tiled]
        case ImageFormat.WSQ:
            return [(GOLDEN / name).read_bytes() for name in ("waves.wsq", "waves_odd.wsq")]
        case ImageFormat.PGM:
            return []
        case ImageFormat.RAW_GREY8:
            return _records()


def _records() -> list[bytes]:
    """Return finger image records of every coding that is written, and of two that are only read."""
    image, codings = Image(GREY, 500.0), (Coding.UNCOMPRESSED, Coding.PNG, Coding.JPEG, Coding.JPEG_2000_LOSSLESS)
    later = [write_finger_image(image, FingerPosition.LEFT_RING, coding, quality=70) for coding in codings]
    sampling = Sampling(2, 197, 197, 197, 197)
    bits, waves = np.packbits(GREY >> 7).tobytes(), (GOLDEN / "waves.wsq").read_bytes()
    earlier = [
        FingerImageView(7, 0, 90, 70, bits, sampling, Coding.BIT_PACKED.code(EARLIER), 1),
        FingerImageView(7, 0, 104, 96, waves, sampling, Coding.WSQ.code(EARLIER)),
    ]
    return [*later, *(write_image_record(FingerImageRecord(EARLIER, (view,))) for view in earlier)]


def mutated(rng: np.random.Generator, original: bytes) -> bytes:
    """Change a few bytes, most of them in the headers, repeat or drop a piece, or cut the end off."""
    data = bytearray(original)
    for _ in range(int(rng.integers(1, 6))):
        end = len(data) if rng.random() < 0.5 else min(HEADER, len(data))
        data[int(rng.integers(0, end))] = int(rng.choice([0, 1, 127, 128, 254, 255, int(rng.integers(0, 256))]))
    if rng.random() < 0.1:
        at, length, again = (int(n) for n in rng.integers((0, 1, 0), (len(data), 64, 4)))
        data[at : at + length] = data[at : at + length] * again
    if rng.random() < 0.1:
        del data[int(rng.integers(0, len(data))) :]
    return bytes(data)


def with_checksums(png: bytes) -> bytes:
    """Return a PNG whose chunks have the checksums that their content demands: behind them is what is to be tried."""
    data, at = bytearray(png), PNG_SIGNATURE
    while at + 12 <= len(data):
        end = at + 8 + int(struct.unpack_from(">I", data, at)[0])
        if end + 4 > len(data):
            break
        struct.pack_into(">I", data, end, zlib.crc32(data[at + 4 : end]))
        at = end + 4
    return bytes(data)


def decoded(data: bytes, ppi: float | None) -> bool:
    """Decode; either works, or fails with an error of the family. Says whether it worked."""
    try:
        image = decode_image(data, resolution_ppi=ppi)
    except MatcherError:
        return False
    assert image.pixels.ndim == 2
    assert image.pixels.dtype == np.uint8
    return True


@pytest.mark.parametrize("of", ImageFormat)
def test_mutated_files_are_decoded_or_refused_quickly_and_in_little_memory(of: ImageFormat) -> None:
    rng = np.random.default_rng(20261126)
    originals = seeds(of)
    assert all(decoded(original, 500.0) for original in originals)  # also compiles
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest, read = 0.0, 0
    for index in range(FILES):
        data = mutated(rng, originals[index % len(originals)])
        if of is ImageFormat.PNG and rng.random() < 0.7:
            data = with_checksums(data)
        # At 2000 ppi the largest pictures are allowed; without a resolution one is estimated from the pixels.
        ppi = (500.0, 2000.0, None)[int(rng.integers(0, 3))]
        start = time.process_time()
        read += decoded(data, ppi)
        slowest = max(slowest, time.process_time() - start)
    assert slowest < SLOWEST_SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MOST_MEBIBYTES
    assert 0 < read < FILES, "mutations must reach both outcomes, or nothing is tried"
