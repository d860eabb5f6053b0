"""Making proofs from tiles: at most 256 hashes are read for each eight levels of the tree, however large it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from idverify.trust.log.merkle import EMPTY_ROOT, TILE_HEIGHT, Frontier, node_hash

TILE_WIDTH = 1 << TILE_HEIGHT

ReadTile = Callable[[int, int, int], Sequence[bytes]]
"""Returns the first so many hashes of a tile, by level, number and how many. Of level 0 they are hashes of entries, of
each level above the roots of full tiles of the one below."""


class Tree:
    """A tree of one size, read tile by tile; what was read is kept as long as this lives.

    Args:
        size: of the tree; all its tiles are there.
        read: gives them.
    """

    def __init__(self, size: int, read: ReadTile) -> None:
        self._size = size
        self._read = read
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def frontier(self) -> Frontier:
        """Return what is needed to go on appending."""
        peaks, start = [], 0
        for height in range(self._size.bit_length() - 1, -1, -1):
            if self._size >> height & 1:
                peaks.append(self._full(height, start >> height))
                start += 1 << height
        return Frontier(self._size, tuple(peaks))

    def root(self) -> bytes:
        """Return the root."""
        return self._hash(0, self._size) if self._size else EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """Return the proof that an entry is in the tree, from the leaf's sibling to the root's child.

        Raises:
            ValueError: there is no such entry.
        """
        if not 0 <= index < self._size:
            raise ValueError("the tree has no such entry")
        path, start, end = [], 0, self._size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._hash(middle, end))
                end = middle
            else:
                path.append(self._hash(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old: int) -> list[bytes]:
        """Return the proof that this tree goes on from what it was with ``old`` entries, RFC 6962 section 2.1.2.

        Raises:
            ValueError: it never had so many.
        """
        if not 0 <= old <= self._size:
            raise ValueError("the tree never had this size")
        if old in (0, self._size):
            return []
        path, start, end = [], 0, self._size
        while old != end:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self._hash(middle, end))
                end = middle
            else:
                path.append(self._hash(start, middle))
                start = middle
        # The old root itself, if the old tree is a full subtree, is what the verifier has.
        return [*([self._hash(start, end)] if start else []), *path[::-1]]

    def _hash(self, start: int, end: int) -> bytes:
        """Return the root over some entries; ``start`` is a multiple of the power of two that holds them all."""
        count = end - start
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self._full(height, start >> height)
        middle = start + _split(count)
        return node_hash(self._hash(start, middle), self._hash(middle, end))

    def _full(self, height: int, position: int) -> bytes:
        level, above = divmod(height, TILE_HEIGHT)
        first = position << above
        tile = self._tile(level, first // TILE_WIDTH)
        hashes = list(tile[first % TILE_WIDTH :][: 1 << above])
        while len(hashes) > 1:
            hashes = [node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    def _tile(self, level: int, number: int) -> Sequence[bytes]:
        if (level, number) not in self._tiles:
            self._tiles[level, number] = self._read(level, number, tile_width(self._size, level, number))
        return self._tiles[level, number]


def tile_width(size: int, level: int, number: int) -> int:
    """Return how many hashes a tile has in a tree of this size: 256 if it is full, none if there is no such tile."""
    return max(0, min(TILE_WIDTH, (size >> TILE_HEIGHT * level) - number * TILE_WIDTH))


def _split(count: int) -> int:
    """Return the largest power of two below ``count``, which is 2 at least."""
    return 1 << (count - 1).bit_length() - 1
