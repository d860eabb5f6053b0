"""Limits on tries that do not match: who is kept from trying, and letting them."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.session import Session, UsageError, as_dict, calls_service, out, print_json
from idverify.v1 import attempts_pb2 as pb


class Why(Enum):
    """Why a limit is lifted."""

    IDENTIFIED_BY_DOCUMENTS = "identified-by-documents"
    POOR_IMPRESSIONS = "poor-impressions"
    MISTAKEN_NUMBER = "mistaken-number"
    TRIAL = "trial"


_REASONS = {
    Why.IDENTIFIED_BY_DOCUMENTS: pb.LIFT_REASON_IDENTIFIED_BY_DOCUMENTS,
    Why.POOR_IMPRESSIONS: pb.LIFT_REASON_POOR_IMPRESSIONS,
    Why.MISTAKEN_NUMBER: pb.LIFT_REASON_MISTAKEN_NUMBER,
    Why.TRIAL: pb.LIFT_REASON_TRIAL,
}


@calls_service
def list_limits(session: Session) -> None:
    """List the clients and citizens that take no try now."""
    limits = session.client.attempt_limits()
    if session.as_json:
        print_json({"limits": [as_dict(limit) for limit in limits]})
    elif limits:
        out().print(views.listing(("scope", "client", "subject", "failures", "opens"), map(_row, limits)))


@calls_service
def lift(
    session: Session,
    citizen: Annotated[str, typer.Option(help="Citizen number: forget all failures with this citizen.")] = "",
    of_client: Annotated[str, typer.Option(help="Name of a client: forget its failures with all citizens.")] = "",
    subject: Annotated[str, typer.Option(help="As --citizen, by the internal identifier that is listed.")] = "",
    reason: Annotated[Why | None, typer.Option(help="Why; kept in the audit trail.")] = None,
) -> None:
    """Let a citizen be verified again, or a client verify. Nobody lifts their own."""
    if sum(map(bool, (citizen, of_client, subject))) != 1:
        raise UsageError("give one of --citizen, --subject and --of-client")
    lifted = session.client.lift_attempt_limit(
        citizen_number=citizen,
        subject_id=subject,
        client=of_client,
        reason=_REASONS[reason] if reason else pb.LIFT_REASON_UNSPECIFIED,
        context=session.context(),
    )
    out().print(views.facts({"counts set back": lifted}))


def _row(limit: pb.AttemptLimit) -> tuple[str, ...]:
    scope = pb.AttemptScope.Name(limit.scope).removeprefix("ATTEMPT_SCOPE_").lower().replace("_", " ")
    opens = limit.open_time.ToJsonString() if limit.HasField("open_time") else "when it is lifted"
    return scope, limit.client, limit.subject_id, f"{limit.failures:g}", opens
