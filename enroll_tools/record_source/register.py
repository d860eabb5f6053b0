"""The register behind the reference source: a JSON file of records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as the register has it.

    Attributes:
        record: content.
        version: from 1; every change makes the next.
    """

    record: Mapping[str, Any] = field(repr=False)
    version: int


Register = Mapping[tuple[str, str], Entry]
"""By citizen number and record type."""


def load_register(path: Path) -> Register:
    """Read a list of ``{"citizen_number", "record_type", "version", "record"}``.

    Raises:
        ValueError: it is no such list. Values are not repeated.
        OSError: it cannot be read.
    """
    try:
        rows = json.loads(path.read_text("utf-8"))
        return {
            (str(row["citizen_number"]), str(row["record_type"])): Entry(dict(row["record"]), int(row["version"]))
            for row in rows
        }
    except (ValueError, TypeError, KeyError):
        message = "expected a list of objects with citizen_number, record_type, version and record"
        raise ValueError(f"{path}: {message}") from None
