"""Tells the 2005 record from its relatives, before anything else is read.

ANSI INCITS 378-2004 has the same first eight bytes. It differs in the length that follows: 16 bits, or 16 zero bits and
then 32 bits for records of 64 KiB and more; and its header is two bytes longer. Read as our 32-bit length, a short
ANSI length is at least 26 * 65536, and a long one is at most 65535 with a second 16-bit half that is almost always
below 24, the size of our header.
"""

from __future__ import annotations

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.iso19794_2.layout import FORMAT_ID, HEADER, LENGTH_OFFSET, VERSION_2005

ANSI_HEADER_SIZE = 26

OTHER_VERSIONS = {
    b"030\x00": "ISO/IEC 19794-2:2011 or ANSI INCITS 378-2009",
    b"035\x00": "ANSI INCITS 378-2009 amendment 1",
}


def require_iso_2005(data: bytes) -> None:
    """Check that ``data`` starts a record of the 2005 edition and holds its whole header.

    Raises:
        SampleFormatUnsupportedError: it is something else, named where it can be told.
        SampleInvalidError: it is shorter than a record header, as far as it goes like one.
    """
    if not (data.startswith(FORMAT_ID) or FORMAT_ID.startswith(data)):
        raise SampleFormatUnsupportedError("byte 0: not a finger minutiae record, which starts with 'FMR' and a zero")
    version = data[4:8]
    if version in OTHER_VERSIONS:
        raise SampleFormatUnsupportedError(
            f"byte 4: version of {OTHER_VERSIONS[version]}; only ISO/IEC 19794-2:2005 is read"
        )
    if not VERSION_2005.startswith(version):
        raise SampleFormatUnsupportedError("byte 4: unknown version of the finger minutiae record format")
    if len(data) < HEADER.size:
        raise SampleInvalidError(f"byte {len(data)}: truncated inside the record header of {HEADER.size} bytes")
    if is_ansi_378_2004(data):
        raise SampleFormatUnsupportedError(
            f"byte {LENGTH_OFFSET}: record length of ANSI INCITS 378-2004; only ISO/IEC 19794-2:2005 is read"
        )


def is_ansi_378_2004(data: bytes) -> bool:
    """Tell by its length field whether a record of version 20 is of ANSI INCITS 378-2004."""
    if int.from_bytes(data[LENGTH_OFFSET : LENGTH_OFFSET + 4], "big") == len(data):
        return False
    first_half = int.from_bytes(data[LENGTH_OFFSET : LENGTH_OFFSET + 2], "big")
    if first_half >= ANSI_HEADER_SIZE:
        return True
    second_half = int.from_bytes(data[LENGTH_OFFSET + 2 : LENGTH_OFFSET + 4], "big")
    long_length = int.from_bytes(data[LENGTH_OFFSET + 2 : LENGTH_OFFSET + 6], "big")
    return first_half == 0 and second_half < HEADER.size and ANSI_HEADER_SIZE + 4 <= long_length <= len(data)
