"""Encryption at rest, and keyed one-way mappings. The only module that imports ``cryptography`` for data at rest.

Three layers of keys:

* the *root secret* never changes. Subkeys are derived from it (HKDF-SHA256, RFC 5869) for everything that must stay
  stable for the life of the database: the hash of citizen numbers, pairwise pseudonyms, digests of requests.
* *master keys* wrap data keys. There may be several, one of them active; the id of the key that wrapped stands beside
  what it wrapped, so that a new one can be made active at any time.
* a *data key* per citizen seals what is personal. Erasing the wrapped data key erases all of it, wherever copies lie.

A sealed value is ``version (1 byte) || nonce (12) || ciphertext || tag (16)``, AES-256-GCM with a random nonce (NIST
SP 800-38D section 8.2.2; at most 2^32 seals a key by section 8.3: far more than one citizen has values, and the
service key needs replacing after four thousand million replies). Its place (table, column, row) is authenticated with
it, so that it opens only where it was put.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from json.encoder import encode_basestring_ascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from idverify.domain.errors import StoredDataError

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_MOST_KEYS = 64
"""Of those that hash: the service has ten."""

SEAL_BYTES = 1 + _NONCE_BYTES + _TAG_BYTES
"""How much longer a value is when sealed."""


class Purpose(Enum):
    """What a derived key is for. The values go into the derivation: they never change."""

    NUMBER_HASH = "citizen number hash"
    PAIRWISE = "pairwise pseudonym"
    REQUEST_DIGEST = "request digest"
    SERVICE_DATA = "service data"
    AUDIT_HEAD = "audit head"
    SIGNING_KEYS = "signing keys"
    GALLERY_SNAPSHOT = "gallery snapshot"
    REGISTER_STATE = "register state"
    REGISTER_ROWS = "register rows"
    SAMPLE_DIGEST = "sample digest"
    TRAIL_FILE = "trail head file"
    DOCUMENT_KEY = "document key"
    LOG_SALTS = "log salts"
    SEEN_DOCUMENT = "seen document digest"
    LOG_KEYS = "log keys"
    ERASURES = "erasure list"
    INDEX_CODES = "index codes"


def new_key() -> bytes:
    """Return 32 random bytes."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, plaintext: bytes, *place: str) -> bytes:
    """Encrypt a value so that it opens only under the same key and at the same place.

    Args:
        key: 32 bytes.
        plaintext: any length.
        place: where the value is put: table, column, and what tells its row from all others.
    """
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, _encoded(_VERSION, place))


def unseal(key: bytes, sealed: bytes, *place: str) -> bytes:
    """Decrypt a value.

    Raises:
        StoredDataError: the value was changed, moved, cut, or sealed under another key or format; names the place's
            table and column only.
    """
    where = ".".join(place[:2])
    if sealed[:1] != _VERSION or len(sealed) < 1 + _NONCE_BYTES + _TAG_BYTES:
        raise StoredDataError(f"a sealed value in {where} has an unknown format")
    nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, _encoded(_VERSION, place))
    except InvalidTag:
        # The cause says nothing that is not said here, and its traceback would keep the key in a frame.
        raise StoredDataError(f"a sealed value in {where} does not open: changed, moved, or another key") from None


def unseal_into(key: bytes, sealed: memoryview, out: memoryview, *place: str) -> None:
    """Decrypt a large value to where it is wanted, without a copy.

    Args:
        key: 32 bytes.
        sealed: what :func:`seal` returned.
        out: writable, of the plaintext's length.
        place: as sealed.

    Raises:
        StoredDataError: as :func:`unseal`; ``out`` may then hold anything.
    """
    where = ".".join(place[:2])
    if bytes(sealed[:1]) != _VERSION or len(sealed) != SEAL_BYTES + out.nbytes:
        raise StoredDataError(f"a sealed value in {where} has an unknown format")
    nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        AESGCM(key).decrypt_into(nonce, ciphertext, _encoded(_VERSION, place), out)
    except InvalidTag:
        raise StoredDataError(f"a sealed value in {where} does not open: changed, moved, or another key") from None


