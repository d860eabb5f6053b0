"""A log and a witness of the tests, and what they sign."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.merkle import Frontier, leaf_hash
from idverify.trust.log.notes import Kind, Note, VerifierKey, cosigned, signed
from idverify.trust.log.proofs import Tree, tile_width

LOG, WITNESS = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32), Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
LOG_KEY = VerifierKey("log.example/1", Kind.NOTE, LOG.public_key().public_bytes_raw())
WITNESS_KEY = VerifierKey("witness.example", Kind.COSIGNATURE, WITNESS.public_key().public_bytes_raw())
WITNESSED = 1_700_000_000


def signed_checkpoint(checkpoint: Checkpoint) -> Note:
    """Return a checkpoint that log and witness have signed."""
    text = checkpoint.text()
    return Note(text, (signed(text, checkpoint.origin, LOG), cosigned(text, WITNESS_KEY.name, WITNESS, WITNESSED)))


class Grown:
    """A tree as it grows, entry by entry, with the tiles it completes."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.entries = entries
        self.frontier = Frontier()
        self.roots = [self.frontier.root()]
        self.levels: dict[int, list[bytes]] = {0: [leaf_hash(entry) for entry in entries]}
        for leaf in self.levels[0]:
            self.frontier, completed = self.frontier.appended(leaf)
            self.roots.append(self.frontier.root())
            for level, place, whole in completed:
                assert place == len(self.levels.setdefault(level, []))
                self.levels[level].append(whole)

    def tree(self, size: int) -> Tree:
        """Return the tree as it was with so many entries."""

        def read(level: int, number: int, width: int) -> Sequence[bytes]:
            assert width == tile_width(size, level, number) > 0
            return self.tile(level, number, width)

        return Tree(size, read)

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        """Return a tile."""
        return self.levels[level][number * 256 :][:width]

    def bundle(self, first: int, count: int) -> Sequence[bytes]:
        """Return entries."""
        return self.entries[first : first + count]
