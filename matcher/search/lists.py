"""The coarse quantiser: which inverted lists a code belongs to, and in which its like are looked for.

The lists' centres are codes themselves, in two levels, trained once by clustering clusters (``benchmarks/
train_index_lists.py``) and bound to the code book. The only module that imports FAISS.
"""

from __future__ import annotations

import threading
import zipfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import IO

import faiss
import numpy as np
from numpy.typing import NDArray

from matcher.comparison.prints import WordArray
from matcher.search.codes import CODE_BITS, CodeBookIncompatibleError, rotation
from matcher.types import ByteArray

_FORMAT = "idverify-index-lists-1"
_DEFAULT = "index_lists_v1.npz"
_GROUPS_LEAST, _LISTS_PER_GROUP = 16, 8
_GROUPS_POSTED = 4
"""Groups of centres looked at for a code that is enrolled; for one of the probe more. The enrolled are many, and a list
that is only nearly the nearest is looked at all the same."""


@dataclass(frozen=True, slots=True, eq=False)
class ListCentres:
    """Where the inverted lists lie.

    Attributes:
        version: number of the training.
        codebook: :attr:`~matcher.search.codes.CodeBook.id` of the codes they are for.
        groups: uint64, shape (g, 4): centres of groups of lists.
        centres: uint64, shape (l, 4): centres of the lists.
    """

    version: int
    codebook: str
    groups: WordArray
    centres: WordArray

    @property
    def id(self) -> str:
        """Name: equal names, equal lists."""
        return f"lists{len(self.centres)}-v{self.version}-{self.codebook}"

    def turned(self, key: bytes, codebook: str) -> ListCentres:
        """Return where the lists lie among codes that a secret turned; of a code book of this name.

        A centre is turned as if its bits were what their signs are of: not trained anew, and it finds as much.
        """
        turn = rotation(key).astype(np.float32)  # exact, as the sums below are

        def turned(codes: WordArray) -> WordArray:
            bits = np.unpackbits(_bytes(codes), axis=1, bitorder="little") * np.float32(2) - np.float32(1)
            return np.packbits(bits @ turn > 0, axis=1, bitorder="little").view(np.uint64)

        return ListCentres(self.version, codebook, turned(self.groups), turned(self.centres))

    def save(self, file: IO[bytes] | Path) -> None:
        """Write as npz; equal centres give equal bytes."""
        np.savez(
            file,
            format=np.array(_FORMAT),
            version=np.array(self.version),
            codebook=np.array(self.codebook),
            groups=self.groups,
            centres=self.centres,
        )


class CoarseQuantiser:
    """Finds the lists nearest to codes. Thread-safe: no list changes after it is made."""

    def __init__(self, centres: ListCentres) -> None:
        self.lists = len(centres.centres)
        self.id = centres.id
        self._groups = faiss.IndexBinaryFlat(CODE_BITS)  # kept: the index below does not own it
        self._groups.add(_bytes(centres.groups))
        self._index = faiss.IndexBinaryIVF(self._groups, CODE_BITS, len(centres.groups))
        self._index.is_trained = True
        self._told = threading.local()
        self._keep_to_one_thread()
        self._index.add(_bytes(centres.centres))

    def nearest(self, codes: WordArray, count: int) -> NDArray[np.int32]:
        """Return the nearest lists of every code, nearest first, int32, shape (n, count); -1 where there are fewer."""
        if not len(codes):
            return np.zeros((0, count), np.int32)
        self._keep_to_one_thread()
        effort = faiss.SearchParametersIVF()
        effort.nprobe = _GROUPS_POSTED if count == 1 else max(_GROUPS_LEAST, count // _LISTS_PER_GROUP)
        _, lists = self._index.search(_bytes(codes), count, params=effort)
        nearest: NDArray[np.int32] = lists.astype(np.int32)
        return nearest

    def _keep_to_one_thread(self) -> None:
        """Let FAISS compute in the calling thread alone; OpenMP keeps the number for each thread, so each says it once.

        FAISS's own threads spin while they wait for each other: on a busy machine 12 s instead of 0.1.
        """
        if not hasattr(self._told, "once"):
            faiss.omp_set_num_threads(1)
            self._told.once = True


def load_centres(file: IO[bytes] | Path, codebook: str) -> ListCentres:
    """Read the list centres for the codes of a code book.

    Raises:
        CodeBookIncompatibleError: the file is damaged, or is for other codes.
    """
    try:
        with np.load(file, allow_pickle=False) as stored:
            fields = {name: stored[name] for name in ("format", "version", "codebook", "groups", "centres")}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise CodeBookIncompatibleError("list centres cannot be read; train them again or reinstall") from error
    if str(fields["format"]) != _FORMAT:
        raise CodeBookIncompatibleError(f"list centres have another format than {_FORMAT}")
    if str(fields["codebook"]) != codebook:
        raise CodeBookIncompatibleError("list centres were trained for another code book; train them for this one")
    groups, centres = fields["groups"], fields["centres"]
    if not (groups.ndim == centres.ndim == 2 and groups.shape[1] == centres.shape[1] == CODE_BITS // 64):
        raise CodeBookIncompatibleError("list centres have the wrong shape")
    return ListCentres(int(fields["version"]), codebook, groups.astype(np.uint64), centres.astype(np.uint64))


def default_centres(codebook: str) -> ListCentres:
    """Read the list centres that ship with the package."""
    with files("matcher").joinpath("models", _DEFAULT).open("rb") as file:
        return load_centres(file, codebook)


def _bytes(codes: WordArray) -> ByteArray:
    """Return codes as FAISS takes them, uint8 of shape (n, 32)."""
    return np.ascontiguousarray(codes).view(np.uint8)
