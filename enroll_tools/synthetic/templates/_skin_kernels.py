"""Compiled: how the skin of one touch is distorted: stretched as a whole, and pushed here and there."""

from __future__ import annotations

from math import exp

import numpy as np

from enroll_tools.synthetic.templates._random_kernels import Stream, normal, uniform
from enroll_tools.synthetic.templates._ridge_kernels import Float
from enroll_tools.synthetic.templates.constants import TouchConstants
from matcher._compiled import compiled

BUMPS = 4


@compiled
def draw_skin(stream: Stream, half_x: float, half_y: float, c: TouchConstants) -> Float:
    """Draw a distortion, shape (1 + BUMPS, 4): row 0 the linear part, the others bumps: place, shift, in pixels."""
    skin = np.empty((1 + BUMPS, 4))
    strength = exp(normal(stream, c.distortion_spread))
    for k in range(4):
        skin[0, k] = normal(stream, c.stretch * strength)
    for b in range(1, 1 + BUMPS):
        skin[b, 0] = half_x * uniform(stream, -1.0, 1.0)
        skin[b, 1] = half_y * uniform(stream, -1.0, 1.0)
        skin[b, 2] = normal(stream, c.bump * strength)
        skin[b, 3] = normal(stream, c.bump * strength)
    return skin


@compiled
def distorted(u: float, v: float, skin: Float, reach: float) -> tuple[float, float]:
    """Return where the skin carries a point, both measured from the middle of the contact area."""
    x = u + skin[0, 0] * u + skin[0, 1] * v
    y = v + skin[0, 2] * u + skin[0, 3] * v
    for b in range(1, skin.shape[0]):
        near = exp(-((u - skin[b, 0]) ** 2 + (v - skin[b, 1]) ** 2) / (2 * reach * reach))
        x += near * skin[b, 2]
        y += near * skin[b, 3]
    return x, y
