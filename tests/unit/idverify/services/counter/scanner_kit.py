"""A scanner that signs what it captures."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from idverify.domain.model import Sample, SignedKind
from idverify.services.registry.devices import DevicesService
from idverify.trust.attestation import JwsAttestations
from tests.service_kit import World, encode
from tests.unit.idverify.services.counter.counter_kit import Counter

KEY = ECKey.generate_key("P-256")


def service(world: World) -> DevicesService:
    return DevicesService(world.store, JwsAttestations(), world.clock)


def register(world: World, device_id: str, agency: str = "", key: ECKey = KEY) -> None:
    public = json.dumps(key.as_dict(private=False))
    service(world).register(world.call("RegisterDevice"), device_id, "model", public, agency, encode)


def signed(counter: Counter, print_: Sample, key: ECKey = KEY, kid: str = "scanner-1", **other: Any) -> Sample:
    """The print with a signature for the counter's transaction; ``other``: claims that say something else."""
    claims = {
        "nonce": counter.shown.nonce,
        "sha256": hashlib.sha256(print_.content.data).hexdigest(),
        "iat": int(counter.world.clock.now().timestamp()),
        **other,
    }
    return replace(
        print_, attestation=jwt.encode({"alg": "ES256", "typ": SignedKind.CAPTURE.value, "kid": kid}, claims, key)
    )
