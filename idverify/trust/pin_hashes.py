"""Hashes of PINs: Argon2id (RFC 9106), so that who has a hash pays memory and time for every guess.

A PIN has few values, and no hash makes it a good secret: what keeps it is that it lies sealed under the citizen's key,
and that few guesses are taken.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

_SALT_BYTES = 16
_HASH_BYTES = 32
_ITERATIONS, _LANES, _MEMORY_KIB = 2, 1, 19 * 1024
"""The least that OWASP's Password Storage Cheat Sheet asks for, as every clerk may have a hash made at once."""


class Argon2PinHashes:
    """Implements the port ``PinHashes``."""

    def __init__(self) -> None:
        self._of_nobody = self.made(secrets.token_hex(_SALT_BYTES))

    def made(self, pin: str) -> str:
        """Return the hash of a PIN as a PHC string."""
        kdf = Argon2id(
            salt=secrets.token_bytes(_SALT_BYTES),
            length=_HASH_BYTES,
            iterations=_ITERATIONS,
            lanes=_LANES,
            memory_cost=_MEMORY_KIB,
        )
        return kdf.derive_phc_encoded(pin.encode())

    def matches(self, pin: str, hashed: str | None) -> bool:
        """Tell whether a hash is of a PIN; that of nobody is made again likewise."""
        try:
            Argon2id.verify_phc_encoded(pin.encode(), hashed or self._of_nobody)
        except InvalidKey:
            return False
        return hashed is not None
