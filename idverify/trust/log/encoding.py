"""What the text formats share: base64 and numbers that are written one way only, and the error of what is not."""

from __future__ import annotations

import base64
import binascii
import re

from idverify.trust.log.merkle import HASH_BYTES

LARGEST_SIZE = (1 << 63) - 1
_NUMBER = re.compile("0|[1-9][0-9]{0,18}")


class LogFormatError(ValueError):
    """A text is not what its format says; says where, never what."""


def encoded(content: bytes) -> str:
    """Return bytes in base64, RFC 4648 section 4."""
    return base64.b64encode(content).decode("ascii")


def decoded(text: str, what: str) -> bytes:
    """Read base64 that nobody else would have written otherwise: padded, without blanks, its last bits zero.

    Raises:
        LogFormatError: it is none.
    """
    try:
        content = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise LogFormatError(f"{what} is not base64") from None
    if encoded(content) != text:
        raise LogFormatError(f"{what} is base64 that nobody writes")
    return content


def decoded_hash(text: str, what: str) -> bytes:
    """Read a SHA-256. Raises LogFormatError."""
    content = decoded(text, what)
    if len(content) != HASH_BYTES:
        raise LogFormatError(f"{what} has not {HASH_BYTES} bytes")
    return content


def number(text: str, what: str) -> int:
    """Read a decimal number of at most 63 bits without leading zeros. Raises LogFormatError."""
    if not _NUMBER.fullmatch(text) or int(text) > LARGEST_SIZE:
        raise LogFormatError(f"{what} is not a number")
    return int(text)
