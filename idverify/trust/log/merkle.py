"""The Merkle tree of RFC 6962 section 2.1, with SHA-256: hashes, appending, and checking proofs.

The hash of one entry is ``SHA-256(0x00 || entry)``, that of two subtrees ``SHA-256(0x01 || left || right)``; the left
one is the largest full subtree that leaves something for the right one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

HASH_BYTES = 32
TILE_HEIGHT = 8
"""Levels of the tree that one tile stands for, by tlog-tiles."""

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without entries."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the full subtrees that a tree is made of, the largest first: all that appending needs.

    Attributes:
        size: entries.
        peaks: one for each bit of ``size`` that is set.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """Return the root of the tree; as many hashes as there are peaks."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            root = node_hash(peak, root)
        return root

    def appended(self, leaf: bytes) -> tuple[Frontier, list[tuple[int, int, bytes]]]:
        """Return the tree with one leaf more, and what it completed.

        Args:
            leaf: hash of the entry.

        Returns:
            The tree, and the full tiles that end with this leaf: level of the tile above, 1 and up, place in that
            level, and root of the tile.
        """
        peaks, whole, height, rest = list(self.peaks), leaf, 0, self.size
        completed = []
        while rest & 1:
            whole, height, rest = node_hash(peaks.pop(), whole), height + 1, rest >> 1
            if height % TILE_HEIGHT == 0:
                completed.append((height // TILE_HEIGHT, self.size >> height, whole))
        return Frontier(self.size + 1, (*peaks, whole)), completed


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Check an inclusion proof, by the algorithm of RFC 9162 section 2.1.3.2.

    Args:
        leaf: hash of the entry.
        index: place of the entry, from 0.
        size: of the tree.
        path: hashes from the leaf's sibling to the root's child.
        root: of the tree.
    """
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(other, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, other)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Check that one tree goes on from another, by the algorithm of RFC 9162 section 2.1.4.2.

    Args:
        old: size of the smaller tree; 0: every tree goes on from it.
        old_root: its root.
        new: size of the other.
        new_root: its root.
        path: consistency proof; empty if the sizes are the same, or ``old`` is 0.
    """
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not path and old_root == (EMPTY_ROOT if old == 0 else new_root)
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes:
        return False
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    was = now = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            was, now = node_hash(other, was), node_hash(other, now)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            now = node_hash(now, other)
        number, last = number >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root
