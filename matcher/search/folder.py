"""A gallery on disk: one folder a segment, its arrays as .npy, and a manifest that is written last.

For benchmarks, and for galleries larger than memory, whose arrays are mapped. Nothing in it is sealed: what holds real
people's fingerprints belongs on an encrypted disk, or is sealed by whoever stores it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.array_files import checksum, replace_text, write_array
from matcher.errors import MatcherError
from matcher.search.segment import Frozen, Segment, from_arrays

_FORMAT = "idverify-gallery-1"
MANIFEST = "gallery.json"
_PRESENT = "present.npy"


class GalleryFolderError(MatcherError):
    """A folder does not hold a gallery that can be used."""

    reason = "GALLERY_FOLDER_INVALID"


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the manifest says of one segment: its folder, and the CRC-32 of each file by name."""

    name: str
    checksums: dict[str, int]


def write(folder: Path, segments: Iterable[Frozen], index_id: str) -> None:
    """Write a gallery; a segment that the folder has already is written again only as far as what is present.

    Args:
        folder: made if need be; it should hold nothing else, since what no segment uses is deleted.
        segments: as :meth:`matcher.search.gallery.Gallery.freeze` returns them.
        index_id: :attr:`matcher.search.gallery.Gallery.index_id`.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = {stored.name: stored for stored in _stored(folder)} if (folder / MANIFEST).exists() else {}
    stored = [_write_segment(folder, frozen, known.get(frozen.segment.name)) for frozen in segments]
    manifest = {
        "format": _FORMAT,
        "index": index_id,
        "segments": [{"name": s.name, "checksums": s.checksums} for s in stored],
    }
    replace_text(folder / MANIFEST, json.dumps(manifest, indent=2) + "\n")
    used = {s.name for s in stored}
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name not in used:
            shutil.rmtree(entry)


def _write_segment(folder: Path, frozen: Frozen, known: _Stored | None) -> _Stored:
    own = folder / frozen.segment.name
    own.mkdir(exist_ok=True)
    checksums = dict(known.checksums) if known else {}
    if not known:
        for name, array in frozen.segment.arrays().items():
            checksums[f"{name}.npy"] = write_array(own / f"{name}.npy", array)
    checksums[_PRESENT] = write_array(own / _PRESENT, frozen.present)
    return _Stored(frozen.segment.name, checksums)


def read(folder: Path, index_id: str, *, mapped: bool = False) -> list[Segment]:
    """Read what :func:`write` wrote.

    Args:
        folder: where.
        index_id: of the gallery that the segments are for.
        mapped: leave the arrays on disk and let the system read what is looked at; then checksums are not compared.

    Raises:
        GalleryFolderError: it is of another format or index, or damaged.
    """
    try:
        if _manifest(folder)["index"] != index_id:
            raise GalleryFolderError("the gallery was written for another index; build it again")
        return [_read_segment(folder, stored, mapped=mapped) for stored in _stored(folder)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GalleryFolderError("the gallery cannot be read; build it again") from error


def _read_segment(folder: Path, stored: _Stored, *, mapped: bool) -> Segment:
    arrays: dict[str, NDArray[Any]] = {}
    for name, expected in stored.checksums.items():
        # "c" and not "r": the compiled loops are compiled once more for arrays that refuse to be written to.
        array = np.load(folder / stored.name / name, mmap_mode="c" if mapped else None, allow_pickle=False)
        if not mapped and checksum(array) != expected:
            raise GalleryFolderError("the gallery is damaged: a checksum differs; build it again")
        arrays[name.removesuffix(".npy")] = np.asarray(array)
    return from_arrays(stored.name, arrays, arrays.pop("present"))


def _manifest(folder: Path) -> dict[str, Any]:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise GalleryFolderError("the folder holds no gallery of this format")
    return manifest


def _stored(folder: Path) -> list[_Stored]:
    return [_Stored(each["name"], each["checksums"]) for each in _manifest(folder)["segments"]]
