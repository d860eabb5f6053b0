"""The port behind which private keys lie, and the home they have without any token: the files of ``data_dir``.

A private key is one of ``cryptography``'s, whose classes are interfaces: one that lies in a token signs there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from idverify.trust.homes.master_file import FileMaster
from idverify.trust.homes.unavailable import keys_unavailable

Reference = Mapping[str, str]
"""What is kept of a key that lies elsewhere, as JSON."""


class Master(Protocol):
    """A key that wraps the one under which the secrets of ``keys.json`` are sealed; AES key wrap (RFC 3394)."""

    @property
    def reference(self) -> Reference:
        """What is kept of it."""

    def wrap(self, key: bytes) -> bytes:
        """Wrap 32 bytes. Raises DomainError KEYS_UNAVAILABLE."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return them. Raises DomainError KEYS_UNAVAILABLE, also if it did not wrap them."""


class KeyHome(Protocol):
    """Makes keys that sign and those that wrap the secrets, and finds them again."""

    def first_master(self) -> Master | None:
        """Return what unlocks new secrets; None: nothing does, they stand in their file as they are."""

    def new_ed25519(self) -> Ed25519PrivateKey:
        """Make a key. Raises DomainError KEYS_UNAVAILABLE."""

    def new_p256(self) -> ec.EllipticCurvePrivateKey:
        """Make a key. Raises DomainError KEYS_UNAVAILABLE."""

    def ed25519(self, reference: Reference) -> Ed25519PrivateKey:
        """Return a key that lies here, without looking for it yet. Raises DomainError KEYS_UNAVAILABLE."""

    def p256(self, reference: Reference) -> ec.EllipticCurvePrivateKey:
        """Return a key that lies here, without looking for it yet. Raises DomainError KEYS_UNAVAILABLE."""

    def master(self, reference: Reference) -> Master:
        """Return a master, without looking for it yet. Raises DomainError KEYS_UNAVAILABLE."""


@runtime_checkable
class KeptElsewhere(Protocol):
    """A private key of which only a reference is kept in a file."""

    @property
    def reference(self) -> Reference:
        """What is kept of it."""

    def require(self) -> None:
        """Look whether it is there. Raises DomainError KEYS_UNAVAILABLE."""


@dataclass(frozen=True, slots=True)
class FileHome:
    """Implements :class:`KeyHome`: new keys are sealed, with all that belongs to them, in files.

    Attributes:
        token: where those lie that were made in a token; None: in none.
    """

    token: KeyHome | None = None

    def first_master(self) -> Master | None:
        """Return None: who can read the folder has the secrets."""
        return None

    def new_ed25519(self) -> Ed25519PrivateKey:
        """Make a key."""
        return Ed25519PrivateKey.generate()

    def new_p256(self) -> ec.EllipticCurvePrivateKey:
        """Make a key."""
        return ec.generate_private_key(ec.SECP256R1())

    def ed25519(self, reference: Reference) -> Ed25519PrivateKey:
        """Return a key of the token."""
        return self._token().ed25519(reference)

    def p256(self, reference: Reference) -> ec.EllipticCurvePrivateKey:
        """Return a key of the token."""
        return self._token().p256(reference)

    def master(self, reference: Reference) -> Master:
        """Return a master, of a file or of the token."""
        return FileMaster(reference) if reference["home"] == "file" else self._token().master(reference)

    def _token(self) -> KeyHome:
        if self.token is None:
            raise keys_unavailable("TOKEN_UNSET", "a key lies in a token: set pkcs11_module and pkcs11_token")
        return self.token


def kept(key: Any) -> Reference | None:
    """Return what is kept of a key that lies elsewhere; None: all of it is kept in its file."""
    return key.reference if isinstance(key, KeptElsewhere) else None


def require_there(*keys: Any) -> None:
    """Look whether keys are where they are kept. Raises DomainError KEYS_UNAVAILABLE."""
    for key in keys:
        if isinstance(key, KeptElsewhere):
            key.require()


FILES = FileHome()
