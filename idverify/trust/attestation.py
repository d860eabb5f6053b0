"""What a device signs of a capture, or of a reading of a chip: a JWT (RFC 7519) in JWS compact form, ES256.

It is typed (RFC 8725 section 3.11). Header: ``alg`` ES256, ``typ`` by :class:`SignedKind`, ``kid`` the device's id.
Claims: ``nonce`` it was asked for with, ``sha256`` hexadecimal digest of the sample's bytes, or of the chip's security
object, ``iat`` time of capture, and ``pad``, if the device detects presentation attacks:
``{"decision": "BONA_FIDE" | "ATTACK" | "UNDECIDED", "method": text}``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from joserfc import jws, jwt
from joserfc.jwk import ECKey

from idverify.domain.model import Attestation, PadDecision, PadSaid, SignedKind
from idverify.trust.malformed import MALFORMED

_CURVE = "P-256"
_LONGEST_METHOD = 64


class JwsAttestations:
    """Implements the port ``Attestations``."""

    def device_of(self, token: str) -> str:
        """Return the device that a token names; nothing is checked. Raises ValueError if it names none."""
        try:
            kid = jws.extract_compact(token.encode()).headers().get("kid")
        except MALFORMED:
            raise ValueError("no JWS in compact form") from None
        if not isinstance(kid, str) or not kid:
            raise ValueError("no kid")
        return kid

    def read(self, token: str, public_key: str, kind: SignedKind) -> Attestation:
        """Return what a device states. Raises ValueError if this key did not sign it so, or the form is another."""
        try:
            decoded = jwt.decode(token, ECKey.import_key(json.loads(public_key)), algorithms=["ES256"])
        except RecursionError:  # of the payload, which is read once its signature was found good
            raise ValueError("claims") from None
        except MALFORMED:
            raise ValueError("signature") from None
        if decoded.header.get("typ") != kind.value:
            raise ValueError("typ")
        claims = decoded.claims
        try:
            captured = datetime.fromtimestamp(_number(claims["iat"]), UTC)
            return Attestation(_text(claims["nonce"]), _text(claims["sha256"]), captured, _pad(claims.get("pad")))
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            raise ValueError("claims") from None

    def check_key(self, public_key: str) -> str:
        """Return a public key as it is kept. Raises ValueError if it is none that a device may have."""
        try:
            key = ECKey.import_key(json.loads(public_key))
        except MALFORMED:
            raise ValueError("not a JWK") from None
        if key.curve_name != _CURVE or key.is_private:
            raise ValueError(f"not a public key on {_CURVE}")
        return json.dumps(key.as_dict(private=False), sort_keys=True)


def _pad(said: Any) -> PadSaid | None:
    if said is None:
        return None
    return PadSaid(PadDecision(_text(said["decision"])), _text(said["method"])[:_LONGEST_METHOD])


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise TypeError("not a text")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a number")
    return value
