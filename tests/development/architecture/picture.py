"""Draws ``docs/pictures/architecture.svg`` from the imports as they are.

python -m tests.development.architecture.picture
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.development.architecture.layout import Edge, lay_out, longest_paths
from tests.development.architecture.rooms import HOUSES, VOCABULARY, Rooms, read_rooms
from tests.development.architecture.shapes import BAND, BOX, BOX_HEIGHT, box_of, paths
from tests.development.architecture.way import WAY
from tests.places import REPOSITORY

PICTURE = REPOSITORY / "docs" / "pictures" / "architecture.svg"

_ROW, _GAP, _PASSING = 134, 14, 0
_MARGIN, _HEADING = 20, 40
_COLUMNS, _STEP = 3, 36  # of the legend


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(draw(read_rooms()), encoding="utf-8")


def draw(rooms: Rooms) -> str:
    """Return the picture as SVG; the same for the same rooms."""
    beside = set(VOCABULARY.values())
    edges = [edge for edge in rooms.imports if beside.isdisjoint(edge)]
    row_of = _rows([name for name in rooms.rooms if name not in beside], edges)
    layout = lay_out(row_of, edges, BOX, _PASSING, _GAP)
    tops = _tops(row_of)
    left = min(layout.x.values()) - BOX / 2 - 2 * _MARGIN
    x = {name: at - left for name, at in layout.x.items()}
    y = {name: tops[index] for index, row in enumerate(layout.rows) for name in row}
    band = max(x.values()) + BOX / 2 + _GAP
    boxes = [box_of(rooms.rooms[name], x[name] - BOX / 2, y[name], BOX, BOX_HEIGHT) for name in sorted(row_of)]
    panels = []
    for house in HOUSES:
        own = [y[name] for name in row_of if rooms.rooms[name].house == house]
        top, bottom = min(own), max(own) + BOX_HEIGHT
        panels.append((house, top - _HEADING, bottom - top + _HEADING + _MARGIN))
        boxes.append(box_of(rooms.rooms[VOCABULARY[house]], band, top, BAND, bottom - top))
    width = band + BAND + 2 * _MARGIN
    legend = max(y.values()) + BOX_HEIGHT + 3 * _MARGIN
    legend_rows = -(-len(WAY) // _COLUMNS)
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("picture.svg.jinja").render(
        panels=panels,
        boxes=boxes,
        paths=paths(layout.chains, x, y),
        steps=[(step, *divmod(index, legend_rows)) for index, step in enumerate(WAY)],
        column=(width - 2 * _MARGIN) / _COLUMNS,
        legend=legend,
        margin=_MARGIN,
        width=width,
        height=legend + _STEP * legend_rows + 2 * _MARGIN,
        step_height=_STEP,
    )


def _rows(names: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """One house below the other."""
    row_of: dict[str, int] = {}
    for house in HOUSES:
        own = {name for name in names if name.startswith(f"{house}.")}
        inside = [edge for edge in edges if own.issuperset(edge)]
        row_of |= longest_paths(sorted(own), inside, first=max(row_of.values(), default=-1) + 1)
    return row_of


def _tops(row_of: Mapping[str, int]) -> list[float]:
    """Upper side of every row: the first of each house leaves room for its heading."""
    first_of_second = min(row for name, row in row_of.items() if name.startswith(HOUSES[1]))
    heading = _MARGIN + _HEADING
    return [
        heading + row * _ROW + (heading if row >= first_of_second else 0) for row in range(max(row_of.values()) + 1)
    ]


if __name__ == "__main__":
    main()
