"""Signing assertions: JWT in JWS compact form (RFC 7515, RFC 7519, RFC 8725), and changing keys without an outage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwa import EdDSAAlgorithm
from joserfc.jws import JWSRegistry

from idverify.ports import Clock
from idverify.trust.disclosures import concealed
from idverify.trust.homes.home import FILES, KeyHome
from idverify.trust.malformed import MALFORMED
from idverify.trust.sealing import MasterKeys
from idverify.trust.secret_file import Stamp, stamp_of
from idverify.trust.signing_keys import ALGORITHM, KeyRing, load_or_create_ring, load_ring, public_jwk, rotate_ring

ASSERTION_TYPE = "idverify-assertion+jwt"
"""Header ``typ``: no other JWT of the same issuer can pass for an assertion (RFC 8725 section 3.11)."""

SD_JWT_TYPE = "dc+sd-jwt"
"""``typ`` of an SD-JWT VC; which one it is says its claim ``vct``."""

ACCESS_TOKEN_TYPE = "at+jwt"  # noqa: S105 - a name
"""``typ`` of an access token (RFC 9068 section 2.1)."""

ID_TOKEN_TYPE = "JWT"  # noqa: S105 - a name
"""``typ`` of an ID token, as every library for OpenID Connect takes it."""

STATUS_LIST_TYPE = "statuslist+jwt"
"""``typ`` of a Status List Token."""


def open_signer(path: Path, keys: MasterKeys, issuer: str, clock: Clock, home: KeyHome = FILES) -> JwsSigner:
    """Return a signer with the keys of a file, which is made on first start.

    Raises:
        DomainError: KEYS_UNAVAILABLE.
        StoredDataError: the file is readable by others, was changed, or belongs to another root secret.
        OSError: the file cannot be read or made.
    """
    load_or_create_ring(path, keys, home)
    return JwsSigner(path, keys, issuer, clock, home)


def rotate_signing_key(
    path: Path, keys: MasterKeys, now: datetime, home: KeyHome = FILES, *, withdraw: bool = False
) -> str:
    """Make the next key the active one and return its id; running servers sign with it from their next assertion on.

    Leave as much time between two rotations as verifiers may cache the key set, so that they know the key by then. With
    ``withdraw`` all keys are new, and what others signed is refused by whoever fetches the key set.

    Raises:
        DomainError: KEYS_UNAVAILABLE.
        StoredDataError: the file is readable by others, was changed, or belongs to another root secret.
        OSError: there is no such file, or it cannot be replaced.
    """
    return str(rotate_ring(path, keys, now, home, withdraw=withdraw).active.kid)


class JwsSigner:
    """Implements the port ``Signer``; thread-safe. Notices by itself that the keys were rotated.

    If the file disappears or is damaged while the service runs, signing fails: better no assertion than one with a
    key that the operator may have withdrawn.
    """

    def __init__(self, path: Path, keys: MasterKeys, issuer: str, clock: Clock, home: KeyHome = FILES) -> None:
        self._path = path
        self._keys = keys
        self._home = home
        self._issuer = issuer
        self._clock = clock
        self._registry = _Registry()
        self._lock = Lock()
        self._loaded: tuple[Stamp, KeyRing] | None = None
        self._ring()

    @property
    def issuer(self) -> str:
        """Value of the claim ``iss``."""
        return self._issuer

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Sign claims as a JWT in JWS compact form.

        Raises:
            DomainError: KEYS_UNAVAILABLE.
            StoredDataError, OSError: the file of keys cannot be used any more.
        """
        return self._sign(claims, ASSERTION_TYPE)

    def sign_sd_jwt(self, claims: Mapping[str, Any]) -> str:
        """Sign claims as an SD-JWT with all its disclosures, bound to no key of a holder.

        Raises:
            DomainError: KEYS_UNAVAILABLE.
            StoredDataError, OSError: the file of keys cannot be used any more.
        """
        payload, disclosures = concealed(claims)
        return "~".join([self._sign(payload, SD_JWT_TYPE), *disclosures, ""])

    def sign_status_list(self, claims: Mapping[str, Any]) -> str:
        """Sign the claims of a Status List Token.

        Raises:
            DomainError: KEYS_UNAVAILABLE.
            StoredDataError, OSError: the file of keys cannot be used any more.
        """
        return self._sign(claims, STATUS_LIST_TYPE)

    def sign_access_token(self, claims: Mapping[str, Any]) -> str:
        """Sign the claims of an access token (RFC 9068).

        Raises:
            DomainError: KEYS_UNAVAILABLE.
            StoredDataError, OSError: the file of keys cannot be used any more.
        """
        return self._sign(claims, ACCESS_TOKEN_TYPE)

    def sign_id_token(self, claims: Mapping[str, Any]) -> str:
        """Sign the claims of an ID token (OpenID Connect Core 1.0 section 2).

        Raises:
            DomainError: KEYS_UNAVAILABLE.
            StoredDataError, OSError: the file of keys cannot be used any more.
        """
        return self._sign(claims, ID_TOKEN_TYPE)

    def own(self, assertion: str) -> dict[str, Any] | None:
        """Return the claims of an assertion that a published key of this service signed; None for anything else.

        Raises:
            StoredDataError, OSError: the file of keys cannot be used any more.
        """
        return self._own(assertion, ASSERTION_TYPE)

    def own_access_token(self, token: str) -> dict[str, Any] | None:
        """Return the claims of an access token that a published key of this service signed; None for anything else.

        Raises:
            StoredDataError, OSError: the file of keys cannot be used any more.
        """
        return self._own(token, ACCESS_TOKEN_TYPE)

    def _own(self, token: str, kind: str) -> dict[str, Any] | None:
        keys = {key.kid: key for key in self._ring().published(self._clock.now())}
        try:
            kid = jws.extract_compact(token.encode()).headers().get("kid")
            if kid not in keys:
                return None
            decoded = jwt.decode(token, keys[kid], registry=self._registry)
        except MALFORMED:
            return None
        return decoded.claims if decoded.header.get("typ") == kind else None

    def _sign(self, claims: Mapping[str, Any], kind: str) -> str:
        key = self._ring().active
        header = {"alg": ALGORITHM, "kid": key.kid, "typ": kind}
        return jwt.encode(header, dict(claims), key, registry=self._registry)

    def key_set(self) -> tuple[str, str]:
        """Return the public JWK Set (RFC 7517) as JSON, and the id of the key that signs now.

        Raises:
            StoredDataError, OSError: the file of keys cannot be used any more.
        """
        ring = self._ring()
        published = [public_jwk(key) for key in ring.published(self._clock.now())]
        return json.dumps({"keys": published}), str(ring.active.kid)

    def key_ids(self) -> tuple[str, str]:
        """Return the ids of the key that signs now and of the next one.

        Raises:
            StoredDataError, OSError: the file of keys cannot be used any more.
        """
        return self._ring().key_ids

    def _ring(self) -> KeyRing:
        """Return the keys, read again if the file is another one than last time."""
        with self._lock:
            # Before reading: if the file is replaced in between, the next call reads it once more.
            stamp = stamp_of(self._path)
            if self._loaded is None or self._loaded[0] != stamp:
                self._loaded = stamp, load_ring(self._path, self._keys, self._home)
            return self._loaded[1]


class _Registry(JWSRegistry):
    """Knows one algorithm, and does not warn that RFC 9864 has another name for it; see ``ALGORITHM``."""

    def get_alg(self, name: str) -> EdDSAAlgorithm:
        """Return the algorithm."""
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError(f"only {ALGORITHM} is used")
        return EdDSAAlgorithm()
