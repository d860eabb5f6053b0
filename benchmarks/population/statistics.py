"""What templates look like as a whole: the figures in which synthetic ones must agree with real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.templates.confidence import confidence
from matcher.types import Template

Float = NDArray[np.float64]

SURE = 0.2
"""Minutiae of lower quality take no part in the figures about places and directions, as in the comparator."""

BANDS = (0.0, 12.0, 20.0, 30.0, 45.0, 70.0, 100.0, 150.0)
"""Distances between two minutiae, pixels."""

TURNS = np.linspace(0, np.pi, 13)
PERCENTILES = (5, 25, 50, 75, 95)
_NEIGHBOURHOOD = 15.0
_COMPANY, _FEWEST = 70.0, 4
_CELLS = np.arange(-135.0, 136.0, 45.0), np.arange(-225.0, 226.0, 50.0)
_FEWEST_IN_CELL = 30
_PRINTS_LAID = 400


@dataclass(frozen=True, slots=True, eq=False)
class TemplateStatistics:
    """Figures of a collection of templates, all float64.

    Attributes:
        count: percentiles of the number of sure minutiae.
        area: percentiles of the hull of the sure minutiae, square pixels.
        nearest: percentiles of the distance to the nearest neighbour, pixels.
        distances: shares of pairs of minutiae by their distance, 16 bins of 4 pixels.
        turns: shape (7, 12): shares of pairs by the difference of their directions, for each band of distances.
        bearings: shape (7, 12): shares of pairs that point the same way, then of those that point opposite ways, to 45
            degrees, by the bearing of the one from ahead of the other to behind it, for each band.
        strangers: shape (12,): likewise for minutiae of two fingers that lie within 15 pixels when the prints are laid
            middle on middle: how far all fingers are alike.
        company: shares of minutiae by the part of their neighbours within 70 pixels, the comparator's reach, that point
            the same way to 45 degrees; 10 bins.
        flow: shape (2, 9, 6): mean of cosine and sine of the doubled directions in cells of 45 x 50 pixels around the
            middle of the print: how the ridges run on the average print.
        sides: shape (2, 9, 6): likewise of the directions: which way round the minutiae point.
        quality: percentiles, every twentieth part.
        bifurcations: part of them.
        edge: lower quartile of quality at the hull's corners, up to 10, 25 and 50 pixels inside, and beyond.
    """

    count: Float
    area: Float
    nearest: Float
    distances: Float
    turns: Float
    bearings: Float
    strangers: Float
    company: Float
    flow: Float
    sides: Float
    quality: Float
    bifurcations: Float
    edge: Float

    def differences(self, other: TemplateStatistics) -> dict[str, float]:
        """Return how far the other's figures are: measures relatively, shares by total variation, means by distance."""
        found = {}
        for f in fields(self):
            a, b = getattr(self, f.name), getattr(other, f.name)
            if f.name in {"distances", "turns", "bearings", "strangers", "company"}:
                found[f.name] = float(np.mean(0.5 * np.abs(a - b).sum(axis=-1)))
            elif f.name in {"flow", "sides"}:
                apart = np.hypot(*(a - b))
                found[f.name] = float(apart[np.isfinite(apart)].sum() / max(np.isfinite(apart).sum(), 1))
            else:
                found[f.name] = float(np.mean(np.abs(b / a - 1)))
        return found


