"""Check an assertion without the service: with its key set, after RFC 8725. Whatever is not certain is refused."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from idverify.v1.types_pb2 import Record

ALGORITHMS = ("EdDSA", "Ed25519", "ES256")
"""What assertions are signed with; nothing else is accepted, whatever the header or the key says."""

ASSERTION_TYPE = "idverify-assertion+jwt"
"""``typ`` of the header: no other kind of token can pass for an assertion."""

MOST_LIFETIME = 300
"""Seconds from ``iat`` to ``exp`` that an assertion may claim."""

_REQUIRED = ("sub", "jti", "iat", "nbf", "exp", "txn", "amr", "acr", "bio", "records", "missing")


class AssertionRejectedError(Exception):
    """The assertion or a record cannot be relied on; the text says why, without quoting it."""


def verify_assertion(
    token: str, key_set_json: str, *, issuer: str, audience: str, now: float | None = None, leeway: int = 30
) -> dict[str, Any]:
    """Return the claims of an assertion that is genuine, meant for this audience, and valid now.

    Args:
        token: JWT in JWS compact form.
        key_set_json: JWK Set, from ``AssertionService.GetKeySet`` or a trusted copy of it.
        issuer: the ``iss`` that is expected.
        audience: the agency, or the client's name where no agency was named in the request.
        now: seconds since 1970; None: the clock.
        leeway: seconds by which the clocks may differ.

    Raises:
        AssertionRejectedError: in every other case.
    """
    try:
        keys = KeySet.import_key_set(json.loads(key_set_json))
        decoded = jwt.decode(token, keys, registry=_Algorithms())
        _check_header(decoded.header)
        _registry(issuer, audience, now, leeway).validate(decoded.claims)
    except JoseError as error:
        raise AssertionRejectedError(f"the assertion is not valid: {error.description or error.error}") from None
    except (ValueError, TypeError, KeyError):  # what a malformed key set or token makes the library raise
        raise AssertionRejectedError("the assertion or the key set is malformed") from None
    _check_lifetime(decoded.claims)
    return decoded.claims


def check_record(record: Record, claims: Mapping[str, Any]) -> None:
    """Check that a record is one that the assertion vouches for, byte for byte.

    Raises:
        AssertionRejectedError: it is not.
    """
    digest = hashlib.sha256(record.json.encode()).hexdigest()
    for entry in claims["records"]:
        if (entry["type"], entry["agency"], entry["version"]) == (
            record.record_type,
            record.owning_agency,
            record.version,
        ) and hmac.compare_digest(str(entry["sha256"]), digest):
            return
    raise AssertionRejectedError("the assertion does not vouch for this record")


def _registry(issuer: str, audience: str, now: float | None, leeway: int) -> jwt.JWTClaimsRegistry:
    required: dict[str, jwt.ClaimsOption] = {name: {"essential": True, "allow_blank": True} for name in _REQUIRED}
    return jwt.JWTClaimsRegistry(
        now=int(time.time() if now is None else now),
        leeway=leeway,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        **required,
    )


def _check_header(header: Mapping[str, Any]) -> None:
    # The library takes the only key of a set for a token that names none.
    if not isinstance(header.get("kid"), str):
        raise AssertionRejectedError("the assertion does not name its key")
    if header.get("typ") != ASSERTION_TYPE:
        raise AssertionRejectedError("the token is not an assertion of this service")


def _check_lifetime(claims: Mapping[str, Any]) -> None:
    if claims["exp"] - claims["iat"] > MOST_LIFETIME:
        raise AssertionRejectedError(f"the assertion claims to be valid for more than {MOST_LIFETIME} s")


class _Algorithms(JWSRegistry):
    """Knows the allowed algorithms, and does not warn that RFC 9864 has a newer name for EdDSA."""

    def get_alg(self, name: str) -> JWSAlgModel:
        """Return an allowed algorithm."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError("its algorithm is not allowed")
        return self.algorithms[name]
