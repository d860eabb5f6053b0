"""The keys that sign assertions, and the file that holds them.

There are always two: the *active* one signs, the *next* one waits, published already, so that verifiers with a cached
key set know it when its turn comes. *Former* ones stay published until everything they signed has expired.

The file is JSON, ``{"version": 1, "sealed": B64}``. All of it is sealed, the public keys too: whoever can write the
file but does not know the root secret cannot slip in a key of their own. Of a key in a token it holds a reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.errors import JoseError
from joserfc.jwk import KeyParameters, OKPKey

from idverify.domain.assertions.confirmation import LONGEST
from idverify.trust.homes.home import FILES, KeyHome, kept
from idverify.trust.sealed_file import KeysInFile, SealedForm
from idverify.trust.sealing import MasterKeys, Purpose

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

    def private(self) -> tuple[object, ...]:
        """Return the keys that sign, now and next."""
        return self.active.raw_value, self.next.raw_value

    def rotated(self, now: datetime, new: OKPKey) -> KeyRing:
        """Return the ring after the next key has become the active one, and a new one the next."""
        left = tuple(f for f in self.former if f.until > now)
        return KeyRing(self.next, new, (FormerKey(_public(self.active), now + PUBLISHED_AFTERWARDS), *left))


def new_key(home: KeyHome = FILES) -> OKPKey:
    """Make a key pair."""
    return _named(home.new_ed25519())


def public_jwk(key: OKPKey) -> dict[str, Any]:
    """Return the public part as a JWK (RFC 7517)."""
    return dict(key.as_dict(private=False))


def load_or_create_ring(path: Path, keys: MasterKeys, home: KeyHome = FILES) -> KeyRing:
    """Load the signing keys, making the file with new ones if there is none.

    Raises as :meth:`KeysInFile.load_or_make`.
    """
    return _file(path, keys, home).load_or_make(lambda: KeyRing(new_key(home), new_key(home)))


def load_ring(path: Path, keys: MasterKeys, home: KeyHome = FILES) -> KeyRing:
    """Load the signing keys. Raises as :meth:`KeysInFile.load`."""
    return _file(path, keys, home).load()


def rotate_ring(
    path: Path, keys: MasterKeys, now: datetime, home: KeyHome = FILES, *, withdraw: bool = False
) -> KeyRing:
    """Make the next key the active one, in the file; return the new ring.

    Of two rotations at the same moment one begins with what the other left: a withdrawal is never lost.

    Args:
        path: of the file.
        keys: that seal it.
        now: aware.
        home: in which new keys are made.
        withdraw: no key of before is kept, the next one neither: they may have been stolen.

    Raises:
        DomainError, StoredDataError, OSError: as :func:`load_or_create_ring`.
    """

    def step(before: KeyRing) -> KeyRing:
        return KeyRing(new_key(home), new_key(home)) if withdraw else before.rotated(now, new_key(home))

    return _file(path, keys, home).change(step)


def _file(path: Path, keys: MasterKeys, home: KeyHome) -> KeysInFile[KeyRing]:
    return KeysInFile(path, keys, _FORM, partial(_decode, home), _encode, KeyRing.private)


def _encode(ring: KeyRing) -> dict[str, Any]:
    return {
        "active": _kept(ring.active),
        "next": _kept(ring.next),
        "former": [{"key": public_jwk(f.key), "until": f.until.isoformat()} for f in ring.former],
    }


def _kept(key: OKPKey) -> dict[str, Any]:
    reference = kept(key.raw_value)
    return key.as_dict(private=True) if reference is None else dict(reference)


def _decode(home: KeyHome, content: dict[str, Any]) -> KeyRing:
    try:
        former = tuple(
            FormerKey(_public(OKPKey.import_key(f["key"])), datetime.fromisoformat(f["until"]))
            for f in content["former"]
        )
        return KeyRing(_private(home, content["active"]), _private(home, content["next"]), former)
    except JoseError:
        # Without the cause: its text may quote the content.
        raise ValueError("a key that is none") from None


def _private(home: KeyHome, content: dict[str, Any]) -> OKPKey:
    if "pkcs11" in content:
        return _named(home.ed25519(content))
    key = OKPKey.import_key(content).raw_value
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("a signing key on another curve, or without its private part")
    return _named(key)


def _public(key: OKPKey) -> OKPKey:
    if key.curve_name != _CURVE:
        raise ValueError("a signing key on another curve")
    return OKPKey.import_key(key.public_key, _names(key))


def _named(private: Ed25519PrivateKey) -> OKPKey:
    """Return the key with what a verifier needs to choose and use it."""
    names = _names(OKPKey.import_key(private.public_key()))
    if kept(private) is None:
        return OKPKey.import_key(private, names)
    # What the library takes for the whole key: it would ask the token for the private part.
    whole = OKPKey.import_key(private.public_key(), names).as_dict(private=False)
    return OKPKey(private, whole, names)


def _names(public: OKPKey) -> KeyParameters:
    return {"use": "sig", "alg": ALGORITHM, "kid": public.thumbprint()}
