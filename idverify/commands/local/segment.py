"""The fingers of a slap as images of their own; offline, nothing is sent anywhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.prints import Resolution
from idverify.commands.session import RefusedError, UsageError, out, print_json, refusals

MOST_BYTES = 32 << 20


class Hand(StrEnum):
    """What was pressed on the sensor."""

    RIGHT = "right"
    LEFT = "left"
    THUMBS = "thumbs"


def segment(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="Image of four fingers or two thumbs.")],
    hand: Annotated[Hand, typer.Option(help="right or left: four fingers of that hand; thumbs: both thumbs.")],
    folder: Annotated[Path, typer.Option("--out", help="Folder for the images of the fingers; made if missing.")],
    missing: Annotated[
        list[str] | None,
        typer.Option(metavar="FINGER", help="Finger that is not on it, such as right-ring; as often as needed."),
    ] = None,
    resolution: Resolution = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Cut an image of several fingers into one upright PNG for each, named by its finger (right-index.png).

    Exit code 1 if the image cannot be read, or not all fingers are found apart; nothing is written then.
    """
    from idverify.commands.local.slap_cutting import fingers_of  # noqa: PLC0415

    with refusals(as_json):
        if image.stat().st_size > MOST_BYTES:
            raise RefusedError("SAMPLE_INVALID", "the image file is larger than 32 MiB")
        try:
            fingers = fingers_of(image.read_bytes(), hand, resolution, missing or ())
        except ValueError as error:
            raise UsageError(f"--missing: {error}") from None
        folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for finger in fingers:
            file = folder / f"{finger.name}.png"
            file.write_bytes(finger.png)
            rows.append({"finger": finger.name, "position": finger.position, "file": str(file), **finger.facts})
    if as_json:
        print_json({"fingers": rows})
    else:
        out().print(views.facts({str(row["finger"]): row["file"] for row in rows}))
