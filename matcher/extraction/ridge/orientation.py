"""Which way the ridges run: gradients averaged as doubled angles, narrowly where they agree, widely where not."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from matcher.extraction.ridge.grid import blurred, blurred_cells, cell_means
from matcher.extraction.ridge.params import OrientationParams
from matcher.types import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class OrientationField:
    """Orientation of the ridges on the grid of cells.

    Attributes:
        cosine, sine: float32, shape (rows, columns): of the doubled angle; the length of the vector is 1.
        coherence: float32, same shape: 0 where gradients go all ways, 1 where they go one way; over 8 px or so.
    """

    cosine: FloatArray
    sine: FloatArray
    coherence: FloatArray

    @property
    def angle(self) -> FloatArray:
        """Direction of the ridges, radians counter-clockwise, in [0, pi)."""
        return np.asarray(np.arctan2(self.sine, self.cosine) / 2 % np.pi, dtype=np.float32)


def orientation_field(
    moments: tuple[FloatArray, FloatArray, FloatArray], mask: FloatArray, params: OrientationParams
) -> OrientationField:
    """Find the orientation.

    Args:
        moments: of the normalised image, see :func:`gradient_moments`.
        mask: of the cells, 1 on the finger, 0 outside: gradients outside say nothing.
        params: constants.
    """
    cosine, sine, energy = (part * mask for part in moments)
    total_cosine, total_sine = np.zeros_like(cosine), np.zeros_like(sine)
    coherence = np.zeros_like(cosine)
    for scale in params.scales:
        c, s = blurred_cells(cosine, scale), blurred_cells(sine, scale)
        e = blurred_cells(energy, scale) + 1e-6
        length = np.hypot(c, s) + 1e-9
        agreement = length / e
        weight = agreement**params.trust / scale**params.narrow / length
        total_cosine += weight * c
        total_sine += weight * s
        if scale == params.scales[0]:
            coherence = agreement
    c, s = blurred_cells(total_cosine, params.final), blurred_cells(total_sine, params.final)
    length = np.hypot(c, s)
    some = length > 1e-12
    length = np.where(some, length, 1)
    return OrientationField(
        np.where(some, c / length, 1).astype(np.float32), (s / length).astype(np.float32), np.clip(coherence, 0, 1)
    )


def gradient_moments(image: FloatArray, params: OrientationParams) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return of every cell the doubled-angle vector along the ridges, weighted by squared gradient, and the weight.

    Ridges have two sides: their gradients point one way as much as the other. The edge of a picture, of a sensor or of
    the skin has one. So what does not cancel out in the surroundings loses its weight.
    """
    smooth = blurred(image, params.smoothing)
    right, down = (
        np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *axis, borderType=cv2.BORDER_REPLICATE), np.float32)
        for axis in ((1, 0), (0, 1))
    )
    xx, yy, xy = (cell_means(a * b) for a, b in ((right, right), (down, down), (right, down)))
    one_way = np.hypot(*(blurred_cells(cell_means(part), params.two_sided) for part in (right, down)))
    either_way = blurred_cells(cell_means(np.asarray(cv2.magnitude(right, down), np.float32)), params.two_sided)
    weight = np.maximum(1 - one_way / (either_way + 1e-6), 0) ** params.two_sidedness
    xx, yy, xy = (np.asarray(part * weight, np.float32) for part in (xx, yy, xy))
    # Along the ridge is across the gradient: the doubled angle is turned by pi. y runs down, angles turn up.
    return yy - xx, 2 * xy, xx + yy
