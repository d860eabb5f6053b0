"""A picture of a comparison: two prints side by side, their minutiae, and which of them agree."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.types import ByteArray, Template

_SCALE = 2  # screen pixels for one pixel at 500 dpi
_GAP = 40
_MARGIN = 24
_LINE = 34  # height of a line of the caption
_TICK = 11  # length of the direction tick, pixels at 500 dpi
_RADIUS = 4
_UNPAIRED = (150, 110, 40)
_INK = (40, 40, 40)
_FADE = 0.55  # how far the ridges step back behind what is drawn on them

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two prints: grey pixels at 500 dpi, and its minutiae in the same frame."""

    pixels: ByteArray
    template: Template


def draw_pair(probe: Side, reference: Side, pairs: NDArray[np.int64], caption: Sequence[str]) -> ByteArray:
    """Draw a comparison.

    Args:
        probe: the print on the left.
        reference: the print on the right.
        pairs: shape (k, 2), indices of agreeing minutiae; each pair is drawn in a colour of its own and connected.
        caption: lines of ASCII text under the prints.

    Returns:
        uint8, shape (height, width, 3), blue, green, red, as OpenCV writes it.
    """
    left, right = (_SCALE * np.array(side.pixels.shape) for side in (probe, reference))
    top = _MARGIN
    offsets = ((_MARGIN, top), (_MARGIN + int(left[1]) + _GAP, top))
    height = top + int(max(left[0], right[0])) + _MARGIN + _LINE * len(caption)
    width = offsets[1][0] + int(right[1]) + _MARGIN
    canvas = np.full((height, width, 3), 255, dtype=np.uint8)
    for side, offset in zip((probe, reference), offsets, strict=True):
        _paste(canvas, side.pixels, offset)
        _draw_all(canvas, side.template, offset)
    _connect(canvas, (probe.template, reference.template), pairs, offsets)
    _write(canvas, caption, height)
    return np.asarray(canvas, dtype=np.uint8)


def _paste(canvas: ByteArray, pixels: ByteArray, offset: tuple[int, int]) -> None:
    size = (_SCALE * pixels.shape[1], _SCALE * pixels.shape[0])
    grey = cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)
    pale = np.asarray(255 - _FADE * (255 - grey.astype(np.float32)), dtype=np.uint8)
    x, y = offset
    canvas[y : y + size[1], x : x + size[0]] = pale[:, :, None]


def _draw_all(canvas: ByteArray, template: Template, offset: tuple[int, int]) -> None:
    for index in range(len(template)):
        _draw_minutia(canvas, template, index, offset, _UNPAIRED, 1)


def _connect(
    canvas: ByteArray,
    templates: tuple[Template, Template],
    pairs: NDArray[np.int64],
    offsets: tuple[tuple[int, int], tuple[int, int]],
) -> None:
    for number, pair in enumerate(pairs):
        colour = _colour(number, len(pairs))
        ends = [_place(templates[side], int(pair[side]), offsets[side]) for side in (0, 1)]
        cv2.line(canvas, ends[0], ends[1], colour, 1, cv2.LINE_AA)
        for side in (0, 1):
            _draw_minutia(canvas, templates[side], int(pair[side]), offsets[side], colour, 3)


def _draw_minutia(
    canvas: ByteArray, template: Template, index: int, offset: tuple[int, int], colour: Colour, thickness: int
) -> None:
    """Draw a circle, and a tick in the direction of the minutia (y points down, angles turn counter-clockwise)."""
    x, y = _place(template, index, offset)
    angle = float(template.angle[index])
    tip = round(x + _SCALE * _TICK * np.cos(angle)), round(y - _SCALE * _TICK * np.sin(angle))
    cv2.circle(canvas, (x, y), _SCALE * _RADIUS, colour, thickness, cv2.LINE_AA)
    cv2.line(canvas, (x, y), tip, colour, thickness, cv2.LINE_AA)


def _place(template: Template, index: int, offset: tuple[int, int]) -> tuple[int, int]:
    return round(offset[0] + _SCALE * float(template.x[index])), round(offset[1] + _SCALE * float(template.y[index]))


def _colour(number: int, of: int) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(number / max(of, 1), 0.9, 0.8)
    return round(255 * blue), round(255 * green), round(255 * red)


def _write(canvas: ByteArray, caption: Sequence[str], height: int) -> None:
    for number, line in enumerate(caption):
        y = height - _LINE * (len(caption) - number) + _LINE // 2
        cv2.putText(canvas, line, (_MARGIN, y), cv2.FONT_HERSHEY_SIMPLEX, 0.75, _INK, 2, cv2.LINE_AA)
