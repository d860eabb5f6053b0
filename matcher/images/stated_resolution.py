"""Is what a file or a caller says of the resolution borne out by the ridges?

A wrong statement makes a template that looks usable and matches nothing: half of NIST's WSQ references say 255 ppi, a
byte of -1, and converters write 1000 where 500 is meant.
"""

from __future__ import annotations

from matcher.errors import SampleResolutionUnknownError
from matcher.images.resolution_estimate import estimate_ppi
from matcher.types import Image

LARGEST_DISAGREEMENT = 1.6
"""Factor between statement and estimate, either way, that is one's own fingers' still. Origin: of 1669 prints of eight
sets at their true resolution 1622 are judged, with factors from 0.68 to 1.41 (docs/captures.md)."""


def require_borne_out(image: Image) -> Image:
    """Return the image, unless its ridges contradict its resolution; where they say nothing, the statement stands.

    Raises:
        SampleResolutionUnknownError: they do; with what they say instead.
    """
    estimate = estimate_ppi(image.pixels)
    if estimate is None:
        return image
    factor = estimate / image.resolution_ppi
    if 1 / LARGEST_DISAGREEMENT <= factor <= LARGEST_DISAGREEMENT:
        return image
    raise SampleResolutionUnknownError(
        f"stated are {image.resolution_ppi:.0f} pixels per inch, the ridges look like about {estimate:.0f}: state what "
        "the scanner's data sheet says",
        estimate,
    )
