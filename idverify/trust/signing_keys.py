"""The keys that sign assertions, and the file that holds them.

There are always two: the *active* one signs, the *next* one waits, published already, so that verifiers with a cached
key set know it when its turn comes. *Former* ones stay published until everything they signed has expired.

The file is JSON, ``{"version": 1, "sealed": B64}``. All of it is sealed, the public keys too: whoever can write the
file but does not know the root secret cannot slip in a key of their own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from idverify.domain.assertions.confirmation import LONGEST
from idverify.trust.sealed_file import SealedForm
from idverify.trust.sealing import MasterKeys, Purpose
from idverify.trust.secret_file import create_secret_file, replace_secret_file

ALGORITHM = "EdDSA"
"""Ed25519 under the name of RFC 8037. RFC 9864 prefers ``Ed25519``, which many JWT libraries do not know yet."""

PUBLISHED_AFTERWARDS = LONGEST + timedelta(hours=1)
"""How long a former key stays in the key set: the life of its last confirmation, and a margin for clocks."""

_CURVE: Final = "Ed25519"
_FORM = SealedForm("signing keys", Purpose.SIGNING_KEYS, ("signing_keys", "ring"))


@dataclass(frozen=True, slots=True)
class FormerKey:
    """A public key that signs no more, and until when it is published."""

    key: OKPKey
    until: datetime


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys of one issuer. Every key has ``kid`` (its RFC 7638 thumbprint), ``alg`` and ``use``."""

    active: OKPKey
    next: OKPKey
    former: tuple[FormerKey, ...] = ()

    def published(self, now: datetime) -> list[OKPKey]:
        """Return the keys that verifiers must know: active, next, and former ones that are still needed."""
        return [self.active, self.next, *(f.key for f in self.former if f.until > now)]

    @property
    def key_ids(self) -> tuple[str, str]:
        """Ids of the key that signs and of the next one."""
        return str(self.active.kid), str(self.next.kid)

    def continues(self, noted: Sequence[str]) -> bool:
        """Tell whether this is the ring that had the noted :attr:`key_ids`, then or some rotations later.

        Of rotations that nobody noted, all but the last may have been forgotten: then it cannot be told, and is denied.
        """
        if not noted:
            return True
        return self.active.kid in noted or noted[0] in {former.key.kid for former in self.former}

    def rotated(self, now: datetime) -> KeyRing:
        """Return the ring after the next key has become the active one."""
        left = tuple(f for f in self.former if f.until > now)
        return KeyRing(self.next, new_key(), (FormerKey(_public(self.active), now + PUBLISHED_AFTERWARDS), *left))


def new_key() -> OKPKey:
    """Make a key pair."""
    return _named(OKPKey.generate_key(_CURVE))


def public_jwk(key: OKPKey) -> dict[str, Any]:
    """Return the public part as a JWK (RFC 7517)."""
    return dict(key.as_dict(private=False))


def load_or_create_ring(path: Path, keys: MasterKeys) -> KeyRing:
    """Load the signing keys, making the file with new ones if there is none.

    Of several processes that start at once, all end up with the same file.

    Raises:
        StoredDataError: the file is readable by others, was changed, or belongs to another root secret.
        OSError: the file cannot be read or made.
    """
    try:
        return load_ring(path, keys)
    except FileNotFoundError:
        create_secret_file(path, _encode(KeyRing(new_key(), new_key()), keys))
        return load_ring(path, keys)


def load_ring(path: Path, keys: MasterKeys) -> KeyRing:
    """Load the signing keys. Raises as :func:`load_or_create_ring`, and FileNotFoundError."""
    content = _FORM.read(path, keys)
    try:
        return _decode(json.loads(content))
    except (ValueError, KeyError, TypeError, JoseError):
        # Without the cause: its text may quote the content.
        raise _FORM.damaged(path) from None


def rotate_ring(path: Path, keys: MasterKeys, now: datetime, *, withdraw: bool = False) -> KeyRing:
    """Make the next key the active one, in the file; return the new ring.

    Two rotations at the same moment count as one: both start from the same ring and make the same key active.

    Args:
        path: of the file.
        keys: that seal it.
        now: aware.
        withdraw: no key of before is kept, the next one neither: they may have been stolen.

    Raises:
        StoredDataError, OSError: as :func:`load_ring`.
    """
    before = load_ring(path, keys)
    ring = KeyRing(new_key(), new_key()) if withdraw else before.rotated(now)
    replace_secret_file(path, _encode(ring, keys))
    return ring


def _encode(ring: KeyRing, keys: MasterKeys) -> bytes:
    content = {
        "active": ring.active.as_dict(private=True),
        "next": ring.next.as_dict(private=True),
        "former": [{"key": public_jwk(f.key), "until": f.until.isoformat()} for f in ring.former],
    }
    return _FORM.written(json.dumps(content).encode(), keys)


def _decode(content: dict[str, Any]) -> KeyRing:
    former = tuple(
        FormerKey(_named(OKPKey.import_key(f["key"])), datetime.fromisoformat(f["until"])) for f in content["former"]
    )
    return KeyRing(_private(content["active"]), _private(content["next"]), former)


def _private(jwk: dict[str, Any]) -> OKPKey:
    key = _named(OKPKey.import_key(jwk))
    if not key.is_private:
        raise ValueError("a signing key without its private part")
    return key


def _public(key: OKPKey) -> OKPKey:
    return OKPKey.import_key(public_jwk(key))


def _named(key: OKPKey) -> OKPKey:
    """Return the key with what a verifier needs to choose and use it."""
    if key.curve_name != _CURVE:
        raise ValueError("a signing key on another curve")
    return OKPKey.import_key(key.raw_value, {"use": "sig", "alg": ALGORITHM, "kid": key.thumbprint()})
