"""Reading a folder of template columns as docs/formats.md says, with nothing but numpy and the header."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from matcher.templates.columnar import TemplateColumns


def read_columns(folder: Path) -> tuple[TemplateColumns, dict[str, Any]]:
    """Return the columns and what their writer says about them; every length and checksum is compared."""
    header = json.loads((folder / "header.json").read_bytes())
    arrays: dict[str, Any] = {name: np.load(folder / f"{name}.npy", mmap_mode="c") for name in header["columns"]}
    for name, stated in header["columns"].items():
        assert stated == {"length": len(arrays[name]), "crc32": zlib.crc32(arrays[name].tobytes())}
    columns = TemplateColumns(**arrays, extractors=tuple(header["extractors"]))
    assert (header["templates"], header["minutiae"]) == (len(columns), len(columns.x))
    return columns, header["about"]
