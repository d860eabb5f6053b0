"""A record or a file as base64 text (RFC 4648), as JSON, XML and e-mail carry it: either alphabet, padded or not."""

from __future__ import annotations

import base64
import binascii
import re

from matcher.errors import SampleInvalidError

_START = b"Rk1SA"
"""What ``FMR`` and a zero byte begin with, whatever follows."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LOOKED_AT = 1400
"""Letters of which a beginning is made: a thousand bytes, with ends of lines."""

_LETTERS = re.compile(rb"[A-Za-z0-9+/_-]+={0,2}\Z")
_OTHER_ALPHABET = bytes.maketrans(b"-_", b"+/")


def looks_like_base64(data: bytes) -> bool:
    """Whether the bytes are the text of a record, as far as its first letters tell."""
    return data[:64].removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(_START)


def beginning_of_text(data: bytes) -> bytes | None:
    """Return what the first letters of a text stand for, about a thousand bytes; None: they are no base64."""
    letters = b"".join(data[:_LOOKED_AT].removeprefix(_BYTE_ORDER_MARK).split())
    if not _LETTERS.match(letters):
        return None
    whole = letters.rstrip(b"=")
    return _decode(whole[: len(whole) // 4 * 4])


def from_base64(data: bytes) -> bytes:
    """Return what a text stands for; blanks, ends of lines and a byte order mark say nothing.

    Raises:
        SampleInvalidError: it does not decode.
    """
    letters = b"".join(data.removeprefix(_BYTE_ORDER_MARK).split()).rstrip(b"=")
    try:
        return _decode(letters)
    except binascii.Error:
        raise SampleInvalidError("the base64 text of the record is damaged") from None


def _decode(letters: bytes) -> bytes:
    return base64.b64decode(letters.translate(_OTHER_ALPHABET) + b"=" * (-len(letters) % 4), validate=True)