def keyed_hash(key: bytes, *parts: str) -> bytes:
    """Return the HMAC-SHA256 (RFC 2104) of several strings, 32 bytes; no two lists of strings are hashed alike.

    ``key``: one of the few of the service, which stay in memory.
    """
    return _mac(key, _encoded(b"", parts))


def _mac(key: bytes, content: bytes) -> bytes:
    mac = _begun(key).copy()
    mac.update(content)
    return mac.finalize()


@lru_cache(_MOST_KEYS)
def _begun(key: bytes) -> HMAC:
    """Return the hash of nothing yet: to begin one takes four times as long as to end it."""
    return HMAC(key, SHA256())


def _encoded(prefix: bytes, parts: tuple[str, ...]) -> bytes:
    """Return strings as JSON has them, ASCII only and without spaces: what no two lists have in common.

    Of each string alone: an encoder takes ten times as long to begin, and this is called for every row.
    """
    return prefix + f"[{','.join(map(encode_basestring_ascii, parts))}]".encode("ascii")


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key sealed under a master key."""

    master_key_id: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """The secrets of the service.

    Attributes:
        active: id of the master key that wraps new data keys.
        keys: master keys by id, 32 bytes each.
        root: root secret, 32 bytes; never changes.
    """

    active: str
    keys: Mapping[str, bytes] = field(repr=False)
    root: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.active not in self.keys:
            raise ValueError("the active master key is not among the keys")
        if any(len(key) != KEY_BYTES for key in (*self.keys.values(), self.root)):
            raise ValueError("every key must be 32 bytes long")

    def wrap(self, data_key: bytes, subject_id: str) -> WrappedKey:
        """Seal a citizen's data key under the active master key."""
        return WrappedKey(self.active, seal(self.keys[self.active], data_key, *_wrap_place(self.active, subject_id)))

    def unwrap(self, wrapped: WrappedKey, subject_id: str) -> bytes:
        """Open a citizen's data key.

        Raises:
            StoredDataError: the master key is not there, or the key was changed or moved.
        """
        key = self.keys.get(wrapped.master_key_id)
        if key is None:
            raise StoredDataError("a data key is wrapped by a master key that is not in the key file")
        return unseal(key, wrapped.sealed, *_wrap_place(wrapped.master_key_id, subject_id))

    def subkey(self, purpose: Purpose) -> bytes:
        """Derive the 32-byte key for a purpose from the root secret; the same for ever."""
        info = f"idverify v1 {purpose.value}".encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self.root)


def _wrap_place(master_key_id: str, subject_id: str) -> tuple[str, ...]:
    return ("subjects", "data_key", subject_id, master_key_id)


@dataclass(frozen=True, slots=True)
class KeyedPseudonyms:
    """Implements the port ``Pseudonyms`` with keys derived from the root secret; make it with :meth:`of`."""

    pairwise_key: bytes = field(repr=False)
    digest_key: bytes = field(repr=False)
    sample_key: bytes = field(repr=False)
    document_key: bytes = field(repr=False)

    @classmethod
    def of(cls, keys: MasterKeys) -> KeyedPseudonyms:
        """Derive what is needed from the service's keys."""
        return cls(
            keys.subkey(Purpose.PAIRWISE),
            keys.subkey(Purpose.REQUEST_DIGEST),
            keys.subkey(Purpose.SAMPLE_DIGEST),
            keys.subkey(Purpose.SEEN_DOCUMENT),
        )

    def pairwise(self, subject_id: str, audience: str) -> str:
        """Return the subject identifier for one audience, 43 base64url characters.

        A pairwise subject identifier in the sense of OpenID Connect Core 1.0 section 8.1, keyed instead of salted.
        """
        digest = keyed_hash(self.pairwise_key, audience, subject_id)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")

    def request_digest(self, content: bytes) -> bytes:
        """Return the keyed digest of a request's content, 32 bytes."""
        return _mac(self.digest_key, content)

    def sample_digest(self, mark: bytes) -> bytes:
        """Return the keyed digest by which a sample is known again, 32 bytes."""
        return _mac(self.sample_key, mark)

    def document_digest(self, kind: str, number: str) -> bytes:
        """Return the keyed digest by which a document that was seen is known again, 32 bytes."""
        return keyed_hash(self.document_key, kind, number)
