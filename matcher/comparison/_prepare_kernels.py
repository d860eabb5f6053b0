"""What comparing needs of a print, made in one compiled call, GIL released."""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.typing import NDArray

from matcher._compiled import compiled
from matcher.comparison._cylinder_kernels import Validity, valid_cylinders
from matcher.comparison._evidence_kernels import common, one_way, said
from matcher.comparison._handed import Flat, evidence_of, flat, surroundings_of
from matcher.comparison._hull_kernels import area_within, convex_hull
from matcher.comparison.prints import Circle, Cylinders, Print
from matcher.templates._repeat_kernels import any_repeats
from matcher.types import ByteArray, FloatArray

_NEAR = 70.0  # pixels: the radius of a cylinder


# Many parameters: named tuples of what changes from call to call take longer to hand over than they do.
@compiled
def ready(
    x: FloatArray,
    y: FloatArray,
    angle: FloatArray,
    kind: ByteArray,
    quality: NDArray[np.float64],
    bounds: NDArray[np.float64],
    circle: Circle,
    validity: Validity,
    numbers: NDArray[np.float64],
    least_quality: float,
) -> Flat:
    """Make a print ready to be compared.

    Args:
        x: float32, shape (n,): minutiae, pixels.
        y: likewise, downwards.
        angle: likewise, radians counter-clockwise.
        kind: uint8, shape (n,).
        quality: float64, shape (n,).
        bounds: float64: the largest x, y and kind that are looked for, and how near to each other and how little turned
            minutiae are of which one repeats the other, pixels and radians; empty: the print is known to be in order.
        circle: the cells of a cylinder.
        validity: what a cylinder needs.
        numbers: see :class:`~matcher.comparison._handed.Handed`.
        least_quality: of minutiae that have a cylinder.

    Returns:
        See :func:`~matcher.comparison._handed.flat`; empty if the print is not in order: a number is out of bounds or
        not finite, or a minutia repeats another.
    """
    n = x.shape[0]
    pose = np.empty((n, 3))
    pose[:, 0], pose[:, 1], pose[:, 2] = x, y, angle
    if bounds.shape[0] and not _in_order(pose, kind, quality, bounds):
        return np.empty(0)
    sure = np.flatnonzero(quality >= least_quality)
    best_first = sure[np.argsort(-quality[sure], kind="mergesort")]
    sure_x, sure_y, model = pose[sure, 0], pose[sure, 1], evidence_of(numbers)
    hull = convex_hull(sure_x, sure_y)
    around = common(pose, model.chance_density, surroundings_of(numbers))
    kept, words = valid_cylinders(pose[best_first, 0], pose[best_first, 1], pose[best_first, 2], circle, hull, validity)
    minutia = best_first[kept]
    of = Print(pose, quality, kind.astype(np.float64), hull, around)
    cylinders = Cylinders(minutia, pose[minutia], words, circle.centres.shape[0])
    says = said(pose, quality, minutia, model)
    return flat(of, says, cylinders, area_within(hull), one_way(pose[sure], _NEAR))


@compiled
def _in_order(
    pose: NDArray[np.float64], kind: ByteArray, quality: NDArray[np.float64], bounds: NDArray[np.float64]
) -> bool:
    """Tell whether all numbers are finite and within bounds, and no minutia repeats another."""
    for i in range(pose.shape[0]):
        if not (
            0 <= pose[i, 0] <= bounds[0]
            and 0 <= pose[i, 1] <= bounds[1]
            and isfinite(pose[i, 2])
            and kind[i] <= bounds[2]
            and 0 <= quality[i] <= 1
        ):
            return False
    return not any_repeats(pose, bounds[3], bounds[4])
