"""How far a hand is turned: fingers are longer than wide, so they are narrowest upright."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.slaps.params import CELLS_PER_MM, Cells, SlapParams
from matcher.slaps.ridges import Ridges

Map = NDArray[np.float64]
Numbers = NDArray[np.int64]


def turn_of(ridges: Cells, params: SlapParams, wanted: int, level: bool) -> float:
    """Return how far the fingers are turned counter-clockwise from upright, radians.

    Every turn is tried. Of those that show no fewer fingers beside each other than wanted, or as nearly so as any, that
    is taken at which they are narrowest, each with what lies below it; upright is likelier than askew.

    Args:
        ridges: cells with ridges.
        params: constants.
        wanted: how many fingers there should be.
        level: they lie about as high as each other, as thumbs do.
    """
    rows, columns = np.nonzero(ridges)
    if not rows.size:
        return 0.0
    limit = round(params.most_askew)
    angles = np.radians(np.arange(-limit, limit + 1))
    seen = [_seen(rows, columns, float(angle), params) for angle in angles]
    apart = np.array([max(0, wanted - len(widths)) for widths, _ in seen])
    width = np.array([float(np.mean(widths)) if widths else np.inf for widths, _ in seen])
    cost = np.where(apart == apart.min(), width, np.inf)
    cost = cost / cost.min() + params.upright * angles**2
    if level:
        heights = np.array([float(np.var(tops)) if tops else 0.0 for _, tops in seen])
        cost += params.level * heights / CELLS_PER_MM**2
    near = cost < cost.min() + params.as_good
    weight = cost.min() + params.as_good - cost[near]
    return float((angles[near] * weight).sum() / weight.sum())


def _seen(rows: Numbers, columns: Numbers, angle: float, params: SlapParams) -> tuple[list[float], list[float]]:
    """Return how wide the fingers are that stand beside each other when cells are turned clockwise, and where they end.

    A width is that of a rectangle with the same deviation: single cells at its edge weigh little.
    """
    across = columns * np.cos(angle) - rows * np.sin(angle)
    column = np.round(across - across.min()).astype(np.int64)
    counted = np.bincount(column)
    highest = np.full(len(counted), np.inf)
    np.minimum.at(highest, column, rows * np.cos(angle) + columns * np.sin(angle))
    inside = np.concatenate([[False], counted > params.shadow * counted.max(), [False]])
    edges = np.flatnonzero(np.diff(inside.astype(np.int8)))
    least = params.least_width * CELLS_PER_MM
    widths, tops = [], []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start < least:
            continue
        weight, place = counted[start:end], np.arange(end - start)
        mean = float((weight * place).sum() / weight.sum())
        widths.append(float(np.sqrt(12 * (weight * (place - mean) ** 2).sum() / weight.sum())))
        tops.append(float(highest[start:end].min()))
    return widths, tops


def turning(shape: tuple[int, ...], angle: float) -> Map:
    """Return the map (2, 3) that turns cells clockwise by ``angle`` around the middle."""
    height, width = shape
    return np.asarray(cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -float(np.degrees(angle)), 1.0))


def turned(ridges: Ridges, angle: float) -> Ridges:
    """Return ridges turned clockwise by ``angle`` around the middle; what turns out of the frame is lost.

    Their directions keep the values that they have on the page.
    """
    height, width = ridges.cells.shape
    way = turning(ridges.cells.shape, angle)
    cells, poor = (
        np.asarray(cv2.warpAffine(part, way, (width, height)), np.uint8) for part in (ridges.cells, ridges.poor)
    )
    cosine, sine = (
        np.asarray(cv2.warpAffine(part, way, (width, height)), np.float32) for part in (ridges.cosine, ridges.sine)
    )
    return Ridges(cells, poor, cosine, sine)
