"""Publishing the log, and being its witness."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.log.proofs import verifier_keys
from idverify.commands.operator import Config, DataDir, host_settings
from idverify.commands.session import UsageError, out, print_json, refusals
from idverify.domain.errors import DomainError, SettingsError, StoredDataError

_LOOK_SECONDS = 0.2


def publish(
    config: Config = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Publish the log in log_dir now. Run it on the host of the service, which goes on and does so by itself."""
    # The libraries of the server are not loaded for commands that only call it.
    from idverify.bootstrap import SystemClock  # noqa: PLC0415
    from idverify.start.publishing import publish_log  # noqa: PLC0415

    with refusals(as_json):
        settings = host_settings(config, data_dir=data_dir)
        try:
            published = publish_log(settings, SystemClock())
        except (SettingsError, DomainError, StoredDataError) as error:
            raise UsageError(str(error)) from error
    facts: dict[str, str | int] = {"entries": 0}
    if published is not None:
        facts = {"folder": str(published[0]), "log": published[1].origin, "entries": published[1].size}
    if as_json:
        print_json(facts)
    else:
        out().print(views.facts(facts))


def witness(
    state: Annotated[Path, typer.Option(metavar="FOLDER", help="What it remembers, and its key; made if missing.")],
    name: Annotated[str, typer.Option(help="Of its key: an address without a scheme, e.g. witness.example.vn.")],
    logs: Annotated[list[str], typer.Option("--log", metavar="KEY", help="Of a log that it cosigns.")],
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Answer by HTTP; behind a proxy that has TLS.")] = "",
    folder: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Answer what is asked in this folder.")] = None,
) -> None:
    """Be a witness: cosign each checkpoint of a log that goes on from the last one, and no other.

    Run it where who runs the service does not reach. Prints its public key; without --listen and --folder that is all.
    """
    from idverify.trust.log.encoding import LogFormatError  # noqa: PLC0415
    from idverify.trust.log.witness import Witness  # noqa: PLC0415

    with refusals(as_json=False):
        known = verifier_keys(logs)
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = Witness(state, name, known, lambda: int(time.time()))
        try:
            typer.echo(str(found.key))
        except LogFormatError as error:
            raise UsageError(str(error)) from None
        if folder is not None:
            from idverify.trust.log.asking import answer_in_folder  # noqa: PLC0415

            while True:
                if not answer_in_folder(folder, found):
                    time.sleep(_LOOK_SECONDS)
        if listen:
            from idverify.commands.log.witness_server import witness_server  # noqa: PLC0415

            host, _, port = listen.rpartition(":")
            if not host or not port.isdigit():
                raise UsageError("--listen is HOST:PORT")
            with witness_server(host, int(port), found) as server:
                server.serve_forever()
