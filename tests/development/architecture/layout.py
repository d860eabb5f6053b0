"""Layered drawing of an acyclic graph: what imports stands above what it imports, and no line crosses a box.

After K. Sugiyama, S. Tagawa, M. Toda, *Methods for visual understanding of hierarchical system structures*, 1981: rows
by longest path, places for lines that pass a row, order by barycentres, then positions near those of the neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Edge = tuple[str, str]
Chain = tuple[str, ...]
"""An edge with the places that it passes between its ends."""

_SWEEPS = 24


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is.

    Attributes:
        rows: names from left to right, row by row; of boxes and of places where a line passes.
        x: middle of each.
        chains: of each edge, its ends and the places between.
    """

    rows: Sequence[Sequence[str]]
    x: Mapping[str, float]
    chains: Mapping[Edge, Chain]


def lay_out(row_of: Mapping[str, int], edges: Iterable[Edge], box: float, passing: float, gap: float) -> Layout:
    """Place boxes whose rows are known.

    Args:
        row_of: row of each box; every edge leads to a higher one.
        edges: between boxes.
        box: width of a box.
        passing: width of a place where a line passes.
        gap: least distance between neighbours of a row.
    """
    chains = {edge: _chain(edge, row_of) for edge in sorted(edges)}
    rows: list[list[str]] = [[] for _ in range(max(row_of.values()) + 1)]
    for name in sorted(row_of):
        rows[row_of[name]].append(name)
    for chain in chains.values():
        for index, name in enumerate(chain[1:-1], row_of[chain[0]] + 1):
            rows[index].append(name)
    links = [pair for chain in chains.values() for pair in pairwise(chain)]
    rows = _ordered(rows, links)
    width = {name: box if name in row_of else passing for row in rows for name in row}
    return Layout(rows, _positions(rows, links, width, gap), chains)


def longest_paths(names: Iterable[str], edges: Sequence[Edge], first: int = 0) -> dict[str, int]:
    """Return the row of each name: below all that import it, and right above the first that it imports.

    The edges have no cycle.
    """
    row = dict.fromkeys(names, first)
    for _ in row:
        for above, below in edges:
            row[below] = max(row[below], row[above] + 1)
    for _ in row:
        row |= {above: min(row[lower] for upper, lower in edges if upper == above) - 1 for above, _ in edges}
    return row


def _chain(edge: Edge, row_of: Mapping[str, int]) -> Chain:
    above, below = edge
    passed = range(row_of[above] + 1, row_of[below])
    return (above, *(f"{above}>{below}@{row}" for row in passed), below)


def _neighbours(links: Sequence[Edge]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for upper, lower in links:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    return above, below


def _ordered(rows: list[list[str]], links: Sequence[Edge]) -> list[list[str]]:
    """Return the order with the fewest crossings among those that sweeps down and up come to."""
    above, below = _neighbours(links)
    best, fewest = rows, _crossings(rows, links)
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        neighbours = above if downwards else below
        rows = [list(row) for row in rows]
        for index in range(len(rows)) if downwards else reversed(range(len(rows))):
            place = {name: at for row in rows for at, name in enumerate(row)}
            rows[index].sort(key=lambda name: _mean([place[n] for n in neighbours.get(name, [name])]))
        crossings = _crossings(rows, links)
        if crossings < fewest:
            best, fewest = rows, crossings
    return best


def _crossings(rows: Sequence[Sequence[str]], links: Sequence[Edge]) -> int:
    row_of = {name: index for index, row in enumerate(rows) for name in row}
    place = {name: at for row in rows for at, name in enumerate(row)}
    spans = [(row_of[upper], place[upper], place[lower]) for upper, lower in links]
    return sum(
        row == other_row and (upper - other_upper) * (lower - other_lower) < 0
        for index, (row, upper, lower) in enumerate(spans)
        for other_row, other_upper, other_lower in spans[:index]
    )


def _positions(
    rows: Sequence[Sequence[str]], links: Sequence[Edge], width: Mapping[str, float], gap: float
) -> dict[str, float]:
    above, below = _neighbours(links)
    x = dict.fromkeys(width, 0.0)
    for sweep in range(2 * _SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            around = {name: above.get(name, []) + below.get(name, []) for name in row}
            wanted = [_mean([x[n] for n in around[name]]) if around[name] else x[name] for name in row]
            distances = [(width[a] + width[b]) / 2 + gap for a, b in pairwise(row)]
            x.update(zip(row, _spread(wanted, distances), strict=True))
    return x


def _spread(wanted: Sequence[float], distances: Sequence[float]) -> list[float]:
    """Return the positions nearest to the wanted ones, in squares, whose distances are at least those given.

    With the distances taken off this is isotonic regression; neighbours that violate the order are pooled.
    """
    offsets = [0.0]
    for distance in distances:
        offsets.append(offsets[-1] + distance)
    pools: list[tuple[float, int]] = []  # mean, size
    for value, offset in zip(wanted, offsets, strict=True):
        mean, size = value - offset, 1
        while pools and pools[-1][0] > mean:
            former, members = pools.pop()
            mean, size = (former * members + mean * size) / (members + size), members + size
        pools.append((mean, size))
    pooled = [mean for mean, size in pools for _ in range(size)]
    return [mean + offset for mean, offset in zip(pooled, offsets, strict=True)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
