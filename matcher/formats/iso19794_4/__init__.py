"""Finger image records: bytes to a record and back. ISO/IEC 19794-4 of 2005 and 2011, and ANSI INCITS 381-2004.

The image within is bytes here, of whatever coding the record says; :mod:`matcher.images.image_records` decodes it.
"""

from matcher.formats.iso19794_4.image_record import (
    Coding,
    FingerImageRecord,
    FingerImageView,
    ImageRecordFormat,
    Sampling,
)
from matcher.formats.iso19794_4.records import (
    is_image_record,
    read_image_record,
    split_image_record,
    write_image_record,
)

__all__ = [
    "Coding",
    "FingerImageRecord",
    "FingerImageView",
    "ImageRecordFormat",
    "Sampling",
    "is_image_record",
    "read_image_record",
    "split_image_record",
    "write_image_record",
]
