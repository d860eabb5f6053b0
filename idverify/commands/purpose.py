"""What people's data are read for, as an option of commands that read them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, cast

import typer

from idverify.v1.types_pb2 import Purpose


class PurposeName(StrEnum):
    """Why somebody's data are read."""

    CITIZEN_REQUEST = "citizen-request"
    CORRECTION = "correction"
    INVESTIGATION = "investigation"
    TRANSFER = "transfer"
    TEST = "test"


_OPTION = typer.Option("--purpose", help=f"What for: {', '.join(PurposeName)}; goes to the audit trail.")
For = Annotated[PurposeName, _OPTION]
MaybeFor = Annotated[PurposeName | None, _OPTION]


def purpose_of(name: PurposeName | None) -> Purpose:
    """Return the purpose as a message has it."""
    if name is None:
        return Purpose.PURPOSE_UNSPECIFIED
    return cast("Purpose", Purpose.Value(f"PURPOSE_{name.name}"))
