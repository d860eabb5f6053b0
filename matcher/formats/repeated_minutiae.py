"""Whether a record holds a minutia more than once, in its own units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.formats.minutiae_record import Frame, RecordFormat
from matcher.formats.units import directions, scale_of
from matcher.templates.repeats import repeats


def first_repeat(
    x: NDArray[np.uint16],
    y: NDArray[np.uint16],
    angle: NDArray[np.uint8] | NDArray[np.uint16],
    frame: Frame,
    record_format: RecordFormat,
) -> int | None:
    """Return which minutia of a view is the first that repeats an earlier one; None where a resolution is zero, too."""
    if 0 in {frame.x_resolution, frame.y_resolution}:
        return None
    scale_x, scale_y = scale_of(frame.x_resolution), scale_of(frame.y_resolution)
    turned = directions(angle, record_format.angle_steps, scale_x, scale_y)
    repeated = repeats((x * scale_x).astype(np.float32), (y * scale_y).astype(np.float32), turned, None)
    return int(repeated.argmax()) if repeated.any() else None
