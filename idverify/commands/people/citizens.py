"""What may change about citizens: correct, renumber, state, history, lock, unlock."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import RenderableType

from idverify.commands import views
from idverify.commands.deciding import exit_code
from idverify.commands.enrolment import Number
from idverify.commands.prints import Finger, Prints, Resolution, read_prints
from idverify.commands.purpose import For, purpose_of
from idverify.commands.session import Session, UsageError, as_dict, calls_service, out, print_json
from idverify.commands.telling.spoken import label, say
from idverify.v1.citizens_pb2 import (
    ChangeGrounds,
    ChangeReason,
    CitizenChange,
    LockCitizenResponse,
    UnlockCitizenResponse,
)
from idverify.v1.enrolment_pb2 import CitizenState, PersonalData
from idverify.v1.types_pb2 import Purpose


class Reason(StrEnum):
    """Why something is changed."""

    RECORDING_ERROR = "recording-error"
    LEGAL_CHANGE = "legal-change"
    NUMBER_REISSUED = "number-reissued"
    CITIZEN_REQUEST = "citizen-request"
    MISUSE_SUSPECTED = "misuse-suspected"
    LEGAL_DECISION = "legal-decision"
    DEATH_REGISTERED = "death-registered"
    RESOLVED = "resolved"


class State(StrEnum):
    """What an officer may bring a citizen into."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"
    DECEASED = "deceased"


_STATES = {
    State.ACTIVE: CitizenState.CITIZEN_STATE_ACTIVE,
    State.DEACTIVATED: CitizenState.CITIZEN_STATE_DEACTIVATED,
    State.DECEASED: CitizenState.CITIZEN_STATE_DECEASED,
}

Why = Annotated[Reason, typer.Option("--reason", help="Why; docs/citizens.md says which fits what.")]
Grounds = Annotated[str, typer.Option(help="On what paper or decision.")]
Expected = Annotated[int, typer.Option(min=0, help="Version of the citizen that is changed; 0: whatever it is.")]


@calls_service
def correct(  # as many parameters as options
    session: Session,
    number: Number,
    reason: Why,
    name: Annotated[str, typer.Option(help="Full name.")] = "",
    born: Annotated[str, typer.Option(help="Date of birth, YYYY-MM-DD or YYYY.")] = "",
    sex: Annotated[str, typer.Option(help="M or F.")] = "",
    grounds: Grounds = "",
) -> None:
    """Correct a citizen's personal data; what is not given stays."""
    if not (name or born or sex):
        raise UsageError("give what is to be corrected: --name, --born, --sex")
    person = session.client.get_citizen(number, purpose=Purpose.PURPOSE_CORRECTION)
    now = person.personal_data
    data = PersonalData(full_name=name or now.full_name, birth_date=born or now.birth_date, sex=sex or now.sex)
    why = grounds_of(reason, grounds, person.version)
    changed = session.client.correct_personal_data(number, data, why, session.context())
    session.show(changed, views.citizen(changed))


@calls_service
def renumber(
    session: Session,
    number: Number,
    new_number: Annotated[str, typer.Argument(metavar="NEW", help="The number as it is to be.")],
    reason: Why = Reason.NUMBER_REISSUED,
    grounds: Grounds = "",
    expected_version: Expected = 0,
) -> None:
    """Give a citizen another number; the one before leads to them still, unless it was recorded in error."""
    why = grounds_of(reason, grounds, expected_version)
    changed = session.client.replace_citizen_number(number, new_number, why, session.context())
    session.show(changed, views.citizen(changed))


@calls_service
def state(  # as many parameters as options
    session: Session,
    number: Number,
    into: Annotated[State, typer.Argument(metavar="STATE", help="active, deactivated or deceased.")],
    reason: Why,
    grounds: Grounds = "",
    expected_version: Expected = 0,
) -> None:
    """Deactivate a citizen, record a death, or take either back."""
    wanted = _STATES[into]
    why = grounds_of(reason, grounds, expected_version)
    changed = session.client.change_citizen_state(number, wanted, why, session.context())
    session.show(changed, views.citizen(changed))


@calls_service
def history(session: Session, number: Number, purpose: For) -> None:
    """Show what was changed about a citizen."""
    changes = session.client.citizen_changes(number, purpose_of(purpose), session.context())
    if session.as_json:
        print_json({"changes": [as_dict(change) for change in changes]})
        return
    rows = [
        (
            c.version,
            c.change_time.ToJsonString(),
            _reason(c),
            "; ".join(_differences(c)),
            c.grounds,
            c.client,
            c.officer_id,
        )
        for c in changes
    ]
    out().print(views.listing(("version", "when", "reason", "what", "grounds", "client", "officer"), rows))


@calls_service
def set_pin(
    session: Session, number: Number, prints: Prints, finger: Finger = "", resolution: Resolution = None
) -> None:
    """Set the citizen's PIN, which is asked for, by their own finger; one that is locked or forgotten gives way to it.

    Exit code: 0 set, 3 NO_MATCH, 4 INCONCLUSIVE, 1 refused, 2 wrong usage.
    """
    samples = read_prints(prints, finger, resolution)
    pin = typer.prompt("PIN", hide_input=True, confirmation_prompt=True)
    answer = session.client.set_pin(number, samples, pin, session.context())
    session.show(answer, views.decision_text(answer.verification.decision), views.verification(answer.verification))
    raise typer.Exit(exit_code(answer.verification.decision))


@calls_service
def lock(session: Session, number: Number, prints: Prints, finger: Finger = "", resolution: Resolution = None) -> None:
    """Lock an identity by the citizen's own finger.

    Exit code: 0 locked, 3 NO_MATCH, 4 INCONCLUSIVE, 1 refused, 2 wrong usage.
    """
    answer = session.client.lock_citizen(number, read_prints(prints, finger, resolution), session.context())
    _tell(session, answer)


@calls_service
def unlock(
    session: Session, number: Number, prints: Prints, finger: Finger = "", resolution: Resolution = None
) -> None:
    """Unlock it likewise. Exit code as for lock."""
    answer = session.client.unlock_citizen(number, read_prints(prints, finger, resolution), session.context())
    _tell(session, answer)


def _tell(session: Session, answer: LockCitizenResponse | UnlockCitizenResponse) -> None:
    told: list[RenderableType] = [views.decision_text(answer.verification.decision)]
    session.show(
        answer, *told, views.verification(answer.verification), views.facts({"state": views.state_name(answer.state)})
    )
    raise typer.Exit(exit_code(answer.verification.decision))


def grounds_of(reason: Reason, grounds: str, version: int) -> ChangeGrounds:
    """Return what is said with every change."""
    return ChangeGrounds(reason=f"CHANGE_REASON_{reason.name}", grounds=grounds, expected_version=version)


def _reason(change: CitizenChange) -> str:
    return say(f"change-{ChangeReason.Name(change.reason).removeprefix('CHANGE_REASON_')}")


def _differences(change: CitizenChange) -> list[str]:
    """Return what is another since, from what to what."""
    one, other = change.before, change.after
    said = {
        "number": (one.citizen_number, other.citizen_number),
        "name": (one.personal_data.full_name, other.personal_data.full_name),
        "born": (one.personal_data.birth_date, other.personal_data.birth_date),
        "sex": (one.personal_data.sex, other.personal_data.sex),
        "state": (views.state_name(one.state), views.state_name(other.state)),
    }
    return [
        f"{label(what)}: {before or '-'} → {after or '-'}" for what, (before, after) in said.items() if before != after
    ]
