"""The gallery on disk, so that a start need not make it again of a million templates.

Segments of the gallery never change but for which of their impressions are still present, so each is written once, to
a file of its own name. The *manifest* says which segments make the gallery, what is present of each, and at which event
of the audit trail that was so. It is written last and replaced in one step: whatever ends the process, the folder holds
the former snapshot or the new one.

Everything is sealed (:mod:`idverify.trust.sealing`): templates can be made into pictures that pass for the finger.
A segment's file is ``magic || length of header (4 bytes) || sealed header || sealed chunk ...``; the header names the
arrays, each chunk is authenticated with its segment, array and place, and the manifest has a digest over the tags of
all of them. A file that is torn, moved, foreign or older than it should be does not open.
"""

from __future__ import annotations

import base64
import hashlib
import json
import mmap
import struct
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idverify.domain.errors import StoredDataError
from idverify.domain.model import TrailHead
from idverify.trust.sealing import SEAL_BYTES, seal, unseal, unseal_into
from idverify.trust.secret_file import replacing, sync_folder

AnyArray = NDArray[Any]
Arrays = Mapping[str, AnyArray]

_FORMAT = 1
_MAGIC = b"IDVGSEG1"
_CHUNK = 16 << 20
_TAG = 16
_LARGEST_HEADER = 1 << 20
_MANIFEST = "manifest"
_SUFFIX = ".segment"


class SnapshotUnusableError(Exception):
    """There is no snapshot to start from; the text says why, and the gallery is made of the database."""


@dataclass(frozen=True, slots=True)
class SegmentPicture:
    """A segment as it was at one moment.

    Attributes:
        name: unique for ever: equal names, equal arrays.
        arrays: everything in it, by name.
        present: which of its impressions were still there.
    """

    name: str
    arrays: Arrays = field(repr=False)
    present: NDArray[np.bool_] = field(repr=False)


@dataclass(frozen=True, slots=True)
class GalleryPicture:
    """The gallery as it was at one moment.

    Attributes:
        index_id: what made it: only a gallery of the same name can take it over.
        watermark: end of the audit trail at that moment.
        time: when.
        segments: what it consists of.
    """

    index_id: str
    watermark: TrailHead
    time: datetime
    segments: Sequence[SegmentPicture]


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

    def save(self, picture: GalleryPicture) -> None:
        """Write what is not there yet, then the manifest, then delete what is not needed any more.

        Raises:
            OSError: the disk is full or fails; the former snapshot is still there.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for segment in picture.segments:
            if segment.name not in self._digests:
                self._digests[segment.name] = self._write_segment(segment)
        sync_folder(self._folder)
        with replacing(self._folder / _MANIFEST) as file:
            file.write(seal(self._key, _encoded(picture, self._digests), "gallery", "manifest"))
        self._forget_others({segment.name for segment in picture.segments})

    def load(self, index_id: str) -> GalleryPicture:
        """Read the snapshot.

        Args:
            index_id: of the gallery that is to take it over.

        Raises:
            SnapshotUnusableError: there is none, or it cannot be trusted or used.
        """
        try:
            manifest = self._manifest()
            if manifest["index_id"] != index_id:
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

    def _write_segment(self, segment: SegmentPicture) -> str:
        """Write a segment's file whole; return the digest over its tags."""
        digest = hashlib.sha256()
        with replacing(self._file(segment.name)) as file:
            header = [(name, array.dtype.str, list(array.shape)) for name, array in segment.arrays.items()]
            sealed = seal(self._key, json.dumps(header).encode(), "gallery", "header", segment.name)
            digest.update(sealed[-_TAG:])
            file.write(_MAGIC + struct.pack("<I", len(sealed)) + sealed)
            for name, array in segment.arrays.items():
                content = _flat(np.ascontiguousarray(array))
                for number, first in enumerate(range(0, len(content), _CHUNK)):
                    part = bytes(content[first : first + _CHUNK])
                    sealed = seal(self._key, part, *_place(segment.name, name, number))
                    digest.update(sealed[-_TAG:])
                    file.write(sealed)
        return digest.hexdigest()

    def _read_segment(self, entry: Mapping[str, Any], pool: ThreadPoolExecutor) -> SegmentPicture:
        name = str(entry["name"])
        with self._file(name).open("rb") as file:
            # Never closed by hand: an error's traceback may still have a view of it. It ends with the last view.
            content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        arrays = self._read_arrays(name, str(entry["digest"]), content, pool)
        present = np.unpackbits(
            np.frombuffer(base64.b64decode(entry["present"]), np.uint8), count=int(entry["impressions"])
        )
        return SegmentPicture(name, arrays, present.astype(np.bool_))

    def _read_arrays(
        self, name: str, digest: str, content: memoryview, pool: ThreadPoolExecutor
    ) -> dict[str, AnyArray]:
        header, begin = self._header(name, content)
        arrays = {column: np.empty(shape, np.dtype(kind)) for column, kind, shape in header}
        chunks = list(_chunks(arrays, begin))
        end = chunks[-1].end if chunks else begin
        if end != len(content):
            raise StoredDataError("a segment's file has another length than its header says")
        tags = hashlib.sha256(b"".join(bytes(content[at - _TAG : at]) for at in (begin, *(c.end for c in chunks))))
        if tags.hexdigest() != digest:
            raise StoredDataError("a segment's file is not the one that the manifest means")

        def opened(chunk: _Chunk) -> None:
            sealed = content[chunk.begin : chunk.end]
            unseal_into(self._key, sealed, chunk.out, *_place(name, chunk.column, chunk.number))

        for _ in pool.map(opened, chunks):
            pass
        return arrays

    def _header(self, name: str, content: memoryview) -> tuple[list[tuple[str, str, list[int]]], int]:
        """Return names, types and shapes of the arrays, and where the first chunk begins."""
        fixed = len(_MAGIC) + 4
        if bytes(content[: len(_MAGIC)]) != _MAGIC:
            raise StoredDataError("a segment's file has an unknown format")
        (length,) = struct.unpack("<I", content[len(_MAGIC) : fixed])
        if length > min(_LARGEST_HEADER, len(content) - fixed):
            raise StoredDataError("a segment's file is cut")
        sealed = bytes(content[fixed : fixed + length])
        header = json.loads(unseal(self._key, sealed, "gallery", "header", name))
        return header, fixed + length

    def _file(self, name: str) -> Path:
        return self._folder / f"{uuid.UUID(name).hex}{_SUFFIX}"

    def _forget_others(self, names: set[str]) -> None:
        kept = {_MANIFEST, *(self._file(name).name for name in names)}
        for path in self._folder.iterdir():
            if path.name not in kept:
                path.unlink(missing_ok=True)
        self._digests = {name: digest for name, digest in self._digests.items() if name in names}


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Part of an array in a file: where it lies sealed, and where it goes."""

    column: str
    number: int
    begin: int
    end: int
    out: memoryview


def _chunks(arrays: Arrays, begin: int) -> Iterator[_Chunk]:
    for column, array in arrays.items():
        content = _flat(array)
        for number, first in enumerate(range(0, len(content), _CHUNK)):
            out = content[first : first + _CHUNK]
            end = begin + SEAL_BYTES + len(out)
            yield _Chunk(column, number, begin, end, out)
            begin = end


def _flat(array: AnyArray) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _place(segment: str, column: str, number: int) -> tuple[str, ...]:
    return ("gallery", "chunk", segment, column, str(number))


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
