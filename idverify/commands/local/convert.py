"""Minutiae records of one format as another; offline, nothing is sent anywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.session import RefusedError, UsageError, out, print_json, refusals
from matcher.errors import MatcherError
from matcher.formats.records import Conversion, Frame, MinutiaeRecord, RecordFormat, read_record, write_record
from matcher.formats.records import convert as convert_record

MOST_BYTES = 1 << 20


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Minutiae record or xyt text, told by content.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Where to write the record.")],
    to: Annotated[RecordFormat, typer.Option(help=f"Format to write: {', '.join(RecordFormat)}.")],
    size: Annotated[str, typer.Option(metavar="WIDTHxHEIGHT", help="Of the image, in pixels; for an xyt text.")] = "",
    resolution: Annotated[
        float | None, typer.Option(min=100, max=2000, help="Pixels per inch of the image; for an xyt text.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Convert a minutiae record to another format, and say what was strange about it and what was lost.

    Nothing is resampled; angles round to the unit of the format. Exit code 1 if the record cannot be read or has no
    place in the format.
    """
    with refusals(as_json):
        data, frame = source.read_bytes(), _frame(size, resolution)
        try:
            record = read_record(data, frame=frame, limit=MOST_BYTES)
            conversion = convert_record(record, to)
            written = write_record(conversion.record)
        except MatcherError as error:
            raise RefusedError(error.reason, str(error)) from None
        target.write_bytes(written)
    _show(record, conversion, len(written), as_json=as_json)


def _frame(size: str, resolution: float | None) -> Frame | None:
    if not size and resolution is None:
        return None
    found = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", size)
    if found is None or resolution is None:
        raise UsageError("an image needs both --size, such as 388x374, and --resolution")
    return Frame.at_ppi(int(found[1]), int(found[2]), resolution)


def _show(record: MinutiaeRecord, conversion: Conversion, length: int, *, as_json: bool) -> None:
    quirks = [{"code": w.quirk.name, "byte": w.offset, "text": w.quirk.value} for w in record.warnings]
    losses = [{"code": loss.name, "text": loss.value} for loss in conversion.losses]
    counts = [len(view) for view in conversion.record.views]
    if as_json:
        facts = {"from": record.format, "to": conversion.record.format, "bytes": length, "minutiae": counts}
        print_json({**facts, "quirks": quirks, "losses": losses})
        return
    rows: dict[str, object] = {
        "from": record.format,
        "to": f"{conversion.record.format}, {length} bytes",
        "minutiae": ", ".join(map(str, counts)) or "no view",
        "strange": "; ".join(map(str, record.warnings)),
        "lost": "; ".join(conversion.losses),
    }
    out().print(views.facts(rows))
