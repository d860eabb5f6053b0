"""People who are nobody: templates with the local statistics of real prints, to fill a gallery.

Each is put together of two mirrored prints, one on either side of a random line through their middles. Mirrored, so
that no enrolled finger is in it; cut, so that few prints make many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.train_index_codes import mirrored
from matcher.types import Template


def distractors(templates: Sequence[Template], count: int, seed: int) -> Iterator[Template]:
    """Yield ``count`` templates, the same for the same seed."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        first, second = (mirrored(templates[i]) for i in random.integers(0, len(templates), 2))
        yield joined(first, second, random.uniform(-np.pi, np.pi))


def joined(first: Template, second: Template, normal: float) -> Template:
    """Join the half of ``first`` that lies towards ``normal`` with the other half of ``second``, middle on middle."""
    centre = _middle(first)
    columns = []
    for template, side in ((first, 1.0), (second, -1.0)):
        x, y = np.stack([template.x, template.y]) + (centre - _middle(template))[:, None]
        beyond = side * ((x - centre[0]) * np.cos(normal) + (y - centre[1]) * np.sin(normal)) > 0
        kept = beyond & (x >= 0) & (y >= 0) & (x <= first.width) & (y <= first.height)
        columns.append((x[kept], y[kept], template.angle[kept], template.kind[kept], template.quality[kept]))
    x, y, angle, kind, quality = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    return Template(
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        angle=angle.astype(np.float32),
        kind=kind.astype(np.uint8),
        quality=quality.astype(np.float32),
        width=first.width,
        height=first.height,
        extractor="distractor",
    )


def _middle(template: Template) -> NDArray[np.float64]:
    return np.array([np.median(template.x), np.median(template.y)], np.float64)
