"""Prints named on the command line: ``FILE``, or ``FINGER=FILE`` such as ``right-index=print.png``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from idverify.client import finger_names, finger_position, make_sample
from idverify.commands.session import UsageError
from idverify.v1.types_pb2 import FingerPosition, FingerprintSample

Prints = Annotated[
    list[str],
    typer.Argument(
        metavar="[FINGER=]FILE...",
        help="Images or minutiae records of one finger, told by content (extraction.md, formats.md).",
    ),
]
SomePrints = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[[FINGER=]FILE]...",
        help="Images or minutiae records of one finger, told by content (extraction.md, formats.md).",
    ),
]
Print = Annotated[str, typer.Argument(metavar="[FINGER=]FILE", help="An image or a minutiae record, told by content.")]
Finger = Annotated[
    str,
    typer.Option(help=f"Finger of the files that do not name one: {', '.join(finger_names())}."),
]
Resolution = Annotated[
    float | None,
    typer.Option(min=100, max=2000, help="Pixels per inch of the images; without it, what each file states."),
]

Profile = Annotated[
    str,
    typer.Option("--profile", help="Enrolment profile to report on, e.g. vn-110-2020; it gates nothing."),
]


def read_print(text: str, finger: str = "", resolution: float | None = None) -> FingerprintSample:
    """Read one print. Raises UsageError for an unknown finger, OSError for a file that cannot be read."""
    name, separator, path = text.partition("=")
    if not separator or name not in finger_names():
        name, path = finger, text
    return make_sample(Path(path).read_bytes(), _position(name), resolution_ppi=resolution)


def read_prints(texts: Sequence[str], finger: str, resolution: float | None) -> list[FingerprintSample]:
    """Read several prints."""
    return [read_print(text, finger, resolution) for text in texts]


def _position(name: str) -> FingerPosition:
    if not name:
        return FingerPosition.FINGER_POSITION_UNSPECIFIED
    try:
        return finger_position(name)
    except ValueError as error:
        raise UsageError(str(error)) from None
