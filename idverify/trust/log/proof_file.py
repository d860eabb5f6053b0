"""Proofs as files: an entry's place, the way to the root, and the checkpoint (c2sp.org/tlog-proof)."""

from __future__ import annotations

from dataclasses import dataclass

from idverify.trust.log.encoding import LogFormatError, decoded, decoded_hash, encoded, number
from idverify.trust.log.notes import Note

MOST_HASHES = 63
_FORMAT = "c2sp.org/tlog-proof@v1"
_LARGEST = 1 << 22


@dataclass(frozen=True, slots=True)
class ProofFile:
    """What a file holds.

    Attributes:
        index: place of the entry in the log, from 0.
        path: from the leaf's sibling to the root's child.
        checkpoint: signed, perhaps cosigned.
        extra: what the entry can be made of again; nothing vouches for it by itself. Empty: none.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes = b""

    def __str__(self) -> str:
        """Return the file."""
        extra = [f"extra {encoded(self.extra)}"] if self.extra else []
        lines = [_FORMAT, *extra, f"index {self.index}", *map(encoded, self.path), "", str(self.checkpoint)]
        return "\n".join(lines)

    @classmethod
    def parse(cls, text: str) -> ProofFile:
        """Read a file. Raises LogFormatError."""
        if len(text) > _LARGEST:
            raise LogFormatError("a proof is too long")
        head, blank, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not blank or lines.pop(0) != _FORMAT:
            raise LogFormatError(f"a proof begins with {_FORMAT}, and has a checkpoint after an empty line")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = decoded(lines.pop(0).removeprefix("extra "), "what is extra in a proof")
            if not extra:
                raise LogFormatError("what is extra in a proof is empty")
        if not lines or not lines[0].startswith("index "):
            raise LogFormatError("a proof has no index")
        index = number(lines.pop(0).removeprefix("index "), "the index of a proof")
        if len(lines) > MOST_HASHES:
            raise LogFormatError("a proof has too many hashes")
        path = tuple(decoded_hash(line, "a hash of a proof") for line in lines)
        return cls(index, path, Note.parse(checkpoint), extra)
