"""The rooms that a sample passes, read from the sources, and who imports whom, from the import graph."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import grimp

from tests.places import REPOSITORY

HOUSES = ("idverify", "matcher")

ASIDE = frozenset(
    {
        "idverify.v1",
        "idverify.client",
        "idverify.cli",
        "idverify.commands",
        "idverify.bootstrap",
        "idverify.settings",
        "idverify.page",
        "idverify.texts",
        "matcher.pictures",
    }
)
"""Not on the way and not drawn: who calls the service, who puts it together and by what, what is said, who draws."""

VOCABULARY = {"idverify": "idverify.domain", "matcher": "matcher.types"}
"""What all rooms of a house share; drawn beside them instead of an arrow from each."""


_ROOT_FILES = frozenset({"idverify.ports", *VOCABULARY.values()})


@dataclass(frozen=True, slots=True)
class Room:
    """A package, or a file that stands for itself.

    Attributes:
        name: dotted.
        text: first sentence of its docstring.
    """

    name: str
    text: str

    @property
    def house(self) -> str:
        """``idverify`` or ``matcher``."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Rooms:
    """All rooms by name, and how many imports lead from one to another."""

    rooms: Mapping[str, Room]
    imports: Mapping[tuple[str, str], int]


def read_rooms() -> Rooms:
    """Read the rooms from the sources as they are."""
    graph = grimp.build_graph(*HOUSES, cache_dir=None)
    shown = {room for module in graph.modules if (room := _room_of(module))}
    imports = Counter(
        (importer, imported)
        for module in graph.modules
        for target in graph.find_modules_directly_imported_by(module)
        if (importer := _room_of(module)) and (imported := _room_of(target)) and importer != imported
    )
    return Rooms({name: _room(name) for name in sorted(shown)}, dict(sorted(imports.items())))


def _room_of(module: str) -> str | None:
    """Of files at the root only those count that rooms are connected by, or that all share."""
    parts = module.split(".")
    room = ".".join(parts[:2])
    if len(parts) == 1 or room in ASIDE:
        return None
    is_package = (REPOSITORY / Path(*parts[:2])).is_dir()
    return room if is_package or room in _ROOT_FILES else None


def _room(name: str) -> Room:
    path = REPOSITORY / Path(*name.split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return Room(name, re.sub(r":mod:|`", "", text.split("\n")[0]))
