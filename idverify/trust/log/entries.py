"""What stands in the log for an event: one digest, that tells nothing to whom it is not opened.

An event is cut in two: what its caller was *told* (who asked, when, for what, with what outcome, and which assertion
was signed), and what is *kept* from them (whom it is about, and the figures). Each part is hashed with a salt of its
own, by HMAC-SHA256 with the salt as key, and the entry is

    SHA-256("idverify log entry v1" LF || digest of what was told || digest of what is kept)

The salts are derived from the root secret and the event's number: one event can be opened, to its caller or whole,
and no other one with it. Without a salt nobody can try whether an event is what they guess.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from idverify.trust.audit_chain import canonical
from idverify.trust.log.encoding import LogFormatError, decoded_hash, encoded
from idverify.trust.sealing import keyed_hash

TOLD_DETAILS = frozenset({"assertion", "assertion_sha256"})
"""Of the details of an event, those that its caller knows. Entries hang on it: it never changes."""

_KEPT_FIELDS = ("subject_id", "details")
_ENTRY = b"idverify log entry v1\n"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an event, opened: canonical JSON, and the salt of 32 bytes."""

    text: str
    salt: bytes

    def digest(self) -> bytes:
        """Return what stands for it."""
        return hmac.digest(self.salt, self.text.encode("ascii"), hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Opening:
    """An event as it is opened to somebody; ``kept`` is a digest if that part is not."""

    told: Part
    kept: Part | bytes

    def entry(self) -> bytes:
        """Return the entry of the log, 32 bytes."""
        kept = self.kept if isinstance(self.kept, bytes) else self.kept.digest()
        return hashlib.sha256(_ENTRY + self.told.digest() + kept).digest()

    def for_caller(self) -> Opening:
        """Return it with no more open than what was told."""
        return self if isinstance(self.kept, bytes) else Opening(self.told, self.kept.digest())

    def event(self) -> dict[str, Any]:
        """Return what is open of the event."""
        told: dict[str, Any] = json.loads(self.told.text)
        if isinstance(self.kept, bytes):
            return told
        kept: dict[str, Any] = json.loads(self.kept.text)
        return told | kept | {"details": told["details"] | kept["details"]}

    def as_extra(self) -> bytes:
        """Return it as JSON, for the file of a proof."""
        fields = {"told": self.told.text, "told_salt": encoded(self.told.salt)}
        if isinstance(self.kept, bytes):
            fields["kept_digest"] = encoded(self.kept)
        else:
            fields |= {"kept": self.kept.text, "kept_salt": encoded(self.kept.salt)}
        return canonical(fields).encode("ascii")

    @classmethod
    def parse(cls, extra: bytes) -> Opening:
        """Read it. Raises LogFormatError."""
        try:
            fields: dict[str, str] = json.loads(extra)
            told = _part(fields, "told")
            kept = _part(fields, "kept") if "kept" in fields else decoded_hash(fields["kept_digest"], "a digest")
        except LogFormatError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise LogFormatError("a proof holds no event") from None
        opened = cls(told, kept)
        if opened.as_extra() != extra:
            raise LogFormatError("a proof holds more than an event, or is written as nobody writes it")
        return opened


def opening(secret: bytes, sequence: int, payload: str) -> Opening:
    """Return an event opened whole.

    Args:
        secret: of the log, 32 bytes.
        sequence: of the event.
        payload: its canonical JSON.
    """
    told: dict[str, Any] = json.loads(payload)
    kept = {name: told.pop(name) for name in _KEPT_FIELDS}
    details: dict[str, Any] = kept["details"]
    told["details"] = {name: details.pop(name) for name in TOLD_DETAILS & details.keys()}
    return Opening(
        *(Part(canonical(p), keyed_hash(secret, n, str(sequence))) for n, p in (("told", told), ("kept", kept)))
    )


def _part(fields: dict[str, str], name: str) -> Part:
    """Read a part: one that the service could have written, so that no entry can be opened as two events."""
    text = fields[name]
    content = json.loads(text)
    if not isinstance(content, dict) or not isinstance(content["details"], dict) or text != canonical(content):
        raise LogFormatError("a proof holds no event")
    told = name == "told"
    if told == ("subject_id" in content) or not (told or content.keys() == set(_KEPT_FIELDS)):
        raise LogFormatError("a proof tells what is kept, or keeps what is told")
    if (content["details"].keys() - TOLD_DETAILS) if told else (content["details"].keys() & TOLD_DETAILS):
        raise LogFormatError("a proof tells details that are kept, or keeps those that are told")
    return Part(text, decoded_hash(fields[f"{name}_salt"], "a salt"))
