"""Snapshots of shards in a folder, or in object storage: whatever fsspec knows by a URL.

The files are those of the gallery on disk (:mod:`idverify.matching.snapshot`), sealed as those, made in a folder of the
machine and then copied: segments first, since those are never written twice, the manifest last. What is found half
written does not open, and is made anew of the database.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from weakref import finalize

import fsspec

from idverify.matching.picture import GalleryPicture
from idverify.matching.snapshot import SnapshotFolder, SnapshotUnusableError

_LOG = logging.getLogger(__name__)
_MANIFEST = "manifest"


class ObjectStorage:
    """Implements :class:`idverify.cluster.shard.PutAway`.

    Args:
        url: a folder of whatever kind: ``file:///...``, ``s3://bucket/...``.
        shard: number of the shard; with ``parts``, the name of its own folder.
        parts: how many shards there are.
        options: for fsspec, as the address of an S3 of one's own.
    """

    def __init__(self, url: str, shard: int, parts: int, options: dict[str, object] | None = None) -> None:
        self.url = url
        self._files, root = fsspec.core.url_to_fs(url, **(options or {}))
        self._name = f"shard-{shard}-of-{parts}"
        self._root = f"{root.rstrip('/')}/{self._name}"
        self._own = Path(mkdtemp(prefix="idverify-shard-"))
        finalize(self, rmtree, self._own, ignore_errors=True)
        self._made: SnapshotFolder | None = None
        self._written: set[str] = set()

    def save(self, picture: GalleryPicture, key: bytes) -> None:
        """Write what is not there yet, then the manifest, then delete the rest. Raises OSError."""
        folder = self._own
        if self._made is None:
            self._made = SnapshotFolder(folder, key)
        self._made.save(picture)
        self._files.makedirs(self._root, exist_ok=True)
        there = set(self._names())
        segments = {path.name for path in folder.iterdir()} - {_MANIFEST}
        # What somebody else wrote has another name, or was sealed anew: the manifest means the file.
        for name in sorted(segments - (self._written & there)):
            self._files.put_file(f"{folder}/{name}", f"{self._root}/{name}")
        self._files.put_file(f"{folder}/{_MANIFEST}", f"{self._root}/{_MANIFEST}.new")
        self._files.mv(f"{self._root}/{_MANIFEST}.new", f"{self._root}/{_MANIFEST}")
        for name in there - segments - {_MANIFEST}:
            self._files.rm_file(f"{self._root}/{name}")
        self._written = segments

    def load(self, key: bytes, index_ids: Sequence[str]) -> GalleryPicture | None:
        """Read it; None if there is none that can be used. Raises OSError."""
        with TemporaryDirectory(prefix="idverify-shard-") as folder:
            for name in self._names():
                self._files.get_file(f"{self._root}/{name}", f"{folder}/{name}")
            try:
                return SnapshotFolder(Path(folder), key).load(index_ids)
            except SnapshotUnusableError as unusable:
                _LOG.info("snapshot of a shard not used", extra={"shard": self._name, "cause": str(unusable)})
                return None

    def _names(self) -> list[str]:
        if not self._files.exists(self._root):
            return []
        return [str(path).rsplit("/", 1)[-1] for path in self._files.ls(self._root, detail=False, refresh=True)]
