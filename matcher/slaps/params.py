"""Constants of cutting slaps, and the grid on which fingers are looked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.extraction.ridge.params import CELL
from matcher.types import PIXELS_PER_MM

Cells = NDArray[np.uint8]
"""Squares of 8 x 8 pixels at 500 dpi: 1 where something is, 0 where not."""

CELLS_PER_MM = PIXELS_PER_MM / CELL


@dataclass(frozen=True, slots=True)
class SlapParams:
    """Constants, millimetres unless said otherwise; origin: anatomy, see the figures in docs/captures.md.

    Attributes:
        reach: standard deviation of the surroundings over which contrast is measured.
        share: of the strong contrast (95th percentile), above which there is skin.
        least_contrast: grey levels; less is a sensor's noise.
        gap: gaps narrower than this within a finger are closed.
        neck: bridges narrower than this between fingers are cut.
        least_width: of a fingertip; children's little fingers are 8 mm wide.
        least_length: likewise.
        longest: of the part of a finger beyond the last joint; what is below is another phalanx.
        uneven: the lowest tip lies less than this below the highest; a hand's little finger some 30 mm.
        most_askew: of the hand, degrees.
        margin: left around a finger in the image cut out.
        narrowest: fingers that touch are made smaller by up to this on all sides until they come apart.
        widest: of a fingertip; what is wider is two that touch. A large thumb pressed flat is 25 mm wide.
        widest_finger: likewise of four fingers of which some are said to be missing, where two that touch would give
            their names to others; a man's middle finger pressed flat is some 20 mm wide.
        wide: so many times as wide as the median of three and more tips; likewise.
        least_thumb: width of one of two thumbs that come apart; halves of one thumb are narrower.
        clear: share of one wave in the profile across the ridges, from which a cell shows them.
        ridges_reach: standard deviation of the surroundings over which cells that show ridges are counted.
        least_ridges: share of them, from which there are ridges.
        poor: likewise, of a smeared or worn part of a finger.
        straightest: how much the directions of a fingertip's ridges may be one, from 0 to 1: those of other phalanges
            are, and crossed-out lines; of a hundred prints of four sensors one is above, a small part.
        growth: a finger's box grows by up to this on all sides for such parts of it.
        shadow: share of the fullest column, above which a column belongs to a finger.
        upright: what a turn of a radian costs, as a share of the fingers' width: most hands are laid down upright.
        level: what a square millimetre of the variance of two thumbs' height costs, as a share of their width.
        as_good: share of the width within which turns are as good as the best.
    """

    reach: float = 0.4
    share: float = 0.25
    least_contrast: float = 6.0
    gap: float = 0.8
    neck: float = 2.0
    least_width: float = 6.0
    least_length: float = 8.0
    longest: float = 32.0
    uneven: float = 38.0
    most_askew: float = 45.0
    margin: float = 1.5
    narrowest: float = 5.0
    widest: float = 28.0
    widest_finger: float = 22.0
    wide: float = 1.6
    least_thumb: float = 10.0
    clear: float = 0.4
    ridges_reach: float = 1.2
    least_ridges: float = 0.25
    poor: float = 0.08
    straightest: float = 0.93
    growth: float = 4.0
    shadow: float = 0.1
    upright: float = 0.05
    level: float = 0.003
    as_good: float = 0.02


DEFAULT_SLAP = SlapParams()
