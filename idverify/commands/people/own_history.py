"""What a citizen is told of who asked about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.deciding import exit_code
from idverify.commands.enrolment import Number
from idverify.commands.prints import Finger, Prints, Resolution, read_prints
from idverify.commands.session import Session, calls_service
from idverify.commands.telling.spoken import moment, say, spoken
from idverify.domain.catalogue.local_day import VIET_NAM
from idverify.domain.guidance.language import Text
from idverify.domain.model import Language
from idverify.v1.citizens_pb2 import HistoryEntry

_COLUMNS = ("time", "who", "procedure", "dossier", "what", "outcome", "disclosed")


@calls_service
def own_history(  # as many parameters as options
    session: Session,
    number: Number,
    prints: Prints,
    finger: Finger = "",
    resolution: Resolution = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Nothing from before this day.")] = None,
    most: Annotated[int, typer.Option(min=1, max=1000, help="How many at most, the newest.")] = 100,
) -> None:
    """Tell a citizen who asked about them, by their own finger, newest first, in the language of --language.

    Exit code: 0 told, 3 NO_MATCH, 4 INCONCLUSIVE, 1 refused, 2 wrong usage.
    """
    answer = session.client.own_history(
        number,
        read_prints(prints, finger, resolution),
        session.context(),
        since=None if since is None else since.replace(tzinfo=VIET_NAM),
        most=most,
    )
    language = spoken()
    columns = [say(f"history-{column}") for column in _COLUMNS]
    told = (("history-more", answer.more), ("history-archived", answer.older_archived))
    notes = [say(name) for name, holds in told if holds]
    session.show(
        answer,
        views.decision_text(answer.verification.decision),
        views.listing(columns, (_row(entry, language) for entry in answer.entries)),
        *notes,
    )
    raise typer.Exit(exit_code(answer.verification.decision))


def _row(entry: HistoryEntry, language: Language) -> tuple[str, ...]:
    time = entry.time.ToDatetime(UTC).astimezone(VIET_NAM)
    action = Text(entry.action_vi, entry.action_en).in_language(language)
    return (
        moment(time),
        " ".join(filter(None, (entry.client, entry.agency_code))),
        entry.procedure_code,
        entry.dossier_code,
        f"{action} {say('history-merged')}" if entry.merged else action,
        Text(entry.outcome_vi, entry.outcome_en).in_language(language),
        ", ".join(entry.disclosed),
    )
