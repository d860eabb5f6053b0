"""Checkpoints: which log, how many entries, which root (c2sp.org/tlog-checkpoint)."""

from __future__ import annotations

from dataclasses import dataclass

from idverify.trust.log.encoding import LogFormatError, decoded_hash, encoded, number

_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the text of a checkpoint says.

    Attributes:
        origin: name of the log.
        size: entries.
        root: of the tree over them, 32 bytes.
        extensions: further lines, which nobody vouches for but the log.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the text that is signed."""
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), encoded(self.root), *self.extensions))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a note. Raises LogFormatError."""
        lines = text.split("\n")
        if lines.pop() or len(lines) < _LINES or not all(lines):
            raise LogFormatError("a checkpoint is three lines at least, none of them empty")
        origin, size, root, *extensions = lines
        return cls(origin, number(size, "the size of a checkpoint"), decoded_hash(root, "its root"), tuple(extensions))
