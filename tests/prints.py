"""Random minutiae for tests of comparison and search: no ridges, but fingers, impressions of them, and strangers."""

from __future__ import annotations

import numpy as np

from matcher.templates.confidence import confidence
from matcher.types import Template

WIDTH, HEIGHT = 300, 400


def finger(seed: int, minutiae: int = 36) -> Template:
    """Return a finger's minutiae, at least 12 px apart, directions following a slowly turning field."""
    random = np.random.default_rng(seed)
    points = np.empty((minutiae, 2))
    count = 0
    while count < minutiae:
        point = random.uniform((30, 30), (WIDTH - 30, HEIGHT - 30))
        if (np.hypot(*(point - points[:count]).T) > 12).all():
            points[count] = point
            count += 1
    x, y = points.T
    field = np.sin(x / 90 + random.uniform(0, 6)) + np.cos(y / 110 + random.uniform(0, 6))
    angle = field + np.pi * random.integers(0, 2, minutiae) + random.normal(0, 0.1, minutiae)
    return template(x, y, angle, random.uniform(0.3, 1, minutiae))


def impression(of: Template, seed: int, *, kept: float = 0.8, jitter: float = 2.0) -> Template:
    """Return another impression: turned, moved, jittered, some minutiae lost and a few invented."""
    random = np.random.default_rng(seed)
    stays = random.permutation(len(of))[: max(1, round(kept * len(of)))]
    turn, shift = random.normal(0, 0.2), random.normal(0, 12, 2)
    x, y = of.x[stays] - WIDTH / 2, of.y[stays] - HEIGHT / 2
    moved_x = np.cos(turn) * x + np.sin(turn) * y + WIDTH / 2 + shift[0] + random.normal(0, jitter, len(stays))
    moved_y = np.cos(turn) * y - np.sin(turn) * x + HEIGHT / 2 + shift[1] + random.normal(0, jitter, len(stays))
    angle = of.angle[stays] + turn + random.normal(0, 0.05, len(stays))
    invented = len(of) // 10
    return template(
        np.append(moved_x, random.uniform(0, WIDTH, invented)),
        np.append(moved_y, random.uniform(0, HEIGHT, invented)),
        np.append(angle, random.uniform(-3, 3, invented)),
        np.append(confidence(of)[stays], random.uniform(0.2, 0.5, invented)),
    )


def moved(of: Template, turn: float, right: float, down: float) -> Template:
    """Return the same impression, turned about the middle of the frame, radians counter-clockwise, then shifted."""
    x, y = of.x - WIDTH / 2, of.y - HEIGHT / 2
    return template(
        np.cos(turn) * x + np.sin(turn) * y + WIDTH / 2 + right,
        np.cos(turn) * y - np.sin(turn) * x + HEIGHT / 2 + down,
        of.angle + turn,
        confidence(of),
    )


def template(x: np.ndarray, y: np.ndarray, angle: np.ndarray, quality: np.ndarray) -> Template:
    """Return a coherent template of float columns; what lies outside the frame is dropped."""
    inside = (x >= 0) & (x <= WIDTH) & (y >= 0) & (y <= HEIGHT)
    return Template(
        x=x[inside].astype(np.float32),
        y=y[inside].astype(np.float32),
        angle=np.angle(np.exp(1j * angle[inside])).astype(np.float32),
        kind=np.ones(int(inside.sum()), np.uint8),
        quality=quality[inside].astype(np.float32),
        width=WIDTH,
        height=HEIGHT,
        extractor="random",
    )


EMPTY = template(*(np.zeros(0) for _ in range(4)))
