"""One picture for each stage, with what there is to see in it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.extraction.ridge.params import CELL
from matcher.pictures.canvas import Canvas, Colour, Frame, corners
from matcher.pictures.marks import INK, draw_minutia, minutiae_of
from matcher.pictures.stages import Inspection
from matcher.types import ByteArray, FloatArray, MinutiaKind, Template

SCALE = 2
"""Screen pixels for one pixel at 500 dpi."""

_MARKED = 10.0  # radius of the mark of a core or a delta, pixels at 500 dpi

_RIDGES: Colour = (200, 110, 0)
_CORE: Colour = (0, 140, 0)
_DELTA: Colour = (160, 0, 160)
_COLOURS: dict[MinutiaKind, Colour] = {
    MinutiaKind.ENDING: (40, 40, 210),
    MinutiaKind.BIFURCATION: (200, 110, 0),
    MinutiaKind.OTHER: INK,
}
_KEY = "Endings red circles, bifurcations blue squares; the smaller and fainter, the less sure."


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
            _KEY,
            _minutiae(inspection.pixels, inspection.ridge),
        ),
        Panel(
            f"Minutiae by LEADER: {len(inspection.leader)}",
            f"What the service compares. {_KEY}",
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
    side = CELL * SCALE
    large = np.repeat(np.repeat(colours, side, axis=0), side, axis=1)
    return np.ascontiguousarray(large[: SCALE * shape[0], : SCALE * shape[1]])


def _lines(inspection: Inspection) -> ByteArray:
    canvas, frame = _on(inspection.pixels)
    stages = inspection.stages
    rows, columns = np.nonzero(stages.mask_cells > 0.5)
    angle = stages.orientation.angle[rows, columns]
    middle = np.stack([columns, rows], axis=1) * CELL + (CELL - 1) / 2
    half = np.stack([np.cos(angle), -np.sin(angle)], axis=1) * (CELL * 0.45)
    for ends in np.stack([middle - half, middle + half], axis=1):
        canvas.line(frame.places(ends), _RIDGES, 2)
    for core in stages.singular_points.cores:
        canvas.outline(frame.places(core + _MARKED * corners(20)), _CORE, 3)
    for delta in stages.singular_points.deltas:
        canvas.outline(frame.places(delta + _MARKED * corners(3, np.pi / 2)), _DELTA, 3)
    return canvas.pixels


def _skeletons(inspection: Inspection) -> ByteArray:
    picture = np.full((*inspection.pixels.shape, 3), 255, dtype=np.uint8)
    picture[inspection.stages.valley_lines > 0] = (230, 160, 90)
    picture[inspection.stages.ridge_lines > 0] = (40, 40, 210)
    return np.ascontiguousarray(np.repeat(np.repeat(picture, SCALE, axis=0), SCALE, axis=1))


def _minutiae(pixels: ByteArray, template: Template) -> ByteArray:
    canvas, frame = _on(pixels)
    for minutia in sorted(minutiae_of(template), key=lambda m: m.quality):  # the surest on top
        draw_minutia(canvas, frame, minutia, _COLOURS[minutia.kind], thickness=2)
    return canvas.pixels


def _on(pixels: ByteArray) -> tuple[Canvas, Frame]:
    """Return the paled image to draw on, and where its places are."""
    height, width = pixels.shape
    return Canvas(_pale(pixels)), Frame(0, 0, SCALE * width, SCALE * height, SCALE)
