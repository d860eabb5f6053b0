"""A print as it would be had the finger been pressed and dragged, or turned: its image, or its minutiae alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zlib import crc32

import cv2
import numpy as np
from numpy.typing import NDArray

from enroll_tools.synthetic.prints.pressing import Pressing, directions_after, draw_pressing
from matcher.types import TEMPLATE_RESOLUTION_PPI, Image, Template

MARGIN = 40.0
"""Pixels at 500 dpi that a pressed print's frame is larger on every side, so that little leaves it."""

QUARTER = 90

_SEED = 2001

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Alteration:
    """What is done to one side of a pair.

    Attributes:
        strength: of the slip, pixels; see :func:`~enroll_tools.synthetic.prints.pressing.draw_pressing`.
        turn: degrees counter-clockwise, of 0, 90, 180, 270: what a quarter turn does to pixels is exact.
    """

    strength: float = 0.0
    turn: int = 0


def pressing_of(name: str, template: Template, strength: float) -> Pressing | None:
    """Draw how a print is pressed: always alike for its name, and for a stronger slip the same, further.

    Args:
        name: of the impression.
        template: its minutiae, whose middle the slip is near.
        strength: pixels; with 0, or without minutiae, there is no slip.
    """
    if not strength or not len(template):
        return None
    middle = float(np.median(template.x)), float(np.median(template.y))
    return draw_pressing(np.random.default_rng([_SEED, crc32(name.encode())]), middle, strength)


def altered_template(template: Template, pressing: Pressing | None, turn: int) -> Template:
    """Return minutiae as they would lie on the altered print; what leaves its frame is lost."""
    return _turned_template(template if pressing is None else _pressed_template(template, pressing), turn)


def altered_image(image: Image, pressing: Pressing | None, turn: int) -> Image:
    """Return the altered print, interpolated once."""
    pixels = image.pixels if pressing is None else _pressed_pixels(image, pressing)
    return Image(np.ascontiguousarray(np.rot90(pixels, turn // QUARTER)), image.resolution_ppi)


def _pressed_template(template: Template, pressing: Pressing) -> Template:
    x, y = pressing.pressed(template.x.astype(np.float64), template.y.astype(np.float64))
    angle = directions_after(pressing.jacobian(x, y), template.angle.astype(np.float64))
    left, top = _corner(pressing)
    x, y = x - left, y - top
    width, height = template.width + round(2 * MARGIN), template.height + round(2 * MARGIN)
    seen = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    return Template(
        x[seen].astype(np.float32),
        y[seen].astype(np.float32),
        angle[seen].astype(np.float32),
        template.kind[seen],
        None if template.quality is None else template.quality[seen],
        width,
        height,
        template.extractor,
    )


def _pressed_pixels(image: Image, pressing: Pressing) -> NDArray[np.uint8]:
    scale = image.resolution_ppi / TEMPLATE_RESOLUTION_PPI
    height, width = (round(size + 2 * MARGIN * scale) for size in image.pixels.shape)
    y, x = np.mgrid[0:height, 0:width] / scale
    left, top = _corner(pressing)
    from_x, from_y = pressing.unpressed(x + left, y + top)
    edges = np.concatenate([image.pixels[0], image.pixels[-1], image.pixels[:, 0], image.pixels[:, -1]])
    pixels = cv2.remap(
        image.pixels,
        (scale * from_x).astype(np.float32),
        (scale * from_y).astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=float(np.median(edges)),
    )
    return np.asarray(pixels, np.uint8)


def _corner(pressing: Pressing) -> tuple[float, float]:
    """Return the corner of the pressed print's frame, so laid that the middle of the slip stays where it was in it."""
    at = [np.array([place]) for place in pressing.centre]
    x, y = pressing.pressed(*at)
    return float(x[0]) - pressing.centre[0] - MARGIN, float(y[0]) - pressing.centre[1] - MARGIN


def _turned_template(template: Template, turn: int) -> Template:
    for _ in range(turn // QUARTER % 4):
        template = _turned_once(template)
    return template


def _turned_once(template: Template) -> Template:
    """Turn by a quarter counter-clockwise: what was at the right is at the top."""
    angle = template.angle.astype(np.float64) + np.pi / 2
    return replace(
        template,
        x=template.y.copy(),
        y=(template.width - 1 - template.x).astype(np.float32),
        angle=np.where(angle > np.pi, angle - 2 * np.pi, angle).astype(np.float32),
        width=template.height,
        height=template.width,
    )
