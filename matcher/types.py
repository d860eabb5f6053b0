"""The vocabulary of the library, and its one set of conventions.

Frame: pixels at 500 dpi (19.685 px/mm), x to the right, y down, origin at the top left corner of the image.
Angle: radians counter-clockwise from +x as seen on the image, so that a unit vector is ``(cos a, -sin a)`` in pixel
coordinates; always in ``(-pi, pi]``. Direction: ISO/IEC 19794-2:2005 section 6.4.4: for a ridge ending, from the
minutia back along the ridge; for a bifurcation, back along the valley that ends between the two branches. Quality:
``[0, 1]``, the extractor's confidence that the minutia is real, or None where the extractor reports none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
ByteArray = NDArray[np.uint8]

TEMPLATE_RESOLUTION_PPI = 500.0
"""Every coordinate inside this library is at this resolution."""

PIXELS_PER_MM = TEMPLATE_RESOLUTION_PPI / 25.4


class MinutiaKind(IntEnum):
    """Minutia type, with the codes of ISO/IEC 19794-2:2005 table 1."""

    OTHER = 0
    ENDING = 1
    BIFURCATION = 2


class FingerPosition(IntEnum):
    """Finger position codes of ISO/IEC 19794-2:2005 table 2 (the same as ANSI/NIST-ITL)."""

    UNKNOWN = 0
    RIGHT_THUMB = 1
    RIGHT_INDEX = 2
    RIGHT_MIDDLE = 3
    RIGHT_RING = 4
    RIGHT_LITTLE = 5
    LEFT_THUMB = 6
    LEFT_INDEX = 7
    LEFT_MIDDLE = 8
    LEFT_RING = 9
    LEFT_LITTLE = 10


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A grey-level finger image, ridges dark.

    Attributes:
        pixels: uint8, shape (height, width), C-contiguous.
        resolution_ppi: pixels per inch of both axes, as stated by the file or the caller; never guessed.
    """

    pixels: ByteArray
    resolution_ppi: float


@dataclass(frozen=True, slots=True, eq=False)
class RidgeMap:
    """Where an impression shows ridges, and how they run, on a coarse grid, in the steps in which it is stored.

    The grid is laid over the template's frame from its upper left corner, in squares of
    :data:`matcher.templates.ridge_map.SQUARE_PX`; steps are those of :mod:`matcher.templates.ridge_map`.

    Attributes:
        clear: uint8, shape (rows, columns): how plain the ridges are, 0 (none to be seen) to 3.
        orientation: uint8, same shape: which way they run, steps counter-clockwise from +x; 0 where ``clear`` is 0.
        period: uint8, shape (ceil(rows / 2), ceil(columns / 2)): how far apart they are, steps, on squares of twice the
            side; 0 where nothing is clear.
        singular: uint16, shape (k, 4), k <= 15: cores and deltas: 0 or 1, x and y in pixels, direction in steps.
        minutiae: :func:`matcher.templates.ridge_map.minutiae_mark` of the template that it belongs to. Whoever moves
            minutiae leaves a map behind that is no longer theirs: it counts as absent.
    """

    clear: ByteArray
    orientation: ByteArray
    period: ByteArray
    singular: NDArray[np.uint16]
    minutiae: int


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """The minutiae of one impression.

    Attributes:
        x, y: float32, shape (n,): position in pixels at 500 dpi.
        angle: float32, shape (n,): direction in radians, counter-clockwise, in (-pi, pi].
        kind: uint8, shape (n,): :class:`MinutiaKind` codes.
        quality: float32, shape (n,): confidence in [0, 1]; None if whatever found the minutiae does not report it
            (docs/decisions/unreported-quality.md).
        width, height: size of the frame in pixels at 500 dpi.
        extractor: identifier of what found the minutiae and with which parameters, e.g. ``leader-0.7.3-q0.20`` or
            ``iso19794-2``. Stored with the template: what is compared must be known.
        ridges: where ridges are seen and how they run; None if whatever found the minutiae does not say. To be read by
            :func:`matcher.templates.ridge_map.own_ridges`, which gives none that belongs to other minutiae.
    """

    x: FloatArray
    y: FloatArray
    angle: FloatArray
    kind: ByteArray
    quality: FloatArray | None
    width: int
    height: int
    extractor: str
    ridges: RidgeMap | None = None

    def __len__(self) -> int:
        return int(self.x.shape[0])


class Extractor(Protocol):
    """Anything that turns an image into a template."""

    @property
    def id(self) -> str:
        """Identifier stored in every template: name, version and parameters."""

    def extract(self, image: Image) -> Template:
        """Find the minutiae of ``image``. An image without ridges gives an empty template, never an exception.

        Thread-safe. An image of 388x374 pixels takes LEADER 130 to 390 ms on one core, by machine, and the extractor
        without a network 20 to 45 ms; both grow with the pixels.
        """
