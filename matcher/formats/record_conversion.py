"""A record of one format to one of another, minutia for minutia; what the other cannot say is dropped and reported.

Positions stay as they are, in pixels of the same frame: nothing is resampled. Angles are rounded to the other unit, by
at most half of it. Types stay. Extended data stay only where the same standard reads them, for they hold angles too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matcher.errors import SampleInvalidError
from matcher.formats.minutiae_record import (
    NOT_REPORTED,
    FingerView,
    MinutiaeRecord,
    QualityBlock,
    RecordFormat,
)

MOST_MINUTIAE = 255
_APPENDIX_F_OF_4_BITS, _APPENDIX_F_OF_8_BITS = 8, 0x80
_EDITIONS_2009 = frozenset({RecordFormat.ANSI_378_2009, RecordFormat.ANSI_378_2009_AM1})
_EDITIONS_OF_4_BITS = frozenset({RecordFormat.ISO_19794_2_2005, RecordFormat.ANSI_378_2004})
_PLAIN_BY_CAPTURE = {20: 0, 21: 1, 22: 0, 23: 1, 24: 0, 25: 1, 26: 0, 27: 1}
"""Impression types that name the optics, as the types that do not: plain and rolled."""


class Loss(StrEnum):
    """What a conversion could not keep. The names are stable: programs may depend on them."""

    EXTENDED_DATA_DROPPED = "ridge counts, cores, deltas or a vendor's data"
    CAPTURE_DROPPED = "time and device of the capture"
    EQUIPMENT_DROPPED = "the capture device's number or certification"
    PRODUCT_DROPPED = "who made the record"
    QUALITY_BLOCKS_DROPPED = "quality measures, or whose they are"
    QUALITY_UNSTATED = "that no quality of the finger is reported: it is written as 0"
    IMPRESSION_TYPE_CHANGED = "the impression type, to the nearest that there is"
    POSITION_DROPPED = "which finger it is"
    KINDS_DROPPED = "types of minutiae"
    FRAME_DROPPED = "size and resolution of the image"
    MINUTIAE_DROPPED = "minutiae above 255, those of least quality"


@dataclass(frozen=True, slots=True)
class Conversion:
    """A record in its new format, and what it lost, in the order of :class:`Loss`."""

    record: MinutiaeRecord
    losses: tuple[Loss, ...]


def convert(record: MinutiaeRecord, to: RecordFormat) -> Conversion:
    """Convert a record to another format. A record that is in it already is returned as it is.

    Raises:
        SampleInvalidError: views of different frames for a format that has one for all, or not one view for xyt.
    """
    if record.format is to:
        return Conversion(record, ())
    _require_room(record, to)
    losses = {loss for view in record.views for loss in _view_losses(view, record.format, to)}
    losses |= set(_record_losses(record, to))
    certification, equipment = _equipment(record, to)
    converted = replace(
        record,
        **({} if not to.frame_is_of_the_record else _common_frame(record)),
        views=tuple(_view(view, record.format, to) for view in record.views),
        equipment_certification=certification,
        equipment_id=equipment,
        vendor_id=record.vendor_id if _is_ansi(to) else 0,
        product_id=record.product_id if _is_ansi(to) else 0,
        warnings=(),
        format=to,
    )
    return Conversion(converted, tuple(loss for loss in Loss if loss in losses))


def _require_room(record: MinutiaeRecord, to: RecordFormat) -> None:
    if to is RecordFormat.XYT and len(record.views) != 1:
        raise SampleInvalidError(f"{len(record.views)} views; {to} holds one")
    if to.frame_is_of_the_record and len({record.frame_of(view) for view in record.views}) > 1:
        raise SampleInvalidError(f"views of different size or resolution; {to} has one frame for all")
    if to in _EDITIONS_OF_4_BITS and any(view.view_number > 15 for view in record.views):
        raise SampleInvalidError(f"a view number above 15; {to} has four bits for it")


def _common_frame(record: MinutiaeRecord) -> dict[str, int]:
    frame = record.frame_of(record.views[0]) if record.views else record.frame
    return {
        "width": frame.width,
        "height": frame.height,
        "x_resolution": frame.x_resolution,
        "y_resolution": frame.y_resolution,
    }


def _view(view: FingerView, source: RecordFormat, to: RecordFormat) -> FingerView:
    view = _best(view, to)
    blocks = _blocks(view, to)
    return replace(
        view,
        position=0 if to is RecordFormat.XYT else view.position,
        impression_type=_impression_type(view, to),
        quality=_finger_quality(view, to),
        angle=_angles(view.angle, source, to),
        kind=np.zeros_like(view.kind) if to is RecordFormat.XYT else view.kind,
        minutia_quality=_qualities(view.minutia_quality, source, to),
        extended_data=view.extended_data if {source, to} <= _EDITIONS_2009 else b"",
        frame=None if to.frame_is_of_the_record else view.frame,
        quality_blocks=blocks,
        capture=None,
        minutia_bytes=6,
        ending_type=0,
    )


def _best(view: FingerView, to: RecordFormat) -> FingerView:
    if to is RecordFormat.XYT or len(view) <= MOST_MINUTIAE:
        return view
    rank = np.where(view.minutia_quality > 100, 100, view.minutia_quality).astype(np.int64)
    best = np.sort(np.argsort(-rank, kind="stable")[:MOST_MINUTIAE])
    return replace(
        view,
        x=view.x[best],
        y=view.y[best],
        angle=view.angle[best],
        kind=view.kind[best],
        minutia_quality=view.minutia_quality[best],
    )


def _angles(
    angle: NDArray[np.uint8] | NDArray[np.uint16], source: RecordFormat, to: RecordFormat
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    turned = np.rint(angle.astype(np.float64) * to.angle_steps / source.angle_steps).astype(np.int64) % to.angle_steps
    return turned.astype(np.uint16) if to is RecordFormat.XYT else turned.astype(np.uint8)


def _qualities(quality: NDArray[np.uint8], source: RecordFormat, to: RecordFormat) -> NDArray[np.uint8]:
    """Keep what is reported; the lowest quality of the later formats, 0, becomes 1 where 0 says something else."""
    unreported = quality > 100
    if source.zero_is_unreported:
        unreported |= quality == 0
    least = 1 if to.zero_is_unreported else 0
    code = 0 if to.zero_is_unreported else NOT_REPORTED
    return np.where(unreported, code, np.maximum(quality, least)).astype(np.uint8)


def _finger_quality(view: FingerView, to: RecordFormat) -> int:
    if view.quality <= 100 and to is not RecordFormat.XYT:
        return view.quality
    return 0 if to in _EDITIONS_OF_4_BITS else NOT_REPORTED


def _blocks(view: FingerView, to: RecordFormat) -> tuple[QualityBlock, ...]:
    if to not in {*_EDITIONS_2009, RecordFormat.ISO_19794_2_2011}:
        return ()
    quality = _finger_quality(view, to)
    first = replace(view.quality_blocks[0], value=quality) if view.quality_blocks else QualityBlock(quality)
    if to is RecordFormat.ISO_19794_2_2011:
        return (first,) if quality != NOT_REPORTED else ()
    return (first,)


def _impression_type(view: FingerView, to: RecordFormat) -> int:
    if to is RecordFormat.XYT:
        return 0
    if to in _EDITIONS_OF_4_BITS and view.impression_type > 15:
        return _PLAIN_BY_CAPTURE.get(view.impression_type, 0)
    return view.impression_type


def _equipment(record: MinutiaeRecord, to: RecordFormat) -> tuple[int, int]:
    """Return certification and number of the capture device as ``to`` has them, zeros where it has no place."""
    if {record.format, to} <= _EDITIONS_OF_4_BITS or {record.format, to} <= _EDITIONS_2009:
        return record.equipment_certification, record.equipment_id
    if record.format in _EDITIONS_OF_4_BITS and to in _EDITIONS_2009:
        certified = record.equipment_certification & _APPENDIX_F_OF_4_BITS
        return _APPENDIX_F_OF_8_BITS if certified else 0, record.equipment_id
    if record.format in _EDITIONS_2009 and to in _EDITIONS_OF_4_BITS and record.equipment_id < 1 << 12:
        certified = record.equipment_certification & _APPENDIX_F_OF_8_BITS
        return _APPENDIX_F_OF_4_BITS if certified else 0, record.equipment_id
    return 0, 0


def _record_losses(record: MinutiaeRecord, to: RecordFormat) -> Iterator[Loss]:
    certification, equipment = _equipment(record, to)
    states_device = record.format is not RecordFormat.ISO_19794_2_2011
    lost_bits = certification.bit_count() < record.equipment_certification.bit_count()
    if states_device and (equipment != record.equipment_id or lost_bits):
        yield Loss.EQUIPMENT_DROPPED
    if not _is_ansi(to) and (record.vendor_id or record.product_id):
        yield Loss.PRODUCT_DROPPED
    if to is RecordFormat.XYT:
        yield Loss.FRAME_DROPPED


def _view_losses(view: FingerView, source: RecordFormat, to: RecordFormat) -> Iterator[Loss]:
    if view.extended_data and not ({source, to} <= _EDITIONS_2009):
        yield Loss.EXTENDED_DATA_DROPPED
    if view.capture is not None or view.ending_type:
        yield Loss.CAPTURE_DROPPED
    kept = _blocks(view, to)
    if any(block not in kept for block in view.quality_blocks if block.value <= 100 or block.vendor_id):
        yield Loss.QUALITY_BLOCKS_DROPPED
    if view.quality > 100 and to in _EDITIONS_OF_4_BITS:
        yield Loss.QUALITY_UNSTATED
    if to is RecordFormat.XYT:
        yield from _losses_to_xyt(view)
    elif len(view) > MOST_MINUTIAE:
        yield Loss.MINUTIAE_DROPPED
    if _impression_type(view, to) != view.impression_type:
        yield Loss.IMPRESSION_TYPE_CHANGED


def _losses_to_xyt(view: FingerView) -> Iterator[Loss]:
    if view.quality <= 100 and not view.quality_blocks:
        yield Loss.QUALITY_BLOCKS_DROPPED
    if view.position:
        yield Loss.POSITION_DROPPED
    if view.kind.any():
        yield Loss.KINDS_DROPPED


def _is_ansi(record_format: RecordFormat) -> bool:
    return record_format is RecordFormat.ANSI_378_2004 or record_format in _EDITIONS_2009
