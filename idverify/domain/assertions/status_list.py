"""Token Status List (IETF OAuth working group): one bit a confirmation, set when it is revoked.

A confirmation says which bit of which list is its own. Nobody learns for whom a list was fetched.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

SIZE = 1 << 17
"""Bits of a list: 16 KiB, a few hundred bytes packed while few are set."""

LIFETIME = timedelta(days=1)
"""How long a list that was fetched may be gone by, at most."""

FRESH = timedelta(minutes=5)
"""How long it need not be fetched again (``ttl``)."""


def place_of(ordinal: int) -> tuple[int, int]:
    """Return the number of the list and the bit in it of the confirmation issued ``ordinal``-th."""
    return divmod(ordinal, SIZE)


def uri_of(issuer: str, number: int) -> str:
    """Return what names a list."""
    return f"{issuer.rstrip('/')}/status-lists/{number}"


def packed(bits: Iterable[int]) -> str:
    """Return a list with these bits set: ZLIB (RFC 1950) of the bytes, lowest bit first, in base64url."""
    content = bytearray(SIZE // 8)
    for bit in bits:
        content[bit >> 3] |= 1 << (bit & 7)
    return base64.urlsafe_b64encode(zlib.compress(bytes(content), 9)).rstrip(b"=").decode()


def status_list_claims(issuer: str, number: int, bits: Iterable[int], now: datetime) -> Mapping[str, Any]:
    """Return the claims of a Status List Token."""
    at = int(now.timestamp())
    return {
        "iss": issuer,
        "sub": uri_of(issuer, number),
        "iat": at,
        "exp": at + int(LIFETIME.total_seconds()),
        "ttl": int(FRESH.total_seconds()),
        "status_list": {"bits": 1, "lst": packed(bits)},
    }
