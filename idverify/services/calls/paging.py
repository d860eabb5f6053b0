"""Page sizes and page tokens."""

from __future__ import annotations

import base64
import binascii

from idverify.domain.errors import DomainError, Reason

_LARGEST_PAGE = 1000
_LONGEST_NUMBER = 18
"""Digits that fit into a database's 64-bit integer."""


def page_limit(page_size: int, default: int) -> int:
    """Return how many items a page holds. Raises DomainError FIELD_INVALID outside 0 to 1000."""
    if not 0 <= page_size <= _LARGEST_PAGE:
        raise DomainError(Reason.FIELD_INVALID, "page_size must be 0 to 1000", {"field": "page_size"})
    return page_size or default


def encode_token(listing: str, after: int) -> str:
    """Return an opaque token for the page that follows item ``after`` of a listing."""
    return base64.urlsafe_b64encode(f"{listing}:{after}".encode()).decode()


def decode_token(token: str, listing: str) -> int:
    """Return the item after which a page begins; 0 for an empty token.

    Raises:
        DomainError: PAGE_TOKEN_INVALID if the token was not made for this listing.
    """
    if not token:
        return 0
    try:
        name, _, after = base64.b64decode(token.encode(), altchars=b"-_", validate=True).decode("ascii").partition(":")
    except (binascii.Error, UnicodeError):
        name, after = "", ""
    if name != listing or not after.isdecimal() or len(after) > _LONGEST_NUMBER:
        raise DomainError(Reason.PAGE_TOKEN_INVALID, "use next_page_token of the page before, unchanged")
    return int(after)
