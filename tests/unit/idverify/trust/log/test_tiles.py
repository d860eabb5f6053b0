"""A published log: every checkpoint finds its tiles, and others read them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from idverify.domain.errors import StoredDataError
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.tiles import TileFolder, tile_path
from tests import tlog_reference as reference
from tests.log_kit import LOG_KEY, WITNESS_KEY, Grown, signed_checkpoint
from tests.peer_verifiers import log_read_by_pypi

GROWN = Grown([number.to_bytes(32) for number in range(1100)])


def publish(folder: Path, *sizes: int) -> None:
    tiles = TileFolder(folder)
    for old, size in pairwise((0, *sizes)):
        tiles.put_tiles(size, range(old, size), GROWN.tile, GROWN.bundle)
        tiles.put_checkpoint(signed_checkpoint(Checkpoint(LOG_KEY.name, size, GROWN.roots[size])))


@pytest.mark.parametrize("sizes", [(1,), (255, 256, 257), (7, 300, 300, 1024), (1100,), (3, 700, 1100)])
def test_a_published_log_is_read_by_others(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    publish(tmp_path, *sizes)
    state = reference.checkpoint((tmp_path / "checkpoint").read_text(), str(LOG_KEY), str(WITNESS_KEY))
    assert state.size == sizes[-1]
    entries = reference.entries_of(tmp_path, state.size)
    assert entries == GROWN.entries[: state.size]
    assert reference.mth(entries) == state.root


def test_a_published_log_is_read_by_tlog_scales(tmp_path: Path) -> None:
    publish(tmp_path, 3, 700, 1100)
    root = log_read_by_pypi(
        tmp_path, str(LOG_KEY), str(WITNESS_KEY), olds={700: GROWN.roots[700]}, indexes=[0, 699, 1099]
    )
    assert root == GROWN.roots[1100].hex()


def test_tiles_lie_where_the_format_has_them(tmp_path: Path) -> None:
    publish(tmp_path, 300, 1024)
    files = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()}
    full = {f"tile/{kind}/00{number}" for kind in ("0", "entries") for number in range(4)}
    # Of level 1 the narrower part stays as long as the tile is not full.
    assert files == {"checkpoint", *full, "tile/1/000.p/1", "tile/1/000.p/4"}
    assert all(file.stat().st_mode & 0o777 == 0o644 for file in tmp_path.rglob("*") if file.is_file())
    assert tile_path("entries", 1_234_067, 256) == "tile/entries/x001/x234/067"
    assert tile_path("3", 67_000, 5) == "tile/3/x067/000.p/5"


def test_nothing_is_published_but_what_is_signed(tmp_path: Path) -> None:
    assert TileFolder(tmp_path).checkpoint() is None
    (tmp_path / "checkpoint").write_bytes(b"\xff")
    with pytest.raises(StoredDataError, match="no checkpoint"):
        TileFolder(tmp_path).checkpoint()
