"""What a client says of itself to get an access token (RFC 7523 section 3), once its signature was found good."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from idverify.domain.errors import DomainError, Reason

LONGEST = timedelta(minutes=5)
"""From now to ``exp``: so long its ``jti`` has to be remembered at least."""

LEEWAY = timedelta(seconds=30)
"""By which the clocks may differ."""

_IDS = range(8, 257)
"""Characters of a ``jti``."""


@dataclass(frozen=True, slots=True)
class UsableAssertion:
    """``jti``, and until when it could be used again."""

    assertion_id: str
    until: datetime


def require_usable(
    claims: Mapping[str, Any], client: str, audiences: Collection[str], now: datetime
) -> UsableAssertion:
    """Check the claims.

    Args:
        claims: as signed by a key of the client.
        client: whose key it was.
        audiences: by which this service is meant. One must be named, and nobody else: what was signed for another too,
            that one could use here.
        now: aware.

    Raises:
        DomainError: CLIENT_ASSERTION_INVALID.
    """
    if claims.get("iss") != client or claims.get("sub") != client:
        raise invalid("FORM", "iss and sub must both be the client's name")
    stated = claims.get("aud")
    meant = stated[0] if isinstance(stated, list) and len(stated) == 1 else stated
    if not isinstance(meant, str) or meant not in audiences:
        raise invalid("AUDIENCE", "aud must be this service and nobody else: its issuer or its token endpoint")
    expires = _time(claims, "exp")
    if expires is None:
        raise invalid("FORM", "exp is required")
    if not now - LEEWAY < expires <= now + LONGEST + LEEWAY:
        raise invalid("TIME", f"it has expired, or lives for more than {LONGEST.seconds} seconds from now")
    if any((at := _time(claims, name)) is not None and at > now + LEEWAY for name in ("iat", "nbf")):
        raise invalid("TIME", "it is from the future: check the client's clock")
    assertion_id = claims.get("jti")
    if not isinstance(assertion_id, str) or len(assertion_id) not in _IDS:
        raise invalid("FORM", f"jti must be {_IDS.start} to {_IDS.stop - 1} characters, new each time")
    return UsableAssertion(assertion_id, expires + LEEWAY)


def invalid(cause: str, what: str) -> DomainError:
    """Return CLIENT_ASSERTION_INVALID; ``cause`` is stable."""
    return DomainError(Reason.CLIENT_ASSERTION_INVALID, what, {"cause": cause})


def _time(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    if value is None:
        return None
    try:
        if isinstance(value, bool):
            raise TypeError  # noqa: TRY301 - a boolean is a number to Python
        return datetime.fromtimestamp(value, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise invalid("FORM", f"{name} must be a number of seconds since 1970") from None
