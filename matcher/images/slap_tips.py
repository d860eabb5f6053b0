"""Where the fingertips of a slap are: cells of skin, how far the hand is turned, and the boxes of its tips."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.types import TEMPLATE_RESOLUTION_PPI, ByteArray

Cells = NDArray[np.uint8]
Points = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""

CELL = 8
_PER_MM = TEMPLATE_RESOLUTION_PPI / 25.4
CELLS_PER_MM = _PER_MM / CELL


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


def skin_cells(pixels: ByteArray, params: SlapParams) -> Cells:
    """Return cells of 8 x 8 pixels where ridges are, uint8 0 or 1."""
    height, width = (side // CELL * CELL for side in pixels.shape)
    grey = pixels[:height, :width].astype(np.float32)
    sigma = params.reach * _PER_MM
    mean = cv2.GaussianBlur(grey, (0, 0), sigma)
    deviation = np.sqrt(np.maximum(cv2.GaussianBlur(grey * grey, (0, 0), sigma) - mean * mean, 0))
    cells = cv2.resize(deviation, (width // CELL, height // CELL), interpolation=cv2.INTER_AREA)
    strong = max(params.share * float(np.percentile(cells, 95)), params.least_contrast)
    found = (cells > strong).astype(np.uint8)
    closed = cv2.morphologyEx(found, cv2.MORPH_CLOSE, _disc(params.gap))
    return np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, _disc(params.neck)), dtype=np.uint8)


def _disc(diameter: float) -> ByteArray:
    side = max(1, round(diameter * CELLS_PER_MM)) | 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), dtype=np.uint8)


def _pieces(skin: Cells) -> list[Cells]:
    count, labels = cv2.connectedComponents(np.ascontiguousarray(skin), connectivity=4)
    return [np.asarray(labels == n, dtype=np.uint8) for n in range(1, count)]


def turn_of(skin: Cells, params: SlapParams) -> float:
    """Return how far the fingers are turned counter-clockwise from upright, radians.

    Every turn is tried: upright fingers leave the widest gaps between them when the skin is counted column by column.
    """
    limit = round(params.most_askew)
    angles = np.radians(np.arange(-limit, limit + 1, 2))
    thin = np.asarray(cv2.erode(skin, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    gaps = np.array([_gaps(turned(thin, float(angle))) for angle in angles])
    gaps *= 1 - np.abs(angles) / (np.pi / 2)  # hands are laid down more upright than not
    if gaps.max() <= 0:
        return 0.0
    smooth = np.convolve(gaps, np.array([1, 2, 3, 2, 1]) / 9, mode="same")
    near = np.abs(angles - angles[int(smooth.argmax())]) < np.radians(5)
    return float((angles * smooth)[near].sum() / smooth[near].sum())


def _gaps(upright: Cells) -> float:
    """Return how many columns between the first and the last with skin have hardly any."""
    counted = upright.sum(axis=0, dtype=np.float64)
    used = np.flatnonzero(counted)
    if not used.size:
        return 0.0
    between = counted[used[0] : used[-1] + 1]
    return float(np.maximum(0, 1 - between / (0.1 * between.max())).sum())


def turning(shape: tuple[int, ...], angle: float) -> Points:
    """Return the map (2, 3) that turns cells clockwise by ``angle`` around the middle."""
    height, width = shape
    return np.asarray(cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -float(np.degrees(angle)), 1.0))


def turned(skin: Cells, angle: float) -> Cells:
    """Return the skin turned clockwise by ``angle`` around the middle; what turns out of the frame is lost."""
    height, width = skin.shape
    return np.asarray(cv2.warpAffine(skin, turning(skin.shape, angle), (width, height)), dtype=np.uint8)


def fingertips(upright: Cells, params: SlapParams, wanted: int, whole: bool = True) -> tuple[list[Box], int]:
    """Find the fingertips.

    Args:
        upright: skin, with the fingers upright.
        params: constants.
        wanted: how many there should be.
        whole: these are all that a hand has, so that as many as wanted are enough. If not, two that touch might be
            taken for one and give their names to others: none may come apart when it is made smaller.

    Returns:
        Their boxes from left to right, in cells, and how many there are. Boxes are there only if there are as many as
        wanted: fewer do not come apart, and of more it is not known which are meant.
    """
    longest = params.longest * CELLS_PER_MM
    most, first = 0, list[Box]()
    for narrowed in range(round(params.narrowest * CELLS_PER_MM)):
        found = [_box(piece, narrowed) for piece in _pieces(_narrowed(upright, narrowed))]
        boxes = _level(_topmost([box for box in found if _large(box, params)]), params)
        count = len(boxes) + _doubled(boxes, params)
        if len(boxes) > wanted:
            return [], count
        if count == wanted == len(boxes):
            first = first or sorted((x, top, right, min(bottom, top + longest)) for x, top, right, bottom in boxes)
            if whole:
                break
        most = max(most, len(boxes) if count == wanted else count)
    return first, len(first) or most


def _doubled(boxes: list[Box], params: SlapParams) -> int:
    """Return how many of the tips are two that touch, by their width."""
    widths = [_width(box) for box in boxes]
    widest = params.widest * CELLS_PER_MM
    if len(widths) > 2:
        widest = min(widest, params.wide * float(np.median(widths)))
    return sum(width > widest for width in widths)


def _level(tips: list[Box], params: SlapParams) -> list[Box]:
    """Leave out what lies too far below the highest tip to be one of the same hand."""
    return [box for box in tips if box[1] - tips[0][1] < params.uneven * CELLS_PER_MM]


def _narrowed(upright: Cells, cells: int) -> Cells:
    """Take so many cells away on all sides: fingers that touch come apart."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * cells + 1, 2 * cells + 1))
    return np.asarray(cv2.erode(upright, disc), dtype=np.uint8)


def _box(piece: Cells, narrowed: int) -> Box:
    """Return the box of a piece, as large as it was."""
    left, top, width, height = cv2.boundingRect(piece)
    right, bottom = left + width - 1 + narrowed, top + height - 1 + narrowed
    return float(left - narrowed), float(top - narrowed), float(right), float(bottom)


def _width(box: Box) -> float:
    return box[2] - box[0] + 1


def _large(box: Box, params: SlapParams) -> bool:
    length = box[3] - box[1] + 1
    return _width(box) >= params.least_width * CELLS_PER_MM and length >= params.least_length * CELLS_PER_MM


def _topmost(boxes: list[Box]) -> list[Box]:
    """Leave out what lies below another: lower phalanges and the palm."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda box: box[1]):
        if not any(_lies_below(box, above) for above in kept):
            kept.append(box)
    return kept


def _lies_below(box: Box, above: Box) -> bool:
    shared = min(box[2], above[2]) - max(box[0], above[0])
    return shared > 0.4 * min(_width(box), _width(above))
