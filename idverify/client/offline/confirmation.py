"""Check what a dossier keeps: a confirmation, and with the status list that it was not revoked."""

from __future__ import annotations

import base64
import zlib
from typing import Any

from idverify.client.offline.disclosures import shown, split
from idverify.client.offline.rejection import AssertionRejectedError, Rejection
from idverify.client.offline.tokens import Expected, check_claims, open_token, require_accepted

CONFIRMATION_VCT = "urn:idverify:vct:confirmation"
"""``vct`` of a confirmation."""

STATUS_LIST_TYPE = "statuslist+jwt"
"""``typ`` of a Status List Token."""

MOST_DAYS = 90
"""From ``iat`` to ``exp`` that a confirmation may claim."""

_LARGEST_LIST = 1 << 20
_REQUIRED = ("sub", "jti", "iat", "nbf", "exp", "amr", "acr", "assertion", "vn_dossier", "status")


# These parameters are what a verifier may know beforehand; three are needed.
def verify_confirmation(
    sd_jwt: str,
    key_set_json: str,
    status_list_jwt: str,
    *,
    issuer: str,
    dossier: str | None = None,
    audience: str | None = None,
    now: float | None = None,
    leeway: int = 30,
    exceptions: bool = False,
) -> dict[str, Any]:
    """Return the claims that a confirmation shows, which is genuine, valid now, and not revoked.

    Args:
        sd_jwt: with some or all of its disclosures.
        key_set_json: JWK Set, from ``AssertionService.GetKeySet`` or a trusted copy of it.
        status_list_jwt: the list that it names (:func:`status_list_uri`), not older than a day.
        issuer: the ``iss`` that is expected.
        dossier: the one it must be of; None: whichever.
        audience: the agency that had it issued; None: whichever, for those who get the dossier from it.
        now: seconds since 1970; None: the clock.
        leeway: seconds by which the clocks may differ.
        exceptions: one that rests on the word of two officers is accepted.

    Raises:
        AssertionRejectedError: in every other case; its ``reason`` says which.
    """
    expected = Expected(issuer, audience, now, leeway)
    token, disclosures = split(sd_jwt)
    signed = open_token(token, key_set_json, ("dc+sd-jwt",))
    if signed.get("vct") != CONFIRMATION_VCT:
        raise AssertionRejectedError(Rejection.TYPE_WRONG, "the SD-JWT is not a confirmation")
    check_claims(signed, expected, _REQUIRED)
    require_accepted(signed, exceptions=exceptions)
    if signed["exp"] - signed["iat"] > MOST_DAYS * 86_400:
        raise AssertionRejectedError(
            Rejection.LIFETIME_TOO_LONG, f"the confirmation claims to be valid for more than {MOST_DAYS} days"
        )
    if dossier is not None and signed["vn_dossier"] != dossier:
        raise AssertionRejectedError(Rejection.AUDIENCE_WRONG, "the confirmation is of another dossier")
    claims = shown(signed, disclosures)
    _require_valid(_place(signed), key_set_json, status_list_jwt, expected)
    return claims


def status_list_uri(sd_jwt: str, key_set_json: str) -> str:
    """Return what names the status list of a confirmation; its last part is the number that ``GetStatusList`` takes.

    Raises:
        AssertionRejectedError: it is no confirmation.
    """
    return _place(open_token(split(sd_jwt)[0], key_set_json, ("dc+sd-jwt",)))[0]


def _place(signed: dict[str, Any]) -> tuple[str, int]:
    match signed.get("status"):
        case {"status_list": {"uri": str() as uri, "idx": int() as bit}} if bit >= 0:
            return uri, bit
        case _:
            raise AssertionRejectedError(Rejection.CLAIM_INVALID, "the confirmation names no status list")


def _require_valid(place: tuple[str, int], key_set_json: str, status_list_jwt: str, expected: Expected) -> None:
    uri, bit = place
    try:
        claims = open_token(status_list_jwt, key_set_json, (STATUS_LIST_TYPE,))
        check_claims(claims, Expected(expected.issuer, None, expected.now, expected.leeway), ("sub", "iat", "exp"))
    except AssertionRejectedError as error:
        raise _unknown(f"the status list cannot be relied on ({error.reason}): {error}") from None
    if claims["sub"] != uri:
        raise _unknown("the status list is another one than the confirmation names")
    content = _unpacked(claims.get("status_list"))
    if bit >> 3 >= len(content):
        raise _unknown("the status list ends before the confirmation's place")
    if content[bit >> 3] >> (bit & 7) & 1:
        raise AssertionRejectedError(Rejection.REVOKED, "the confirmation was revoked")


def _unpacked(status_list: object) -> bytes:
    match status_list:
        case {"bits": 1, "lst": str() as text}:
            try:
                packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
                return zlib.decompressobj().decompress(packed, _LARGEST_LIST)
            except (ValueError, zlib.error):
                raise _unknown("the status list does not unpack") from None
        case _:
            raise _unknown("the status list has another form than one bit each")


def _unknown(message: str) -> AssertionRejectedError:
    return AssertionRejectedError(Rejection.STATUS_UNKNOWN, message)
