"""A catalogue as somebody wrote it: what it says, where it says it, and what is wrong with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from idverify.domain.catalogue.as_dict import item_dict
from idverify.domain.catalogue.content import Item, Key, key_of

Path: TypeAlias = tuple[str | int, ...]
"""Of a member in the whole: ``("procedures", 3, "records", 0, "fields")``."""

MOST_TOLD = 10
"""Faults that are told one by one."""

MOST_SOUGHT = 20
"""Faults after which no more are looked for: a file that is wrong all over is not read to its end."""


class FileFormat(Enum):
    """What a catalogue is written as."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class FaultCode(Enum):
    """What is wrong, for programs; stable."""

    UNREADABLE = "the file is not what it is said to be"
    MISSING = "a value is missing"
    UNKNOWN = "there is no such column, member or sheet"
    MALFORMED = "a value has another form"
    OUT_OF_RANGE = "a number is too small or too large"
    TWICE = "it is there twice"
    CONTRADICTS = "it contradicts another value of the row"
    NO_SUCH_RECORD_TYPE = "there is no such record type"
    NO_SUCH_FIELD = "the schema of the record type has no such field"
    SCHEMA_INVALID = "the JSON Schema of a record type cannot be used"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: in words, and as facts for programs."""

    text: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. ``advice`` says how it should be."""

    code: FaultCode
    path: Path
    advice: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file says.

    Attributes:
        items: its procedures and record types.
        paths: of each, in the file.
        places: where members stand; of others the nearest above them says it.
    """

    items: tuple[Item, ...]
    paths: Mapping[Key, Path] = field(default_factory=dict)
    places: Mapping[Path, Place] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of what it says, hexadecimal; however it is written."""
        said = sorted(json.dumps(item_dict(item), ensure_ascii=False, sort_keys=True) for item in self.items)
        return hashlib.sha256("\n".join(said).encode()).hexdigest()

    def path_of(self, item: Item) -> Path | None:
        """Return where an item stands; None: it is not in the file."""
        return self.paths.get(key_of(item))


class DraftError(ValueError):
    """A catalogue cannot be taken as it is.

    Attributes:
        facts: of the first fault, for programs: ``rule``, and ``line`` and ``column`` or ``path``; ``faults``: how
            many were found, by MOST_SOUGHT at least that many.
    """

    def __init__(self, faults: Sequence[Fault], places: Mapping[Path, Place] | None = None) -> None:
        told = [(place_of(fault.path, places or {}), fault) for fault in faults[:MOST_TOLD]]
        least = "at least " if len(faults) >= MOST_SOUGHT else ""
        more = [f"and {least}{len(faults) - MOST_TOLD} more"] if len(faults) > MOST_TOLD else []
        super().__init__("; ".join([*(f"{place.text}: {fault.advice}" for place, fault in told), *more]))
        place, first = told[0]
        self.facts = {"rule": first.code.name, **place.facts, "faults": str(len(faults))}


def place_of(path: Path, places: Mapping[Path, Place]) -> Place:
    """Return where a member stands: its own place, or that of the nearest above; else its path."""
    for length in range(len(path), -1, -1):
        if path[:length] in places:
            return places[path[:length]]
    written = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".") or "$"
    return Place(written, {"path": written})
