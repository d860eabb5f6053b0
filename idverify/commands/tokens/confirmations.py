"""Confirmations: what a dossier keeps of an assertion."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.json_format import ParseDict, ParseError

from idverify.client import verify_confirmation
from idverify.commands import views
from idverify.commands.enrolment import Number
from idverify.commands.session import Session, UsageError, calls_service, out, print_json, refusals, text_of
from idverify.commands.telling.spoken import say
from idverify.commands.tokens.assertions import AcceptExceptions, key_set, shown_claims
from idverify.v1.verification_pb2 import Disclosure


@calls_service
def issue(
    session: Session,
    answer: Annotated[Path, typer.Argument(metavar="FILE", help="What 'idverify verify --json' printed.")],
    number: Number,
    dossier: Annotated[str, typer.Option(help="Code of the dossier that it is for.")],
    days: Annotated[int, typer.Option(min=0, help="How long it lives, 1 to 90 days; 0: 90.")] = 0,
    target: Annotated[Path | None, typer.Option("--out", help="Write the confirmation (SD-JWT) here.")] = None,
) -> None:
    """Have confirmed for a dossier what a verification of the last five minutes gave."""
    given = _disclosure(answer)
    issued = session.client.issue_confirmation(
        given.assertion.jwt, session.context(dossier=dossier), citizen_number=number, records=given.records, days=days
    )
    if target:
        target.write_text(issued.sd_jwt + "\n", encoding="ascii")
    rows = {"confirmation": issued.confirmation_id, "holds until": issued.expire_time.ToJsonString()}
    session.show(issued, views.facts(rows | ({} if target else {"as SD-JWT": issued.sd_jwt})))


@calls_service
def print_confirmation(
    session: Session,
    confirmation: Annotated[Path, typer.Argument(metavar="FILE", help="The confirmation, an SD-JWT, as a file.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The document (.pdf) to write.")],
) -> None:
    """Print what a confirmation shows as a signed PDF with a QR code, in Vietnamese."""
    sd_jwt = text_of(confirmation).strip()
    target.write_bytes(session.client.print_confirmation(sd_jwt, session.context()))


@calls_service
def revoke(
    session: Session,
    confirmation: Annotated[str, typer.Argument(metavar="ID", help="Which one.")] = "",
    citizen: Annotated[str, typer.Option(help="All of the citizen who bears this number.")] = "",
    consent: Annotated[str, typer.Option(help="All that rest on this consent.")] = "",
) -> None:
    """Revoke one confirmation, all of a citizen, or all that rest on a consent: they are in the next status list."""
    if [confirmation, citizen, consent].count("") != 2:
        raise UsageError("give one of ID, --citizen and --consent")
    revoked = session.client.revoke_confirmation(
        confirmation, session.context(), citizen_number=citizen, consent_ref=consent
    )
    if session.as_json:
        print_json({"revoked_ids": revoked})
    else:
        out().print(views.facts({"revoked": ", ".join(revoked) or say("none-held")}))


@calls_service
def status_list(
    session: Session,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it, to be served as a file.")],
    number: Annotated[int, typer.Option(min=0, help="Which: the number at the end of its URI.")] = 0,
) -> None:
    """Fetch which confirmations are revoked. Fetch it again after five minutes, at the latest in a day."""
    target.write_text(session.client.status_list(number) + "\n", encoding="ascii")


def verify(
    confirmation: Annotated[Path, typer.Argument(metavar="FILE", help="The confirmation, an SD-JWT, as a file.")],
    keys: Annotated[Path, typer.Option(help="Key set: what 'idverify keys show --json' printed, or a JWKS file.")],
    status: Annotated[Path, typer.Option("--status-list", help="What 'idverify confirmation status-list' wrote.")],
    dossier: Annotated[str, typer.Option(help="Dossier that it must be of; whichever if empty.")] = "",
    issuer: Annotated[str, typer.Option(help="Issuer that is expected; by default the one in the key file.")] = "",
    accept_exceptions: AcceptExceptions = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Check a confirmation offline, and that it is not revoked. Exit code 1 if it is refused."""
    with refusals(as_json):
        text, known_issuer = key_set(text_of(keys))
        claims = verify_confirmation(
            text_of(confirmation).strip(),
            text,
            text_of(status).strip(),
            issuer=issuer or known_issuer,
            dossier=dossier or None,
            exceptions=accept_exceptions,
        )
    shown_claims(claims, as_json=as_json)


def _disclosure(answer: Path) -> Disclosure:
    try:
        content = json.loads(text_of(answer))
        return ParseDict(content["disclosure"], Disclosure(), ignore_unknown_fields=True)
    except (ValueError, KeyError, TypeError, ParseError):
        raise UsageError(
            f"{answer} is not what 'idverify verify --json' prints after a match for a procedure"
        ) from None
