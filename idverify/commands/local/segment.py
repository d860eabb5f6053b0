"""The fingers of a slap as images of their own; offline, nothing is sent anywhere."""

from __future__ import annotations

from enum import StrEnum
from math import degrees
from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.prints import Resolution
from idverify.commands.session import RefusedError, out, print_json, refusals
from matcher.errors import MatcherError

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
    resolution: Resolution = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Cut an image of several fingers into one upright PNG for each, named by its finger (right-index.png).

    Exit code 1 if the image cannot be read, or not all fingers are found apart; nothing is written then.
    """
    # The matcher loads for a second, which no other command should wait for.
    from matcher.images.decoding import decode_image, encode_png  # noqa: PLC0415
    from matcher.images.slap import SLAP_LIMITS, Slap, cut_slap  # noqa: PLC0415

    slaps = {Hand.RIGHT: Slap.RIGHT_FOUR, Hand.LEFT: Slap.LEFT_FOUR, Hand.THUMBS: Slap.TWO_THUMBS}
    with refusals(as_json):
        if image.stat().st_size > MOST_BYTES:
            raise RefusedError("SAMPLE_INVALID", "the image file is larger than 32 MiB")
        try:
            decoded = decode_image(image.read_bytes(), resolution_ppi=resolution, limits=SLAP_LIMITS)
            fingers = cut_slap(decoded, slaps[hand])
        except MatcherError as error:
            raise RefusedError(error.reason, str(error)) from None
        folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for finger in fingers:
            name = f"{finger.position.name.lower().replace('_', '-')}.png"
            (folder / name).write_bytes(encode_png(finger.image))
            rows.append(
                {
                    "finger": name.removesuffix(".png"),
                    "position": int(finger.position),
                    "file": str(folder / name),
                    "centre": [round(value, 1) for value in finger.centre],
                    "size": [round(value, 1) for value in finger.size],
                    "angle_degrees": round(degrees(finger.angle), 1),
                }
            )
    if as_json:
        print_json({"fingers": rows})
    else:
        out().print(views.facts({str(row["finger"]): row["file"] for row in rows}))
