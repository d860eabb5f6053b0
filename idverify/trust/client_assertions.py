"""What a client signs to say who it is: a JWT (RFC 7523 section 3) in JWS compact form, by a key of the registry.

Each kind of key is for one algorithm: EC P-256 for ES256, Ed25519 for EdDSA, RSA for PS256. So no header chooses how
its signature is looked at, and a public key never serves as a secret (RFC 8725 sections 2.1 and 3.1).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from joserfc import jws
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from idverify.trust.malformed import MALFORMED
from idverify.trust.strict_json import StrictJsonError, parse_strict

MOST_BYTES = 8 << 10
"""Of an assertion."""

ALGORITHMS = ("ES256", "EdDSA", "PS256")
_TYPES = frozenset({None, "jwt", "client-authentication+jwt"})
_KINDS: Final[Mapping[str, tuple[type[ECKey | OKPKey | RSAKey], str]]] = {
    "EC": (ECKey, "ES256"),
    "OKP": (OKPKey, "EdDSA"),
    "RSA": (RSAKey, "PS256"),
}
_PARTS = ("kty", "crv", "x", "y", "n", "e", "kid")
_LONGEST_KEY_ID = 128
_RSA_BITS = range(2048, 4097)
_RSA_CHARACTERS = 342
"""Of ``n`` in base64url, 256 bytes at least: the library would only warn of a shorter one."""


class WeakKeyError(ValueError):
    """A key of a size that can be broken."""


class JwsClientAssertions:
    """Implements the port ``ClientAssertions``."""

    def named(self, token: str) -> tuple[str, str]:
        """Return the client and the key that a token names; nothing is checked. Raises ValueError if it names none."""
        if len(token) > MOST_BYTES:
            raise ValueError("too long")
        try:
            found = jws.extract_compact(token.encode())
            claims, kid = parse_strict(found.payload), found.headers().get("kid")
        except MALFORMED:
            raise ValueError("no JWT in JWS compact form") from None
        client = claims.get("iss") if isinstance(claims, dict) else None
        if not isinstance(client, str) or not isinstance(kid, str):
            raise ValueError("no iss, or no kid")  # noqa: TRY004 - the port's word for it
        return client, kid

    def read(self, token: str, jwk: str) -> dict[str, Any]:
        """Return the claims. Raises ValueError if this key did not sign them, by the one algorithm that it is for."""
        content = json.loads(jwk)
        kind, algorithm = _KINDS[content["kty"]]
        try:
            signed = jws.deserialize_compact(token, kind.import_key(content), registry=_One(algorithm))
            header = signed.headers()
            claims = parse_strict(signed.payload)
        except MALFORMED:
            raise ValueError("signature") from None
        stated = header.get("typ")
        if "crit" in header or (stated.lower() if isinstance(stated, str) else stated) not in _TYPES:
            raise ValueError("header")
        if not isinstance(claims, dict):
            raise ValueError("claims")  # noqa: TRY004 - the port's word for it
        return claims

    def check_key(self, jwk: str) -> tuple[str, str, str]:
        """Return a public key as it is kept, by which id it is named, and its SHA-256.

        Raises ValueError if it is none that a client may have.
        """
        return check_key(jwk)


def check_key(jwk: str) -> tuple[str, str, str]:
    """As :meth:`JwsClientAssertions.check_key`."""
    try:
        content = parse_strict(jwk)
        kind = _KINDS[content["kty"]][0]
        if kind is RSAKey and len(content["n"]) < _RSA_CHARACTERS:
            raise _too_short()
        key = kind.import_key(content)
    except WeakKeyError:
        raise
    except (*MALFORMED, StrictJsonError):
        raise ValueError("not a JWK of an EC, Ed25519 or RSA key") from None
    if key.is_private:
        raise ValueError("a private key: register the public one, and keep this to the client")
    _require_strong(key)
    key_id = content.get("kid") or key.thumbprint()
    if not isinstance(key_id, str) or not key_id.isprintable() or len(key_id) > _LONGEST_KEY_ID:
        raise ValueError(f"kid must be a text of at most {_LONGEST_KEY_ID} characters")
    kept = {name: value for name, value in key.as_dict(private=False).items() if name in _PARTS} | {"kid": key_id}
    return json.dumps(kept, sort_keys=True), key_id, _sha256(key.public_key)


def jwk_of_pem(pem: str) -> str:
    """Return a public key in PEM as a JWK. Raises ValueError if it is none of an EC, Ed25519 or RSA key."""
    try:
        public = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("no public key in PEM") from None
    if isinstance(public, RSAPublicKey) and public.key_size not in _RSA_BITS:
        raise _too_short()
    for kind, _ in _KINDS.values():
        try:
            return json.dumps(kind.import_key(pem).as_dict(private=False))
        except MALFORMED:
            continue
    raise ValueError(f"a key of another kind: {type(public).__name__}")


def _require_strong(key: ECKey | OKPKey | RSAKey) -> None:
    if isinstance(key, ECKey) and key.curve_name != "P-256":
        raise ValueError("an EC key must be on P-256")
    if isinstance(key, OKPKey) and key.curve_name != "Ed25519":
        raise ValueError("an OKP key must be on Ed25519")
    if isinstance(key, RSAKey) and key.public_key.key_size not in _RSA_BITS:
        raise _too_short()


def _too_short() -> WeakKeyError:
    return WeakKeyError(f"an RSA key must have {_RSA_BITS.start} to {_RSA_BITS.stop - 1} bits")


def _sha256(key: PublicKeyTypes) -> str:
    digest = Hash(SHA256())
    digest.update(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return digest.finalize().hex()


class _One(JWSRegistry):
    """Knows one algorithm, and does not warn that RFC 9864 has a newer name for EdDSA."""

    def __init__(self, algorithm: str) -> None:
        super().__init__()
        self._only = algorithm

    def get_alg(self, name: str) -> JWSAlgModel:
        """Return the algorithm."""
        if {"Ed25519": "EdDSA"}.get(name, name) != self._only:
            raise UnsupportedAlgorithmError("its algorithm is not that of the key")
        return self.algorithms[name]
