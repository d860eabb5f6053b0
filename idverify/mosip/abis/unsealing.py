"""What MOSIP's data share encrypts for a partner: AES-256-GCM under a key of its own, that under the partner's RSA key.

As MOSIP's key manager writes it, in base64url: ``key #KEY_SPLITTER# data``. In the present form the key stands behind
``VER_R2`` and the SHA-256 of the partner's certificate, and the data behind 32 bytes that are authenticated with it, of
which the first 12 are the nonce. In the former one it stands behind that digest or alone, and the nonce, 16 bytes, at
the end. The key is encrypted by RSA-OAEP with SHA-256.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from idverify.domain.errors import SettingsError
from idverify.mosip.abis.failures import AbisError, Failure
from idverify.trust.secret_file import KeyFileError, read_secret_file

_SPLITTER = b"#KEY_SPLITTER#"
_VERSION = b"VER_R2"
_THUMBPRINT, _NONCE, _AUTHENTICATED, _FORMER_NONCE = 32, 12, 32, 16
_OAEP = OAEP(MGF1(SHA256()), SHA256(), None)


def unsealed(data: bytes, key: RSAPrivateKey) -> bytes:
    """Return what was encrypted for a key.

    Raises:
        AbisError: CBEFF_INVALID: it is nothing of the kind, or for another key, or was changed.
    """
    try:
        sealed = base64.b64decode(data.translate(_URL_SAFE).rstrip(b"=\r\n ") + b"==", validate=False)
        wrapped, _, rest = sealed.partition(_SPLITTER)
        if wrapped.startswith(_VERSION):
            content_key = key.decrypt(wrapped[len(_VERSION) + _THUMBPRINT :], _OAEP)
            authenticated = rest[:_AUTHENTICATED]
            return AESGCM(content_key).decrypt(authenticated[:_NONCE], rest[_AUTHENTICATED:], authenticated)
        content_key = key.decrypt(wrapped[-(key.key_size // 8) :], _OAEP)
        return AESGCM(content_key).decrypt(rest[-_FORMER_NONCE:], rest[:-_FORMER_NONCE], None)
    except (ValueError, binascii.Error, InvalidTag):
        raise AbisError(Failure.CBEFF_INVALID, "what was fetched does not decrypt with mosip_key_file") from None


def key_in(file: Path) -> RSAPrivateKey:
    """Read the partner's key, PEM. Raises SettingsError if others can read the file, or it is no key of RSA."""
    try:
        key = load_pem_private_key(read_secret_file(file), None)
    except KeyFileError as error:
        raise SettingsError(f"mosip_key_file cannot be used: {error}") from None
    except (OSError, ValueError, TypeError):
        raise SettingsError("mosip_key_file cannot be used: it must be a private key in PEM, not encrypted") from None
    if not isinstance(key, RSAPrivateKey):
        raise SettingsError("mosip_key_file must be an RSA key: MOSIP encrypts for no other")
    return key


Unseal = Callable[[bytes], bytes]
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
