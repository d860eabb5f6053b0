"""Limits on tries that do not match: who is kept from trying, and letting them."""

from __future__ import annotations

from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.session import Session, UsageError, as_dict, calls_service, out, print_json
from idverify.v1.attempts_pb2 import AttemptLimit, AttemptScope


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
) -> None:
    """Let a citizen be verified again, or a client verify. Nobody lifts their own."""
    if bool(citizen) == bool(of_client):
        raise UsageError("give either --citizen or --of-client")
    lifted = session.client.lift_attempt_limit(citizen_number=citizen, client=of_client, context=session.context())
    out().print(views.facts({"counts set back": lifted}))


def _row(limit: AttemptLimit) -> tuple[str, ...]:
    scope = AttemptScope.Name(limit.scope).removeprefix("ATTEMPT_SCOPE_").lower().replace("_", " ")
    opens = limit.open_time.ToJsonString() if limit.HasField("open_time") else "when it is lifted"
    return scope, limit.client, limit.subject_id, f"{limit.failures:g}", opens
