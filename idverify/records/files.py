"""The catalogue as a folder of JSON files: ``record_type.*.json`` and ``procedures.json``.

``docs/procedures.md`` describes them. Everything is checked when they are read: a procedure can name only record types
and fields that exist, so that a disclosure never fails for a mistake in the catalogue.
"""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from idverify.domain.catalogue.content import state_of
from idverify.domain.catalogue.drafts import Draft, DraftError, Path, Place
from idverify.records.shapes import PROCEDURES, RECORD_TYPES, draft_of
from idverify.records.soundness import require_sound
from idverify.trust.strict_json import parse_strict


class CatalogueError(ValueError):
    """A file of the catalogue is wrong; says which and where."""


def load_files(folder: Traversable | None = None) -> Draft:
    """Read and check a folder.

    Args:
        folder: where its files are; None: the catalogue that comes with the package.

    Raises:
        CatalogueError: a file is missing, malformed, or names something that does not exist.
    """
    folder = resources.files("idverify") / "catalogue" if folder is None else folder
    try:
        names = sorted(file.name for file in folder.iterdir() if file.name.startswith("record_type."))
    except OSError as error:
        raise CatalogueError(f"{folder}: {error.strerror}") from None
    places: dict[Path, Place] = {(PROCEDURES,): _place("procedures.json")}
    places |= {(RECORD_TYPES, place): _place(name) for place, name in enumerate(names)}
    listed = _read(folder / "procedures.json")
    if not isinstance(listed, dict) or set(listed) != {PROCEDURES}:
        raise CatalogueError("procedures.json: must be an object with the member procedures, and no other")
    try:
        draft = draft_of({RECORD_TYPES: [_read(folder / name) for name in names], **listed}, places)
        require_sound(state_of(draft.items), draft)
    except DraftError as error:
        raise CatalogueError(str(error)) from error
    return draft


def _read(file: Traversable) -> Any:
    try:
        return parse_strict(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{file.name}: {error}") from error


def _place(name: str) -> Place:
    return Place(name, {"file": name})
