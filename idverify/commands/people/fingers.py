"""Fingers that a citizen cannot show."""

from __future__ import annotations

from typing import Annotated

import typer

from idverify.client import finger_position
from idverify.commands import views
from idverify.commands.enrolment import Number
from idverify.commands.session import Session, UsageError, calls_service
from idverify.v1.enrolment_pb2 import FingerException

_FAULTS = ("missing", "damaged", "bandaged")


@calls_service
def fingers(
    session: Session,
    number: Number,
    cannot: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FINGER=FAULT[:UNTIL]]...",
            help="E.g. left-thumb=missing right-index=bandaged:2026-12-24; none: all can be shown.",
        ),
    ] = None,
) -> None:
    """Note which fingers a citizen cannot show, in place of what was noted before: they are not asked for."""
    noted = session.client.note_fingers(number, [_read(text) for text in cannot or []], session.context())
    session.show(noted, views.citizen(noted))


def _read(text: str) -> FingerException:
    name, _, rest = text.partition("=")
    fault, _, until = rest.partition(":")
    if fault not in _FAULTS:
        raise UsageError(f"say FINGER=FAULT or FINGER=FAULT:YYYY-MM-DD, FAULT one of {', '.join(_FAULTS)}")
    try:
        position = finger_position(name)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return FingerException(finger_position=position, fault=f"FINGER_FAULT_{fault.upper()}", until=until)
