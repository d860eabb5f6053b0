"""Minutiae in one form, however they are ordered, shifted or described: by which the same ones are known again."""

from __future__ import annotations

import numpy as np

from matcher.templates.quantisation import angle_steps, position_steps
from matcher.types import Template


def canonical_minutiae(template: Template) -> bytes:
    """Return positions, from the least x and y on, and directions, quantised as they are stored, sorted.

    Order, kinds, qualities, frame and extractor change nothing, nor does moving all by whole eighths of a pixel.
    """
    if not len(template):
        return b""
    x, y = position_steps(template.x), position_steps(template.y)
    rows = np.stack([x - x.min(), y - y.min(), angle_steps(template.angle)], axis=1)
    return np.ascontiguousarray(rows[np.lexsort(rows.T[::-1])], dtype=">u2").tobytes()
