"""What others rely on: the audit trail, the keys, and assertions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.operator import Config, DataDir, host_settings, on_the_host
from idverify.commands.session import REFUSED, Session, calls_service, out, print_json, refusals


@calls_service
def audit_check(
    session: Session,
    full: Annotated[bool, typer.Option("--full", help="Take nothing for granted that was checked before.")] = False,
) -> None:
    """Recompute the audit chain from where the last check came to, and count the rows. Exit code 1 if it is broken.

    With --full all events are recomputed and every row is looked at: give it time with --timeout.
    """
    answer = session.client.check_audit_trail(full=full)
    rows = {
        "intact": answer.intact,
        "events": answer.events,
        "checked before": answer.verified_before or "",
        "head": answer.head_hash,
        "first broken": answer.first_broken_sequence or "",
        "rows": "; ".join(answer.findings),
    }
    session.show(answer, views.facts(rows))
    if not answer.intact:
        raise typer.Exit(REFUSED)


@calls_service
def keys_show(session: Session) -> None:
    """Show the public keys that assertions are checked with; --json prints a file for 'idverify assertion verify'."""
    answer = session.client.key_set()
    keys = json.loads(answer.jwks_json)["keys"]
    rows = [(k["kid"], k.get("crv", k["kty"]), "signs" if k["kid"] == answer.active_key_id else "") for k in keys]
    session.show(answer, views.facts({"issuer": answer.issuer}), views.listing(("key", "type", ""), rows))


def keys_rotate(
    config: Config = None,
    data_dir: DataDir = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="They may be stolen: all keys anew, nothing signed before is accepted.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Make the next signing key the active one. Run it on the host of the service, which need not be restarted."""
    # The libraries of the server are not loaded for commands that only call it.
    from idverify.start.keys.home import key_home  # noqa: PLC0415
    from idverify.trust.key_file import load_master_keys  # noqa: PLC0415
    from idverify.trust.signing import rotate_signing_key  # noqa: PLC0415

    with refusals(as_json), on_the_host():
        settings = host_settings(config, data_dir=data_dir)
        home = key_home(settings)
        master_keys = load_master_keys(settings.master_key_file, home)
        file, now = settings.signing_key_file, datetime.now(UTC)
        key_id = rotate_signing_key(file, master_keys, now, home, withdraw=withdraw)
    if as_json:
        print_json({"active_key_id": key_id})
    else:
        out().print(views.facts({"signs now": key_id}))


def keys_rotate_document(
    config: Config = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Make a new key and certificate for printed documents. Run it on the host of the service, which goes on."""
    from idverify.start.keys.home import key_home  # noqa: PLC0415
    from idverify.trust.document_key import rotate_document_key  # noqa: PLC0415
    from idverify.trust.key_file import load_master_keys  # noqa: PLC0415

    with refusals(as_json), on_the_host():
        settings = host_settings(config, data_dir=data_dir)
        home = key_home(settings)
        master_keys = load_master_keys(settings.master_key_file, home)
        file, now = settings.document_key_file, datetime.now(UTC)
        key = rotate_document_key(file, master_keys, settings.issuer, now, home)
    if as_json:
        print_json({"certificate": key.certificate.decode(), "expires": key.expires.isoformat()})
    else:
        out().print(views.facts({"signs documents until": key.expires.isoformat()}))
        out().print(key.certificate.decode())


def keys_rotate_log(
    config: Config = None,
    data_dir: DataDir = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="It may be stolen: no key of before signs from now on.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Make a new key for the log of the audit trail. The one before signs too, until the next change.

    Run it on the host of the service, which goes on. What was signed before stays checkable with the former key.
    """
    from idverify.start.keys.rotating import rotate_log  # noqa: PLC0415

    with refusals(as_json), on_the_host():
        keys = rotate_log(host_settings(config, data_dir=data_dir), withdraw=withdraw)
    signing, retired = map(str, keys.signing()), map(str, keys.retired)
    if as_json:
        print_json({"keys": list(signing), "former": list(retired)})
    else:
        typer.echo("\n".join(signing))
