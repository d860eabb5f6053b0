"""Prints for authentication, which only the server they are meant for can read: SBI 0.9.5, cryptography of capture."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from itertools import zip_longest

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from enroll_tools.scanner.identity import base64url

_KEY_BYTES = 32
_SALT_BYTES, _BOUND_BYTES = 12, 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """A print that was sealed: all in the text forms of the contract."""

    value: str
    session_key: str
    thumbprint: str


class Recipient:
    """For whom prints are sealed.

    Args:
        certificate: PEM, with an RSA key.

    Raises:
        ValueError: it is none.
    """

    def __init__(self, certificate: bytes) -> None:
        read = x509.load_pem_x509_certificate(certificate)
        key = read.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise ValueError("prints are sealed for a certificate with an RSA key")  # noqa: TRY004 - of what was given
        self._key = key
        self._thumbprint = read.fingerprint(hashes.SHA256()).hex().upper()

    def seal(self, content: bytes, timestamp: str, transaction: str) -> Sealed:
        """Encrypt by AES-256-GCM with a key of its own, bound to the capture; that key by RSA-OAEP with SHA-256."""
        key = secrets.token_bytes(_KEY_BYTES)
        mixed = _mixed(timestamp.encode(), transaction.encode())
        sealed = AESGCM(key).encrypt(mixed[-_SALT_BYTES:], content, mixed[-_BOUND_BYTES:])
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        return Sealed(base64url(sealed), base64url(self._key.encrypt(key, oaep)), self._thumbprint)


def _mixed(one: bytes, other: bytes) -> bytes:
    """Return two texts combined by XOR, the shorter one filled up with zeros before it."""
    pairs = zip_longest(one[::-1], other[::-1], fillvalue=0)
    return bytes(left ^ right for left, right in pairs)[::-1]
