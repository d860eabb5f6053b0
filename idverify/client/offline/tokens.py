"""Opening a signed token after RFC 8725: what kind it is, whose key, whether the signature holds; then its claims."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    UnsupportedAlgorithmError,
)
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from idverify.client.offline.rejection import AssertionRejectedError, Rejection

ALGORITHMS = ("EdDSA", "Ed25519", "ES256")
"""What tokens are signed with; nothing else is accepted, whatever the header or the key says."""

NO_BIOMETRIC = "urn:idverify:acr:no-biometric"
"""``acr`` of a token that rests on the word of two officers."""

_BY_ERROR: Mapping[type[JoseError], Rejection] = {
    BadSignatureError: Rejection.SIGNATURE_INVALID,
    UnsupportedAlgorithmError: Rejection.ALGORITHM_NOT_ALLOWED,
    InvalidKeyIdError: Rejection.KEY_UNKNOWN,
    ExpiredTokenError: Rejection.EXPIRED,
}
_BY_CLAIM = {"iss": Rejection.ISSUER_WRONG, "aud": Rejection.AUDIENCE_WRONG}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a verifier knows beforehand.

    Attributes:
        issuer: value of ``iss``.
        audience: value of ``aud``, or one of it; None: the token is for nobody in particular.
        now: seconds since 1970; None: the clock.
        leeway: seconds by which the clocks may differ.
    """

    issuer: str
    audience: str | None
    now: float | None = None
    leeway: int = 30

    @property
    def time(self) -> int:
        """Seconds since 1970."""
        return int(time.time() if self.now is None else self.now)


def open_token(token: str, key_set_json: str, types: Collection[str]) -> dict[str, Any]:
    """Return the claims of a token whose signature holds; what they say is not looked at.

    Args:
        token: JWS compact form.
        key_set_json: JWK Set.
        types: what ``typ`` of the header may be.

    Raises:
        AssertionRejectedError: the token is of another type, of an unknown key, changed, or no token.
    """
    try:
        keys = KeySet.import_key_set(json.loads(key_set_json))
        decoded = jwt.decode(token, keys, registry=_Algorithms())
    except JoseError as error:
        raise _rejected(error) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):  # of the library, at malformed ones
        raise AssertionRejectedError(Rejection.MALFORMED, "the assertion or the key set is malformed") from None
    # The library takes the only key of a set for a token that names none.
    if not isinstance(decoded.header.get("kid"), str):
        raise AssertionRejectedError(Rejection.KEY_UNKNOWN, "the assertion does not name its key")
    if decoded.header.get("typ") not in types:
        raise AssertionRejectedError(Rejection.TYPE_WRONG, "the token is not one of this service of the kind expected")
    return decoded.claims


def check_claims(claims: Mapping[str, Any], expected: Expected, required: Iterable[str]) -> None:
    """Check issuer, audience and time, and that nothing is missing.

    Raises:
        AssertionRejectedError: a claim does not fit.
    """
    options: dict[str, jwt.ClaimsOption] = {name: {"essential": True, "allow_blank": True} for name in required}
    options["iss"] = {"essential": True, "value": expected.issuer}
    if expected.audience is not None:
        options["aud"] = {"essential": True, "value": expected.audience}
    try:
        jwt.JWTClaimsRegistry(now=expected.time, leeway=expected.leeway, **options).validate(dict(claims))
    except JoseError as error:
        raise _rejected(error) from None


def require_accepted(claims: Mapping[str, Any], *, exceptions: bool) -> None:
    """Refuse a token that rests on the word of two officers, unless exceptions are accepted.

    Raises:
        AssertionRejectedError: it is one and they are not; or it does not say what it rests on.
    """
    excepted = "exception" in claims
    if excepted != (claims["acr"] == NO_BIOMETRIC):
        raise AssertionRejectedError(Rejection.CLAIM_INVALID, "acr contradicts what the token rests on")
    if excepted and not exceptions:
        raise AssertionRejectedError(
            Rejection.EXCEPTION_NOT_ACCEPTED, "no finger was compared: two officers vouch, which is not accepted here"
        )


def _rejected(error: JoseError) -> AssertionRejectedError:
    reason = _BY_ERROR.get(type(error), Rejection.MALFORMED)
    if isinstance(error, ClaimError) and reason is Rejection.MALFORMED:
        reason = _BY_CLAIM.get(error.claim, Rejection.CLAIM_INVALID)
        if error.claim in {"nbf", "iat"} and "NumericDate" not in str(error):
            reason = Rejection.NOT_YET_VALID
    return AssertionRejectedError(reason, f"the assertion is not valid: {error.description or error.error}")


class _Algorithms(JWSRegistry):
    """Knows the allowed algorithms, and does not warn that RFC 9864 has a newer name for EdDSA."""

    def get_alg(self, name: str) -> JWSAlgModel:
        """Return an allowed algorithm."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError("its algorithm is not allowed")
        return self.algorithms[name]
