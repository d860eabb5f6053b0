"""All fingers of a file of ANSI/NIST-ITL, whatever else it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.ansi_nist.codes import NO_FINGERS
from matcher.formats.ansi_nist.images import FingerImage, missing_of, read_binary_image, read_tagged_image, scan_ppi
from matcher.formats.ansi_nist.minutiae import read_minutiae
from matcher.formats.ansi_nist.records import DEFAULT_LIMIT, Record, read_records
from matcher.formats.minutiae_record import MinutiaeRecord

MOST_IMPRESSIONS = 40
"""Ten rolled fingers, the slaps, and as many again. Each is decoded: a small file of thousands would take minutes."""

_BINARY, _MINUTIAE, _LATENT, _FINGERS = 4, 9, 13, 14


@dataclass(frozen=True, slots=True, eq=False)
class FingerMinutiae:
    """The minutiae of an impression whose image is not in the file: number of its record, and a record of one view."""

    idc: int
    record: MinutiaeRecord


@dataclass(frozen=True, slots=True, eq=False)
class Transaction:
    """What a file says of fingers.

    Attributes:
        images: in the order of the file.
        minutiae: of impressions without an image; minutiae of an image that is there are of no use.
        missing: fingers that cannot be shown: finger, 1 to 10, to ``XX`` (amputated) or ``UP`` (unable to print).
    """

    images: tuple[FingerImage, ...]
    minutiae: tuple[FingerMinutiae, ...]
    missing: Mapping[int, str]


def read_transaction(data: bytes, *, limit: int = DEFAULT_LIMIT) -> Transaction:
    """Read the fingers of a file. What describes the person (type 2), and what shows no fingers, is read over.

    Raises:
        SampleFormatUnsupportedError: no file of ANSI/NIST-ITL; one without fingers; fingers in a form that is not read.
        SampleInvalidError: damaged; the byte or the field is named.
        SampleResolutionUnknownError: an image of another resolution across than down, or that refers to one which the
            file does not state.
    """
    first, *records = read_records(data, limit=limit)
    native_ppi = scan_ppi(first)
    if sum(record.kind in {_BINARY, _MINUTIAE, _LATENT, _FINGERS} for record in records) > 2 * MOST_IMPRESSIONS:
        raise SampleInvalidError(f"more than {2 * MOST_IMPRESSIONS} records of fingers")
    images = [
        image
        for record in records
        if record.kind in {_BINARY, _LATENT, _FINGERS} and (image := _image(record, native_ppi)) is not None
    ]
    missing: dict[int, str] = {}
    for record in records:
        if record.kind == _FINGERS:
            missing |= missing_of(record)
    shown = {image.idc for image in images}
    minutiae = [
        FingerMinutiae(idc, read_minutiae(record))
        for record in records
        if record.kind == _MINUTIAE and (idc := record.number(2, 0, 999)) not in shown
    ]
    if len(images) + len(minutiae) > MOST_IMPRESSIONS:
        raise SampleInvalidError(f"more than {MOST_IMPRESSIONS} impressions of fingers")
    if not images and not minutiae:
        raise _no_fingers(records)
    return Transaction(tuple(images), tuple(minutiae), missing)


def _image(record: Record, native_ppi: float | None) -> FingerImage | None:
    return read_binary_image(record, native_ppi) if record.kind == _BINARY else read_tagged_image(record)


def _no_fingers(records: list[Record]) -> SampleFormatUnsupportedError:
    held = dict.fromkeys(NO_FINGERS[record.kind] for record in records if record.kind in NO_FINGERS)
    what = f", but {', '.join(held)}, which are not read" if held else ""
    return SampleFormatUnsupportedError(f"the ANSI/NIST-ITL file holds no image or minutiae of a finger{what}")
