"""Proofs of events: asked of the service, and checked without it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idverify.commands import views
from idverify.commands.session import (
    RefusedError,
    Session,
    UsageError,
    as_dict,
    calls_service,
    out,
    print_json,
    refusals,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idverify.trust.log.notes import VerifierKey


@calls_service
def log_key(session: Session) -> None:
    """Print the public keys of the log, a line each: what 'idverify audit verify' is given. Former ones with --json."""
    answer = session.client.log_checkpoint()
    if session.as_json:
        print_json({"keys": list(answer.verifier_keys), "former": list(answer.former_verifier_keys)})
    else:
        typer.echo("\n".join(answer.verifier_keys))


@calls_service
def checkpoint(session: Session) -> None:
    """Print a signed checkpoint of the log: note it elsewhere, and the log can be held to it."""
    answer = session.client.log_checkpoint()
    if session.as_json:
        print_json(as_dict(answer))
    else:
        typer.echo(answer.checkpoint, nl=False)


@calls_service
def proof(
    session: Session,
    event: Annotated[int, typer.Argument(min=1, metavar="EVENT", help="Its number: audit_event of an answer.")],
) -> None:
    """Print the proof that an event is in the log, to be kept as a file .tlog-proof.

    An auditor gets the event whole; others get those of their own calls, as far as they were told: not whom it was
    about, nor the figures.
    """
    answer = session.client.event_proof(event)
    if session.as_json:
        print_json(as_dict(answer))
    else:
        typer.echo(answer.proof, nl=False)


def verify(
    file: Annotated[Path, typer.Argument(metavar="PROOF", help="The proof, as a file.")],
    keys: Annotated[
        list[str], typer.Option("--key", metavar="KEY", help="Of the log, as 'idverify audit log-key' prints it.")
    ],
    witnesses: Annotated[
        list[str] | None, typer.Option("--witness", metavar="KEY", help="Of a witness that must have cosigned.")
    ] = None,
    assertion: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The event must be that of this assertion, a JWT.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Check a proof offline, with the public key of the log. Exit code 1 if it shows nothing.

    Once checked it holds as long as it is kept: after keys were changed, citizens erased, and events archived.
    """
    from idverify.trust.log.verifying import ProofRejectedError, verify_proof  # noqa: PLC0415

    with refusals(as_json):
        known, seen_by = (verifier_keys(texts) for texts in (keys, witnesses or []))
        try:
            proven = verify_proof(
                file.read_bytes(), known, seen_by, None if assertion is None else assertion.read_bytes()
            )
        except ProofRejectedError as error:
            raise RefusedError(error.flaw.value, str(error)) from None
    facts = {
        "log": proven.checkpoint.origin,
        "index": proven.index,
        "of": proven.checkpoint.size,
        "witnessed": [f"{name} {time.isoformat()}" for name, time in proven.witnessed],
        "passed_over": proven.passed_over,
        "event": proven.event,
    }
    if as_json:
        print_json(facts)
    else:
        texts = {n: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for n, v in facts.items()}
        out().print(views.facts({"proven": "yes", **texts}))


def verifier_keys(texts: Iterable[str]) -> list[VerifierKey]:
    """Read keys that were given as options, one a line as ``audit log-key`` prints them. Raises UsageError."""
    from idverify.trust.log.encoding import LogFormatError  # noqa: PLC0415
    from idverify.trust.log.notes import VerifierKey  # noqa: PLC0415

    try:
        return [VerifierKey.parse(line) for text in texts for line in text.splitlines() or [text]]
    except LogFormatError as error:
        raise UsageError(str(error)) from None
