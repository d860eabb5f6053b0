"""The ``.xyt`` text of NBIS: a minutia a line, ``x y theta quality``, as mindtct writes and bozorth3 reads it.

The text states neither the image's size nor its resolution, and no types. Its y runs up from the bottom edge. Its
direction points out of the ridge's end, opposite to what ISO/IEC 19794-2 and ANSI INCITS 378 say. Both are turned here,
so that the model is the same for all formats; degrees stay.

mindtct's option ``-m1`` writes another text under the same name: y from the top, the direction of ANSI INCITS 378,
units of 2 degrees. Nothing in it tells; what is read here is the default form.
"""

from __future__ import annotations

import re

import numpy as np

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError, SampleResolutionUnknownError
from matcher.formats.minutiae_fields import COORDINATE_MASK, DEFAULT_LIMIT, require_columns, require_limit
from matcher.formats.minutiae_record import (
    NOT_COMPUTED,
    NOT_REPORTED,
    FingerView,
    Frame,
    MinutiaeRecord,
    Quirk,
    RecordFormat,
    RecordWarning,
)
from matcher.formats.repeated_minutiae import first_repeat
from matcher.formats.view_headers import require_format, require_frame

HALF_TURN = 180
TURN = 360
_MOST_MINUTIAE = 0xFFFF
_LINE = re.compile(rb"[ \t]*(\d{1,5})[ \t]+(\d{1,5})[ \t]+(-?\d{1,3})(?:[ \t]+(\d{1,3}))?[ \t\r]*\Z")


def looks_like_xyt(data: bytes) -> bool:
    """Tell whether the first line is one of an xyt text."""
    return _LINE.match(_lines(data)[0]) is not None


def read_xyt(data: bytes, frame: Frame | None, *, limit: int = DEFAULT_LIMIT) -> MinutiaeRecord:
    """Read an xyt text as a record of one view.

    Args:
        data: the text. Lines may lack the quality, as for bozorth3: it counts as not reported; so does one over 100.
        frame: size and resolution of the image; the text does not say.
        limit: most bytes that are looked at.

    Raises:
        SampleResolutionUnknownError: no frame.
        SampleFormatUnsupportedError: the first line is none of an xyt text.
        SampleInvalidError: another line is none, or a minutia lies above the frame's top edge.
    """
    require_limit(data, limit)
    if data and not looks_like_xyt(data):
        raise SampleFormatUnsupportedError("line 1: not the text of NBIS minutiae, 'x y theta quality'")
    if frame is None:
        raise SampleResolutionUnknownError("an xyt text states neither the image's size nor its resolution: give them")
    require_frame(frame, "frame")
    rows: list[tuple[int, int, int, int]] = []
    quirks: dict[Quirk, int] = {}
    offset, starts = 0, []
    for number, line in enumerate(_lines(data), start=1):
        if line.strip():
            rows.append(_row(line, number, frame))
            starts.append(offset)
            for quirk in _row_quirks(rows[-1], frame):
                quirks.setdefault(quirk, offset)
        elif offset < len(data):
            quirks.setdefault(Quirk.BLANK_LINES, offset)
        offset += len(line) + 1
    view = _view(rows)
    repeat = first_repeat(view.x, view.y, view.angle, frame, RecordFormat.XYT)
    if repeat is not None:
        quirks[Quirk.MINUTIAE_REPEATED] = starts[repeat]
    return MinutiaeRecord(
        width=frame.width,
        height=frame.height,
        views=(view,),
        x_resolution=frame.x_resolution,
        y_resolution=frame.y_resolution,
        warnings=tuple(RecordWarning(quirk, at) for quirk, at in quirks.items()),
        format=RecordFormat.XYT,
    )


def write_xyt(record: MinutiaeRecord) -> bytes:
    """Write a record of one view. Minutiae without reported quality have no quality in their line.

    Raises:
        SampleInvalidError: not one view, not the units of this format, or a minutia below the frame.
    """
    require_format(record, {RecordFormat.XYT})
    if len(record.views) != 1:
        raise SampleInvalidError(f"record: {len(record.views)} views; an xyt text holds one")
    view = record.views[0]
    require_columns(view, "view 0", most=_MOST_MINUTIAE, angle_bits=16)
    up = record.frame_of(view).height - view.y.astype(np.int64)
    if (up < 0).any():
        raise SampleInvalidError("view 0: a minutia lies below the frame, where an xyt text has no coordinates")
    theta = (view.angle.astype(np.int64) + HALF_TURN) % TURN
    rows = zip(view.x.tolist(), up.tolist(), theta.tolist(), view.minutia_quality.tolist(), strict=True)
    return "".join(f"{x} {y} {t}" + ("\n" if q == NOT_REPORTED else f" {q}\n") for x, y, t, q in rows).encode()


def _lines(data: bytes) -> list[bytes]:
    return data.split(b"\n")


def _row(line: bytes, number: int, frame: Frame) -> tuple[int, int, int, int]:
    found = _LINE.match(line)
    if found is None:
        raise SampleInvalidError(f"line {number}: not a minutia, 'x y theta quality'")
    x, y, theta = (int(text) for text in found.groups()[:3])
    quality = NOT_REPORTED if found[4] is None else int(found[4])
    if found[4] is not None and quality > 100:
        quality = NOT_COMPUTED
    if y > frame.height or max(x, frame.height - y) > COORDINATE_MASK:
        raise SampleInvalidError(f"line {number}: the minutia lies outside the frame that was given")
    return x, frame.height - y, theta, quality


def _row_quirks(row: tuple[int, int, int, int], frame: Frame) -> list[Quirk]:
    x, y, theta, quality = row
    shown = {
        Quirk.ANGLE_OUT_OF_RANGE: not 0 <= theta < TURN,
        Quirk.QUALITY_OUT_OF_RANGE: quality == NOT_COMPUTED,
        Quirk.OUTSIDE_FRAME: x >= frame.width or y >= frame.height,
    }
    return [quirk for quirk, true in shown.items() if true]


def _view(rows: list[tuple[int, int, int, int]]) -> FingerView:
    table = np.array(rows, np.int64).reshape(-1, 4)
    return FingerView(
        position=0,
        impression_type=0,
        quality=NOT_REPORTED,
        x=table[:, 0].astype(np.uint16),
        y=table[:, 1].astype(np.uint16),
        angle=((table[:, 2] - HALF_TURN) % TURN).astype(np.uint16),
        kind=np.zeros(len(table), np.uint8),
        minutia_quality=table[:, 3].astype(np.uint8),
    )
