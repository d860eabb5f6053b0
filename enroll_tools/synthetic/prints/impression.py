"""One touch of a sensor by a synthetic finger: the image, and where the finger's minutiae are on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from enroll_tools.synthetic.prints.distortion import SkinMap, draw_map
from enroll_tools.synthetic.prints.master import TRUTH, Master
from enroll_tools.synthetic.prints.params import MEDIUM, ImpressionParams
from enroll_tools.synthetic.prints.pressing import Float
from enroll_tools.synthetic.prints.randomness import Seed, draw, generator, smooth_field
from enroll_tools.synthetic.prints.rendering import render
from matcher.types import TEMPLATE_RESOLUTION_PPI, FloatArray, Image, Template

_EDGE = 0.06  # width of the border of the touching area, as a part of its size
_RAGGED = 0.05  # how much that border wanders, same unit
_SMEAR = (2.0, 2.5)  # pixels, a quarter of a ridge period: ridges nearly run together
_TOUCHED = 0.5  # contact above which a minutia counts as seen


@dataclass(frozen=True, slots=True, eq=False)
class Impression:
    """A synthetic print.

    Attributes:
        image: 500 ppi, ridges dark.
        truth: the master's minutiae that are on it.
        origin: int64, shape (len(truth),): the number of each in the master's template.
        skin_map: from this image's pixels to the master's.
    """

    image: Image
    truth: Template
    origin: NDArray[np.int64]
    skin_map: SkinMap


@dataclass(frozen=True, slots=True)
class _Contact:
    """The touching area: an ellipse on the master, pixels."""

    centre: tuple[float, float]
    semi_axes: tuple[float, float]


def make_impression(master: Master, seed: Seed, params: ImpressionParams = MEDIUM) -> Impression:
    """Press the finger on the sensor once.

    Args:
        master: the finger.
        seed: equal seeds give equal impressions.
        params: EASY, MEDIUM or HARD, or others.
    """
    rng = generator(seed)
    area = _draw_contact(rng, master, params)
    skin_map = draw_map(rng, area.centre, area.semi_axes, params)
    x, y = _seen_points(skin_map, params)
    wave = cv2.remap(master.pattern, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    contact = _firmness(rng, x, y, area, master)
    pixels = render(rng, np.asarray(wave, dtype=np.float32), contact, params)
    truth, origin = _carry(master.minutiae, skin_map, contact)
    return Impression(Image(pixels, TEMPLATE_RESOLUTION_PPI), truth, origin, skin_map)


def poor_impression(master: Master, seed: Seed, params: ImpressionParams = MEDIUM) -> Image:
    """Make an image that carries no decision: only the tip of the finger, touching lightly and not still."""
    bad = replace(params, contact=(0.18, 0.22), contrast=(70.0, 100.0), blur=_SMEAR, noise=8.0)
    return make_impression(master, seed, bad).image


def _draw_contact(rng: np.random.Generator, master: Master, params: ImpressionParams) -> _Contact:
    scale = draw(rng, params.contact)
    height, width = master.pattern.shape
    shift = np.clip(rng.normal(0, params.contact_shift, 2), -3 * params.contact_shift, 3 * params.contact_shift)
    centre = ((width - 1) / 2 + float(shift[0]), (height - 1) / 2 + float(shift[1]))
    stretch = draw(rng, (0.95, 1.05))
    return _Contact(centre, (scale * stretch * master.semi_axes[0], scale / stretch * master.semi_axes[1]))


def _seen_points(skin_map: SkinMap, params: ImpressionParams) -> tuple[FloatArray, FloatArray]:
    """Return the master's point under every pixel: the map is smooth, so every fourth is computed and the rest between.

    OpenCV's resize lays pixel centres over each other, so the coarse grid is at 1.5, 5.5, ...
    """
    y, x = np.mgrid[1.5 : params.height : 4, 1.5 : params.width : 4]
    size = (4 * x.shape[1], 4 * x.shape[0])
    seen = [cv2.resize(part, size, interpolation=cv2.INTER_CUBIC) for part in skin_map.to_master(x, y)]
    cut = [np.ascontiguousarray(part[: params.height, : params.width], dtype=np.float32) for part in seen]
    return cut[0], cut[1]


def _firmness(rng: np.random.Generator, x: FloatArray, y: FloatArray, area: _Contact, master: Master) -> FloatArray:
    """Return 1 inside the touching area and the finger, 0 outside, with a ragged border between."""
    height, width = master.pattern.shape
    ragged = _RAGGED * np.clip(smooth_field(rng, (x.shape[0], x.shape[1]), 9), -2, 2)
    inside = 1 - _radius(x, y, area.centre, area.semi_axes) + ragged
    on_finger = 1 - _radius(x, y, ((width - 1) / 2, (height - 1) / 2), master.semi_axes)
    return np.asarray(np.clip(np.minimum(inside, on_finger) / _EDGE, 0, 1), dtype=np.float32)


def _radius(x: FloatArray, y: FloatArray, centre: tuple[float, float], semi_axes: tuple[float, float]) -> FloatArray:
    across, down = (x - centre[0]) / semi_axes[0], (y - centre[1]) / semi_axes[1]
    return np.asarray(np.hypot(across, down), dtype=np.float32)


def _carry(minutiae: Template, skin_map: SkinMap, contact: FloatArray) -> tuple[Template, NDArray[np.int64]]:
    """Return the minutiae as they lie on the sensor, those that touch it, and their numbers in the master."""
    height, width = contact.shape
    x, y = skin_map.to_sensor(minutiae.x.astype(np.float64), minutiae.y.astype(np.float64))
    angle = skin_map.angle_to_sensor(x, y, minutiae.angle.astype(np.float64))
    # Asked of the place itself: half a pixel outside the frame is outside, although the nearest pixel is not.
    in_frame = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    column, row = (np.rint(np.where(in_frame, place, 0)).astype(int) for place in (x, y))
    seen = np.flatnonzero(in_frame & (contact[row, column] > _TOUCHED))
    return _selected(minutiae, seen, (x, y, angle), width, height), seen


def _selected(
    minutiae: Template, seen: NDArray[np.int64], pose: tuple[Float, Float, Float], width: int, height: int
) -> Template:
    x, y, angle = (part[seen].astype(np.float32) for part in pose)
    return Template(x, y, angle, minutiae.kind[seen], None, width, height, TRUTH)
