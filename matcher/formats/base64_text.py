"""A record as base64 text (RFC 4648, section 4), as JSON, XML and e-mail carry it."""

from __future__ import annotations

import base64
import binascii

from matcher.errors import SampleInvalidError

_START = b"Rk1SA"
"""What ``FMR`` and a zero byte begin with, whatever follows."""


def looks_like_base64(data: bytes) -> bool:
    """Whether the bytes are the text of a record, as far as its first letters tell."""
    return data.lstrip().startswith(_START)


def from_base64(data: bytes) -> bytes:
    """Return the record; blanks and ends of lines within the text say nothing.

    Raises:
        SampleInvalidError: it does not decode.
    """
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except binascii.Error:
        raise SampleInvalidError("the base64 text of the record is damaged") from None
