"""Boxes and lines of the picture. Lengths are units of the picture, of which a browser makes pixels."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.development.architecture.layout import Chain, Edge
from tests.development.architecture.rooms import Room
from tests.development.architecture.way import WAY

BOX, BOX_HEIGHT, BAND = 168, 96, 118
_CHARACTERS = {BOX: 29, BAND: 19}  # of a line of text in a box
_INSET = 14  # of the outermost lines from the corners of a box


@dataclass(frozen=True, slots=True)
class Box:
    """A room drawn; ``steps`` are the numbers of those that the way takes in it."""

    x: float
    y: float
    width: float
    height: float
    title: str
    lines: Sequence[str]
    steps: Sequence[int]


def box_of(room: Room, x: float, y: float, width: float, height: float) -> Box:
    """Draw a room with its upper left corner at (x, y)."""
    steps = [number for number, step in enumerate(WAY, 1) if step.room == room.name]
    lines = textwrap.wrap(room.text, _CHARACTERS[round(width)])
    return Box(x, y, width, height, room.name.partition(".")[2], lines, steps)


def paths(chains: Mapping[Edge, Chain], x: Mapping[str, float], y: Mapping[str, float]) -> list[str]:
    """Return each edge as an SVG path from the bottom of a box to the top of another.

    Args:
        chains: of each edge, its ends and the places it passes.
        x: middle of each box and place.
        y: top of the row of each.
    """
    leaving = _ports(chains.values(), x, end=False)
    arriving = _ports(chains.values(), x, end=True)
    return [_path(chain, leaving[edge], arriving[edge], x, y) for edge, chain in chains.items()]


def _ports(chains: Iterable[Chain], x: Mapping[str, float], *, end: bool) -> dict[Edge, float]:
    """Spread the lines of a box over its side, in the order of where they lead."""
    of_box: dict[str, list[tuple[float, Edge]]] = {}
    for chain in chains:
        box, next_to_it = (chain[-1], chain[-2]) if end else (chain[0], chain[1])
        of_box.setdefault(box, []).append((x[next_to_it], (chain[0], chain[-1])))
    return {
        edge: x[box] + (index + 1 - (len(lines) + 1) / 2) * (BOX - 2 * _INSET) / (len(lines) + 1)
        for box, lines in of_box.items()
        for index, (_, edge) in enumerate(sorted(lines))
    }


def _path(chain: Chain, start: float, end: float, x: Mapping[str, float], y: Mapping[str, float]) -> str:
    at, down = start, y[chain[0]] + BOX_HEIGHT
    parts = [f"M{at:.1f} {down:.1f}"]
    for name in chain[1:]:
        last = name == chain[-1]
        to, top = (end if last else x[name]), y[name]
        middle = (down + top) / 2
        parts.append(f"C{at:.1f} {middle:.1f} {to:.1f} {middle:.1f} {to:.1f} {top:.1f}")
        at, down = to, top + BOX_HEIGHT
        if not last:
            parts.append(f"V{down:.1f}")
    return " ".join(parts)
