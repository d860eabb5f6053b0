"""A hill climber: minutiae that are moved about at random until they match.

U. Uludag and A. K. Jain, "Attacks on biometric systems: a case study in fingerprints", SPIE 5306, 2004: begin with the
best of many random templates; move, replace, add or take away one minutia; keep what is nearer.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from enroll_tools.synthetic.templates.population import TemplatePopulation
from matcher.types import Template

_STARTS = 60
_FEWEST, _MOST = 18, 60


class Climber:
    """Proposes a template; is told how near it came; proposes the next.

    Args:
        seed: of everything random.
        target: whoever is climbed; equal seeds and targets, equal proposals.
    """

    def __init__(self, seed: int, target: int) -> None:
        self._random = np.random.default_rng([seed, target])
        # Strangers of the project's own population: the statistics of fingers, and nobody's.
        self._strangers = TemplatePopulation(1_000_000 + seed).batch(target * _STARTS, _STARTS)
        self._started = 0
        self._best: Template | None = None
        self._nearness = -1.0
        self._proposed: Template | None = None

    def propose(self) -> Template:
        """Return the next try. Without qualities: no first look dismisses it."""
        if self._best is None or self._started < _STARTS:
            found = self._strangers[self._started % _STARTS]
            self._started += 1
            self._proposed = replace(found, quality=None)
        else:
            self._proposed = self._changed(self._best)
        return self._proposed

    def learn(self, nearness: float) -> None:
        """Keep the try if it is at least as near as the best so far."""
        if nearness >= self._nearness:
            self._nearness, self._best = nearness, self._proposed

    def _changed(self, template: Template) -> Template:
        random, n = self._random, len(template)
        rows = np.column_stack([template.x, template.y, template.angle, template.kind]).astype(np.float64)
        chosen = int(random.integers(n)) if n else 0
        move = random.random()
        if move < 0.4:
            rows[chosen, :3] += random.normal(0.0, (8.0, 8.0, 0.2))
        elif move < 0.65 or n <= _FEWEST:
            rows = np.vstack([rows, self._new(template)])
        elif move < 0.85:
            rows[chosen] = self._new(template)
        else:
            rows = np.delete(rows, chosen, axis=0)
        rows = rows[-_MOST:]
        return replace(
            template,
            x=np.clip(rows[:, 0], 0, template.width - 1).astype(np.float32),
            y=np.clip(rows[:, 1], 0, template.height - 1).astype(np.float32),
            angle=((rows[:, 2] + np.pi) % (2 * np.pi) - np.pi + 1e-6).clip(-3.1415, 3.1415).astype(np.float32),
            kind=rows[:, 3].astype(np.uint8),
        )

    def _new(self, template: Template) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        random = self._random
        middle = float(np.median(template.x)), float(np.median(template.y))
        x, y = random.normal(middle, (70.0, 80.0))
        return np.array([x, y, random.uniform(-np.pi, np.pi), random.integers(1, 3)])
