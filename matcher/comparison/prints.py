"""What the compiled loops take of a print: arrays in named tuples, made once, when it is prepared.

Numba takes a named tuple of arrays as it takes them one by one; to hand one over costs a microsecond.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.types import ByteArray

WordArray = NDArray[np.uint64]

WORDS, CELL_WORDS, COUNT_BITS = 17, 4, 3
"""Words of a cylinder of 208 cells and 5 directions, of its cells, and bits of how many directions of a cell are set.
Constants, so that the innermost loop of all is unrolled and its counts stay in registers."""


class Print(NamedTuple):
    """The minutiae of one print, n of them.

    Attributes:
        pose: float64, shape (n, 3): x, y, direction.
        quality: float64, shape (n,): confidence that each is real.
        kind: uint8, shape (n,): :class:`~matcher.types.MinutiaKind` codes.
        hull: float64, shape (h, 2): corners around those that are sure enough to have a cylinder.
        common: float64, shape (n,): natural log of how much likelier than usual a minutia is there by chance and points
            as each does, see :func:`matcher.comparison._evidence_kernels.common`.
    """

    pose: NDArray[np.float64]
    quality: NDArray[np.float64]
    kind: ByteArray
    hull: NDArray[np.float64]
    common: NDArray[np.float64]


class Said(NamedTuple):
    """What the minutiae of one print say, n of them: what a comparison would work out of the print alone.

    Attributes:
        pro: float64, shape (n,): what each one's evidence in a pair is multiplied by, for its quality.
        contra: float64, shape (n,): natural log likelihood ratio of its being missing from the other print.
        by_x: int64, shape (n,): rows of the print from left to right.
        from_left: float64, shape (n, 8): x, y, direction, ``pro``, quality, cosine and sine of the direction and row of
            the cylinder, -1 without one, of the minutiae in that order: one array, as to count who holds an array, once
            for each that is handed on, takes as long as to look through it.
        cylinder: int64, shape (n,): row of each one's cylinder, -1 without one.
    """

    pro: NDArray[np.float64]
    contra: NDArray[np.float64]
    by_x: NDArray[np.int64]
    from_left: NDArray[np.float64]
    cylinder: NDArray[np.int64]


class Cylinders(NamedTuple):
    """The valid cylinders of one print, k of them.

    Attributes:
        minutia: int64, shape (k,): index of each one's minutia in the print.
        pose: float64, shape (k, 3): that minutia's x, y, direction.
        words: uint64, shape (k / ``LANES`` rounded up, w + 4 v, ``LANES``): a lane of a block is a cylinder; those
            beyond k are empty. First w words of bits: cells times directions, direction fastest, lowest bit first; zero
            where not valid; then how many of each cell are set, ``COUNT_BITS`` times v words, the lowest bits first, so
            that those of them that are valid in another cylinder are soon counted; then v of the cells that are valid.
        cells: number of cells of the circle.
    """

    minutia: NDArray[np.int64]
    pose: NDArray[np.float64]
    words: WordArray
    cells: int


class Circle(NamedTuple):
    """The cells of a cylinder, m of them, and what is blurred into them.

    Attributes:
        grid: int64, shape (s, s): number of each cell by its place, u along the minutia's direction first; m outside
            the circle.
        centres: float64, shape (m, 2): u and v of each cell's centre, pixels.
        cell: side of a cell, pixels.
        directions: cells over the full turn.
        sigma_position: spatial blur, pixels.
        spread: directional blur, see :func:`matcher.comparison._blur_kernels.direction_spread`.
        threshold: of the blurred count, above which a cell is set.
    """

    grid: NDArray[np.int64]
    centres: NDArray[np.float64]
    cell: float
    directions: int
    sigma_position: float
    spread: NDArray[np.float64]
    threshold: float
