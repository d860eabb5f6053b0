"""Signed notes: text, and lines by which keys with names vouch for it (c2sp.org/signed-note).

Two kinds of keys are known: Ed25519 over the text, by which a log signs, and Ed25519 with a time, by which witnesses
cosign (c2sp.org/tlog-cosignature).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from idverify.trust.log.encoding import LARGEST_SIZE, LogFormatError, decoded, encoded

MOST_SIGNATURES = 100
_LARGEST = 1 << 20
_DASH = "\u2014"
_PUBLIC_BYTES = 32
_ID_BYTES = 4


class NoteRejectedError(Exception):
    """No key that is trusted vouches for a note, or one of them did not sign this."""


class Kind(IntEnum):
    """Kinds of signatures, by their byte."""

    NOTE = 1
    COSIGNATURE = 4


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with a name; as text ``NAME+ID+BASE64``.

    Attributes:
        name: without blanks and plus signs.
        kind: what its signatures are over.
        public: 32 bytes.
    """

    name: str
    kind: Kind
    public: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise LogFormatError("the name of a key is empty, or has blanks, plus signs or control characters")
        if len(self.public) != _PUBLIC_BYTES:
            raise LogFormatError("a public key has not 32 bytes")

    @property
    def key_id(self) -> bytes:
        """What stands before every signature, 4 bytes; identifies, and proves nothing."""
        return hashlib.sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """Return it as text."""
        return f"{self.name}+{self.key_id.hex()}+{encoded(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read it. Raises LogFormatError."""
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise LogFormatError("a verifier key is NAME+ID+BASE64")
        name, key_id, material = parts
        content = decoded(material, "a verifier key")
        if content[:1] not in (b"\x01", b"\x04"):
            raise LogFormatError("a verifier key is of a kind that is not known")
        key = cls(name, Kind(content[0]), content[1:])
        if key.key_id.hex() != key_id:
            raise LogFormatError("the id of a verifier key is not that of its name and key")
        return key

    def verify(self, text: str, signature: bytes) -> int | None:
        """Check a signature over the text of a note; return the time it states, in seconds since 1970, if it does.

        Raises:
            NoteRejectedError: it is not over this text, or not by this key.
        """
        time = None
        message = text.encode()
        if self.kind is Kind.COSIGNATURE:
            time, signature = int.from_bytes(signature[:8]), signature[8:]
            message = cosigned_message(time, text)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise NoteRejectedError(f"the signature by {self.name} does not hold") from None
        if time is not None and time > LARGEST_SIZE:
            raise NoteRejectedError(f"the cosignature by {self.name} states no time")
        return time


@dataclass(frozen=True, slots=True)
class Signature:
    """A line of signature, whoever's it is; ``signature`` without the id."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        """Return the line, with its end."""
        return f"{_DASH} {self.name} {encoded(self.key_id + self.signature)}\n"

    def is_by(self, key: VerifierKey) -> bool:
        """Tell whether it says that it is by this key."""
        return (self.name, self.key_id) == (key.name, key.key_id)

    @classmethod
    def parse(cls, line: str) -> Signature:
        """Read a line without its end. Raises LogFormatError."""
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != _DASH or not is_key_name(parts[1]):
            raise LogFormatError("a line of signature is not a dash, a name and base64")
        content = decoded(parts[2], "a signature")
        if len(content) <= _ID_BYTES:
            raise LogFormatError("a signature is too short")
        return cls(parts[1], content[:_ID_BYTES], content[_ID_BYTES:])


@dataclass(frozen=True, slots=True)
class Note:
    """Text that ends in a newline, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """Return the note."""
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, text: str) -> Note:
        """Read a note. Raises LogFormatError."""
        if len(text) > _LARGEST or any(character < " " and character != "\n" for character in text):
            raise LogFormatError("a note is too long, or has control characters")
        body, blank, lines = text.rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise LogFormatError("a note is a text, an empty line, and lines of signatures")
        signatures = tuple(Signature.parse(line) for line in lines[:-1].split("\n"))
        if len(signatures) > MOST_SIGNATURES:
            raise LogFormatError("a note has too many signatures")
        return cls(f"{body}\n", signatures)

    def with_signatures(self, more: Sequence[Signature]) -> Note:
        """Return the note with further lines; those that are there already are not put twice."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))

    def verified(self, keys: Sequence[VerifierKey]) -> list[tuple[VerifierKey, int | None]]:
        """Return which of some keys vouch for it, each with the time it states.

        Signatures by other keys are passed over, as the format has it.

        Raises:
            NoteRejectedError: a signature that says it is by one of them does not hold.
        """
        return [
            (key, key.verify(self.text, signature.signature))
            for signature in self.signatures
            for key in keys
            if signature.is_by(key)
        ]


def is_key_name(name: str) -> bool:
    """Tell whether a key may have this name."""
    return bool(name) and not any(c.isspace() or c == "+" or c < " " for c in name)


def signed(text: str, name: str, private: Ed25519PrivateKey) -> Signature:
    """Return the line by which a log's key vouches for the text of a note."""
    key = VerifierKey(name, Kind.NOTE, private.public_key().public_bytes_raw())
    return Signature(name, key.key_id, private.sign(text.encode()))


def cosigned(text: str, name: str, private: Ed25519PrivateKey, time: int) -> Signature:
    """Return the line by which a witness vouches that at a time this was the newest checkpoint it had seen."""
    key = VerifierKey(name, Kind.COSIGNATURE, private.public_key().public_bytes_raw())
    return Signature(name, key.key_id, time.to_bytes(8) + private.sign(cosigned_message(time, text)))


def cosigned_message(time: int, text: str) -> bytes:
    """Return what a witness signs, by c2sp.org/tlog-cosignature."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()
