"""What joserfc raises at a token or a key that is malformed: more than its own errors."""

from __future__ import annotations

from joserfc.errors import JoseError

MALFORMED = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""A header that is no object, members of other types than RFC 7515 says, JSON nested without end."""
