"""A folder of template columns: one ``.npy`` file a column, to be mapped into memory, and a small JSON header.

The header is written last, so that a folder without one is an unfinished one; it holds every column's type, length and
CRC-32 (as zlib's). The checksums find accidents of storage, not people.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from matcher.errors import TemplateInvalidError
from matcher.templates.columnar import MINUTIA_COLUMNS, TEMPLATE_COLUMNS, TemplateColumns, require_coherent_columns

COLUMNS_FORMAT = "idverify-columns-2"
HEADER = "header.json"

_TYPES = {"offsets": np.int64} | MINUTIA_COLUMNS | TEMPLATE_COLUMNS


def write_columns(columns: TemplateColumns, folder: Path, about: dict[str, Any]) -> None:
    """Write columns to a folder, made if missing; a header that is there already goes first.

    Args:
        columns: coherent ones.
        folder: where to.
        about: whatever JSON says where they are from; equal columns and words give equal bytes.

    Raises:
        TemplateInvalidError: the columns are not coherent.
        OSError: the folder cannot be written.
    """
    require_coherent_columns(columns)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / HEADER).unlink(missing_ok=True)
    stored = {}
    for name in _TYPES:
        column = np.ascontiguousarray(getattr(columns, name), np.dtype(_TYPES[name]).newbyteorder("<"))
        np.save(folder / f"{name}.npy", column, allow_pickle=False)
        stored[name] = {"length": len(column), "crc32": zlib.crc32(column.data) if len(column) else 0}
    header = {
        "format": COLUMNS_FORMAT,
        "templates": len(columns),
        "minutiae": len(columns.x),
        "extractors": list(columns.extractors),
        "about": about,
        "columns": stored,
    }
    (folder / HEADER).write_text(json.dumps(header, indent=2) + "\n", encoding="ascii")


def open_columns(folder: Path) -> tuple[TemplateColumns, dict[str, Any]]:
    """Map a folder of columns into memory, read-only, and check all of it; about 1.5 s for a million templates.

    Returns:
        The columns, and what their writer said about them.

    Raises:
        TemplateInvalidError: the folder is unfinished, damaged, of another format, or not coherent.
    """
    header = _read_header(folder)
    try:
        described = {name: (int(c["length"]), int(c["crc32"])) for name, c in header["columns"].items()}
        extractors, about = tuple(header["extractors"]), dict(header["about"])
        known = set(described) == set(_TYPES) and all(isinstance(name, str) for name in extractors)
    except (KeyError, TypeError, ValueError, AttributeError):
        known = False
    if not known:
        raise TemplateInvalidError("template columns: the header does not describe the columns of its format")
    columns = TemplateColumns(
        **{name: _map_column(folder, name, *of) for name, of in described.items()}, extractors=extractors
    )
    require_coherent_columns(columns)
    return columns, about


def _read_header(folder: Path) -> dict[str, Any]:
    try:
        header = json.loads((folder / HEADER).read_bytes())
    except OSError:
        raise TemplateInvalidError(
            f"template columns: no readable {HEADER}: nothing was written, or not to the end"
        ) from None
    except ValueError:
        raise TemplateInvalidError(f"template columns: {HEADER} is damaged") from None
    if not isinstance(header, dict) or header.get("format") != COLUMNS_FORMAT:
        raise TemplateInvalidError(f"template columns: {HEADER} is of another format than {COLUMNS_FORMAT}")
    return header


def _map_column(folder: Path, name: str, length: int, checksum: int) -> np.ndarray[Any, Any]:
    try:
        column: np.ndarray[Any, Any] = np.load(
            folder / f"{name}.npy", mmap_mode="r" if length else None, allow_pickle=False
        )
    except (OSError, ValueError, EOFError):
        raise TemplateInvalidError(f"template columns: {name}.npy is missing or cannot be read") from None
    if column.shape != (length,) or column.dtype != np.dtype(_TYPES[name]).newbyteorder("<"):
        raise TemplateInvalidError(f"template columns: {name}.npy is not what the header describes")
    if (zlib.crc32(column.data) if length else 0) != checksum:
        raise TemplateInvalidError(
            f"template columns: {name}.npy fails its checksum: it was damaged after it was written"
        )
    return column
