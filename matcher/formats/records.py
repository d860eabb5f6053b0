"""Finger minutiae records of every format that is read: told by their bytes, into one model, and written again.

    record = read_record(data)
    record.format, record.warnings
    template = view_to_template(record, 0)
    data = write_record(convert(record, RecordFormat.ANSI_378_2004).record)

Reading and writing change no value; converting says what it drops. Nothing is logged, and no error carries a value of a
minutia.
"""

from __future__ import annotations

from dataclasses import replace

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.ansi378 import read_ansi_2004, read_ansi_2009, write_ansi_2004, write_ansi_2009
from matcher.formats.base64_text import beginning_of_text, from_base64, looks_like_base64
from matcher.formats.cbeff.binary_header import strip_header
from matcher.formats.iso19794_2 import read_record as read_iso_2005
from matcher.formats.iso19794_2 import view_to_template
from matcher.formats.iso19794_2 import write_record as write_iso_2005
from matcher.formats.iso19794_2.editions import is_ansi_378_2004
from matcher.formats.iso19794_2.layout import FORMAT_ID, VERSION_2005
from matcher.formats.iso19794_2_2011 import VERSION_2011, looks_like_iso_2011, read_iso_2011, write_iso_2011
from matcher.formats.minutiae_fields import DEFAULT_LIMIT, require_limit
from matcher.formats.minutiae_record import Frame, MinutiaeRecord, Quirk, RecordFormat, RecordWarning
from matcher.formats.record_conversion import Conversion, Loss, convert
from matcher.formats.xyt import looks_like_xyt, read_xyt, write_xyt

__all__ = [
    "Conversion",
    "Frame",
    "Loss",
    "MinutiaeRecord",
    "RecordFormat",
    "convert",
    "format_of",
    "holds_minutiae",
    "read_record",
    "view_to_template",
    "write_record",
]

VERSION_AM1 = b"035\x00"


def read_record(data: bytes, *, frame: Frame | None = None, limit: int = DEFAULT_LIMIT) -> MinutiaeRecord:
    """Read a record of whatever format it is.

    Args:
        data: the record, a header of CBEFF and the record, or base64 text of either; zero bytes after its end are
            tolerated.
        frame: size and resolution of the image; an xyt text does not state them, all others do and ignore this.
        limit: most bytes that are looked at; a longer input is refused unread.

    Returns:
        The record, values as they stand in it, in the units of its ``format``; what was tolerated is in ``warnings``.

    Raises:
        SampleFormatUnsupportedError: none of the formats.
        SampleInvalidError: truncated, over the limit, or its lengths and counts contradict each other.
        SampleResolutionUnknownError: an xyt text without ``frame``.
    """
    require_limit(data, limit)
    if looks_like_base64(data) or _is_text_with_header(data):
        return _with(Quirk.AS_TEXT, read_record(from_base64(data), frame=frame, limit=limit))
    stripped = strip_header(data)
    if stripped is not None:
        return _with(Quirk.HEADER_BEFORE, read_record(stripped.record, limit=limit))
    return _read_known(data, frame, limit)


def _is_text_with_header(data: bytes) -> bool:
    beginning = beginning_of_text(data)
    return beginning is not None and strip_header(beginning) is not None


def holds_minutiae(data: bytes) -> bool:
    """Tell whether bytes are a record of minutiae, bare or behind a binary header of CBEFF; a text is none."""
    stripped = strip_header(data)
    return (data if stripped is None else stripped.record).startswith(FORMAT_ID)


def _read_known(data: bytes, frame: Frame | None, limit: int) -> MinutiaeRecord:
    match format_of(data):
        case RecordFormat.ISO_19794_2_2005:
            return read_iso_2005(data, limit=limit)
        case RecordFormat.ISO_19794_2_2011:
            return read_iso_2011(data, limit=limit)
        case RecordFormat.ANSI_378_2004:
            return read_ansi_2004(data, limit=limit)
        case RecordFormat.ANSI_378_2009 | RecordFormat.ANSI_378_2009_AM1:
            return read_ansi_2009(data, limit=limit)
        case RecordFormat.XYT:
            return read_xyt(data, frame, limit=limit)


def _with(quirk: Quirk, record: MinutiaeRecord) -> MinutiaeRecord:
    """Return a record with one more thing that was tolerated, before its own."""
    return replace(record, warnings=(RecordWarning(quirk, 0), *record.warnings))


def write_record(record: MinutiaeRecord) -> bytes:
    """Write a record in its format; ``write_record(read_record(data)) == data`` if reading tolerated no quirk of form.

    Raises:
        SampleInvalidError: a field does not fit, named.
    """
    match record.format:
        case RecordFormat.ISO_19794_2_2005:
            return write_iso_2005(record)
        case RecordFormat.ISO_19794_2_2011:
            return write_iso_2011(record)
        case RecordFormat.ANSI_378_2004:
            return write_ansi_2004(record)
        case RecordFormat.ANSI_378_2009 | RecordFormat.ANSI_378_2009_AM1:
            return write_ansi_2009(record)
        case RecordFormat.XYT:
            return write_xyt(record)


def format_of(data: bytes) -> RecordFormat:
    """Tell the format of a record by its bytes.

    Raises:
        SampleFormatUnsupportedError: none of the formats.
        SampleInvalidError: too short to tell, as far as it goes like a record.
    """
    if not (data.startswith(FORMAT_ID) or FORMAT_ID.startswith(data)):
        if looks_like_xyt(data):
            return RecordFormat.XYT
        raise SampleFormatUnsupportedError(
            "byte 0: no minutiae: neither a record, which starts with 'FMR' and a zero, nor lines 'x y theta quality'"
        )
    version = data[4:8]
    if not any(known.startswith(version) for known in (VERSION_2005, VERSION_2011, VERSION_AM1)):
        raise SampleFormatUnsupportedError("byte 4: unknown version of the finger minutiae record format")
    if len(version) < 4:
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the record header")
    if version == VERSION_AM1:
        return RecordFormat.ANSI_378_2009_AM1
    if version == VERSION_2011:
        return RecordFormat.ISO_19794_2_2011 if looks_like_iso_2011(data) else RecordFormat.ANSI_378_2009
    return RecordFormat.ANSI_378_2004 if is_ansi_378_2004(data) else RecordFormat.ISO_19794_2_2005
