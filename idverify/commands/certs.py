"""Certificates for a trial with mutual TLS."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.session import UsageError, out, print_json, refusals
from idverify.domain.client_rules import NAME_PATTERN, is_reserved
from idverify.domain.model import Role

_CLIENTS = ["counter=counter", "enroller=enroller", "admin=admin", "auditor=auditor"]
_TAKEN = frozenset({"ca", "server"})


def certs(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to; made if missing.")],
    host: Annotated[list[str] | None, typer.Option(help="Name or address of the server; may be repeated.")] = None,
    client: Annotated[
        list[str] | None, typer.Option(metavar="NAME=ROLE", help="A client with its role; may be repeated.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=825, help="How long they are valid.")] = 90,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Make a private authority, a certificate for the server, one for each client, and a clients file, for a trial.

    Nothing is overwritten. The authority's key lies in the same folder: in production it lies elsewhere, and the
    authority is the organisation's own. Without --client: one of each role.
    """
    # Libraries that no command of the client needs.
    from idverify.access.trial_authority import make_trial_certificates  # noqa: PLC0415

    with refusals(as_json):
        named = list(map(_client, client or _CLIENTS))
        clients = dict(named)
        if len(clients) < len(named):
            raise UsageError("--client: a client is named twice; more roles are given to it in clients.toml")
        hosts = host or ["localhost", "127.0.0.1", "::1"]
        if not all(map(str.strip, hosts)):
            raise UsageError("--host is empty")
        try:
            files = make_trial_certificates(folder, hosts, clients, datetime.now(UTC), days)
        except FileExistsError as error:
            raise UsageError(f"{error}; name another folder") from None
    commands = _commands(folder, hosts[0], clients)
    if as_json:
        print_json({"files": [str(file) for file in files], "commands": commands})
    else:
        out().print(views.facts({"written": ", ".join(file.name for file in files)}))
        for command in commands.values():
            typer.echo(command)


def _client(text: str) -> tuple[str, Role]:
    name, _, role = text.partition("=")
    try:
        known = Role(role)
    except ValueError:
        raise UsageError(f"--client is NAME=ROLE, and ROLE one of {', '.join(r.value for r in Role)}") from None
    if not re.fullmatch(NAME_PATTERN, name) or "/" in name or name in _TAKEN or is_reserved(name):
        raise UsageError(f"--client: {name!r} cannot be the name of a client here")
    return name, known


def _commands(folder: Path, host: str, clients: dict[str, Role]) -> dict[str, str]:
    server = (
        f"idverify serve --listen 127.0.0.1:50051 --tls-cert {folder}/server.crt --tls-key {folder}/server.key "
        f"--tls-client-ca {folder}/ca.crt --clients-file {folder}/clients.toml"
    )
    connection = f"--server {host}:50051 --ca {folder}/ca.crt"
    commands = {"serve": server}
    for name, role in clients.items():
        example = _EXAMPLES[role]
        commands[name] = f"idverify {example} {connection} --cert {folder}/{name}.crt --key {folder}/{name}.key"
    return commands


_EXAMPLES = {
    Role.COUNTER: "verify NUMBER FINGER.png",
    Role.ENROLLER: "enrol NUMBER right-index=FINGER.png --name NAME",
    Role.ADMIN: "clients list",
    Role.AUDITOR: "audit list",
    Role.TESTER: "procedures",
    Role.PORTAL: "procedures",
    Role.ABIS: "procedures",
}
