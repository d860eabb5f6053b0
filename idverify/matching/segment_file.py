"""One segment of the gallery as a sealed file.

``magic || length of header (4 bytes) || sealed header || sealed chunk ...``: the header names the arrays with their
types and shapes, and each chunk is authenticated with its segment, array and place. The digest over the tags of all of
them is kept elsewhere, in the manifest: only the file that it means opens.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from idverify.domain.errors import StoredDataError
from idverify.matching.picture import AnyArray, Arrays, SegmentPicture
from idverify.trust.sealing import SEAL_BYTES, seal, unseal, unseal_into
from idverify.trust.secret_file import replacing

_MAGIC = b"IDVGSEG1"
_CHUNK = 16 << 20
_TAG = 16
_LARGEST_HEADER = 1 << 20


def write_segment(path: Path, key: bytes, segment: SegmentPicture) -> str:
    """Write a segment's file whole; return the digest over its tags. Raises OSError."""
    digest = hashlib.sha256()
    with replacing(path) as file:
        header = [(name, array.dtype.str, list(array.shape)) for name, array in segment.arrays.items()]
        sealed = seal(key, json.dumps(header).encode(), "gallery", "header", segment.name)
        digest.update(sealed[-_TAG:])
        file.write(_MAGIC + struct.pack("<I", len(sealed)) + sealed)
        for name, array in segment.arrays.items():
            content = _flat(np.ascontiguousarray(array))
            for number, first in enumerate(range(0, len(content), _CHUNK)):
                part = bytes(content[first : first + _CHUNK])
                sealed = seal(key, part, *_place(segment.name, name, number))
                digest.update(sealed[-_TAG:])
                file.write(sealed)
    return digest.hexdigest()


def read_segment(path: Path, key: bytes, name: str, digest: str, pool: ThreadPoolExecutor) -> dict[str, AnyArray]:
    """Read the arrays of a segment.

    Args:
        path: its file.
        key: that it was sealed with.
        name: of the segment.
        digest: that :func:`write_segment` returned.
        pool: threads that open chunks.

    Raises:
        StoredDataError: it is damaged, or not the file that the digest means.
        ValueError, TypeError, struct.error: what it says of itself is not understood.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        # Never closed by hand: an error's traceback may still have a view of it. It ends with the last view.
        content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    header, begin = _header(key, name, content)
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
        unseal_into(key, sealed, chunk.out, *_place(name, chunk.column, chunk.number))

    for _ in pool.map(opened, chunks):
        pass
    return arrays


def _header(key: bytes, name: str, content: memoryview) -> tuple[list[tuple[str, str, list[int]]], int]:
    """Return names, types and shapes of the arrays, and where the first chunk begins."""
    fixed = len(_MAGIC) + 4
    if bytes(content[: len(_MAGIC)]) != _MAGIC:
        raise StoredDataError("a segment's file has an unknown format")
    (length,) = struct.unpack("<I", content[len(_MAGIC) : fixed])
    if length > min(_LARGEST_HEADER, len(content) - fixed):
        raise StoredDataError("a segment's file is cut")
    sealed = bytes(content[fixed : fixed + length])
    header = json.loads(unseal(key, sealed, "gallery", "header", name))
    return header, fixed + length


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
