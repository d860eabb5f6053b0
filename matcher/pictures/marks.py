"""Marks for minutiae: the shape says the kind, size and strength say how sure the extractor was, a tick where to."""

from __future__ import annotations

import colorsys

import numpy as np

from matcher.comparison.compare import PreparedTemplate
from matcher.pictures.canvas import Canvas, Colour, Frame, Points
from matcher.types import MinutiaKind

INK: Colour = (40, 40, 40)
AGAINST: Colour = (40, 30, 220)
"""Of minutiae that count against: seen by both prints, found in one."""
ELSEWHERE: Colour = (150, 120, 60)
"""Of minutiae that lie where the other print shows nothing."""

_LEAST_RADIUS, _MORE_RADIUS = 2.4, 2.4  # pixels at 500 dpi: of quality 0, and how much more of quality 1
_TICK = 2.4  # length, in radii
_LEAST_OPACITY = 0.3

# Corners on the unit circle: enough of them for a circle, four for a square, three for a triangle.
_CORNERS = {MinutiaKind.ENDING: (20, 0.0), MinutiaKind.BIFURCATION: (4, np.pi / 4), MinutiaKind.OTHER: (3, np.pi / 2)}


def draw_minutia(
    canvas: Canvas,
    frame: Frame,
    side: PreparedTemplate,
    index: int,
    colour: Colour,
    *,
    thickness: int = 1,
    pose: Points | None = None,
    crossed: bool = False,
) -> None:
    """Draw one minutia of a print.

    Args:
        canvas: drawn on.
        frame: of the print.
        side: holds the minutia.
        index: which it is.
        colour: of the mark.
        thickness: of its lines, screen pixels.
        pose: x, y, direction of all minutiae if not those of ``side``, shape (n, 3).
        crossed: strike it through.
    """
    x, y, angle = (side.pose if pose is None else pose)[index]
    quality = float(side.quality[index])
    opacity = _LEAST_OPACITY + (1 - _LEAST_OPACITY) * quality
    place = frame.places(np.array([[x, y]]))[0]
    if not inside(frame, place):
        return
    radius = frame.scale * (_LEAST_RADIUS + _MORE_RADIUS * quality)
    # y points down and angles turn counter-clockwise.
    ahead = np.array([np.cos(angle), -np.sin(angle)])
    canvas.outline(place + radius * _shape(int(side.template.kind[index])), colour, thickness, opacity)
    canvas.line(np.array([place + radius * ahead, place + (1 + _TICK) * radius * ahead]), colour, thickness, opacity)
    if crossed:
        for way in (np.array([1.0, 1.0]), np.array([1.0, -1.0])):
            canvas.line(np.array([place - 0.9 * radius * way, place + 0.9 * radius * way]), colour, thickness, opacity)


def inside(frame: Frame, place: Points) -> bool:
    """Tell whether a place of the canvas lies on the print."""
    x, y = float(place[0]) - frame.x, float(place[1]) - frame.y
    return 0 <= x < frame.width and 0 <= y < frame.height


def pair_colours(places: Points) -> list[Colour]:
    """Return a colour for each pair by the bearing of its place from their middle: neighbours look alike.

    So a pair that does not belong among its neighbours shows by its colour in the one print or the other.
    """
    if not len(places):
        return []
    across, down = (places - places.mean(axis=0)).T
    return [_hue(float(turn) / (2 * np.pi)) for turn in np.arctan2(down, across) % (2 * np.pi)]


def _hue(hue: float) -> Colour:
    # Reds stay out: they are the colour of what counts against.
    red, green, blue = colorsys.hsv_to_rgb(0.08 + 0.8 * hue, 1.0, 0.75)
    return round(255 * blue), round(255 * green), round(255 * red)


def _shape(kind: int) -> Points:
    known = MinutiaKind(kind) if kind in set(MinutiaKind) else MinutiaKind.OTHER
    count, first = _CORNERS[known]
    turns = first + 2 * np.pi * np.arange(count) / count
    return np.column_stack([np.cos(turns), -np.sin(turns)])
