"""What images are accepted, and which statements of their resolution are believed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matcher.errors import SampleExtentError, SampleInvalidError
from matcher.formats.units import ppi_of
from matcher.types import TEMPLATE_RESOLUTION_PPI


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What is accepted. A rolled finger at 1000 ppi has about 1600 x 1500 pixels, a SOCOFing crop 96 x 103.

    Attributes:
        min_side, max_side: pixels of each side as the file has them.
        min_side_500, max_side_500: pixels of each side at 500 dpi: the network's smallest input, and a sanity bound.
        max_pixels_500: pixels at 500 dpi: 5 cm x 5 cm, more than a rolled thumb. The extractor's memory and time grow
            with them, about 1 GB and 1.5 s for that many.
        min_ppi, max_ppi: range of the caller's statement, pixels per inch.
        min_file_ppi, max_file_ppi: range in which the file's own statement is believed. Below 200 it is a default
            that nobody measured (the FVC TIFFs say 1, the SOCOFing BMPs 120, many programs 72 or 96).
        square_tolerance: relative difference of the two axes in a file's statement that still counts as none.
    """

    min_side: int = 64
    max_side: int = 4096
    min_side_500: int = 32
    max_side_500: int = 4000
    max_pixels_500: int = 1_000_000
    min_ppi: float = 100.0
    max_ppi: float = 2000.0
    min_file_ppi: float = 200.0
    max_file_ppi: float = 1200.0
    square_tolerance: float = 0.01


DEFAULT_LIMITS = ImageLimits()
_ROUNDED = 0.02  # pixels per inch


def resolution(given: float | None, stated: tuple[float, float] | None, limits: ImageLimits) -> float | None:
    """Return pixels per inch, as the caller says or else the file.

    Args:
        given: by the caller; None if it is silent.
        stated: by the file, for x and y; None if it is silent.
        limits: what is believed.

    Returns:
        None if the caller does not say, and the file says nothing that can be believed.

    Raises:
        SampleInvalidError: the caller says what no scanner has.
    """
    if given is not None:
        return resolution_of_caller(given, limits)
    if stated is not None and all(math.isfinite(value) for value in stated):
        # Rounding is undone first: 200 ppi of a PNG are 199.9996, which is not below 200.
        x, y = (_whole(value) for value in stated)
        believed = all(limits.min_file_ppi <= value <= limits.max_file_ppi for value in (x, y))
        if believed and math.isclose(x, y, rel_tol=limits.square_tolerance):
            return _whole((x + y) / 2)
    return None


def resolution_of_caller(ppi: float, limits: ImageLimits) -> float:
    """Return what the caller states, pixels per inch; SampleInvalidError if it is no scanner's."""
    if not limits.min_ppi <= ppi <= limits.max_ppi:  # also refuses NaN
        raise SampleInvalidError(f"the resolution must be {limits.min_ppi:g} to {limits.max_ppi:g} ppi")
    return float(ppi)


def _whole(ppi: float) -> float:
    """Undo the rounding of formats that count by the metre or centimetre: 19685 px/m and 197 px/cm are both 500 ppi."""
    if abs(ppi - round(ppi)) < _ROUNDED:
        return float(round(ppi))
    per_cm = round(ppi / 2.54)
    return ppi_of(per_cm) if abs(ppi - per_cm * 2.54) < _ROUNDED else ppi


def check_sides(width: int, height: int, limits: ImageLimits) -> None:
    """Refuse sides that are too short or too long, in pixels as the file has them."""
    if not all(limits.min_side <= side <= limits.max_side for side in (width, height)):
        raise SampleInvalidError(f"each side must have {limits.min_side} to {limits.max_side} pixels")


def check_extent(width: int, height: int, ppi: float, limits: ImageLimits) -> None:
    """Refuse what is no finger's size on paper: a wrong resolution is the commonest reason."""
    scale = TEMPLATE_RESOLUTION_PPI / ppi
    w, h = width * scale, height * scale
    if min(w, h) < limits.min_side_500 or max(w, h) > limits.max_side_500 or w * h > limits.max_pixels_500:
        raise SampleExtentError("at this resolution the image is smaller or larger than fingers are")
