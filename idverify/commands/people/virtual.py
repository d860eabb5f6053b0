"""Numbers that stand for a citizen's for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.deciding import exit_code
from idverify.commands.enrolment import Number
from idverify.commands.prints import Finger, Prints, Resolution, read_prints
from idverify.commands.purpose import For, purpose_of
from idverify.commands.session import Session, as_dict, calls_service, out, print_json


@calls_service
def create(  # as many parameters as options
    session: Session,
    number: Number,
    prints: Prints,
    finger: Finger = "",
    resolution: Resolution = None,
    days: Annotated[float, typer.Option(min=0.0, max=366.0, help="How long it lives; 0: 30 days.")] = 0.0,
    one_time: Annotated[bool, typer.Option("--one-time", help="It is good for one match.")] = False,
) -> None:
    """Make a virtual number by the citizen's own finger; it is told this once.

    Exit code: 0 made, 3 NO_MATCH, 4 INCONCLUSIVE, 1 refused, 2 wrong usage.
    """
    answer = session.client.create_virtual_number(
        number,
        read_prints(prints, finger, resolution),
        session.context(),
        lifetime=timedelta(days=days) if days else None,
        one_time=one_time,
    )
    expires = answer.expire_time.ToJsonString() if answer.virtual_number else ""
    session.show(
        answer,
        views.decision_text(answer.verification.decision),
        views.verification(answer.verification),
        views.facts({"virtual number": answer.virtual_number, "expires": expires}),
    )
    raise typer.Exit(exit_code(answer.verification.decision))


@calls_service
def list_numbers(session: Session, number: Number, purpose: For) -> None:
    """List the virtual numbers of a citizen, by their last digits."""
    numbers = session.client.virtual_numbers(number, purpose_of(purpose), session.context())
    if session.as_json:
        print_json({"virtual_numbers": [as_dict(each) for each in numbers]})
        return
    rows = [
        (
            f"...{each.last_digits}",
            each.expire_time.ToJsonString(),
            "yes" if each.one_time else "",
            each.use_time.ToJsonString() if each.HasField("use_time") else "",
            each.revoke_time.ToJsonString() if each.HasField("revoke_time") else "",
        )
        for each in numbers
    ]
    out().print(views.listing(("number", "expires", "one time", "used", "revoked"), rows))


@calls_service
def revoke(
    session: Session,
    number: Annotated[
        str, typer.Argument(metavar="NUMBER", help="Virtual number; or a citizen number: all that stand for it.")
    ],
) -> None:
    """Take a virtual number back."""
    revoked = session.client.revoke_virtual_number(number, session.context())
    if session.as_json:
        print_json({"revoked": revoked})
    else:
        out().print(views.facts({"revoked": revoked}))
