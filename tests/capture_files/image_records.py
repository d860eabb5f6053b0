"""Finger image records of ISO/IEC 19794-4, both editions, as scanners and converters write them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from matcher.formats.iso19794_4 import (
    Coding,
    FingerImageRecord,
    FingerImageView,
    ImageRecordFormat,
    Sampling,
    write_image_record,
)
from tests.capture_files.compressed import WAVES, WAVES_SHOWN
from tests.capture_files.model import HEIGHT, PRINT, UNKNOWN, WIDTH, CaptureFile, saved

EARLIER, LATER = ImageRecordFormat.ISO_19794_4_2005, ImageRecordFormat.ISO_19794_4_2011
INVALID = "SAMPLE_INVALID"
METRIC, INCHES = Sampling(2, 197, 197, 197, 197), Sampling.at_ppi(500)
PLAIN = FingerImageView(2, 0, WIDTH, HEIGHT, PRINT.tobytes(), INCHES, Coding.UNCOMPRESSED.code(LATER))


def record(edition: ImageRecordFormat, *views: FingerImageView) -> bytes:
    return write_image_record(FingerImageRecord(edition, views))


def holding(data: bytes, coding: int, sampling: Sampling = INCHES) -> FingerImageView:
    return replace(PLAIN, data=data, coding=coding, sampling=sampling)


def records() -> Iterator[CaptureFile]:
    what = "ISO/IEC 19794-4"
    png, jp2 = saved("PNG"), saved("JPEG2000", irreversible=False)
    yield CaptureFile("r-2005-raw.fir", f"{what}:2005, pixels", record(EARLIER, replace(PLAIN, sampling=METRIC)))
    four = (PRINT >> 4).astype(np.uint8)
    packed = replace(PLAIN, data=(four[:, ::2] << 4 | four[:, 1::2]).tobytes(), depth=4, coding=1)
    yield CaptureFile("r-2005-packed.fir", f"{what}:2005, pixels of 4 bits, packed", record(EARLIER, packed), off=9.0)
    waves = replace(holding(WAVES, Coding.WSQ.code(EARLIER)), width=104, height=96)
    yield CaptureFile("r-2005-wsq.fir", f"{what}:2005, WSQ", record(EARLIER, waves), shown=WAVES_SHOWN, off=0.5)
    yield CaptureFile("r-2011-raw.fir", f"{what}:2011, pixels", record(LATER, PLAIN))
    yield CaptureFile("r-2011-jp2.fir", f"{what}:2011, JPEG 2000", record(LATER, holding(jp2, 5)))
    yield CaptureFile("r-2011-png.fir", f"{what}:2011, PNG", record(LATER, holding(png, 6)))
    jpeg = record(LATER, holding(saved("JPEG", quality=95), 3))
    yield CaptureFile("r-2011-jpeg.fir", f"{what}:2011, JPEG", jpeg, off=3.0)
    yield CaptureFile("r-2011-png-as-5.fir", f"{what}:2011, PNG under the code of 2005", record(LATER, holding(png, 5)))
    high = holding(saved("PNG", dpi=(1000, 1000)), 6)
    yield CaptureFile("r-inside-1000.fir", f"{what}, 500 ppi; the image within says 1000", record(LATER, high))
    silent = holding(png, 6, Sampling(1, 0, 0, 0, 0))
    yield CaptureFile("r-silent.fir", f"{what}, no resolution; the image within says 500", record(LATER, silent))
    mute = holding(jp2, 5, Sampling(1, 0, 0, 0, 0))
    yield CaptureFile("r-mute.fir", f"{what}, no resolution, nor in the image within", record(LATER, mute), UNKNOWN)
    sides = replace(holding(png, 6), width=0, height=0)
    spoilt = bytearray(record(LATER, replace(sides, width=WIDTH, height=HEIGHT)))
    spoilt[49:53] = bytes(4)
    yield CaptureFile("r-no-sides.fir", f"{what}, sides of 0", bytes(spoilt))
    wrong = record(LATER, holding(png, 6, Sampling.at_ppi(1000)))
    yield CaptureFile("r-wrong.fir", f"{what}, 1000 ppi, which its ridges contradict", wrong, UNKNOWN)
    yield CaptureFile("r-two.fir", f"{what}, two images", record(LATER, PLAIN, replace(PLAIN, position=7)), INVALID)
    short = record(LATER, replace(PLAIN, data=PRINT.tobytes()[:-1]))
    yield CaptureFile("r-short.fir", f"{what}, a pixel missing", short, INVALID)
