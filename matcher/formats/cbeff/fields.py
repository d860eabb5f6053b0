"""The values of a BIR, from text as XML and JSON carry them: checked, and refused by the name of their field."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

from matcher.errors import SampleInvalidError

MOST_BYTES = 32 << 20
"""Of a whole document unless the caller says otherwise: ten fingers uncompressed at 1000 ppi take some 13 MB."""

MOST_BIRS = 100
"""In one document: ten fingers, face and irises in several formats are some fifty."""


def base64_of(text: str, name: str) -> bytes:
    """Decode a block (RFC 4648, section 4 or 5, with or without padding); blanks say nothing."""
    packed = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise SampleInvalidError(f"{name} is not base64") from None


def moment_of(text: str, name: str) -> datetime:
    """Read a moment (ISO 8601); one without a time zone is UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise SampleInvalidError(f"{name} is not a moment of ISO 8601") from None


def whole_number_of(text: str, name: str) -> int:
    """Read a whole number of at most nine digits."""
    digits = text.strip()
    if not (digits.isascii() and digits.removeprefix("-").isdecimal() and len(digits) <= 9):
        raise SampleInvalidError(f"{name} is not a whole number")
    return int(digits)


def boolean_of(text: str, name: str) -> bool:
    """Read a boolean of XML Schema, in any case."""
    match text.strip().lower():
        case "true" | "1":
            return True
        case "false" | "0":
            return False
    raise SampleInvalidError(f"{name} is neither true nor false")


def one_of(text: str, known: tuple[str, ...]) -> str:
    """Return the name in the spelling of ``known``, in whatever case it came; what is not known stays as it is."""
    wanted = text.strip()
    return next((name for name in known if name.lower() == wanted.lower()), wanted)


def moment_text(moment: datetime) -> str:
    """Write a moment as MOSIP does: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def require_count(birs: int, most: int) -> None:
    """Refuse more BIRs than the limit."""
    if birs > most:
        raise SampleInvalidError(f"more than {most} BIRs in one document")
