"""No folder is a heap, nothing imports in a circle, and every test stands where what it tests stands."""

from __future__ import annotations

import graphlib
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import grimp

from tests.house.sources import HOUSES, sources
from tests.places import REPOSITORY

MOST_AT_A_ROOT, MOST_IN_A_FOLDER = 15, 20

CHAIN = "idverify/storage/migrations/versions"
"""A chain of which each file names the one before is no heap, however long."""

KINDS_OF_TESTS = {
    "attack",
    "chaos",
    "contract",
    "docs",
    "e2e",
    "endurance",
    "faults",
    "golden",
    "house",
    "page",
    "property",
    "topologies",
}
"""Folders of tests that go across packages; those of one package are in ``unit``, in a folder of its name."""


def files_in(folders: list[Path]) -> Counter[str]:
    return Counter(str(file.parent) for file in folders if file.name != "__init__.py")


def test_no_folder_is_a_heap() -> None:
    heaps = {
        folder: count
        for folder, count in files_in(sources()).items()
        if count > (MOST_AT_A_ROOT if folder in HOUSES else MOST_IN_A_FOLDER) and folder != CHAIN
    }
    assert heaps == {}, "divide them by purpose"


def imports() -> Mapping[str, set[str]]:
    """Return what each module imports of ours, wherever in it; what is imported for types alone does not count."""
    graph = grimp.build_graph(*HOUSES, exclude_type_checking_imports=True, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def room_of(module: str) -> str:
    """Return the folder beneath a house that a module is in, or the module itself at a root."""
    parts = module.split(".")
    return ".".join(parts[:2])


def circle_of(imported: Mapping[str, set[str]]) -> list[str]:
    """Return a circle, or nothing."""
    try:
        graphlib.TopologicalSorter(imported).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_and_no_room_imports_in_a_circle() -> None:
    modules = imports()
    assert len(modules) > 300
    assert circle_of(modules) == []
    rooms: dict[str, set[str]] = {}
    for module, imported in modules.items():
        room = room_of(module)
        # A house's front page imports its rooms, which are no part of it.
        rooms.setdefault(room, set()).update({room_of(other) for other in imported} - {room})
    assert circle_of(rooms) == []


def test_a_circle_would_be_seen() -> None:
    circle = circle_of({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})
    assert set(circle) == {"a", "b", "c"}
    assert all(step in {("a", "b"), ("b", "c"), ("c", "a")} for step in (pair[::-1] for pair in pairwise(circle)))


def files_of_tests() -> list[Path]:
    return sorted(file.relative_to(REPOSITORY / "tests") for file in (REPOSITORY / "tests").rglob("test_*.py"))


def test_every_test_has_a_home() -> None:
    astray = [
        str(file)
        for file in files_of_tests()
        if not (
            (REPOSITORY.joinpath(*file.parent.parts[1:]) / "__init__.py").is_file()
            if file.parts[0] == "unit" and len(file.parts) > 2
            else str(file.parent) in KINDS_OF_TESTS
        )
    ]
    assert astray == [], "tests/unit mirrors the packages"


def test_names_of_test_modules_are_their_own() -> None:
    """pytest imports them by name alone."""
    names = Counter(file.name for file in files_of_tests())
    assert {name for name, count in names.items() if count > 1} == set()
