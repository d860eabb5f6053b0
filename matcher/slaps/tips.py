"""Where the fingertips of a slap are: the boxes of the pieces of ridges, those below others left out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from matcher.slaps.params import CELLS_PER_MM, Cells, SlapParams
from matcher.slaps.ridges import Ridges, pieces

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


def fingertips(upright: Ridges, params: SlapParams, wanted: int, whole: bool = True) -> tuple[list[Box], int]:
    """Find the fingertips.

    Args:
        upright: ridges, with the fingers upright.
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
        parts = pieces(_narrowed(upright.cells, narrowed))
        found = [_box(piece, narrowed) for piece in parts if not _straight(piece, upright, params)]
        boxes = _topmost([box for box in found if _large(box, params)])
        level = _level(boxes, params)
        count = len(level) + _doubled(level, params)
        if len(boxes) > wanted:
            return [], max(len(boxes), count)
        if count == wanted == len(boxes) == len(level):
            first = first or sorted((x, top, right, min(bottom, top + longest)) for x, top, right, bottom in boxes)
            if whole:
                break
        most = max(most, len(level) if count == wanted else count)
    return first, len(first) or most


def grown(tips: Sequence[Box], upright: Cells, params: SlapParams) -> list[Box]:
    """Return the boxes with what lies around them and hangs together with them, no nearer to another than to itself.

    Args:
        tips: from left to right.
        upright: ridges, and poor ones, with the fingers upright.
        params: constants.
    """
    most, longest = params.growth * CELLS_PER_MM, params.longest * CELLS_PER_MM
    lefts = [-np.inf, *((a[2] + b[0]) / 2 for a, b in pairwise(tips))]
    rights = [*lefts[1:], np.inf]
    found = []
    for (left, top, right, bottom), least, end in zip(tips, lefts, rights, strict=True):
        window = np.zeros_like(upright)
        across = slice(max(0, round(max(left - most, least))), round(min(right + most, end, upright.shape[1])) + 1)
        window[max(0, round(top - most)) : round(bottom + most) + 1, across] = 1
        inside = np.zeros_like(upright)
        inside[max(0, round(top)) : round(bottom) + 1, max(0, round(left)) : round(right) + 1] = 1
        own = [_box(piece, 0) for piece in pieces(upright & window) if (piece & inside).any()]
        sides = np.array([(left, top, right, bottom), *own])
        highest = float(sides[:, 1].min())
        lowest = min(float(sides[:, 3].max()), highest + longest)
        found.append((float(sides[:, 0].min()), highest, float(sides[:, 2].max()), lowest))
    return found


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


def _straight(piece: Cells, ridges: Ridges, params: SlapParams) -> bool:
    """Whether all ridges of a piece run one way: it is no fingertip."""
    inside = piece > 0
    one_way = np.hypot(ridges.cosine[inside].mean(), ridges.sine[inside].mean())
    return bool(one_way > params.straightest)


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
