"""Marks for minutiae: the shape says the kind, size and strength say how sure the extractor was, a tick where to."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import numpy as np

from matcher.pictures.canvas import Canvas, Colour, Frame, Points, corners
from matcher.templates.confidence import confidence
from matcher.types import MinutiaKind, Template

INK: Colour = (40, 40, 40)
AGAINST: Colour = (40, 30, 220)
"""Of minutiae that count against: seen by both prints, found in one."""
ELSEWHERE: Colour = (150, 120, 60)
"""Of minutiae that lie where the other print shows nothing."""

_LEAST_RADIUS, _MORE_RADIUS = 2.4, 2.4  # pixels at 500 dpi: of quality 0, and how much more of quality 1
_TICK = 2.4  # length, in radii
_LEAST_OPACITY = 0.3

# A circle, a square, a triangle.
_CORNERS = {MinutiaKind.ENDING: (20, 0.0), MinutiaKind.BIFURCATION: (4, np.pi / 4), MinutiaKind.OTHER: (3, np.pi / 2)}


@dataclass(frozen=True, slots=True)
class Minutia:
    """What is drawn of a minutia, as in a :class:`~matcher.types.Template`; ``quality`` is its confidence."""

    x: float
    y: float
    angle: float
    kind: MinutiaKind
    quality: float


def minutiae_of(template: Template, pose: Points | None = None) -> list[Minutia]:
    """Return the minutiae of a print in their order; where ``pose`` is given, shape (n, 3), there: x, y, direction."""
    own = np.column_stack([template.x, template.y, template.angle]).astype(np.float64) if pose is None else pose
    kinds = [MinutiaKind(kind) for kind in template.kind.tolist()]
    return [
        Minutia(x, y, angle, kind, quality)
        for (x, y, angle), kind, quality in zip(own.tolist(), kinds, confidence(template).tolist(), strict=True)
    ]


def draw_minutia(
    canvas: Canvas, frame: Frame, minutia: Minutia, colour: Colour, *, thickness: int = 1, crossed: bool = False
) -> None:
    """Draw one minutia of a print, if it lies on it.

    Args:
        canvas: drawn on.
        frame: of the print.
        minutia: which.
        colour: of the mark.
        thickness: of its lines, screen pixels.
        crossed: strike it through.
    """
    place = frame.places(np.array([[minutia.x, minutia.y]]))[0]
    if not inside(frame, place):
        return
    opacity = _LEAST_OPACITY + (1 - _LEAST_OPACITY) * minutia.quality
    radius = frame.scale * (_LEAST_RADIUS + _MORE_RADIUS * minutia.quality)
    # y points down and angles turn counter-clockwise.
    ahead = np.array([np.cos(minutia.angle), -np.sin(minutia.angle)])
    canvas.outline(place + radius * corners(*_CORNERS[minutia.kind]), colour, thickness, opacity)
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
