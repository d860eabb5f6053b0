"""Access tokens (RFC 9068): that a client showed its key a few minutes ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

_LEEWAY = timedelta(seconds=60)
"""By which this service's own clock may be set back without its tokens being from the future."""


def token_claims(
    issuer: str, client: str, key_sha256: str, token_id: str, now: datetime, lifetime: timedelta
) -> dict[str, Any]:
    """Return the claims of a token.

    Args:
        issuer: who gives it out, and for whom it is.
        client: name of the client.
        key_sha256: of the key that the client showed.
        token_id: unique.
        now: aware.
        lifetime: how long it holds.
    """
    at = int(now.timestamp())
    return {
        "iss": issuer,
        "aud": issuer,
        "sub": client,
        "client_id": client,
        "iat": at,
        "exp": at + int(lifetime.total_seconds()),
        "jti": token_id,
        "key_sha256": key_sha256,
    }


def client_of(claims: Mapping[str, Any], issuer: str, now: datetime, lifetime: timedelta) -> tuple[str, str] | None:
    """Return the client and the digest of its key; None if the token holds no more, or is for another service.

    A clock that was set back makes no token live longer than the others: one from the future is refused.
    """
    issued = datetime.fromtimestamp(claims["iat"], UTC)
    expires = min(datetime.fromtimestamp(claims["exp"], UTC), issued + lifetime)
    if (claims["iss"], claims["aud"]) != (issuer, issuer) or not issued - _LEEWAY <= now < expires:
        return None
    return claims["client_id"], claims["key_sha256"]
