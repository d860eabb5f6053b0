"""Check an assertion without the service: with its key set, after RFC 8725. Whatever is not certain is refused."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from idverify.client.offline.confirmation import status_list_uri, verify_confirmation
from idverify.client.offline.disclosures import present, shown, split
from idverify.client.offline.rejection import AssertionRejectedError, Rejection
from idverify.client.offline.replays import MemoryReplayCache, ReplayCache
from idverify.client.offline.request_digest import request_sha256
from idverify.client.offline.tokens import Expected, check_claims, open_token, require_accepted
from idverify.v1.types_pb2 import Record

__all__ = [
    "AssertionRejectedError",
    "MemoryReplayCache",
    "Rejection",
    "ReplayCache",
    "check_record",
    "present",
    "request_sha256",
    "status_list_uri",
    "verify_assertion",
    "verify_confirmation",
]

ASSERTION_TYPE = "idverify-assertion+jwt"
"""``typ`` of the header: no other kind of token can pass for an assertion."""

SD_JWT_TYPE = "dc+sd-jwt"
"""``typ`` of an SD-JWT VC; which one it is says ``vct``."""

ASSERTION_VCT = "urn:idverify:vct:assertion"
"""``vct`` of an assertion as an SD-JWT."""

MOST_LIFETIME = 300
"""Seconds from ``iat`` to ``exp`` that an assertion may claim."""

_REQUIRED = ("sub", "jti", "iat", "nbf", "exp", "txn", "amr", "acr", "missing")


# These parameters are what a verifier may know beforehand; two are needed.
def verify_assertion(
    token: str,
    key_set_json: str,
    *,
    issuer: str,
    audience: str,
    nonce: str | None = None,
    seen: ReplayCache | None = None,
    now: float | None = None,
    leeway: int = 30,
    exceptions: bool = False,
) -> dict[str, Any]:
    """Return the claims of an assertion that is genuine, meant for this audience, and valid now.

    Args:
        token: JWT in JWS compact form, or SD-JWT; of that, the claims that its disclosures show.
        key_set_json: JWK Set, from ``AssertionService.GetKeySet`` or a trusted copy of it.
        issuer: the ``iss`` that is expected.
        audience: the agency, or the client's name where no agency was named in the request.
        nonce: the one that was given for the request; None: whatever it is.
        seen: remembers what was used; None: it may be used again.
        now: seconds since 1970; None: the clock.
        leeway: seconds by which the clocks may differ.
        exceptions: one without a biometric characteristic, for which two officers vouch, is accepted; its claim
            ``exception`` says why.

    Raises:
        AssertionRejectedError: in every other case; its ``reason`` says which.
    """
    expected = Expected(issuer, audience, now, leeway)
    claims = _open_sd_jwt(token, key_set_json, expected) if "~" in token else _open_jwt(token, key_set_json, expected)
    require_accepted(claims, exceptions=exceptions)
    if claims["exp"] - claims["iat"] > MOST_LIFETIME:
        raise AssertionRejectedError(
            Rejection.LIFETIME_TOO_LONG, f"the assertion claims to be valid for more than {MOST_LIFETIME} s"
        )
    if nonce is not None and claims.get("nonce") != nonce:
        raise AssertionRejectedError(Rejection.NONCE_WRONG, "the assertion was made for another request: its nonce")
    if seen is not None and not seen.first_use(claims["jti"], claims["exp"] + leeway):
        raise AssertionRejectedError(Rejection.REPLAYED, "the assertion was used before")
    return claims


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
    raise AssertionRejectedError(Rejection.RECORD_NOT_VOUCHED_FOR, "the assertion does not vouch for this record")


def _open_jwt(token: str, key_set_json: str, expected: Expected) -> dict[str, Any]:
    claims = open_token(token, key_set_json, (ASSERTION_TYPE,))
    ground = "exception" if "exception" in claims else "bio"
    check_claims(claims, expected, (*_REQUIRED, ground, "records"))
    return claims


def _open_sd_jwt(sd_jwt: str, key_set_json: str, expected: Expected) -> dict[str, Any]:
    token, disclosures = split(sd_jwt)
    signed = open_token(token, key_set_json, (SD_JWT_TYPE,))
    if signed.get("vct") != ASSERTION_VCT:
        raise AssertionRejectedError(Rejection.TYPE_WRONG, "the SD-JWT is not an assertion")
    check_claims(signed, expected, _REQUIRED)
    return shown(signed, disclosures)
