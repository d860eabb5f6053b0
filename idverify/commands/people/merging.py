"""Two entries that are one person, one that is two, and prints that are somebody else's."""

from __future__ import annotations

from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.enrolment import Number
from idverify.commands.people.citizens import Grounds, Reason, Why, grounds_of
from idverify.commands.session import Session, calls_service

Despite = Annotated[
    bool, typer.Option("--despite-prints", help="Whatever the enrolled prints say; --grounds is needed then.")
]
Other = Annotated[str, typer.Argument(metavar="OTHER", help="Citizen number of the other.")]


@calls_service
def merge(
    session: Session,
    number: Number,
    other: Other,
    reason: Why = Reason.RECORDING_ERROR,
    grounds: Grounds = "",
    despite_prints: Despite = False,
) -> None:
    """Merge OTHER into NUMBER: one person was enrolled twice. Refused unless their prints say so."""
    kept = session.client.merge_citizens(
        number, other, grounds_of(reason, grounds, 0), session.context(), despite_prints=despite_prints
    )
    session.show(kept, views.citizen(kept), *(views.impressions(encounter) for encounter in kept.encounters))


@calls_service
def split(  # as many parameters as options
    session: Session,
    number: Number,
    other: Other,
    encounters: Annotated[list[str], typer.Argument(metavar="ENCOUNTER...", help="Encounters that go with OTHER.")],
    reason: Why = Reason.RECORDING_ERROR,
    grounds: Grounds = "",
    despite_prints: Despite = False,
) -> None:
    """Take a merge of OTHER into NUMBER back. Refused if prints that part are alike."""
    why = grounds_of(reason, grounds, 0)
    kept = session.client.split_citizen(
        number, other, encounters, why, session.context(), despite_prints=despite_prints
    )
    session.show(kept, views.citizen(kept), *(views.impressions(encounter) for encounter in kept.encounters))


@calls_service
def move_encounter(  # as many parameters as options
    session: Session,
    number: Number,
    encounter: Annotated[str, typer.Argument(metavar="ENCOUNTER", help="Which; `get --json` tells.")],
    other: Other,
    reason: Why = Reason.RECORDING_ERROR,
    grounds: Grounds = "",
    despite_prints: Despite = False,
) -> None:
    """Give an encounter of NUMBER to OTHER, whose prints it holds."""
    why = grounds_of(reason, grounds, 0)
    giver = session.client.move_encounter(
        number, encounter, other, why, session.context(), despite_prints=despite_prints
    )
    session.show(giver, views.citizen(giver), *(views.impressions(each) for each in giver.encounters))
