"""Legal holds: place, release, list."""

from __future__ import annotations

from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.enrolment import Number
from idverify.commands.session import Session, as_dict, calls_service, out, print_json
from idverify.v1 import legal_holds_pb2 as pb

Why = Annotated[str, typer.Option("--reason", help="Why, by which decision; names nobody.")]


@calls_service
def place(session: Session, number: Number, reason: Why) -> None:
    """Place a hold on a citizen, of whom nothing is erased until it is released; needs --officer."""
    hold = session.client.place_legal_hold(number, reason, session.context())
    session.show(hold, views.facts(_facts(hold)))


@calls_service
def release(
    session: Session,
    number: Number,
    hold_id: Annotated[str, typer.Argument(metavar="HOLD", help="Id of the hold.")],
    reason: Why,
) -> None:
    """Release a hold; may need a second person, as erasing does."""
    hold = session.client.release_legal_hold(number, hold_id, reason, session.context())
    session.show(hold, views.facts(_facts(hold)))


@calls_service
def list_holds(session: Session) -> None:
    """List holds, released ones too."""
    found = list(session.client.legal_holds(session.context()))
    if session.as_json:
        print_json({"holds": [as_dict(each) for each in found]})
        return
    rows = [tuple(_facts(each).values()) for each in found]
    out().print(views.listing(tuple(_facts(pb.LegalHold())), rows))


def _facts(hold: pb.LegalHold) -> dict[str, str]:
    return {
        "hold": hold.hold_id,
        "subject": hold.subject_id,
        "placed": hold.place_time.ToJsonString(),
        "officer": hold.officer_id,
        "reason": hold.reason,
        "released": hold.release_time.ToJsonString() if hold.HasField("release_time") else "",
        "why released": hold.release_reason,
    }
