"""The gallery on disk, so that a start need not make it again of a million templates.

Segments of the gallery never change but for which of their impressions are still present, so each is written once, to
a file of its own name. The *manifest* says which segments make the gallery, what is present of each, and at which event
of the audit trail that was so. It is written last and replaced in one step: whatever ends the process, the folder holds
the former snapshot or the new one.

Everything is sealed (:mod:`idverify.trust.sealing`): templates can be made into pictures that pass for the finger. The
manifest has a digest of each segment's file (:mod:`idverify.matching.segment_file`). A file that is torn, moved,
foreign or older than it should be does not open.
"""

from __future__ import annotations

import base64
import json
import struct
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from idverify.domain.errors import StoredDataError
from idverify.domain.model import TrailHead
from idverify.matching.picture import GalleryPicture, SegmentPicture
from idverify.matching.segment_file import read_segment, write_segment
from idverify.trust.sealing import seal, unseal
from idverify.trust.secret_file import make_folder, replacing, sync_folder

_FORMAT = 1
_MANIFEST = "manifest"
_SUFFIX = ".segment"


class SnapshotUnusableError(Exception):
    """There is no snapshot to start from; the text says why, and the gallery is made of the database."""


class SnapshotFolder:
    """A folder with one snapshot. One thread at a time.

    Args:
        folder: made if missing.
        key: 32 bytes; see :attr:`idverify.trust.sealing.Purpose.GALLERY_SNAPSHOT`.
        threads: that open a snapshot.
    """

    def __init__(self, folder: Path, key: bytes, threads: int = 2) -> None:
        self._folder = folder
        self._key = key
        self._threads = threads
        self._digests: dict[str, str] = {}  # of the segments whose files are whole

    @property
    def of(self) -> str:
        """Name of the server whose it is, by where it lies."""
        return self._folder.parent.name

    def save(self, picture: GalleryPicture) -> None:
        """Write what is not there yet, then the manifest, then delete what is not needed any more.

        Raises:
            OSError: the disk is full or fails; the former snapshot is still there.
        """
        make_folder(self._folder, 0o700)
        for segment in picture.segments:
            if segment.name not in self._digests:
                self._digests[segment.name] = write_segment(self._file(segment.name), self._key, segment)
        sync_folder(self._folder)
        with replacing(self._folder / _MANIFEST) as file:
            file.write(seal(self._key, _encoded(picture, self._digests), "gallery", "manifest"))
        self._forget_others({segment.name for segment in picture.segments})

    def load(self, index_ids: Sequence[str]) -> GalleryPicture:
        """Read the snapshot.

        Args:
            index_ids: what the gallery that is to take it over can go on with.

        Raises:
            SnapshotUnusableError: there is none, or it cannot be trusted or used.
        """
        try:
            manifest = self._manifest()
            index_id = manifest["index_id"]
            if index_id not in index_ids:
                raise SnapshotUnusableError("made with another index")
            with ThreadPoolExecutor(self._threads) as pool:
                segments = [self._read_segment(entry, pool) for entry in manifest["segments"]]
            watermark = TrailHead(manifest["sequence"], manifest["hash"])
            picture = GalleryPicture(index_id, watermark, datetime.fromisoformat(manifest["time"]), segments)
        except FileNotFoundError:
            raise SnapshotUnusableError("not there, or not all of it") from None
        except OSError:
            raise SnapshotUnusableError("cannot be read") from None
        except StoredDataError:
            raise SnapshotUnusableError("damaged, or sealed by another key") from None
        except (ValueError, KeyError, TypeError, struct.error):
            raise SnapshotUnusableError("not understood") from None
        self._digests = {entry["name"]: entry["digest"] for entry in manifest["segments"]}
        return picture

    def _manifest(self) -> dict[str, Any]:
        sealed = (self._folder / _MANIFEST).read_bytes()
        manifest: dict[str, Any] = json.loads(unseal(self._key, sealed, "gallery", "manifest"))
        if manifest["format"] != _FORMAT:
            raise SnapshotUnusableError("written by another version")
        return manifest

    def _read_segment(self, entry: Mapping[str, Any], pool: ThreadPoolExecutor) -> SegmentPicture:
        name = str(entry["name"])
        arrays = read_segment(self._file(name), self._key, name, str(entry["digest"]), pool)
        present = np.unpackbits(
            np.frombuffer(base64.b64decode(entry["present"]), np.uint8), count=int(entry["impressions"])
        )
        return SegmentPicture(name, arrays, present.astype(np.bool_))

    def _file(self, name: str) -> Path:
        return self._folder / f"{uuid.UUID(name).hex}{_SUFFIX}"

    def _forget_others(self, names: set[str]) -> None:
        kept = {_MANIFEST, *(self._file(name).name for name in names)}
        for path in self._folder.iterdir():
            if path.name not in kept:
                path.unlink(missing_ok=True)
        self._digests = {name: digest for name, digest in self._digests.items() if name in names}


def _encoded(picture: GalleryPicture, digests: Mapping[str, str]) -> bytes:
    segments = [
        {
            "name": segment.name,
            "digest": digests[segment.name],
            "impressions": len(segment.present),
            "present": base64.b64encode(np.packbits(segment.present).tobytes()).decode(),
        }
        for segment in picture.segments
    ]
    manifest = {
        "format": _FORMAT,
        "index_id": picture.index_id,
        "sequence": picture.watermark.sequence,
        "hash": picture.watermark.hash,
        "time": picture.time.isoformat(),
        "segments": segments,
    }
    return json.dumps(manifest).encode()
