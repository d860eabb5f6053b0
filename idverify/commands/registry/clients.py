"""The registry of client systems: who may call, and what."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from idverify.commands import views
from idverify.commands.session import Session, UsageError, as_dict, calls_service, out, print_json, text_of
from idverify.commands.telling.spoken import say
from idverify.trust.client_assertions import check_key, jwk_of_pem
from idverify.v1 import clients_pb2 as pb

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the client, as in the audit trail.")]
Version = Annotated[int, typer.Option(min=0, help="Version that is to be replaced; 0: whatever there is.")]


class RoleName(StrEnum):
    """What a client may call."""

    COUNTER = "counter"
    ENROLLER = "enroller"
    ADMIN = "admin"
    AUDITOR = "auditor"
    TESTER = "tester"
    PORTAL = "portal"
    ABIS = "abis"


class KindName(StrEnum):
    """How impressions may come."""

    IMAGE = "image"
    MINUTIAE = "minutiae"


Roles = Annotated[list[RoleName] | None, typer.Option("--role", help="What it may call; may be repeated.")]
Kinds = Annotated[
    list[KindName] | None, typer.Option("--sample-kind", help="How its prints may come; may be repeated.")
]
Procedures = Annotated[
    list[str] | None,
    typer.Option(
        "--procedure",
        metavar="CODE[=TYPE,...]",
        help="A procedure it may name, or '*', with the record types it is given; may be repeated.",
    ),
]
Types = Annotated[
    list[str] | None, typer.Option("--record-type", help="A type it may put and get, or '*'; may be repeated.")
]
Certificate = Annotated[Path | None, typer.Option(help="Its certificate, PEM: no other counts.")]
CertificateName = Annotated[str | None, typer.Option(help="A name in its certificate, by which it is known.")]
Agency = Annotated[str | None, typer.Option("--for-agency", help="The only agency it may act for; empty: any.")]
Key = Annotated[
    Path | None,
    typer.Option(help="A public key for access tokens, JWK or PEM: one more, or one of its id anew."),
]
KeyUntil = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day on which that key ends (UTC).")]
DropKey = Annotated[list[str] | None, typer.Option("--drop-key", metavar="ID", help="A key it has no more.")]
PerMinute = Annotated[int | None, typer.Option(min=0, help="Most calls a minute; 0: no limit of its own.")]
PerDay = Annotated[int | None, typer.Option(min=0, help="Most people read in bulk a day; 0: the service's limit.")]


@calls_service
def register(  # as many parameters as options
    session: Session,
    name: Name,
    role: Roles = None,
    certificate: Certificate = None,
    certificate_name: CertificateName = None,
    for_agency: Agency = None,
    procedure: Procedures = None,
    record_type: Types = None,
    sample_kind: Kinds = None,
    calls_per_minute: PerMinute = None,
    reads_per_day: PerDay = None,
    public_key: Key = None,
    key_until: KeyUntil = None,
) -> None:
    """Register a client. Without a certificate, its name and a key it is known by its own name in the certificate."""
    client = pb.Client(name=name, certificate_name=name if public_key is None else None)
    _say_keys(client, public_key, key_until, ())
    _say_who(client, role, certificate, certificate_name, for_agency)
    _say_what(client, procedure, record_type, sample_kind)
    _say_how_often(client, calls_per_minute, reads_per_day)
    answer = session.client.register_client(client, session.context())
    session.show(answer, _facts(answer))


@calls_service
def update(  # as many parameters as options
    session: Session,
    name: Name,
    role: Roles = None,
    certificate: Certificate = None,
    certificate_name: CertificateName = None,
    for_agency: Agency = None,
    procedure: Procedures = None,
    record_type: Types = None,
    sample_kind: Kinds = None,
    calls_per_minute: PerMinute = None,
    reads_per_day: PerDay = None,
    public_key: Key = None,
    key_until: KeyUntil = None,
    drop_key: DropKey = None,
) -> None:
    """Change what is given of a client's entry; all else stays. Effective with its next call."""
    client = session.client.registered_client(name)
    _say_keys(client, public_key, key_until, drop_key or ())
    _say_who(client, role, certificate, certificate_name, for_agency)
    _say_what(client, procedure, record_type, sample_kind)
    _say_how_often(client, calls_per_minute, reads_per_day)
    answer = session.client.update_client(client, session.context(), expected_version=client.version)
    session.show(answer, _facts(answer))


@calls_service
def suspend(session: Session, name: Name, expected_version: Version = 0) -> None:
    """Let a client do nothing until it is reinstated; its open streams end."""
    answer = session.client.suspend_client(name, session.context(), expected_version=expected_version)
    session.show(answer, _facts(answer))


@calls_service
def reinstate(session: Session, name: Name, expected_version: Version = 0) -> None:
    """Let a suspended client go on."""
    answer = session.client.reinstate_client(name, session.context(), expected_version=expected_version)
    session.show(answer, _facts(answer))


