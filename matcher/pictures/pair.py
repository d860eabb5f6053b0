"""The picture as a whole: probe, reference, and the probe over the reference; under them what the score is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.comparison.compare import Comparison
from matcher.comparison.overlap import Overlap, moved_back, moved_points, overlap
from matcher.comparison.prepared import PreparedTemplate
from matcher.pictures.canvas import Canvas, Colour, Frame
from matcher.pictures.chart import ROW, draw_contributions
from matcher.pictures.laying import laid_pixels, two_inks
from matcher.pictures.marks import AGAINST, ELSEWHERE, INK, draw_minutia, inside, minutiae_of, pair_colours
from matcher.types import ByteArray

SCALE = 2.0
"""Screen pixels for one pixel at 500 dpi, unless said otherwise."""

_GAP = 28
_MARGIN = 20
_TITLE = 28  # height of a panel's title
_LINE = 24  # height of a line of the caption
_CHART = 520  # width of the bars
_FADE = 0.5  # how far the ridges step back behind what is drawn on them
_REGION: Colour = (170, 150, 0)
_PROBE_INK: Colour = (0, 90, 200)
_REFERENCE_INK: Colour = (190, 80, 0)
_LEGEND = (
    ("circle ending, square bifurcation, triangle other; larger and stronger: surer", INK),
    ("coloured by place: paired; the thin lines join them", (40, 150, 40)),
    ("red, crossed: seen by both, found in one; counts against", AGAINST),
    ("bluish: where the other print shows nothing", ELSEWHERE),
    ("right: black where the ridges of both lie on each other", INK),
    ("tinted: the overlap; thin outline: hull of the other print", _REGION),
)


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two prints.

    Attributes:
        pixels: uint8, shape (height, width), at 500 dpi; white where there is no image.
        prepared: its minutiae in the same frame, as they were compared.
        name: title over the print.
    """

    pixels: ByteArray
    prepared: PreparedTemplate
    name: str = ""


def draw_pair(
    probe: Side, reference: Side, comparison: Comparison, caption: Sequence[str], scale: float = SCALE
) -> ByteArray:
    """Draw a comparison.

    Args:
        probe: the print on the left.
        reference: the print in the middle; on the right the probe lies over it.
        comparison: of the two, in this order.
        caption: lines of text under the prints.
        scale: screen pixels for one pixel at 500 dpi.

    Returns:
        uint8, shape (height, width, 3), blue, green, red, as OpenCV writes it.
    """
    frames = _frames((probe, reference, reference), scale)
    floor = max(frame.y + frame.height for frame in frames) + _MARGIN
    texts = _LINE * len(caption) + 20 * len(_LEGEND)
    width = max(frames[2].x + frames[2].width + _MARGIN, _CHART + 2 * _MARGIN + 660)
    height = floor + max(texts, ROW * (len(comparison.contributions) + 1)) + _MARGIN
    canvas = Canvas.white(width, height)
    shared = overlap(probe.prepared, reference.prepared, comparison)
    left, right = (_stretched(side.pixels) for side in (probe, reference))
    laid = laid_pixels(left, probe.prepared, comparison, _shape(reference))
    for frame, ground in zip(frames, (left, right, two_inks(right, laid)), strict=True):
        canvas.paste(frame, _background(ground, frame))
    _draw_overlap(canvas, frames, (probe, reference), comparison, shared)
    _draw_sides(canvas, frames, (probe, reference), comparison, shared)
    _draw_laid(canvas, frames[2], (probe, reference), comparison, shared)
    for frame, title in zip(frames, (probe.name, reference.name, _laid_title(comparison)), strict=True):
        canvas.write(frame.x, _MARGIN, title, 16, INK)
    _write(canvas, _MARGIN, floor, caption)
    draw_contributions(canvas, width - _MARGIN - _CHART, floor, _CHART, comparison)
    return canvas.finished()


def _frames(sides: Sequence[Side], scale: float) -> list[Frame]:
    frames: list[Frame] = []
    x = _MARGIN
    for side in sides:
        height, width = (round(scale * size) for size in side.pixels.shape)
        frames.append(Frame(x, _MARGIN + _TITLE, width, height, scale))
        x += width + _GAP
    return frames


def _shape(side: Side) -> tuple[int, int]:
    return int(side.pixels.shape[0]), int(side.pixels.shape[1])


def _stretched(pixels: ByteArray) -> ByteArray:
    """Spread the grey levels between the darkest and the brightest hundredth, for the eye."""
    low, high = np.percentile(pixels, [1, 99])
    spread = (pixels.astype(np.float32) - low) * (255 / max(float(high - low), 1.0))
    return np.asarray(np.clip(spread, 0, 255) if high > low else pixels, dtype=np.uint8)


