"""The subbands of a WSQ file: how the image's spectrum is parted, and how its parts are put together again.

Each band of the image's spectrum is split into low and high in x and y. The high half of a split is mirrored in
frequency, so that where it is split again high comes first; that way the bands lie in the order of frequency.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Node = tuple[int, int, int, int, bool, bool]
"""Corner x, y, width, height, and whether high comes before low in x, in y."""


def _halves(start: int, size: int, high_first: bool) -> tuple[tuple[int, int], tuple[int, int]]:
    first = size // 2 if high_first else (size + 1) // 2
    return (start, first), (start + first, size - first)


def _quarters(node: Node) -> list[Node]:
    """Return the four parts of a node, row by row; a second part has high before low."""
    x, y, width, height, x_mirrored, y_mirrored = node
    return [
        (left, top, across, down, column == 1, row == 1)
        for row, (top, down) in enumerate(_halves(y, height, y_mirrored))
        for column, (left, across) in enumerate(_halves(x, width, x_mirrored))
    ]


def split_nodes(width: int, height: int) -> Iterator[Node]:
    """Yield what is split, from the image down."""
    image = (0, 0, width, height, False, False)
    low, right, below, _ = _quarters(image)
    inner = _quarters(low)[:3]
    yield from (image, low, right, below, *inner)
    for node in inner:
        yield from _quarters(node)
    yield _quarters(_quarters(inner[0])[0])[0]


def coded_bands(width: int, height: int) -> list[Node]:
    """Return the 60 coded bands in the order of the file; the highest quarter of the spectrum is never coded."""
    low, right, below, _ = _quarters((0, 0, width, height, False, False))
    lowest, inner_right, inner_below, inner_high = _quarters(low)
    sixteenths = [
        [part for quarter in _quarters(node) for part in _quarters(quarter)]
        for node in (lowest, inner_right, inner_below)
    ]
    first = _quarters(sixteenths[0][0])
    return [
        *first,
        *sixteenths[0][1:],
        *sixteenths[1],
        *sixteenths[2],
        inner_high,
        *_quarters(right),
        *_quarters(below),
    ]


def join_parts(picture: NDArray[np.float32], node: Node, low: NDArray[np.float32], high: NDArray[np.float32]) -> None:
    """Put the four parts of a node together in place: columns, then rows."""
    x, y, width, height, x_mirrored, y_mirrored = node
    part = picture[y : y + height, x : x + width]
    part[:] = _synthesis(part, y_mirrored, low, high)
    part[:] = _synthesis(part.T, x_mirrored, low, high).T


def _synthesis(
    part: NDArray[np.float32], mirrored: bool, low: NDArray[np.float32], high: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Interleave low and high along the first axis and filter both; mirrored at the first and the last sample."""
    size = len(part)
    (_, first), _ = _halves(0, size, mirrored)
    lows, highs = (part[first:], part[:first]) if mirrored else (part[:first], part[first:])
    joined = np.zeros_like(part)
    for taps, values, parity in ((low, lows, 0), (high, highs, 1)):
        reach = len(taps) // 2
        spread = np.zeros_like(part)
        spread[parity::2] = values
        padded = np.pad(spread, ((reach, reach), (0, 0)), mode="reflect")
        for index, tap in enumerate(taps):
            joined += tap * padded[index : index + size]
    return joined