@calls_service
def revoke(
    session: Session,
    name: Name,
    expected_version: Version = 0,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Let a client do nothing ever again; its open streams end, its name and certificate are not given again."""
    if not yes:
        typer.confirm(say("ask-revoke-client"), abort=True)
    answer = session.client.revoke_client(name, session.context(), expected_version=expected_version)
    session.show(answer, _facts(answer))


@calls_service
def get(session: Session, name: Name) -> None:
    """Show a client."""
    answer = session.client.registered_client(name)
    session.show(answer, _facts(answer))


@calls_service
def list_clients(session: Session) -> None:
    """List all clients in the order of registration."""
    clients = list(session.client.registered_clients(page_size=1000))
    if session.as_json:
        print_json({"clients": [as_dict(client) for client in clients]})
        return
    rows = [(c.name, _state(c), _roles(c), c.agency_code, c.version) for c in clients]
    out().print(views.listing(("name", "state", "roles", "agency", "version"), rows))


def _say_who(
    client: pb.Client,
    roles: Sequence[RoleName] | None,
    certificate: Path | None,
    certificate_name: str | None,
    agency: str | None,
) -> None:
    if roles is not None:
        _replace(client.roles, [pb.ClientRole.Value(f"CLIENT_ROLE_{role.name}") for role in roles])
    if certificate is not None and certificate_name is not None:
        raise UsageError("--certificate and --certificate-name exclude each other")
    if certificate is not None:
        client.certificate_sha256 = _fingerprint(certificate)
    elif certificate_name is not None:
        client.certificate_name = certificate_name
    if agency is not None:
        client.agency_code = agency


def _say_what(
    client: pb.Client, procedures: Sequence[str] | None, types: Sequence[str] | None, kinds: Sequence[KindName] | None
) -> None:
    if procedures is not None:
        _replace(client.entitlements, map(_entitlement, procedures))
    if types is not None:
        _replace(client.record_types, types)
    if kinds is not None:
        _replace(client.sample_kinds, [pb.SampleKind.Value(f"SAMPLE_KIND_{kind.name}") for kind in kinds])


def _say_how_often(client: pb.Client, calls_per_minute: int | None, reads_per_day: int | None) -> None:
    if calls_per_minute is not None:
        client.calls_per_minute = calls_per_minute
    if reads_per_day is not None:
        client.reads_per_day = reads_per_day


def _say_keys(client: pb.Client, key: Path | None, until: datetime | None, dropped: Sequence[str]) -> None:
    if unknown := set(dropped) - {known.key_id for known in client.keys}:
        raise UsageError(f"the client has no key {', '.join(sorted(unknown))}")
    if (key is None) != (until is None):
        raise UsageError("--public-key and --key-until go together")
    kept = [known for known in client.keys if known.key_id not in dropped]
    if key is not None and until is not None:
        jwk, key_id = _jwk(key)
        added = pb.ClientKey(jwk_json=jwk)
        added.expire_time.FromDatetime(until.replace(tzinfo=UTC))
        kept = [*(known for known in kept if known.key_id != key_id), added]
    _replace(client.keys, kept)


def _jwk(path: Path) -> tuple[str, str]:
    """Return a public key as JWK, from JWK or PEM, and its id."""
    content = text_of(path)
    try:
        return check_key(jwk_of_pem(content) if "-----BEGIN" in content else content)[:2]
    except ValueError as error:
        raise UsageError(f"{path} is no public key that a client may have: {error}") from None


def _entitlement(text: str) -> pb.Entitlement:
    code, given, types = text.partition("=")
    return pb.Entitlement(procedure_code=code, record_types=types.split(",") if given else ["*"])


def _replace(field: Any, values: Iterable[Any]) -> None:
    del field[:]
    field.extend(values)


def _fingerprint(certificate: Path) -> str:
    try:
        return sha256(ssl.PEM_cert_to_DER_cert(text_of(certificate).strip())).hexdigest()
    except ValueError:
        raise UsageError(f"{certificate} is no certificate in PEM") from None


def _facts(client: pb.Client) -> Table:
    entitlements = [f"{e.procedure_code}: {', '.join(e.record_types)}" for e in client.entitlements]
    return views.facts(
        {
            "client": client.name,
            "state": _state(client),
            "version": client.version,
            "roles": _roles(client),
            "agency": client.agency_code,
            "certificate name": client.certificate_name,
            "certificate SHA-256": client.certificate_sha256,
            "keys": "; ".join(f"{key.key_id} until {key.expire_time.ToDatetime(UTC):%Y-%m-%d}" for key in client.keys),
            "procedures and records": "; ".join(entitlements),
            "record types": ", ".join(client.record_types),
            "sample kinds": ", ".join(_short(pb.SampleKind.Name(kind), "SAMPLE_KIND_") for kind in client.sample_kinds),
            "calls a minute": client.calls_per_minute or "",
            "people read a day": client.reads_per_day or "",
        }
    )


def _roles(client: pb.Client) -> str:
    return ", ".join(_short(pb.ClientRole.Name(role), "CLIENT_ROLE_") for role in client.roles)


def _state(client: pb.Client) -> str:
    return _short(pb.ClientState.Name(client.state), "CLIENT_STATE_")


def _short(name: str, prefix: str) -> str:
    return name.removeprefix(prefix).lower()