def statistics(sets: Sequence[Sequence[tuple[object, Template]]]) -> TemplateStatistics:
    """Measure templates of several sets, each with the name of its finger; strangers are met within a set."""
    templates = [template for one in sets for _, template in one]
    placed = [_Placed.of(template) for template in templates]
    whole = [p for p in placed if len(p.x) >= 4]
    turns = np.zeros((len(BANDS) - 1, len(TURNS) - 1))
    distances = np.zeros(16)
    for p in whole:
        distance, turn = p.pairs()
        turns += np.histogram2d(distance, turn, (BANDS, TURNS))[0]
        distances += np.histogram(distance, np.arange(17) * 4.0)[0]
    quality = np.concatenate([confidence(t) for t in templates])
    hulls = [p.hull() for p in whole]
    return TemplateStatistics(
        count=np.percentile([len(p.x) for p in placed], PERCENTILES),
        area=np.percentile([cv2.contourArea(h) for h in hulls], PERCENTILES),
        nearest=np.percentile(np.concatenate([p.nearest() for p in whole]), PERCENTILES),
        distances=distances / distances.sum(),
        turns=turns / turns.sum(axis=1, keepdims=True),
        bearings=_bearings(whole),
        strangers=_strangers(sets),
        company=_shares(np.concatenate([p.company() for p in whole]), np.linspace(0, 1 + 1e-9, 11)),
        flow=_mean_directions(whole, 2),
        sides=_mean_directions(whole, 1),
        quality=np.quantile(quality, np.linspace(0, 1, 21)),
        bifurcations=np.array([np.mean(np.concatenate([t.kind for t in templates]) == 2)]),
        edge=_edge_quality(whole, hulls),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """The sure minutiae of a print, measured from the middle of what they cover."""

    x: Float
    y: Float
    angle: Float
    quality: Float

    @classmethod
    def of(cls, template: Template) -> _Placed:
        confidences = confidence(template)
        sure = confidences >= SURE
        x, y, angle, quality = (
            column[sure].astype(np.float64) for column in (template.x, template.y, template.angle, confidences)
        )
        if len(x):
            x, y = x - (x.min() + x.max()) / 2, y - (y.min() + y.max()) / 2
        return cls(x, y, angle, quality)

    def pairs(self) -> tuple[Float, Float]:
        """Return distance and difference of directions of every two minutiae."""
        i, j = np.triu_indices(len(self.x), 1)
        distance = np.hypot(self.x[i] - self.x[j], self.y[i] - self.y[j])
        return distance, turn_between(self.angle[i], self.angle[j])

    def nearest(self) -> Float:
        distance = np.hypot(self.x[:, None] - self.x, self.y[:, None] - self.y)
        np.fill_diagonal(distance, np.inf)
        return np.asarray(distance.min(axis=1))

    def company(self) -> Float:
        """Return the part of its neighbours that point the same way, for every minutia that has enough of them."""
        near = np.hypot(self.x[:, None] - self.x, self.y[:, None] - self.y) < _COMPANY
        np.fill_diagonal(near, val=False)
        alike = near & (turn_between(self.angle[:, None], self.angle) < np.pi / 4)
        enough = near.sum(axis=1) >= _FEWEST
        return np.asarray(alike[enough].sum(axis=1) / near[enough].sum(axis=1))

    def hull(self) -> NDArray[np.float32]:
        return np.asarray(cv2.convexHull(np.stack([self.x, self.y], axis=1).astype(np.float32)).reshape(-1, 2))


def turn_between(a: Float, b: Float) -> Float:
    """Return the difference of two directions, in [0, pi]."""
    return np.asarray(np.abs(np.mod(a - b + np.pi, 2 * np.pi) - np.pi))


def _bearings(placed: Sequence[_Placed]) -> Float:
    counts = np.zeros((len(BANDS) - 1, 2, 6))
    for p in placed:
        dx, dy = p.x - p.x[:, None], p.y[:, None] - p.y
        turn = turn_between(p.angle[:, None], p.angle)
        bearing = turn_between(np.arctan2(dy, dx), p.angle[:, None])
        distance = np.hypot(dx, dy)
        for way, chosen in enumerate((turn < np.pi / 4, turn > 3 * np.pi / 4)):
            own = chosen & (distance > 0)
            counts[:, way] += np.histogram2d(distance[own], bearing[own], (BANDS, np.linspace(0, np.pi, 7)))[0]
    return np.asarray((counts / counts.sum(axis=(1, 2), keepdims=True)).reshape(len(BANDS) - 1, 12))


def _mean_directions(placed: Sequence[_Placed], multiple: int) -> Float:
    """Return the mean cosine and sine of a multiple of the directions, by cell; NaN where there are too few."""
    x, y, angle = (np.concatenate([getattr(p, name) for p in placed]) for name in ("x", "y", "angle"))
    count, cosine, sine = (
        np.histogram2d(y, x, _CELLS[::-1], weights=weights)[0]
        for weights in (np.ones_like(x), np.cos(multiple * angle), np.sin(multiple * angle))
    )
    return np.stack([cosine, sine]) / np.where(count >= _FEWEST_IN_CELL, count, np.nan)


def _shares(values: Float, edges: Float) -> Float:
    counts = np.histogram(values, edges)[0]
    return np.asarray(counts / max(counts.sum(), 1))


def _strangers(sets: Sequence[Sequence[tuple[object, Template]]]) -> Float:
    rng = np.random.default_rng(0)
    found = [np.zeros(0)]
    for one in sets:
        placed = [(finger, _Placed.of(template)) for finger, template in one]
        for i, j in rng.integers(0, len(placed), (_PRINTS_LAID, 2)):
            (finger, a), (other, b) = placed[i], placed[j]
            if finger != other:
                d2 = (a.x[:, None] - b.x) ** 2 + (a.y[:, None] - b.y) ** 2
                rows, columns = np.nonzero(d2 < _NEIGHBOURHOOD**2)
                found.append(turn_between(a.angle[rows], b.angle[columns]))
    return _shares(np.concatenate(found), TURNS)


def _edge_quality(placed: Sequence[_Placed], hulls: Sequence[NDArray[np.float32]]) -> Float:
    inside = [
        np.array(
            [cv2.pointPolygonTest(hull, at, measureDist=True) for at in zip(p.x.tolist(), p.y.tolist(), strict=True)]
        )
        for p, hull in zip(placed, hulls, strict=True)
    ]
    depth, quality = np.concatenate(inside), np.concatenate([p.quality for p in placed])
    limits = (-np.inf, 1, 10, 25, 50, np.inf)
    parts = [quality[(depth >= low) & (depth < high)] for low, high in pairwise(limits)]
    return np.array([np.quantile(part, 0.25) if part.size else np.nan for part in parts])
