"""All files, in the order of the table."""

from __future__ import annotations

from functools import cache

from tests.capture_files import compressed, image_records, plain, tiffs
from tests.capture_files.model import CaptureFile


@cache
def capture_files() -> tuple[CaptureFile, ...]:
    """Return them; they are made once."""
    return (
        *plain.bitmaps(),
        *plain.pngs(),
        *tiffs.tiffs(),
        *tiffs.tiff_pages(),
        *compressed.jpegs(),
        *compressed.turned(),
        *compressed.fingerprints(),
        *image_records.records(),
        *plain.others(),
    )
