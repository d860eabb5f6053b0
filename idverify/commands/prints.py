"""Prints named on the command line: ``FILE``, or ``FINGER=FILE`` such as ``right-index=print.png``.

An xyt text states no size: ``FILE:WIDTHxHEIGHT``, and its resolution as an option.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from idverify.client import finger_names, finger_position, make_sample
from idverify.commands.session import UsageError
from idverify.rpc.convert.samples import MOST_SAMPLE_BYTES
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

_SIZED = re.compile(r"(.+):(\d{1,5})x(\d{1,5})")

Profile = Annotated[
    str,
    typer.Option("--profile", help="Enrolment profile to report on, e.g. vn-110-2020; it gates nothing."),
]


def read_print(text: str, finger: str = "", resolution: float | None = None) -> FingerprintSample:
    """Read one print. Raises UsageError for an unknown finger, a size alone or too large a file; OSError."""
    name, separator, path = text.partition("=")
    if not separator or name not in finger_names():
        if separator and "/" not in name and not Path(text).exists():
            raise UsageError(f"{name} is no finger; use one of {', '.join(finger_names())}")
        name, path = finger, text
    path, size = _sized(path)
    if size is not None and resolution is None:
        raise UsageError(f"{path} is given with the size of its image: give --resolution too, e.g. --resolution 500")
    sample = make_sample(sample_bytes(Path(path)), _position(name), resolution_ppi=resolution, size=size)
    if size is not None and not sample.HasField("minutiae_frame"):
        raise UsageError(
            f"{path} is no xyt text: it says itself how large its image is; leave out :{size[0]}x{size[1]}"
        )
    return sample


def sample_bytes(file: Path) -> bytes:
    """Read a sample. Raises UsageError for one that no service takes, OSError if it cannot be read."""
    size = file.stat().st_size
    if size > MOST_SAMPLE_BYTES:
        raise UsageError(f"{file} has {size} bytes; a sample has at most {MOST_SAMPLE_BYTES >> 20} MiB")
    return file.read_bytes()


def read_prints(texts: Sequence[str], finger: str, resolution: float | None) -> list[FingerprintSample]:
    """Read several prints."""
    return [read_print(text, finger, resolution) for text in texts]


def _sized(path: str) -> tuple[str, tuple[int, int] | None]:
    """Split ``FILE:WIDTHxHEIGHT``, as an xyt text needs it; a file of that very name is meant first."""
    found = _SIZED.fullmatch(path)
    if found is None or Path(path).exists():
        return path, None
    return found[1], (int(found[2]), int(found[3]))


def _position(name: str) -> FingerPosition:
    if not name:
        return FingerPosition.FINGER_POSITION_UNSPECIFIED
    try:
        return finger_position(name)
    except ValueError as error:
        raise UsageError(str(error)) from None
