"""The gallery's files: what comes back is what was put there, or nothing."""

from __future__ import annotations

import os
import stat
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from idverify.domain.model import TrailHead
from idverify.matching import segment_file, snapshot
from idverify.matching.picture import GalleryPicture, SegmentPicture
from idverify.matching.snapshot import SnapshotFolder, SnapshotUnusableError

KEY = b"\x05" * 32
NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
HEAD = TrailHead(17, "ab" * 32)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_file, "_CHUNK", 1000)


def segment(seed: int, size: int = 300) -> SegmentPicture:
    random = np.random.default_rng(seed)
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "ids": np.arange(size, dtype=np.int64) + seed,
        "codes": random.integers(0, 2**63, (size, 4), dtype=np.uint64),
        "none": np.zeros((0, 4), np.uint16),
        "names": random.integers(0, 255, size + 1, dtype=np.uint8),
    }
    return SegmentPicture(uuid.UUID(int=seed).hex, arrays, random.random(size) < 0.7)


def picture(*segments: SegmentPicture, index_id: str = "index-1") -> GalleryPicture:
    return GalleryPicture(index_id, HEAD, NOW, segments)


def same(one: GalleryPicture, other: GalleryPicture) -> bool:
    return (one.index_id, one.watermark, one.time) == (other.index_id, other.watermark, other.time) and all(
        a.name == b.name
        and a.arrays.keys() == b.arrays.keys()
        and all(a.arrays[n].dtype == b.arrays[n].dtype and np.array_equal(a.arrays[n], b.arrays[n]) for n in a.arrays)
        and np.array_equal(a.present, b.present)
        for a, b in zip(one.segments, other.segments, strict=True)
    )


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_put_there_comes_back(tmp_path: Path) -> None:
    saved = picture(segment(1), segment(2, 5), segment(3, 0))
    SnapshotFolder(tmp_path / "g", KEY).save(saved)
    assert same(SnapshotFolder(tmp_path / "g", KEY).load(["index-1"]), saved)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "g").iterdir()} == {0o600}


def test_nothing_in_the_files_can_be_read(tmp_path: Path) -> None:
    plain = SegmentPicture(
        uuid.uuid4().hex, {"names": np.frombuffer(b"a name in clear " * 200, np.uint8)}, np.ones(3, bool)
    )
    SnapshotFolder(tmp_path, KEY).save(picture(plain))
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert b"in clear" not in content
        assert b"names" not in content
        assert HEAD.hash.encode() not in content


def test_a_segment_is_written_once_and_deleted_when_it_is_not_needed(tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path, KEY)
    first, second, third = segment(1), segment(2), segment(3)
    folder.save(picture(first, second))
    before = {name: (tmp_path / name).stat().st_ino for name in files(tmp_path)}
    later = SegmentPicture(first.name, first.arrays, np.zeros(len(first.present), bool))
    (tmp_path / ".left-by-a-crash").write_bytes(b"x")
    folder.save(picture(later, third))
    assert files(tmp_path) == sorted(["manifest", f"{first.name}.segment", f"{third.name}.segment"])
    assert (tmp_path / f"{first.name}.segment").stat().st_ino == before[f"{first.name}.segment"]
    reopened = SnapshotFolder(tmp_path, KEY)
    loaded = reopened.load(["index-1"])
    assert same(loaded, picture(later, third))
    reopened.save(picture(*loaded.segments))
    assert (tmp_path / f"{first.name}.segment").stat().st_ino == before[f"{first.name}.segment"]


def test_any_change_of_any_byte_is_noticed(tmp_path: Path) -> None:
    SnapshotFolder(tmp_path, KEY).save(picture(segment(1, 60)))
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        for at in {0, 3, 8, 11, 12, 13, 40, len(content) // 2, len(content) - 1, *range(0, len(content), 97)}:
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            with pytest.raises(SnapshotUnusableError):
                SnapshotFolder(tmp_path, KEY).load(["index-1"])
        for cut in (content[:-1], content[: len(content) // 2], content[:5], b"", content + b"\0"):
            path.write_bytes(cut)
            with pytest.raises(SnapshotUnusableError):
                SnapshotFolder(tmp_path, KEY).load(["index-1"])
        path.write_bytes(content)
    assert SnapshotFolder(tmp_path, KEY).load(["index-1"])


def test_a_file_of_another_time_or_place_is_noticed(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    first, second = segment(1), segment(2)
    SnapshotFolder(one, KEY).save(picture(first, second))
    changed = SegmentPicture(first.name, {**first.arrays, "ids": np.asarray(first.arrays["ids"]) + 1}, first.present)
    SnapshotFolder(other, KEY).save(picture(changed, second))
    name = f"{first.name}.segment"
    kept = (one / name).read_bytes()
    for content in ((other / name).read_bytes(), (one / f"{second.name}.segment").read_bytes()):
        (one / name).write_bytes(content)
        with pytest.raises(SnapshotUnusableError, match="damaged"):
            SnapshotFolder(one, KEY).load(["index-1"])
    (one / name).write_bytes(kept)
    (one / "manifest").write_bytes((other / "manifest").read_bytes())
    with pytest.raises(SnapshotUnusableError, match="damaged"):
        SnapshotFolder(one, KEY).load(["index-1"])


def test_why_a_snapshot_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SnapshotUnusableError, match="not there"):
        SnapshotFolder(tmp_path / "nowhere", KEY).load(["index-1"])
    SnapshotFolder(tmp_path, KEY).save(picture(segment(1)))
    with pytest.raises(SnapshotUnusableError, match="another index"):
        SnapshotFolder(tmp_path, KEY).load(["index-2"])
    with pytest.raises(SnapshotUnusableError, match="another key"):
        SnapshotFolder(tmp_path, b"\x06" * 32).load(["index-1"])
    monkeypatch.setattr(snapshot, "_FORMAT", 2)
    with pytest.raises(SnapshotUnusableError, match="another version"):
        SnapshotFolder(tmp_path, KEY).load(["index-1"])
    monkeypatch.undo()
    (tmp_path / f"{segment(1).name}.segment").unlink()
    with pytest.raises(SnapshotUnusableError, match="not all of it"):
        SnapshotFolder(tmp_path, KEY).load(["index-1"])


@pytest.mark.parametrize("failing", range(9))
def test_whatever_fails_the_former_snapshot_or_the_new_one_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """Each call that makes something durable fails in turn; what the folder holds then is one of the two, whole."""
    former, new = picture(segment(1), segment(2)), picture(segment(2), segment(3), segment(4))
    folder = SnapshotFolder(tmp_path, KEY)
    folder.save(former)
    calls = 0
    real = os.fsync

    def fsync(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == failing + 1:
            raise OSError(28, "no space left")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    try:
        folder.save(new)
        done = True
    except OSError:
        done = False
    monkeypatch.setattr(os, "fsync", real)
    loaded = SnapshotFolder(tmp_path, KEY).load(["index-1"])
    assert same(loaded, new if done else former) or (not done and same(loaded, new))
    folder.save(new)
    assert same(SnapshotFolder(tmp_path, KEY).load(["index-1"]), new)
    assert len(files(tmp_path)) == 4
