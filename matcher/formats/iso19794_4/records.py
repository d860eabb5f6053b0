"""Finger image records of each edition, told by their bytes; as base64 text and behind a header of CBEFF too."""

from __future__ import annotations

from dataclasses import replace

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.base64_text import beginning_of_text, from_base64
from matcher.formats.cbeff.binary_header import strip_header
from matcher.formats.iso19794_4.edition_2005 import read_2005, write_2005
from matcher.formats.iso19794_4.edition_2011 import read_2011, write_2011
from matcher.formats.iso19794_4.image_record import FingerImageRecord, ImageRecordFormat
from matcher.formats.iso19794_4.layout import FORMAT_ID, VERSION_2005, VERSION_2011
from matcher.formats.iso19794_4.quirks import DEFAULT_LIMIT
from matcher.formats.minutiae_fields import require_limit
from matcher.formats.minutiae_record import Quirk, RecordWarning


def is_image_record(data: bytes) -> bool:
    """Whether the bytes are a finger image record, as far as their beginning tells."""
    return _begins(data) or _is_text(data)


def _begins(data: bytes) -> bool:
    if data.startswith(FORMAT_ID):
        return True
    stripped = strip_header(data)
    return stripped is not None and stripped.record.startswith(FORMAT_ID)


def _is_text(data: bytes) -> bool:
    beginning = beginning_of_text(data)
    return beginning is not None and _begins(beginning)


def read_image_record(data: bytes, *, limit: int = DEFAULT_LIMIT) -> FingerImageRecord:
    """Read a record of whichever edition it is.

    Args:
        data: the record, or a header of CBEFF and the record; or base64 text of either.
        limit: most bytes that are looked at; a longer input is refused unread.

    Returns:
        The record, values as they stand in it; what was tolerated is in ``warnings``.

    Raises:
        SampleFormatUnsupportedError: no such record, or of an edition that is not known.
        SampleInvalidError: truncated, over the limit, or its lengths contradict each other.
    """
    require_limit(data, limit)
    if _is_text(data):
        return _with(Quirk.AS_TEXT, read_image_record(from_base64(data), limit=limit))
    stripped = strip_header(data)
    if stripped is not None:
        return _with(Quirk.HEADER_BEFORE, read_image_record(stripped.record, limit=limit))
    if not data.startswith(FORMAT_ID):
        raise SampleFormatUnsupportedError("byte 0: not a finger image record, which starts with 'FIR' and a zero")
    if len(data) < 8:
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the record header")
    match data[4:8]:
        case version if version == VERSION_2005:
            return read_2005(data, limit=limit)
        case version if version == VERSION_2011:
            return read_2011(data, limit=limit)
    raise SampleFormatUnsupportedError("byte 4: unknown version of the finger image record format")


def write_image_record(record: FingerImageRecord) -> bytes:
    """Write a record in its edition; what was read without a quirk of form comes out as it was.

    Raises:
        SampleInvalidError: a field does not fit, named.
    """
    return write_2011(record) if record.format is ImageRecordFormat.ISO_19794_4_2011 else write_2005(record)


def split_image_record(record: FingerImageRecord) -> tuple[FingerImageRecord, ...]:
    """Return a record of each image alone, in the same order."""
    return tuple(
        replace(record, views=(replace(view, view_count=1),), finger_count=None, warnings=()) for view in record.views
    )


def _with(quirk: Quirk, record: FingerImageRecord) -> FingerImageRecord:
    return replace(record, warnings=(RecordWarning(quirk, 0), *record.warnings))
