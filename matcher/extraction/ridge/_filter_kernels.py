"""Compiled loop of the oriented filter, GIL released."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled_with
from matcher.types import FloatArray

IndexArray = NDArray[np.int32]


def filter_pixels(image: FloatArray, bank: FloatArray, which: IndexArray, radii: IndexArray, out: FloatArray) -> None:
    """Filter every pixel with its own filter of a bank.

    Args:
        image: float32, shape (h + 2 m, w + 2 m), m = bank.shape[1] // 2: with a margin on all sides.
        bank: float32, shape (n, 2 m + 1, 2 m + 2 or more): filters, centred on (m, m), zero beyond their radius.
        which: int32, shape (h, w): number of the filter for every pixel; negative where there is nothing to do.
        radii: int32, shape (n,): rows beyond it are zero and are left out.
        out: float32, shape (h, w); set where there is a filter.
    """
    margin = bank.shape[1] // 2
    for row in range(which.shape[0]):
        for column in range(which.shape[1]):
            k = which[row, column]
            if k < 0:
                continue
            total = np.float32(0.0)
            for i in range(margin - radii[k], margin + radii[k] + 1):
                line = image[row + i, column : column + bank.shape[2]]
                taps = bank[k, i]
                for j in range(taps.shape[0]):
                    total += line[j] * taps[j]
            out[row, column] = total


# Sums may be reordered: otherwise the processor could not take eight products at a time.
filter_pixels = compiled_with(fastmath={"reassoc", "contract", "nsz"})(filter_pixels)
