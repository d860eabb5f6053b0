"""The tree: as RFC 6962 defines it, however it is appended to and read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from idverify.trust.log.merkle import EMPTY_ROOT, is_consistent, is_included, leaf_hash
from idverify.trust.log.proofs import Tree
from tests import tlog_reference as reference
from tests.log_kit import Grown

ENTRIES = [number.to_bytes(32) for number in range(1200)]

VECTORS = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")] + [
    bytes(range(0x60, 0x70))
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Of the first so many of the vectors: the known ones of Certificate Transparency."""


GROWN = Grown(ENTRIES)
sizes = st.integers(1, len(ENTRIES))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_known_ones(size: int) -> None:
    assert Grown(VECTORS[:size]).frontier.root().hex() == ROOTS[size]
    assert reference.mth(VECTORS[:size]).hex() == ROOTS[size]


@given(sizes)
@example(256)
@example(257)
@example(1024)
def test_a_tree_read_from_tiles_is_the_tree_that_was_appended(size: int) -> None:
    tree = GROWN.tree(size)
    assert tree.root() == GROWN.roots[size] == reference.mth(ENTRIES[:size])
    assert tree.frontier() == Grown(ENTRIES[:size]).frontier


def test_the_empty_tree_has_a_root() -> None:
    assert GROWN.tree(0).root() == GROWN.tree(0).frontier().root() == EMPTY_ROOT == reference.mth([])


@given(sizes, st.data())
def test_every_entry_is_proven_as_the_rfc_has_it(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = GROWN.tree(size).inclusion(index)
    assert path == reference.audit_path(index, ENTRIES[:size])
    leaf, root = leaf_hash(ENTRIES[index]), GROWN.roots[size]
    assert is_included(leaf, index, size, path, root)
    assert reference.root_by_path(index, size, leaf, path) == root
    # Nothing else is proven by it.
    other = data.draw(st.integers(0, 2 * size).filter(lambda n: n != index))
    assert not is_included(leaf, other, size, path, root)
    assert not is_included(leaf_hash(b"another"), index, size, path, root)
    assert not is_included(leaf, index, size, [*path, root], root)
    assert not is_included(leaf, index, size, path[:-1], root) or not path
    assert not is_included(leaf, -1, size, path, root)


@given(sizes, st.data())
def test_a_tree_goes_on_from_what_it_was(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, size))
    path = GROWN.tree(size).consistency(old)
    assert path == reference.consistency_path(old, ENTRIES[:size])
    was, now = GROWN.roots[old], GROWN.roots[size]
    assert is_consistent(old, was, size, now, path)
    for changed in (
        (old, now if old < size else EMPTY_ROOT, size, now, path),
        (old, was, size, EMPTY_ROOT, path) if old else (1, was, size, now, path),
        (old, was, size, now, [*path, now]),
        (size + 1, was, size, now, path),
        *([(old, was, size, now, path[:-1])] if path else []),
    ):
        assert not is_consistent(*changed)


@pytest.mark.parametrize(
    "wrong", [lambda tree: tree.inclusion(7), lambda tree: tree.inclusion(-1), lambda tree: tree.consistency(8)]
)
def test_what_is_not_there_is_not_proven(wrong: Callable[[Tree], object]) -> None:
    with pytest.raises(ValueError, match="the tree"):
        wrong(GROWN.tree(7))


def test_a_proof_reads_few_tiles() -> None:
    size = 50_000
    read: list[tuple[int, int]] = []

    def tile(level: int, number: int, width: int) -> list[bytes]:
        read.append((level, number))
        return [b"\x00" * 32] * width

    tree = Tree(size, tile)
    tree.inclusion(12_345)
    assert len(read) == len(set(read)) <= 5
