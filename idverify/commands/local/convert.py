"""Minutiae records of one format as another; offline, nothing is sent anywhere."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.session import UsageError, out, print_json, refusals


class Format(StrEnum):
    """The formats of :class:`matcher.formats.minutiae_record.RecordFormat`; a test holds the two together."""

    ISO_19794_2_2005 = "iso-19794-2-2005"
    ISO_19794_2_2011 = "iso-19794-2-2011"
    ANSI_378_2004 = "ansi-378-2004"
    ANSI_378_2009 = "ansi-378-2009"
    ANSI_378_2009_AM1 = "ansi-378-2009-am1"
    XYT = "xyt"


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Minutiae record or xyt text, told by content.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Where to write the record.")],
    to: Annotated[Format, typer.Option(help=f"Format to write: {', '.join(Format)}.")],
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
    from idverify.commands.local.conversion import converted  # noqa: PLC0415

    with refusals(as_json):
        conversion = converted(source.read_bytes(), _size(size, resolution), to)
        target.write_bytes(conversion.record)
    if as_json:
        print_json(conversion.facts)
    else:
        out().print(views.facts(conversion.rows))


def _size(size: str, resolution: float | None) -> tuple[int, int, float] | None:
    if not size and resolution is None:
        return None
    found = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", size)
    if found is None or resolution is None:
        raise UsageError("an image needs both --size, such as 388x374, and --resolution")
    return int(found[1]), int(found[2]), resolution
