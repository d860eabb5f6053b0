"""The provider by whom officers sign in (OpenID Connect Core 1.0, authorization code with PKCE), as its client sees it.

What it says of itself and its keys are fetched, kept an hour, and fetched again where a token names a key that is not
among them. Everything is bounded in time and size; nothing of what it sends goes to logs.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey, KeySet, RSAKey

from idverify.access.officers.id_token import Expected, UnknownKeyError, read_id_token
from idverify.ports import Clock
from idverify.trust.bounded_http import (
    BoundedTransport,
    TooLongError,
    TooSlowError,
    bounded,
    bounded_client,
    no_cookies,
)
from idverify.trust.malformed import MALFORMED
from idverify.trust.strict_json import StrictJsonError, parse_strict

_SECONDS, _MOST_BYTES = 5.0, 256 << 10
_KEPT_SECONDS = 3600.0
_KEYS_AGAIN_SECONDS = 30.0
"""Between two fetches of keys: who sends tokens with made-up key ids has them fetched no faster."""
_ALGORITHMS: Mapping[type, str] = {ECKey: "ES256", RSAKey: "PS256"}


class ProviderError(Exception):
    """The provider cannot be asked now; says which step, and nothing of what came."""


class RefusedError(Exception):
    """The provider refuses, or what it says is not to be trusted; says which step."""


@dataclass(frozen=True, slots=True)
class ProviderAccess:
    """How a service is known to a provider.

    Attributes:
        issuer: as the provider names itself.
        client_id: of this service there.
        secret: a private key (``private_key_jwt``), a secret, or None: PKCE alone.
        redirect_uri: where it sends officers back to.
        scope: what is asked for.
        tls: for the connections to it.
    """

    issuer: str
    client_id: str
    secret: ECKey | RSAKey | str | None = field(repr=False)
    redirect_uri: str
    scope: str
    tls: ssl.SSLContext = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What was given for an officer; ``until``: monotonic, when the access token ends."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    id_token: str = field(repr=False)
    until: float


@dataclass(frozen=True, slots=True)
class Granted:
    """Who signed in: the claims of the ID token and of the user info, and the tokens."""

    claims: Mapping[str, Any] = field(repr=False)
    tokens: Tokens


class Provider:
    """Asks a provider; any thread.

    Args:
        access: how this service is known there.
        clock: the time, for what tokens say.
        monotonic: seconds, for what is kept.
    """

    def __init__(self, access: ProviderAccess, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._access = access
        self._clock = clock
        self._monotonic = monotonic
        self._lock = Lock()
        self._facts: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    @property
    def issuer(self) -> str:
        """As it names itself."""
        return self._access.issuer

    def names_itself(self) -> bool:
        """Tell whether it says with each answer that it is it (RFC 9207)."""
        return self._known().get("authorization_response_iss_parameter_supported") is True

    def sign_in_url(self, state: str, nonce: str, verifier: str) -> str:
        """Return where an officer signs in, anew each time: machines at counters are shared.

        Raises:
            ProviderError: it cannot be asked.
        """
        endpoint = self._endpoint("authorization_endpoint")
        with self._client() as client:
            url, _ = client.create_authorization_url(
                endpoint, state=state, nonce=nonce, code_verifier=verifier, prompt="login", max_age=0
            )
        return str(url)

    def sign_out_url(self, id_token: str, back: str) -> str:
        """Return where an officer is signed out (RP-Initiated Logout 1.0); empty if the provider has no such place."""
        if "end_session_endpoint" not in self._known():
            return ""
        said = {"id_token_hint": id_token, "client_id": self._access.client_id, "post_logout_redirect_uri": back}
        return f"{self._endpoint('end_session_endpoint')}?{urlencode(said)}"

    def exchange(self, code: str, verifier: str, nonce: str, begun: int) -> Granted:
        """Return who signed in, for a code; ``begun``: when they were sent to do so, in seconds since 1970.

        Raises:
            ProviderError: it cannot be asked.
            RefusedError: it refuses, or its answer does not fit this client and this nonce.
        """
        given = self._asked_for_tokens(grant_type="authorization_code", code=code, code_verifier=verifier)
        tokens = self._tokens(given, None)
        expected = Expected(self._access.issuer, self._access.client_id, nonce, tokens.access, begun)
        claims = self._read(tokens.id_token, expected)
        return Granted(claims | self._user_info(tokens, claims["sub"]), tokens)

    def again(self, before: Tokens, subject: str) -> Granted:
        """Return what the provider says of an officer by now.

        Raises:
            ProviderError: it cannot be asked.
            RefusedError: it says no more of them.
        """
        tokens, said = before, {}
        if before.refresh and self._monotonic() >= before.until - _SECONDS:
            given = self._asked_for_tokens(grant_type="refresh_token", refresh_token=before.refresh)
            tokens = self._tokens(given, before)
            if given.get("id_token"):
                said = self._read(tokens.id_token, Expected(self._access.issuer, self._access.client_id, None, None))
                if said["sub"] != subject:
                    raise RefusedError("another officer")
        return Granted(said | self._user_info(tokens, subject), tokens)

    def _tokens(self, given: Mapping[str, Any], before: Tokens | None) -> Tokens:
        access, id_token = given.get("access_token"), given.get("id_token") or (before.id_token if before else None)
        refresh = given.get("refresh_token") or (before.refresh if before else "")
        if not all(isinstance(each, str) for each in (access, id_token, refresh)):
            raise RefusedError("tokens")
        seconds = given.get("expires_in")
        lives = float(seconds) if isinstance(seconds, int | float) and seconds > 0 else _KEPT_SECONDS
        return Tokens(str(access), str(refresh), str(id_token), self._monotonic() + lives)

    def _read(self, id_token: str, expected: Expected) -> dict[str, Any]:
        now = int(self._clock.now().timestamp())
        try:
            try:
                return read_id_token(id_token, self._key_set(again=False), expected, now)
            except UnknownKeyError:
                return read_id_token(id_token, self._key_set(again=True), expected, now)
        except ValueError as error:
            raise RefusedError(f"ID token: {error}") from None

    def _user_info(self, tokens: Tokens, subject: str) -> dict[str, Any]:
        if "userinfo_endpoint" not in self._known():
            return {}
        header = {"authorization": f"Bearer {tokens.access}"}
        said = self._fetched(self._endpoint("userinfo_endpoint"), "user info", header)
        if said.get("sub") != subject:  # OpenID Connect Core 5.3.2
            raise RefusedError("user info of another officer")
        return said

    def _asked_for_tokens(self, **form: str) -> Mapping[str, Any]:
        endpoint = self._endpoint("token_endpoint")
        with self._asking("tokens"), self._client() as client, bounded(_SECONDS, _MOST_BYTES) as left:
            secret = self._access.secret
            if secret is not None and not isinstance(secret, str):
                header = {"kid": secret.thumbprint()}
                client.register_client_auth_method(
                    PrivateKeyJWT(endpoint, headers=header, alg=_ALGORITHMS[type(secret)])
                )
            if form["grant_type"] == "refresh_token":
                given = client.refresh_token(endpoint, form["refresh_token"], timeout=left())
            else:
                given = client.fetch_token(endpoint, timeout=left(), **form)
        return dict(given)

    def _client(self) -> OAuth2Client:
        secret = self._access.secret
        method = "none" if secret is None else "client_secret_basic" if isinstance(secret, str) else "private_key_jwt"
        return OAuth2Client(
            self._access.client_id,
            secret,
            token_endpoint_auth_method=method,
            redirect_uri=self._access.redirect_uri,
            scope=self._access.scope,
            code_challenge_method="S256",
            transport=BoundedTransport(self._access.tls),
            trust_env=False,
            cookies=no_cookies(),
        )

    def _key_set(self, *, again: bool) -> KeySet:
        with self._lock:
            known, now = self._keys, self._monotonic()
            if known is not None and now - known[0] < (_KEYS_AGAIN_SECONDS if again else _KEPT_SECONDS):
                return known[1]
        content = self._fetched(self._endpoint("jwks_uri"), "keys")
        try:
            found = KeySet.import_key_set(content)  # type: ignore[arg-type]
        except MALFORMED:
            raise RefusedError("keys") from None
        with self._lock:
            self._keys = now, found
        return found

    def _known(self) -> Mapping[str, Any]:
        with self._lock:
            known, now = self._facts, self._monotonic()
            if known is not None and now - known[0] < _KEPT_SECONDS:
                return known[1]
        facts = self._fetched(f"{self._access.issuer.rstrip('/')}/.well-known/openid-configuration", "discovery")
        if facts.get("issuer") != self._access.issuer:
            raise RefusedError("discovery: another issuer")
        with self._lock:
            self._facts = now, facts
        return facts

    def _endpoint(self, name: str) -> str:
        at = self._known().get(name)
        if not isinstance(at, str) or not is_protected(at):
            raise RefusedError(f"discovery: {name}")
        return at

    def _fetched(self, url: str, step: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        with (
            self._asking(step),
            bounded_client(self._access.tls) as client,
            bounded(_SECONDS, _MOST_BYTES) as left,
        ):
            response = client.get(url, headers={"accept": "application/json", **(headers or {})}, timeout=left())
        if response.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR:
            raise ProviderError(step)
        if response.status_code != httpx2.codes.OK:
            raise RefusedError(f"{step}: HTTP {response.status_code}")
        try:
            content = parse_strict(response.content)
        except StrictJsonError:
            raise RefusedError(f"{step}: no JSON") from None
        if not isinstance(content, dict):
            raise RefusedError(f"{step}: no JSON object")
        return content

    @contextmanager
    def _asking(self, step: str) -> Iterator[None]:
        """Tell errors of libraries by what they mean."""
        try:
            yield
        except AuthlibBaseError as error:
            raise RefusedError(f"{step}: {_word(error.error)}") from None
        except (httpx2.HTTPError, TooSlowError, TooLongError, ssl.SSLError):
            raise ProviderError(step) from None
        except (TypeError, ValueError, KeyError, OverflowError, RecursionError):  # of the library, at what is no answer
            raise RefusedError(step) from None


def is_protected(url: str) -> bool:
    """Tell whether what is sent to an address is seen by nobody else: by TLS, or on this machine."""
    parts = urlsplit(url)
    local = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and local))


def private_key(pem_or_jwk: str) -> ECKey | RSAKey:
    """Read a private key. Raises ValueError if it is none of an EC key on P-256 or an RSA key."""
    content: Any = json.loads(pem_or_jwk) if pem_or_jwk.lstrip().startswith("{") else pem_or_jwk
    for kind in (ECKey, RSAKey):
        try:
            key: ECKey | RSAKey = kind.import_key(content)
        except MALFORMED:
            continue
        if key.is_private and (isinstance(key, RSAKey) or key.curve_name == "P-256"):
            return key
    raise ValueError("no private key in PEM or JWK, on P-256 or of RSA")


def _word(error: object) -> str:
    """Return a code of RFC 6749, and nothing else that was sent."""
    return error if isinstance(error, str) and error.replace("_", "").isalpha() and len(error) <= 64 else "error"
