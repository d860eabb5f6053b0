"""The picture of ``docs/architecture.md`` is drawn from the imports as they are."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from tests.development.architecture.layout import lay_out, longest_paths
from tests.development.architecture.picture import PICTURE, draw
from tests.development.architecture.rooms import VOCABULARY, Rooms, read_rooms
from tests.development.architecture.way import WAY
from tests.places import DOCS, REPOSITORY

SVG = "{http://www.w3.org/2000/svg}"
BOX, PASSING, GAP = 10.0, 0.0, 2.0
EDGES = [("a", "b"), ("a", "c"), ("b", "d"), ("a", "d"), ("c", "e"), ("d", "e"), ("a", "e"), ("f", "e"), ("f", "c")]


@pytest.fixture(scope="module")
def rooms() -> Rooms:
    return read_rooms()


def test_the_committed_picture_is_fresh(rooms: Rooms) -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw(rooms), "run: python -m tests.development.architecture.picture"


def test_every_room_and_every_import_between_rooms_is_drawn(rooms: Rooms) -> None:
    root = ET.fromstring(draw(rooms))
    titles = {text.text for text in root.iter(f"{SVG}text") if text.get("font-size") == "14"}
    assert titles == {name.partition(".")[2] for name in rooms.rooms}
    arrows = [path for path in root.iter(f"{SVG}path") if path.get("marker-end")]
    beside = set(VOCABULARY.values())
    assert len(arrows) == 1 + sum(beside.isdisjoint(edge) for edge in rooms.imports)  # one explains what an arrow is
    assert ("idverify.matching", "matcher.comparison") in rooms.imports
    assert not any(
        importer.startswith("matcher.") and imported.startswith("idverify.") for importer, imported in rooms.imports
    )


FILES_ALONE = {"idverify.page", "idverify.texts"}
"""Rooms that hand out files and know no noun of the service."""


def test_what_stands_beside_a_house_is_imported_by_each_of_its_rooms(rooms: Rooms) -> None:
    for house, shared in VOCABULARY.items():
        others = {room.name for room in rooms.rooms.values() if room.house == house} - {shared} - FILES_ALONE
        assert {importer for importer, imported in rooms.imports if imported == shared} >= others


def test_the_way_leads_through_rooms_that_exist(rooms: Rooms) -> None:
    assert {step.room for step in WAY} <= set(rooms.rooms)


def test_imports_lead_down_and_no_line_crosses_a_box() -> None:
    row_of = longest_paths("abcdef", EDGES)
    assert row_of == {"a": 0, "f": 1, "b": 1, "c": 2, "d": 2, "e": 3}
    layout = lay_out(row_of, EDGES, BOX, PASSING, GAP)
    for row in layout.rows:
        for left, right in pairwise(row):
            widths = [BOX if name in row_of else PASSING for name in (left, right)]
            assert layout.x[right] - layout.x[left] >= sum(widths) / 2 + GAP - 1e-9
    for (above, below), chain in layout.chains.items():
        rows = [next(index for index, row in enumerate(layout.rows) if name in row) for name in chain]
        assert rows == list(range(row_of[above], row_of[below] + 1))  # in every row it passes it has its own place


def test_descriptions_are_plain_text(rooms: Rooms) -> None:
    for room in rooms.rooms.values():
        assert room.text, room.name
        assert not re.search(r"[:`]\w+:`|`", room.text), room.name


def test_the_page_lists_the_contracts() -> None:
    pyproject = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    names = {contract["name"] for contract in pyproject["tool"]["importlinter"]["contracts"]}
    table = (DOCS / "architecture.md").read_text(encoding="utf-8").partition("| contract |")[2].partition("\n\n")[0]
    assert {line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()[2:]} == names
