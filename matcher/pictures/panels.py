"""One picture for each stage, with what there is to see in it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.pictures.stages import Inspection
from matcher.templates.confidence import confidence
from matcher.types import ByteArray, FloatArray, MinutiaKind, Template

SCALE = 2
"""Screen pixels for one pixel at 500 dpi."""

_CELL = 8  # pixels, of the fields that vary slowly
_ARROW = 14.0  # length of a minutia's direction, pixels at 500 dpi
_SHIFT = 4  # OpenCV draws in sixteenths of a pixel

Colour = tuple[int, int, int]
_ENDING: Colour = (40, 40, 210)
_BIFURCATION: Colour = (200, 110, 0)
_CORE: Colour = (0, 140, 0)
_DELTA: Colour = (160, 0, 160)


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """A stage.

    Attributes:
        title: its name.
        text: what there is to see.
        picture: uint8 (h, w, 3), blue, green, red.
    """

    title: str
    text: str
    picture: ByteArray


def panels(inspection: Inspection) -> list[Panel]:
    """Return the stages in their order."""
    stages = inspection.stages
    on_finger = stages.mask_cells > 0.5
    return [
        Panel("Image", "As decoded, at 500 dpi. Everything below lies in its frame.", _enlarged(inspection.pixels)),
        Panel("Normalised", "Local contrast taken out; ridges dark.", _grey(-stages.normalised, 2.5)),
        Panel("Finger", "Where ridges are found; the rest is grey and is not looked at.", _masked(inspection)),
        Panel(
            "Orientation", "Which way the ridges run, and cores (circles) and deltas (triangles).", _lines(inspection)
        ),
        Panel(
            "Coherence",
            "How much gradients agree on it, 0 (dark) to 1 (bright). Scars, smears and edges are dark.",
            _heat(stages.orientation.coherence, 0.0, 1.0, on_finger, inspection.pixels.shape),
        ),
        Panel(
            "Ridge period",
            "How far apart the ridges are, 5 pixels (dark) to 15 (bright). About 9 is usual.",
            _heat(stages.period, 5.0, 15.0, on_finger, inspection.pixels.shape),
        ),
        Panel(
            "Enhanced", "Filtered along every ridge. The sign tells ridge from valley.", _grey(-stages.enhanced, 1.5)
        ),
        Panel(
            "Lines",
            "Ridges (red) and valleys (blue) thinned to lines, whose ends are minutiae.",
            _skeletons(inspection),
        ),
        Panel(
            f"Minutiae by image processing: {len(inspection.ridge)}",
            "Endings red, bifurcations blue; the fainter, the less sure.",
            _minutiae(inspection.pixels, inspection.ridge),
        ),
        Panel(
            f"Minutiae by LEADER: {len(inspection.leader)}",
            "What the service compares. Endings red, bifurcations blue; the fainter, the less sure.",
            _minutiae(inspection.pixels, inspection.leader),
        ),
    ]


def _enlarged(grey: ByteArray) -> ByteArray:
    height, width = grey.shape
    large = cv2.resize(grey, (SCALE * width, SCALE * height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.cvtColor(large, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _grey(values: FloatArray, most: float) -> ByteArray:
    return _enlarged(np.clip(127.5 + 127.5 / most * values, 0, 255).astype(np.uint8))


def _pale(pixels: ByteArray) -> ByteArray:
    """Return the image as a background for what is drawn on it."""
    return _enlarged((160 + pixels.astype(np.float32) * (95 / 255)).astype(np.uint8))


def _masked(inspection: Inspection) -> ByteArray:
    return _enlarged(np.where(inspection.stages.mask, inspection.pixels, np.uint8(128)))


def _heat(cells: FloatArray, low: float, high: float, shown: NDArray[np.bool_], shape: tuple[int, ...]) -> ByteArray:
    levels = np.clip((cells - low) / (high - low) * 255, 0, 255).astype(np.uint8)
    colours = np.asarray(cv2.applyColorMap(levels, cv2.COLORMAP_VIRIDIS), dtype=np.uint8)
    colours[~shown] = 255
    side = _CELL * SCALE
    large = np.repeat(np.repeat(colours, side, axis=0), side, axis=1)
    return np.ascontiguousarray(large[: SCALE * shape[0], : SCALE * shape[1]])


def _lines(inspection: Inspection) -> ByteArray:
    picture = _pale(inspection.pixels)
    stages = inspection.stages
    rows, columns = np.nonzero(stages.mask_cells > 0.5)
    angle = stages.orientation.angle[rows, columns]
    middle = np.stack([columns, rows], axis=1) * _CELL + (_CELL - 1) / 2
    half = np.stack([np.cos(angle), -np.sin(angle)], axis=1) * (_CELL * 0.45)
    for a, b in zip(middle - half, middle + half, strict=True):
        cv2.line(picture, _point(a), _point(b), (200, 110, 0), 2, cv2.LINE_AA, _SHIFT)
    for x, y in stages.singular_points.cores:
        cv2.circle(picture, _point((x, y)), round(10 * SCALE * 2**_SHIFT), _CORE, 3, cv2.LINE_AA, _SHIFT)
    for x, y in stages.singular_points.deltas:
        corners = [_point((x + dx, y + dy)) for dx, dy in ((0, -10), (9, 7), (-9, 7))]
        ring = np.array(corners, np.int32)
        cv2.polylines(picture, [ring], isClosed=True, color=_DELTA, thickness=3, lineType=cv2.LINE_AA, shift=_SHIFT)
    return picture


def _skeletons(inspection: Inspection) -> ByteArray:
    picture = np.full((*inspection.pixels.shape, 3), 255, dtype=np.uint8)
    picture[inspection.stages.valley_lines > 0] = (230, 160, 90)
    picture[inspection.stages.ridge_lines > 0] = (40, 40, 210)
    return np.ascontiguousarray(np.repeat(np.repeat(picture, SCALE, axis=0), SCALE, axis=1))


def _minutiae(pixels: ByteArray, template: Template) -> ByteArray:
    picture = _pale(pixels)
    sureness = confidence(template)
    for i in np.argsort(sureness, kind="stable"):  # the surest on top
        layer = picture.copy()
        start = np.array([template.x[i], template.y[i]])
        end = start + _ARROW * np.array([np.cos(template.angle[i]), -np.sin(template.angle[i])])
        colour = _BIFURCATION if template.kind[i] == MinutiaKind.BIFURCATION else _ENDING
        cv2.circle(layer, _point(start), round(4 * SCALE * 2**_SHIFT), colour, 2, cv2.LINE_AA, _SHIFT)
        cv2.line(layer, _point(start), _point(end), colour, 2, cv2.LINE_AA, _SHIFT)
        opacity = float(np.clip(sureness[i], 0.2, 1.0))
        picture = np.asarray(cv2.addWeighted(layer, opacity, picture, 1 - opacity, 0), dtype=np.uint8)
    return picture


def _point(place: NDArray[np.float64] | tuple[float, float]) -> tuple[int, int]:
    """Return a place of the image on the picture, in sixteenths of a pixel; pixel centres keep their place."""
    x, y = ((float(value) + 0.5) * SCALE - 0.5 for value in place)
    return round(x * 2**_SHIFT), round(y * 2**_SHIFT)
