"""What the headers of the later formats share: codes, counts, a frame and a quality measure for every view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from matcher.errors import SampleInvalidError
from matcher.formats.minutiae_fields import require_bits, require_sides
from matcher.formats.minutiae_record import (
    NOT_REPORTED,
    Capture,
    FingerView,
    Frame,
    MinutiaeRecord,
    QualityBlock,
    Quirk,
    RecordFormat,
    RecordWarning,
)

POSITIONS = frozenset({*range(11), 13, 14, 15, *range(40, 51)})
"""One finger, or the groups of a slap."""

IMPRESSION_TYPES = frozenset({*range(12), *range(20, 30)})


class Captured(Protocol):
    """A view of the later formats, of minutiae or of an image."""

    @property
    def quality(self) -> int:
        """That of the first quality block, or NOT_REPORTED."""

    @property
    def quality_blocks(self) -> tuple[QualityBlock, ...]:
        """How good it is, by several measures."""

    @property
    def capture(self) -> Capture | None:
        """When and with what it was captured."""


def share_frame(views: list[FingerView]) -> tuple[Frame, tuple[FingerView, ...]]:
    """Make the first view's frame the record's, and keep it only in views that differ."""
    if not views:
        return Frame(0, 0, 0, 0), ()
    shared = views[0].frame or Frame(0, 0, 0, 0)
    return shared, tuple(replace(view, frame=None) if view.frame == shared else view for view in views)


def code_quirks(position: int, position_at: int, impression: int, impression_at: int) -> Iterator[RecordWarning]:
    """Yield codes of a view that the later formats do not list."""
    if position not in POSITIONS:
        yield RecordWarning(Quirk.POSITION_RESERVED, position_at)
    if impression not in IMPRESSION_TYPES:
        yield RecordWarning(Quirk.IMPRESSION_RESERVED, impression_at)


def count_quirks(count: int, reserved: int, count_at: int) -> Iterator[RecordWarning]:
    """Yield what is strange about the number of views and the reserved byte after it."""
    if count == 0:
        yield RecordWarning(Quirk.NO_VIEWS, count_at)
    if reserved != 0:
        yield RecordWarning(Quirk.RESERVED_BYTE_SET, count_at + 1)


def require_frame(frame: Frame, name: str) -> None:
    """Check that a frame fits its bits and is one."""
    require_bits(frame, {"width": 16, "height": 16, "x_resolution": 16, "y_resolution": 16}, name)
    require_sides(frame.width, frame.height, f"{name}: the image")


def require_block(view: Captured, name: str) -> None:
    """Check the quality blocks of a view, and that the first says what the view says."""
    for block in view.quality_blocks:
        require_bits(block, {"value": 8, "vendor_id": 16, "algorithm_id": 16}, name)
    stated = view.quality_blocks[0].value if view.quality_blocks else NOT_REPORTED
    if view.quality != stated:
        raise SampleInvalidError(f"{name}: quality is not that of its first quality block")


def require_format(record: MinutiaeRecord, allowed: set[RecordFormat]) -> None:
    """Refuse a record whose values are in the units of another format."""
    if record.format not in allowed:
        raise SampleInvalidError(f"record: in the units of {record.format}; convert it first")