def _background(picture: ByteArray, frame: Frame) -> ByteArray:
    """Return a print, grey or coloured, at the frame's size and paled."""
    large = cv2.resize(picture, (frame.width, frame.height), interpolation=cv2.INTER_CUBIC)
    pale = np.asarray(255 - _FADE * (255 - large.astype(np.float32)), dtype=np.uint8)
    return np.asarray(pale if pale.ndim == 3 else np.repeat(pale[:, :, None], 3, axis=2))


def _draw_overlap(
    canvas: Canvas, frames: Sequence[Frame], sides: tuple[Side, Side], comparison: Comparison, shared: Overlap
) -> None:
    """Tint what both prints show, and draw on each the other's hull."""
    movement = comparison.movement
    if movement is None:
        return
    probe, reference = sides
    places = (
        (frames[0], moved_back(shared.region, movement), moved_back(reference.prepared.print.hull, movement)),
        (frames[1], shared.region, moved_points(probe.prepared.print.hull, movement)),
    )
    for frame, region, hull in places:
        canvas.fill(frame.places(region), _REGION, 0.12)
        _clipped_outline(canvas, frame, hull)


def _clipped_outline(canvas: Canvas, frame: Frame, hull: NDArray[np.float64]) -> None:
    """Draw a hull that may reach beyond the print, not beyond the panel."""
    window = frame.window()
    panel = Canvas(canvas.pixels[window].copy())
    panel.outline(frame.places(hull) - (frame.x, frame.y), _REGION, 1, 0.8)
    canvas.pixels[window] = panel.pixels


def _draw_sides(
    canvas: Canvas, frames: Sequence[Frame], sides: tuple[Side, Side], comparison: Comparison, shared: Overlap
) -> None:
    """Draw all minutiae of both prints, those that are paired last, and join these."""
    pairs = comparison.pairs
    colours = pair_colours(sides[1].prepared.print.pose[pairs[:, 1], :2])
    for pair, colour in zip(pairs, colours, strict=True):
        ends = [frames[s].places(sides[s].prepared.print.pose[pair[s], :2][None])[0] for s in (0, 1)]
        canvas.line(np.array(ends), colour, 1, 0.35)
    for s, alone in enumerate((shared.alone_probe, shared.alone_reference)):
        minutiae = minutiae_of(sides[s].prepared.template)
        paired = dict(zip(pairs[:, s].tolist(), colours, strict=True))
        for index in sorted(range(len(minutiae)), key=lambda i: i in paired):
            if index in paired:
                draw_minutia(canvas, frames[s], minutiae[index], paired[index], thickness=3)
            elif alone[index]:
                draw_minutia(canvas, frames[s], minutiae[index], AGAINST, thickness=2, crossed=True)
            else:
                draw_minutia(canvas, frames[s], minutiae[index], ELSEWHERE)


def _draw_laid(canvas: Canvas, frame: Frame, sides: tuple[Side, Side], comparison: Comparison, shared: Overlap) -> None:
    """Draw the minutiae of both prints over each other; a short line joins those that are a pair."""
    if comparison.over is None:
        return
    probe, reference = (side.prepared for side in sides)
    for minutia, alone in zip(minutiae_of(reference.template), shared.alone_reference.tolist(), strict=True):
        draw_minutia(canvas, frame, minutia, AGAINST if alone else _REFERENCE_INK, thickness=1 + alone)
    laid = minutiae_of(probe.template, comparison.over)
    for minutia, alone in zip(laid, shared.alone_probe.tolist(), strict=True):
        draw_minutia(canvas, frame, minutia, AGAINST if alone else _PROBE_INK, thickness=1 + alone, crossed=alone)
    for i, j in comparison.pairs:
        ends = frame.places(np.array([comparison.over[i, :2], reference.print.pose[j, :2]]))
        if inside(frame, ends[0]):
            canvas.line(ends, INK, 2)


def _laid_title(comparison: Comparison) -> str:
    if comparison.movement is None:
        return "not laid: no two pairs fit one movement" if comparison.contributions else "not laid: nothing alike"
    turn = np.degrees(comparison.movement[0])
    return f"first (orange) over second (blue), {turn:+.0f}°"


def _write(canvas: Canvas, x: int, y: int, caption: Sequence[str]) -> None:
    for line in caption:
        canvas.write(x, y, line, 18, INK)
        y += _LINE
    for line, colour in _LEGEND:
        canvas.write(x, y + 4, line, 13, colour)
        y += 20
