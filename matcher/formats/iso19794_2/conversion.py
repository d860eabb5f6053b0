"""Between a finger view in the units of its format and a template in the conventions of this library.

Angles need no turning: the model of all formats, as ISO/IEC 19794-2:2005 clause 6.4.4, and :mod:`matcher.types` both
measure counter-clockwise from +x on an image whose y runs down. Only the units differ, and, where the two resolutions
differ, the direction itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SampleInvalidError
from matcher.formats.minutiae_fields import COORDINATE_MASK
from matcher.formats.minutiae_record import FingerView, Frame, MinutiaeRecord, RecordFormat
from matcher.formats.units import directions, scale_of
from matcher.templates.confidence import UNREPORTED, unless_alike
from matcher.templates.repeats import without_repeats
from matcher.templates.validation import LARGEST_SIDE_PX, require_coherent
from matcher.types import FingerPosition, FloatArray, MinutiaKind, Template

EXTRACTOR_ID = "iso19794-2"
"""What a template of an ISO record says made it: the record does not tell which extractor did."""

EXTRACTORS = {
    RecordFormat.ISO_19794_2_2005: EXTRACTOR_ID,
    RecordFormat.ISO_19794_2_2011: EXTRACTOR_ID,
    RecordFormat.ANSI_378_2004: "ansi378",
    RecordFormat.ANSI_378_2009: "ansi378",
    RecordFormat.ANSI_378_2009_AM1: "ansi378",
    RecordFormat.XYT: "xyt",
}
"""The same for every format."""

ANGLE_STEPS = 256
MAX_MINUTIAE = 255
_ROUNDING_PX = 1e-6  # width * (frame / width) may exceed frame by a last digit, which must not add a pixel


def view_to_template(
    record: MinutiaeRecord, view_index: int = 0, *, frame_size: tuple[float, float] | None = None
) -> Template:
    """Convert one view of a record of any format to a template at 500 dpi.

    196 to 198 px/cm are taken for 500 dpi exactly: 197 is the conventional rounding. Minutiae outside the declared
    frame are kept and the frame is widened to hold them. The reserved minutia type becomes ``OTHER``. A minutia
    quality that says none is reported, or is above 100, is not reported; where that is so of all, or all are alike,
    the template has none, else such a minutia has :data:`~matcher.templates.confidence.UNREPORTED`. Of minutiae that
    repeat each other the best is kept (:mod:`matcher.templates.repeats`).

    Args:
        record: as read.
        view_index: which of its views.
        frame_size: width and height, in pixels at 500 dpi, of the image that the record's frame stands for. Some
            extractors stretch every image to the frame of their own sensor and declare that; who has the image at hand
            undoes it so. Without it, the record's resolutions count.

    Raises:
        SampleInvalidError: no such view, or a frame of more than 8191 px at 500 dpi.
        SampleResolutionUnknownError: a resolution is zero, and no ``frame_size`` given.
        ValueError: ``frame_size`` is not positive.
    """
    if not 0 <= view_index < len(record.views):
        raise SampleInvalidError(f"no view {view_index}: the record holds {len(record.views)}")
    view = record.views[view_index]
    frame = record.frame_of(view)
    scale_x, scale_y = _scales(frame, frame_size)
    template = Template(
        x=(view.x * scale_x).astype(np.float32),
        y=(view.y * scale_y).astype(np.float32),
        angle=directions(view.angle, record.format.angle_steps, scale_x, scale_y).astype(np.float32),
        kind=np.where(view.kind <= max(MinutiaKind), view.kind, MinutiaKind.OTHER).astype(np.uint8),
        quality=_qualities(view.minutia_quality, record.format),
        width=_side(frame.width, view.x, scale_x),
        height=_side(frame.height, view.y, scale_y),
        extractor=EXTRACTORS[record.format],
    )
    return without_repeats(template)


def template_to_record(
    template: Template, position: FingerPosition, *, impression_type: int = 0, finger_quality: int = 0
) -> MinutiaeRecord:
    """Make a record of one view at 197 px/cm; see :func:`template_to_view`."""
    view = template_to_view(template, position, impression_type=impression_type, finger_quality=finger_quality)
    return MinutiaeRecord(width=template.width, height=template.height, views=(view,))


def template_to_view(
    template: Template,
    position: FingerPosition,
    *,
    impression_type: int = 0,
    finger_quality: int = 0,
    view_number: int = 0,
) -> FingerView:
    """Round a template to the units of the standard, in pixels at 500 dpi.

    Of more than 255 minutiae, the most the format holds, those of highest quality are kept, in their order; the first
    where no quality is reported. Quality is written as 1 to 100, since 0 says that none is reported.

    Args:
        template: the minutiae.
        position: which finger.
        impression_type: table 3 of the standard; 0 is a live-scan plain impression.
        finger_quality: 0 to 100.
        view_number: counts the views of the same finger in one record from 0.

    Raises:
        TemplateInvalidError: the template is not coherent.
    """
    require_coherent(template)
    if template.quality is None:
        best = np.arange(min(len(template), MAX_MINUTIAE))
        quality = np.zeros(len(best), np.uint8)
    else:
        best = np.sort(np.argsort(-template.quality, kind="stable")[:MAX_MINUTIAE])
        quality = np.maximum(np.rint(template.quality[best] * 100), 1).astype(np.uint8)
    turns = template.angle[best].astype(np.float64) / (2 * np.pi)
    return FingerView(
        position=int(position),
        impression_type=impression_type,
        quality=finger_quality,
        x=_pixels(template.x[best], template.width),
        y=_pixels(template.y[best], template.height),
        angle=(np.rint(turns * ANGLE_STEPS).astype(np.int64) % ANGLE_STEPS).astype(np.uint8),
        kind=template.kind[best],
        minutia_quality=quality,
        view_number=view_number,
    )


def _scales(frame: Frame, frame_size: tuple[float, float] | None) -> tuple[float, float]:
    if frame_size is None:
        return scale_of(frame.x_resolution), scale_of(frame.y_resolution)
    if min(frame_size) <= 0:
        raise ValueError("frame_size must be positive")
    return frame_size[0] / frame.width, frame_size[1] / frame.height


def _side(declared: int, coordinates: NDArray[np.uint16], scale: float) -> int:
    pixels = max(declared, int(coordinates.max(initial=0)) + 1)
    side = int(np.ceil(pixels * scale - _ROUNDING_PX))
    if side > LARGEST_SIDE_PX:
        raise SampleInvalidError(f"at its resolution the image is over {LARGEST_SIDE_PX} px at 500 dpi a side")
    return side


def _qualities(stated: NDArray[np.uint8], record_format: RecordFormat) -> FloatArray | None:
    unreported = stated > 100
    if record_format.zero_is_unreported:
        unreported |= stated == 0
    return unless_alike(np.where(unreported, UNREPORTED, stated / 100).astype(np.float32))


def _pixels(coordinates: NDArray[np.float32], side: int) -> NDArray[np.uint16]:
    # Rounding may reach the far edge, which is outside for a pixel index; 14 bits hold any frame a template may have.
    return np.clip(np.rint(coordinates), 0, min(side - 1, COORDINATE_MASK)).astype(np.uint16)
