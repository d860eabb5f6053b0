"""Clients that are known by keys: what they sign, and with what."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from idverify.domain.model import ClientKey

AnyKey = ECKey | OKPKey | RSAKey | OctKey
BY_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class AnyAlgorithm(JWSRegistry):
    """Signs by whatever the header says, as an attacker would."""

    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]

    def check_header(self, header: Any) -> None:
        pass


@dataclass
class KeyHolder:
    """A client with a key."""

    name: str = "portal"
    key: AnyKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    algorithm: str = "ES256"

    @property
    def key_id(self) -> str:
        return self.key.thumbprint()

    @property
    def jwk(self) -> str:
        """The public key."""
        return json.dumps(dict(self.key.as_dict(private=False)))

    @property
    def pem(self) -> bytes:
        """The public key."""
        assert not isinstance(self.key, OctKey)
        return self.key.as_pem(private=False)

    def entry(self, until: datetime, since: datetime | None = None) -> ClientKey:
        """The key as it is stated when it is registered."""
        return ClientKey("", self.jwk, "", until, since)

    def assertion(
        self, now: datetime, header: dict[str, Any] | None = None, key: AnyKey | None = None, **claims: Any
    ) -> str:
        """An assertion; what is given as None is left out."""
        said = {
            "iss": self.name,
            "sub": self.name,
            "aud": "xac-minh.example",
            "exp": int((now + timedelta(seconds=120)).timestamp()),
            "iat": int(now.timestamp()),
            "jti": str(uuid.uuid4()),
        } | claims
        head = {"alg": self.algorithm, "kid": self.key_id} | (header or {})
        kept = {name: value for name, value in said.items() if value is not None}
        registry = AnyAlgorithm(strict_check_header=False)
        return jwt.encode({n: v for n, v in head.items() if v is not None}, kept, key or self.key, registry=registry)


def asked_for(assertion: str) -> dict[str, str]:
    """The form that asks for an access token."""
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": BY_ASSERTION,
        "client_assertion": assertion,
    }
