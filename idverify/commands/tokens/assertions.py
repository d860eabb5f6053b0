"""Assertions as files: checking them with the public keys alone, and showing parts. Nothing is sent anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from idverify.client import present as present_claims
from idverify.client import verify_assertion
from idverify.commands import views
from idverify.commands.session import UsageError, out, print_json, refusals, text_of

AcceptExceptions = Annotated[
    bool, typer.Option("--accept-exceptions", help="Accept one without a finger, for which two officers vouch.")
]


def verify(
    token: Annotated[Path, typer.Argument(metavar="FILE", help="The assertion, JWT or SD-JWT, as a file.")],
    keys: Annotated[Path, typer.Option(help="Key set: what 'idverify keys show --json' printed, or a JWKS file.")],
    audience: Annotated[str, typer.Option(help="Agency, or client, that the assertion must be meant for.")],
    issuer: Annotated[str, typer.Option(help="Issuer that is expected; by default the one in the key file.")] = "",
    nonce: Annotated[str, typer.Option(help="The nonce that was given for the request; any if empty.")] = "",
    accept_exceptions: AcceptExceptions = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Check an assertion offline: signature, issuer, audience, time, disclosures. Exit code 1 if it is refused."""
    with refusals(as_json):
        text, known_issuer = key_set(text_of(keys))
        claims = verify_assertion(
            text_of(token).strip(),
            text,
            issuer=issuer or known_issuer,
            audience=audience,
            nonce=nonce or None,
            exceptions=accept_exceptions,
        )
    shown_claims(claims, as_json=as_json)


def present(
    sd_jwt: Annotated[Path, typer.Argument(metavar="FILE", help="The assertion, an SD-JWT, as a file.")],
    show: Annotated[
        list[str] | None, typer.Option(help="What to show, e.g. bio or attributes/identity/full_name; may be repeated.")
    ] = None,
) -> None:
    """Print an SD-JWT that shows only some of its claims; without --show none that can be withheld."""
    with refusals(as_json=False):
        try:
            out().print(present_claims(text_of(sd_jwt).strip(), show or []))
        except KeyError as error:
            raise UsageError(f"nothing can be shown at {error.args[0]}") from None


def shown_claims(claims: dict[str, Any], *, as_json: bool) -> None:
    """Print the claims of a token that is genuine."""
    if as_json:
        print_json(claims)
    else:
        texts = {n: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for n, v in claims.items()}
        out().print(views.facts({"genuine": "yes", **texts}))


def key_set(text: str) -> tuple[str, str]:
    """Return the JWK Set and the issuer, from either form of the file."""
    try:
        content = json.loads(text)
    except ValueError:
        return text, ""
    if isinstance(content, dict) and "jwks_json" in content:
        return str(content["jwks_json"]), str(content.get("issuer", ""))
    return text, ""
