"""Fingers of a slap: an image of several fingers pressed together, cut into one upright image for each.

ANSI/NIST-ITL 1-2011 and ISO/IEC 19794-2 number such images: 13 and 14 for the four fingers of the right and the left
hand, 15 for two thumbs. Fingers point up, at most 45 degrees askew; as in a print on paper the right hand's index
finger is the leftmost, the left hand's the rightmost.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import cv2
import numpy as np

from matcher.errors import SlapCountError
from matcher.extraction.ridge.params import CELL
from matcher.images.decoding import resample
from matcher.images.limits import ImageLimits
from matcher.slaps.hands import FINGERS_OF_SLAP, Slap
from matcher.slaps.params import CELLS_PER_MM, DEFAULT_SLAP, SlapParams
from matcher.slaps.ridges import ridges_of
from matcher.slaps.tips import fingertips, grown
from matcher.slaps.turn import turn_of, turned, turning
from matcher.types import TEMPLATE_RESOLUTION_PPI, FingerPosition, Image

SLAP_LIMITS = ImageLimits(max_pixels_500=4_500_000)
"""A slap is up to 82 x 76 mm (FBI EBTS appendix F), 1600 x 1500 pixels; there is room for a scanner's margins."""


@dataclass(frozen=True, slots=True, eq=False)
class SlapFinger:
    """One finger of a slap.

    Attributes:
        position: which finger it is.
        centre: x and y of its box's middle, pixels of the slap's image.
        size: width across and length along the finger of its box, pixels of the slap's image.
        angle: how far the finger is turned counter-clockwise from upright, radians.
        image: cut out and upright, at the slap's resolution.
    """

    position: FingerPosition
    centre: tuple[float, float]
    size: tuple[float, float]
    angle: float
    image: Image


def cut_slap(
    image: Image, slap: Slap, params: SlapParams = DEFAULT_SLAP, missing: Collection[FingerPosition] = ()
) -> list[SlapFinger]:
    """Find the fingers and cut them out, in the order of the image from left to right.

    Args:
        image: of all fingers, ridges dark.
        slap: which fingers they are; never guessed.
        params: constants.
        missing: fingers that are not on it, as whoever took it says.

    Raises:
        SlapCountError: there are fewer or more fingers than the slap should have: which they are would be a guess.
    """
    if missing and slap is not Slap.TWO_THUMBS:
        params = replace(params, widest=params.widest_finger)
    wanted = [position for position in FINGERS_OF_SLAP[slap] if position not in missing]
    ridges = ridges_of(resample(image), params)
    askew = turn_of(ridges.cells, params, len(wanted), level=slap is Slap.TWO_THUMBS)
    upright = turned(ridges, askew)
    tips, found = fingertips(upright, params, len(wanted), whole=not missing)
    if len(tips) != len(wanted):
        raise SlapCountError(len(wanted), found)
    tips = grown(tips, upright.poor, params)
    back = turning(ridges.cells.shape, -askew)
    scale = image.resolution_ppi / TEMPLATE_RESOLUTION_PPI * CELL
    fingers = []
    for position, (left, top, right, bottom) in zip(wanted, tips, strict=True):
        middle = back @ np.array([(left + right) / 2, (top + bottom) / 2, 1.0])
        spare = params.margin * CELLS_PER_MM
        size = ((right - left + 2 * spare) * scale, (bottom - top + 2 * spare) * scale)
        centre = (float((middle[0] + 0.5) * scale - 0.5), float((middle[1] + 0.5) * scale - 0.5))
        fingers.append(SlapFinger(position, centre, size, askew, _cut(image, centre, size, askew)))
    return fingers


def _cut(image: Image, centre: tuple[float, float], size: tuple[float, float], angle: float) -> Image:
    """Return the box, upright; what lies beyond the image is white."""
    width, height = (max(1, round(side)) for side in size)
    upright = np.asarray(cv2.getRotationMatrix2D(centre, -float(np.degrees(angle)), 1.0))
    upright[:, 2] += np.array([(width - 1) / 2, (height - 1) / 2]) - np.array(centre)
    cut = cv2.warpAffine(image.pixels, upright, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    return Image(np.ascontiguousarray(cut, dtype=np.uint8), image.resolution_ppi)
