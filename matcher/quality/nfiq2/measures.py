"""All 69 measures of one image, by the names under which NFIQ 2 reports them."""

from __future__ import annotations

import numpy as np

from matcher.errors import SampleInvalidError
from matcher.quality.nfiq2.certainty import orientation_certainty
from matcher.quality.nfiq2.clarity import local_clarity
from matcher.quality.nfiq2.coherence import coherence
from matcher.quality.nfiq2.contrast import contrast
from matcher.quality.nfiq2.flow import orientation_flow
from matcher.quality.nfiq2.frame import print_frame
from matcher.quality.nfiq2.frequency import frequency_domain
from matcher.quality.nfiq2.minutiae import minutiae_measures
from matcher.quality.nfiq2.region import region_mean, region_of_interest
from matcher.quality.nfiq2.slanted import local_regions
from matcher.quality.nfiq2.uniformity import ridge_valley_uniformity
from matcher.types import ByteArray, FloatArray

LEAST_REGIONS = 10
"""Local regions of foreground below which there is nothing to measure."""


def image_measures(pixels: ByteArray, x: FloatArray, y: FloatArray) -> dict[str, float]:
    """Measure an image and the minutiae found in it.

    Args:
        pixels: uint8, shape (h, w), at 500 dpi, ridges dark; with its white frame, or without.
        x: shape (n,): of the minutiae, pixels of the image; those in the white frame are left out.
        y: shape (n,): likewise.

    Raises:
        SampleInvalidError: fewer than :data:`LEAST_REGIONS` local regions show anything.
    """
    rows, columns = print_frame(pixels)
    held = np.ascontiguousarray(pixels[rows, columns])
    regions = local_regions(held)
    if regions.foreground.sum() < LEAST_REGIONS:
        raise SampleInvalidError("too little of the image shows ridges to measure their quality")
    region = region_of_interest(held)
    whole_x, whole_y = x.astype(np.int64) - columns.start, y.astype(np.int64) - rows.start
    inside = (whole_x >= 0) & (whole_x < held.shape[1]) & (whole_y >= 0) & (whole_y < held.shape[0])
    return {
        **contrast(held),
        **region_mean(held, region),
        **coherence(held, region),
        **orientation_certainty(held),
        **local_clarity(regions),
        **frequency_domain(regions),
        **ridge_valley_uniformity(regions),
        **orientation_flow(regions),
        **minutiae_measures(held, whole_x[inside], whole_y[inside]),
    }
