"""An image cut into local regions of 32 x 32 pixels from its upper left corner, and the gradients in each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

TILE = 32
"""Side of a local region, pixels at 500 dpi."""

Float = NDArray[np.float64]


def full_tiles(image: NDArray[np.generic], border: int = 0) -> NDArray[np.generic]:
    """Return the whole tiles, shape (rows, columns, TILE + 2 * border, TILE + 2 * border); a view.

    Args:
        image: shape (h, w).
        border: pixels by which each tile reaches into its neighbours; the first tile begins so far from the corner.
    """
    side = TILE + 2 * border
    if min(image.shape) < side:
        return np.zeros((0, 0, side, side), image.dtype)
    return sliding_window_view(image, (side, side))[::TILE, ::TILE]


def all_tiles(image: NDArray[np.generic]) -> Iterator[tuple[slice, slice, NDArray[np.generic]]]:
    """Yield the tiles by their size, those cut by the right and the lower edge too.

    Yields:
        Which rows and columns of the map of tiles, and the tiles there, shape (rows, columns, height, width).
    """
    for rows, height in _runs(image.shape[0]):
        for columns, width in _runs(image.shape[1]):
            part = image[rows.start * TILE :, columns.start * TILE :]
            windows = sliding_window_view(part, (height, width))[::TILE, ::TILE]
            yield rows, columns, windows[: rows.stop - rows.start, : columns.stop - columns.start]


def map_shape(image: NDArray[np.generic]) -> tuple[int, int]:
    """Return how many rows and columns of tiles there are, cut ones counted."""
    return -(-image.shape[0] // TILE), -(-image.shape[1] // TILE)


def _runs(length: int) -> list[tuple[slice, int]]:
    whole, rest = divmod(length, TILE)
    runs = [(slice(0, whole), TILE)] if whole else []
    return [*runs, (slice(whole, whole + 1), rest)] if rest else runs


def gradients(tiles: NDArray[np.generic]) -> tuple[Float, Float]:
    """Return the grey level gradients along x and y, each within its own tile.

    Central differences, at a tile's edges one-sided ones; 0 along an axis of one pixel.

    Args:
        tiles: shape (..., height, width).
    """
    grey = tiles.astype(np.float64)
    along_x, along_y = (
        np.gradient(grey, axis=axis) if grey.shape[axis] > 1 else np.zeros_like(grey) for axis in (-1, -2)
    )
    return along_x, along_y


def covariance(tiles: NDArray[np.generic]) -> tuple[Float, Float, Float]:
    """Return the means of gx gx, gy gy and gx gy in each tile, shape (...)."""
    along_x, along_y = gradients(tiles)
    xx, yy, xy = ((p * q).mean(axis=(-2, -1)) for p, q in ((along_x, along_x), (along_y, along_y), (along_x, along_y)))
    return xx, yy, xy
