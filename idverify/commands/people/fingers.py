"""Fingers that a citizen cannot show."""

from __future__ import annotations

from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.enrolling.exceptions import read_exception
from idverify.commands.enrolment import Number
from idverify.commands.session import Session, calls_service


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
    noted = session.client.note_fingers(number, [read_exception(text) for text in cannot or []], session.context())
    session.show(noted, views.citizen(noted))
