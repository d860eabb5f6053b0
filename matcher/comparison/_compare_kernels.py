"""The compiled comparison of two prints as a whole, GIL released."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled
from matcher.comparison._growth_kernels import Sides, Supported, best_laid
from matcher.comparison._handed import Flat, Record, evidence_of, fits_of, growth_of, packed, unpacked
from matcher.comparison.local._local_kernels import supported_pairs


@compiled
def laid(
    flat_a: Flat,
    flat_b: Flat,
    scored: int,
    middle: int,
    table: NDArray[np.float64],
    of_local: Record,
    numbers: NDArray[np.float64],
) -> NDArray[np.float64] | None:
    """Compare cylinders, and lay the one print over the other.

    Args:
        flat_a: the one print, see :func:`~matcher.comparison._handed.flat`.
        flat_b: the other.
        scored: see :func:`~matcher.comparison.local._local_kernels.supported_pairs`.
        middle: likewise.
        table: see :class:`~matcher.comparison._handed.Handed`.
        of_local: likewise.
        numbers: likewise, ``numbers`` or ``unreported``.

    Returns:
        The score of the local comparison and the laying, as :func:`~matcher.comparison._handed.packed` makes it; None
        if they have nothing in common.
    """
    (a, said_a, cylinders_a), (b, said_b, cylinders_b) = unpacked(flat_a), unpacked(flat_b)
    growth, model = growth_of(numbers), evidence_of(numbers)
    wanted = int(growth.starts)
    fits = fits_of(table, numbers)
    supported = supported_pairs(cylinders_a, cylinders_b, scored, wanted, middle, of_local[0], fits)
    if supported is None:
        return None
    score, pairs, alike, fit, order, similarity = supported
    given = model.cylinders * score - numbers[-1]
    sides = Sides(a, b, said_a, said_b, similarity)
    found = best_laid(sides, Supported(pairs, alike, fit, order, score), given, growth, model)
    return None if found is None else packed(score, found)
