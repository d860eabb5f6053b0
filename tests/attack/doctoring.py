"""What can be made of the minutiae of a print: other records that are to pass for a finger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.types import Template


def chosen(template: Template, places: Sequence[int] | NDArray[np.int64]) -> Template:
    """Return the minutiae at these places, in this order; a place may stand several times."""
    return replace(
        template,
        x=template.x[places],
        y=template.y[places],
        angle=template.angle[places],
        kind=template.kind[places],
        quality=None if template.quality is None else template.quality[places],
    )


def times(template: Template, count: int) -> Template:
    """Return a template in which every minutia stands so many times."""
    return chosen(template, np.tile(np.arange(len(template)), count))


def in_another_order(template: Template) -> Template:
    """Return the same minutiae, the last first."""
    return chosen(template, np.arange(len(template))[::-1])


def some(template: Template, count: int, seed: int) -> Template:
    """Return so many of the minutiae, drawn."""
    return chosen(template, np.random.default_rng(seed).permutation(len(template))[:count])


def shaken(template: Template, reach: float, seed: int) -> Template:
    """Return every minutia moved by up to ``reach`` pixels along both axes."""
    random, n = np.random.default_rng(seed), len(template)
    x = np.clip(template.x + random.uniform(-reach, reach, n), 0, template.width - 1)
    y = np.clip(template.y + random.uniform(-reach, reach, n), 0, template.height - 1)
    return replace(template, x=x.astype(np.float32), y=y.astype(np.float32))


def union(one: Template, other: Template) -> Template:
    """Return the minutiae of both, the middle of the one on that of the other, in a frame that holds them."""
    right, down = (float(np.median(a) - np.median(b)) for a, b in ((one.x, other.x), (one.y, other.y)))
    width, height = max(one.width, other.width), max(one.height, other.height)
    return Template(
        x=np.clip(np.append(one.x, other.x + right), 0, width - 1).astype(np.float32),
        y=np.clip(np.append(one.y, other.y + down), 0, height - 1).astype(np.float32),
        angle=np.append(one.angle, other.angle),
        kind=np.append(one.kind, other.kind),
        quality=None,
        width=width,
        height=height,
        extractor=one.extractor,
    )
