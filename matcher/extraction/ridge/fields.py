"""Every stage of the extraction of one image, kept: what ridge maps, quality measures and pictures are made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.extraction.ridge.enhancement import enhance
from matcher.extraction.ridge.finger_mask import finger_mask
from matcher.extraction.ridge.grid import Mask, blurred_cells, cell_means, padded_to_cells, to_pixels
from matcher.extraction.ridge.normalisation import NOISE_FLOOR, local_statistics, normalised
from matcher.extraction.ridge.orientation import OrientationField, gradient_moments, orientation_field
from matcher.extraction.ridge.params import DEFAULT_RIDGE, RidgeParams
from matcher.extraction.ridge.ridge_period import ridge_period
from matcher.extraction.ridge.singular_points import SingularPoints, singular_points
from matcher.extraction.ridge.skeleton import binarise, skeleton
from matcher.types import ByteArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """What the first stages find: where the finger is and how its ridges run. Cells are those of :class:`RidgeFields`.

    Attributes:
        image: float32, sides of whole cells: local mean 0, deviation 1, ridges positive.
        mask_cells, orientation, period, wave, deviation, singular_points: as of :class:`RidgeFields`.
    """

    image: FloatArray
    mask_cells: FloatArray
    orientation: OrientationField
    period: FloatArray
    wave: FloatArray
    deviation: FloatArray
    singular_points: SingularPoints


@dataclass(frozen=True, slots=True, eq=False)
class RidgeFields:
    """By-products of the extraction; pixels are those of the image at 500 dpi, shape (h, w).

    What varies slowly is on cells of 8 x 8 pixels, shape (ceil(h / 8), ceil(w / 8)); the middle of cell (r, c) lies at
    x = 8 c + 3.5, y = 8 r + 3.5.

    Attributes:
        normalised: float32 (h, w): local mean 0, deviation 1, ridges positive.
        mask: bool (h, w): the finger.
        mask_cells: float32, cells: 1 on the finger, 0 outside.
        orientation: cells: doubled angle and coherence; ``orientation.angle`` is in radians, [0, pi).
        period: float32, cells: distance of ridges, pixels.
        wave: float32, cells: how much of the profile across the ridges is one wave, 0 to 1.
        deviation: float32, cells: local standard deviation, grey levels.
        enhanced: float32 (h, w): response of the oriented filter: positive ridge, negative valley, 0 outside the mask.
        ridge_lines, valley_lines: uint8 (h, w): skeletons, 1 on a line.
        singular_points: cores and deltas.
    """

    normalised: FloatArray
    mask: Mask
    mask_cells: FloatArray
    orientation: OrientationField
    period: FloatArray
    wave: FloatArray
    deviation: FloatArray
    enhanced: FloatArray
    ridge_lines: ByteArray
    valley_lines: ByteArray
    singular_points: SingularPoints

    @property
    def strength(self) -> FloatArray:
        """Mean absolute response of the oriented filter on cells, float32, about 0 to 1.3."""
        return blurred_cells(cell_means(np.abs(padded_float(self.enhanced))), 8.0)


def padded_float(pixels: FloatArray) -> FloatArray:
    """Fill up to whole cells with zeros."""
    height, width = pixels.shape
    return np.pad(pixels, ((0, -height % 8), (0, -width % 8)))


def flow(pixels: ByteArray, params: RidgeParams = DEFAULT_RIDGE) -> Flow:
    """Run the first stages, a fifth of the work, on a grey image, ridges dark.

    Args:
        pixels: uint8 (h, w), at 500 dpi, of any size.
        params: constants.
    """
    padded = padded_to_cells(pixels)
    mean, deviation = local_statistics(padded)
    image = normalised(padded, mean, deviation)
    moments = gradient_moments(image, params.orientation)
    gradient = np.sqrt(moments[2]) * (deviation + NOISE_FLOOR)
    cells = finger_mask(gradient, deviation, params.mask)
    field = orientation_field(moments, cells, params.orientation)
    period, wave = ridge_period(image, field, cells, params.period)
    return Flow(image, cells, field, period, wave, deviation, singular_points(field, cells, params.singularities))


def fields(pixels: ByteArray, params: RidgeParams = DEFAULT_RIDGE) -> RidgeFields:
    """Run all stages on a grey image, ridges dark.

    Args:
        pixels: uint8 (h, w), at 500 dpi, of any size.
        params: constants.
    """
    height, width = pixels.shape
    first = flow(pixels, params)
    mask = to_pixels(first.mask_cells) > 0.5
    enhanced = enhance(first.image, first.orientation, first.period, mask, params.enhancement, params.period)
    ridges, valleys = binarise(enhanced, mask, params.skeleton)
    cut = (slice(0, height), slice(0, width))
    return RidgeFields(
        normalised=first.image[cut],
        mask=mask[cut],
        mask_cells=first.mask_cells,
        orientation=first.orientation,
        period=first.period,
        wave=first.wave,
        deviation=first.deviation,
        enhanced=enhanced[cut],
        ridge_lines=skeleton(ridges[cut], params.skeleton),
        valley_lines=skeleton(valleys[cut], params.skeleton),
        singular_points=first.singular_points,
    )
