"""What a comparison laid over what: the part of both prints that it looked at, and the minutiae that counted there."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.comparison._alignment_kernels import moved
from matcher.comparison._evidence_kernels import alone
from matcher.comparison.compare import Comparison
from matcher.comparison.prepared import PreparedTemplate
from matcher.types import PIXELS_PER_MM


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """Where two prints, one laid over the other, both show ridges.

    Attributes:
        region: float64, shape (h, 2): corners of what the hulls of both prints share, in the reference's frame; h = 0
            where they share nothing.
        seen_probe: bool, shape (n,): the probe's minutiae that lie inside the reference's hull.
        seen_reference: bool, shape (m,): the reference's that lie inside the probe's.
        alone_probe: bool, shape (n,): seen, and without a pair: they counted against, as far as they were missed.
        alone_reference: bool, shape (m,): likewise.
    """

    region: NDArray[np.float64]
    seen_probe: NDArray[np.bool_]
    seen_reference: NDArray[np.bool_]
    alone_probe: NDArray[np.bool_]
    alone_reference: NDArray[np.bool_]

    @property
    def area(self) -> float:
        """Area of the region, mm2."""
        if len(self.region) < 3:
            return 0.0
        return float(cv2.contourArea(self.region.astype(np.float32))) / PIXELS_PER_MM**2


def overlap(probe: PreparedTemplate, reference: PreparedTemplate, comparison: Comparison) -> Overlap:
    """Return the overlap of two prints as their comparison laid them; empty where it could not lay them."""
    if comparison.over is None or comparison.movement is None:
        nothing = [np.zeros(len(side.template), np.bool_) for side in (probe, reference)]
        return Overlap(np.zeros((0, 2)), nothing[0], nothing[1], nothing[0].copy(), nothing[1].copy())
    nobody = np.zeros(0, np.int64)
    back = _back(reference, comparison.movement) if comparison.back is None else comparison.back
    seen = alone(comparison.over, reference.print, nobody) > 0
    seen_back = alone(back, probe.print, nobody) > 0
    unpaired = [seen.copy(), seen_back.copy()]
    for side in (0, 1):
        unpaired[side][comparison.pairs[:, side]] = False
    region = _shared(moved_points(probe.print.hull, comparison.movement), reference.print.hull)
    return Overlap(region, seen, seen_back, unpaired[0], unpaired[1])


def moved_points(points: NDArray[np.float64], movement: tuple[float, float, float]) -> NDArray[np.float64]:
    """Move points, shape (n, 2), from the probe's frame to the reference's, rigidly."""
    pose = np.column_stack([points, np.zeros(len(points))])
    return np.ascontiguousarray(moved(pose, *movement)[:, :2])


def moved_back(points: NDArray[np.float64], movement: tuple[float, float, float]) -> NDArray[np.float64]:
    """Move points, shape (n, 2), from the reference's frame to the probe's: undoes :func:`moved_points`."""
    turn, dx, dy = movement
    c, s = np.cos(turn), np.sin(turn)
    x, y = points[:, 0] - dx, points[:, 1] - dy
    return np.column_stack([c * x - s * y, s * x + c * y])


def _back(reference: PreparedTemplate, movement: tuple[float, float, float]) -> NDArray[np.float64]:
    pose = reference.print.pose
    return np.ascontiguousarray(np.column_stack([moved_back(pose[:, :2], movement), pose[:, 2] - movement[0]]))


def _shared(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(a) < 3 or len(b) < 3:
        return np.zeros((0, 2))
    area, corners = cv2.intersectConvexConvex(a.astype(np.float32), b.astype(np.float32))
    if area <= 0 or corners is None:
        return np.zeros((0, 2))
    return np.asarray(corners, np.float64).reshape(-1, 2)
