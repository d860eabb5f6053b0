"""What ``idverify convert`` does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idverify.commands.session import RefusedError
from matcher.errors import MatcherError
from matcher.formats.records import Frame, RecordFormat, convert, read_record, write_record

MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Converted:
    """A record in its new format, and what is told of it: to programs, and to people."""

    record: bytes
    facts: Mapping[str, Any]
    rows: Mapping[str, object]


def converted(data: bytes, size: tuple[int, int, float] | None, to: str) -> Converted:
    """Convert a record.

    Args:
        data: the file.
        size: width and height in pixels, and pixels per inch, of the image, for a text that does not state them.
        to: value of the format to write.

    Raises:
        RefusedError: it cannot be read, or has no place in the format.
    """
    frame = None if size is None else Frame.at_ppi(*size)
    try:
        record = read_record(data, frame=frame, limit=MOST_BYTES)
        conversion = convert(record, RecordFormat(to))
        written = write_record(conversion.record)
    except MatcherError as error:
        raise RefusedError(error.reason, str(error)) from None
    counts = [len(view) for view in conversion.record.views]
    facts = {
        "from": record.format,
        "to": conversion.record.format,
        "bytes": len(written),
        "minutiae": counts,
        "quirks": [{"code": w.quirk.name, "byte": w.offset, "text": w.quirk.value} for w in record.warnings],
        "losses": [{"code": loss.name, "text": loss.value} for loss in conversion.losses],
    }
    rows = {
        "from": record.format,
        "to": f"{conversion.record.format}, {len(written)} bytes",
        "minutiae": ", ".join(map(str, counts)) or "no view",
        "strange": "; ".join(map(str, record.warnings)),
        "lost": "; ".join(conversion.losses),
    }
    return Converted(written, facts, rows)
