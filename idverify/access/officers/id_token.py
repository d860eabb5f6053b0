"""ID tokens (OpenID Connect Core 1.0, section 3.1.3.7): whose signature, for whom, when, and for which question."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from idverify.trust.malformed import MALFORMED
from idverify.trust.strict_json import parse_strict

_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""With public keys only: a secret signs nothing that says who somebody is."""

_LEEWAY = 30
_OLDEST = 600
"""Seconds since an ID token was made."""


class UnknownKeyError(ValueError):
    """The token names a key that is not among those known: the provider may have new ones."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known beforehand.

    Attributes:
        issuer: the provider.
        client_id: of this service there: the only audience.
        nonce: that was asked with; None: the token was given again.
        access_token: that came with it; None: the token was given again.
        begun: when the officer was sent there, to sign in anew, in seconds since 1970; None: the token was given again.
    """

    issuer: str
    client_id: str
    nonce: str | None
    access_token: str | None = field(repr=False)
    begun: int | None = None


def read_id_token(token: str, keys: KeySet, expected: Expected, now: int) -> dict[str, Any]:
    """Return the claims of an ID token that is what it should be.

    Raises:
        UnknownKeyError: its key is not known.
        ValueError: it is none, or of another provider, client, question or time; says what, in a word.
    """
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
    except MALFORMED:
        raise ValueError("form") from None
    known = {key.kid for key in keys.keys}
    if kid not in known and (kid is not None or len(keys.keys) != 1):
        raise UnknownKeyError("key")
    try:
        signed = jws.deserialize_compact(token, keys, registry=_Algorithms())
        payload = parse_strict(signed.payload)
    except MALFORMED:
        raise ValueError("signature") from None
    if not isinstance(payload, dict) or "crit" in signed.headers():
        raise ValueError("form")
    _require_claims(payload, signed.headers(), expected, now)
    return payload


def _require_claims(payload: dict[str, Any], header: dict[str, Any], expected: Expected, now: int) -> None:
    options = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
        "sub": {"essential": True},
    }
    params = {"client_id": expected.client_id, "nonce": expected.nonce, "access_token": expected.access_token}
    try:
        CodeIDToken(payload, header, options, params).validate(now, _LEEWAY)
    except JoseError as error:
        raise ValueError(getattr(error, "claim", None) or error.error) from None
    except (TypeError, ValueError, AttributeError, KeyError):  # of the library, at a claim of another kind
        raise ValueError("claims") from None
    if payload["aud"] not in (expected.client_id, [expected.client_id]):
        raise ValueError("aud")  # for others too: one of them could bring it here
    if not now - _OLDEST <= payload["iat"] <= now + _LEEWAY:
        raise ValueError("iat")
    at = payload.get("auth_time")
    if expected.begun is not None and not (isinstance(at, int) and at >= expected.begun - _LEEWAY):
        raise ValueError("auth_time")  # somebody signed in before, who may be another
    if not isinstance(payload["sub"], str) or not payload["sub"]:
        raise ValueError("sub")


class _Algorithms(JWSRegistry):
    """Knows the allowed algorithms, and does not warn that RFC 9864 has a newer name for EdDSA."""

    def get_alg(self, name: str) -> JWSAlgModel:
        """Return an allowed algorithm."""
        if name not in _ALGORITHMS:
            raise UnsupportedAlgorithmError("its algorithm is not allowed")
        return self.algorithms[name]
