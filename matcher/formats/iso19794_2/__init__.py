"""Finger minutiae records of ISO/IEC 19794-2:2005, read, written, and converted to templates and back.

The record format of clause 7 is covered: any number of finger views, extended data kept verbatim. The card formats of
clause 8 are not. :mod:`matcher.formats.records` reads this edition, the next, and its relatives alike; the functions
here refuse those by name.

The codec proper (:func:`read_record`, :func:`write_record`) changes no value and needs only numpy; the conversions know
this library's conventions.

    record = read_record(data)
    template = view_to_template(record, 0)
    data = write_record(template_to_record(template, FingerPosition.RIGHT_INDEX))
"""

from matcher.formats.iso19794_2.conversion import (
    EXTRACTOR_ID,
    template_to_record,
    template_to_view,
    view_to_template,
)
from matcher.formats.iso19794_2.reader import read_record
from matcher.formats.iso19794_2.writer import write_record
from matcher.formats.minutiae_fields import DEFAULT_LIMIT
from matcher.formats.minutiae_record import FingerView, MinutiaeRecord, Quirk, RecordWarning

__all__ = [
    "DEFAULT_LIMIT",
    "EXTRACTOR_ID",
    "FingerView",
    "MinutiaeRecord",
    "Quirk",
    "RecordWarning",
    "read_record",
    "template_to_record",
    "template_to_view",
    "view_to_template",
    "write_record",
]
