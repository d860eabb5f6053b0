"""A folder of template columns: one ``.npy`` file a column, to be mapped into memory, and a small JSON header.

The header is put in place last, so that a folder without one is an unfinished one; it holds every column's length and
CRC-32 (as zlib's). docs/formats.md says how to read it back.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from matcher.array_files import replace_text, write_array
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
    for name, kind in _TYPES.items():
        column = np.asarray(getattr(columns, name), kind)
        stored[name] = {"length": len(column), "crc32": write_array(folder / f"{name}.npy", column)}
    header = {
        "format": COLUMNS_FORMAT,
        "templates": len(columns),
        "minutiae": len(columns.x),
        "extractors": list(columns.extractors),
        "about": about,
        "columns": stored,
    }
    replace_text(folder / HEADER, json.dumps(header, indent=2) + "\n")
