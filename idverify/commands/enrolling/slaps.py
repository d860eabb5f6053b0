"""Slaps named on the command line: ``right=FILE``, ``left=FILE``, ``thumbs=FILE``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from idverify.client import make_slap, slap_names
from idverify.commands.prints import sample_bytes
from idverify.commands.session import UsageError
from idverify.v1.enrolment_pb2 import SlapImage

Slaps = Annotated[
    list[str] | None,
    typer.Option(
        "--slap",
        metavar="HAND=FILE",
        help="Image of several fingers: right, left (four fingers of that hand) or thumbs; once each.",
    ),
]


def read_slaps(texts: Sequence[str] | None, resolution: float | None) -> list[SlapImage]:
    """Read the slaps. Raises UsageError for another hand or too large a file, OSError if one cannot be read."""
    return [_read(text, resolution) for text in texts or ()]


def _read(text: str, resolution: float | None) -> SlapImage:
    hand, separator, path = text.partition("=")
    if not separator or hand not in slap_names():
        raise UsageError(f"say HAND=FILE, HAND one of {', '.join(slap_names())}")
    return make_slap(sample_bytes(Path(path)), hand, resolution_ppi=resolution)
