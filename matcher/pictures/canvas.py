"""What is drawn on: smooth lines by OpenCV at fractions of a pixel, text by Pillow with the font it brings along."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from matcher.types import ByteArray

Colour = tuple[int, int, int]
"""Blue, green, red, as OpenCV has it."""

Points = NDArray[np.float64]

_SHIFT = 4  # OpenCV takes coordinates in sixteenths of a pixel


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a print's own coordinates lie on the canvas; the middle of a pixel stays in the middle of what it becomes.

    Attributes:
        x, y: place of the print's top left corner.
        width, height: what of the canvas the print covers; nothing is drawn beyond it.
        scale: screen pixels for one pixel at 500 dpi.
    """

    x: int
    y: int
    width: int
    height: int
    scale: float

    def places(self, points: Points) -> Points:
        """Return points of the print, shape (n, 2), on the canvas."""
        return (np.asarray(points, np.float64) + 0.5) * self.scale - 0.5 + (self.x, self.y)

    def window(self) -> tuple[slice, slice]:
        """Return rows and columns of the canvas."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)


@dataclass(slots=True)
class Canvas:
    """A white sheet. Lines and shapes are drawn at once, texts when it is finished.

    Attributes:
        pixels: uint8, shape (height, width, 3).
    """

    pixels: ByteArray
    _texts: list[tuple[float, float, str, int, Colour, str]] = field(default_factory=list)

    @classmethod
    def white(cls, width: int, height: int) -> Canvas:
        """Return an empty sheet."""
        return cls(np.full((height, width, 3), 255, dtype=np.uint8))

    def paste(self, frame: Frame, picture: ByteArray) -> None:
        """Put a picture, shape (frame.height, frame.width, 3), where the frame is."""
        self.pixels[frame.window()] = picture

    def line(self, ends: Points, colour: Colour, thickness: int = 1, opacity: float = 1.0) -> None:
        """Draw a polyline through points of the canvas, shape (n, 2)."""
        self._stroke(ends, colour, thickness, opacity, closed=False)

    def outline(self, corners: Points, colour: Colour, thickness: int = 1, opacity: float = 1.0) -> None:
        """Draw a closed polygon."""
        self._stroke(corners, colour, thickness, opacity, closed=True)

    def fill(self, corners: Points, colour: Colour, opacity: float = 1.0) -> None:
        """Fill a convex polygon."""
        if len(corners) < 3:
            return
        layer = self.pixels.copy()
        cv2.fillConvexPoly(layer, _sixteenths(corners), colour, cv2.LINE_AA, _SHIFT)
        self._blend(layer, opacity)

    def write(self, x: float, y: float, text: str, size: int, colour: Colour, anchor: str = "la") -> None:
        """Write text at a place; the anchor is Pillow's, "la" for left and ascender."""
        self._texts.append((x, y, text, size, colour, anchor))

    def finished(self) -> ByteArray:
        """Return the picture with its texts, uint8, shape (height, width, 3), blue, green, red."""
        # Pillow is told that blue is red: the colours of the texts are in the same order.
        image = Image.fromarray(self.pixels)
        pen = ImageDraw.Draw(image)
        for x, y, text, size, colour, anchor in self._texts:
            pen.text((x, y), text, fill=colour, font=ImageFont.load_default(size), anchor=anchor)
        return np.array(image)

    def _stroke(self, points: Points, colour: Colour, thickness: int, opacity: float, *, closed: bool) -> None:
        """Draw on a cut-out as large as the stroke, which is then laid over the canvas."""
        if len(points) < 2 or opacity <= 0:
            return
        margin = thickness + 2
        height, width = self.pixels.shape[:2]
        low = np.clip(np.floor(points.min(axis=0)).astype(int) - margin, 0, (width, height))
        high = np.clip(np.ceil(points.max(axis=0)).astype(int) + margin, 0, (width, height))
        if (high <= low).any():
            return
        window = (slice(low[1], high[1]), slice(low[0], high[0]))
        layer = self.pixels[window].copy()
        cv2.polylines(layer, [_sixteenths(points - low)], closed, colour, thickness, cv2.LINE_AA, _SHIFT)
        self.pixels[window] = _mixed(self.pixels[window], layer, opacity)

    def _blend(self, layer: ByteArray, opacity: float) -> None:
        self.pixels = _mixed(self.pixels, layer, opacity)


def corners(count: int, first: float = 0.0) -> Points:
    """Return the corners of a regular polygon on the unit circle, shape (count, 2), y down; twenty are a circle.

    Args:
        count: of the corners.
        first: bearing of the first, radians counter-clockwise.
    """
    turns = first + 2 * np.pi * np.arange(count) / count
    return np.column_stack([np.cos(turns), -np.sin(turns)])


def _sixteenths(points: Points) -> NDArray[np.int32]:
    return np.asarray(np.round(points * 2**_SHIFT), np.int32)


def _mixed(below: ByteArray, above: ByteArray, opacity: float) -> ByteArray:
    return np.asarray(cv2.addWeighted(above, opacity, below, 1 - opacity, 0), dtype=np.uint8)
