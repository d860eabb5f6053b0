"""Who is this: verify and identify. The exit code tells the decision."""

from __future__ import annotations

from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.enrolment import Number
from idverify.commands.prints import Finger, Prints, Resolution, read_prints
from idverify.commands.session import Session, calls_service
from idverify.v1.types_pb2 import Decision

NO_MATCH = 3
INCONCLUSIVE = 4

Procedure = Annotated[str, typer.Option(help="Code of the procedure, e.g. 1.001193: a match gives its records.")]
Dossier = Annotated[str, typer.Option(help="Code of the dossier.")]
Transaction = Annotated[str, typer.Option(help="Groups the calls of one visit; made up if empty.")]

Nonce = Annotated[str, typer.Option(help="Comes back in the assertion; 16 to 128 characters of A-Z a-z 0-9 - . _ ~.")]
Consent = Annotated[str, typer.Option(help="What names the citizen's consent; comes back in the assertion.")]
SdJwt = Annotated[bool, typer.Option("--sd-jwt", help="The assertion as an SD-JWT too, to show parts of it.")]


@calls_service
def verify(  # as many parameters as options
    session: Session,
    number: Number,
    prints: Prints,
    finger: Finger = "",
    resolution: Resolution = None,
    procedure: Procedure = "",
    dossier: Dossier = "",
    transaction: Transaction = "",
    nonce: Nonce = "",
    consent: Consent = "",
    sd_jwt: SdJwt = False,
    target_fmr: Annotated[float, typer.Option(help="False match rate to allow; 0: the procedure's or 0.0001.")] = 0.0,
) -> None:
    """Verify that a person is the citizen who bears the number.

    Exit code: 0 MATCH, 3 NO_MATCH, 4 INCONCLUSIVE, 1 refused, 2 wrong usage.
    """
    samples = read_prints(prints, finger, resolution)
    context = session.context(
        procedure=procedure, dossier=dossier, transaction=transaction, nonce=nonce, consent_ref=consent
    )
    answer = session.client.verify(number, samples, context, target_fmr=target_fmr, sd_jwt=sd_jwt)
    disclosed = views.disclosure(answer.disclosure) if answer.HasField("disclosure") else []
    session.show(answer, views.decision_text(answer.decision), views.verification(answer), *disclosed)
    raise typer.Exit(exit_code(answer.decision))


@calls_service
def identify(  # as many parameters as options
    session: Session,
    prints: Prints,
    finger: Finger = "",
    resolution: Resolution = None,
    procedure: Procedure = "",
    dossier: Dossier = "",
    transaction: Transaction = "",
    nonce: Nonce = "",
    consent: Consent = "",
    sd_jwt: SdJwt = False,
    max_candidates: Annotated[int, typer.Option(min=0, help="How many candidates at most; 0: 10.")] = 0,
    target_fpir: Annotated[float, typer.Option(help="False positive rate of the search to allow; 0: 0.01.")] = 0.0,
) -> None:
    """Search all enrolled citizens for the person a print is of, or several prints of different fingers are of.

    Exit code: 0 exactly one candidate, 3 nobody, 4 several or too poor a print, 1 refused, 2 wrong usage.
    """
    samples = read_prints(prints, finger, resolution)
    context = session.context(
        procedure=procedure, dossier=dossier, transaction=transaction, nonce=nonce, consent_ref=consent
    )
    answer = session.client.identify(
        samples, context, max_candidates=max_candidates, target_fpir=target_fpir, sd_jwt=sd_jwt
    )
    rows = {"fingers searched": answer.searched_fingers, "tries left": views.tries_left(answer)}
    searched = views.facts({**rows, "transaction": answer.transaction_id})
    candidates = [views.identification(answer)] if answer.candidates else []
    disclosed = views.disclosure(answer.disclosure) if answer.HasField("disclosure") else []
    session.show(answer, views.decision_text(answer.decision), *candidates, searched, *disclosed)
    raise typer.Exit(exit_code(answer.decision))


def exit_code(decision: Decision) -> int:
    """Return the exit code of a decision."""
    codes = {Decision.DECISION_MATCH: 0, Decision.DECISION_NO_MATCH: NO_MATCH}
    return codes.get(decision, INCONCLUSIVE)
