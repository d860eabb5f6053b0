"""Writing folders of arrays: each a ``.npy`` file with a checksum, and what describes them put in place last."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def write_array(file: Path, array: NDArray[Any]) -> int:
    """Write an array as numpy's format, little-endian, and return the CRC-32 (as zlib's) of its elements.

    Raises:
        OSError: the file cannot be written.
    """
    stored = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    np.save(file, stored, allow_pickle=False)
    return checksum(stored)


def checksum(array: NDArray[Any]) -> int:
    """Return the CRC-32 of a contiguous array's elements. It finds accidents of storage, not people."""
    return zlib.crc32(array.reshape(-1).view(np.uint8).data)


def replace_text(file: Path, text: str) -> None:
    """Put a text at ``file`` in one step: whoever reads meanwhile gets all of the old or all of the new.

    Not synced to the disk: for what can be made again after the machine has lost its power.

    Raises:
        OSError: the file cannot be written.
    """
    new = file.with_name(f"{file.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)
