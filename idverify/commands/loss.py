"""Accepting that something is lost, so that the service starts again."""

from __future__ import annotations

from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.operator import Config, DataDir, host_settings
from idverify.commands.session import REFUSED, UsageError, out, print_json, refusals
from idverify.domain.errors import DomainError, SettingsError, StoredDataError


def accept_loss(
    config: Config = None,
    data_dir: DataDir = None,
    yes: Annotated[bool, typer.Option("--yes", help="Accept it. Without this nothing is done.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Show what 'serve' refuses to go on without, and with --yes go on without it, on the record.

    Run it on the host of the service, with the service stopped, and after all copies have been tried. Exit code 1 if
    there is something to accept and --yes was not given.
    """
    # The libraries of the server are not loaded for commands that only call it.
    from idverify.bootstrap import SystemClock  # noqa: PLC0415
    from idverify.start.accept import accept_losses, find_losses  # noqa: PLC0415

    with refusals(as_json):
        settings = host_settings(config, data_dir=data_dir)
        try:
            found = (accept_losses if yes else find_losses)(settings, SystemClock())
        except (SettingsError, DomainError, StoredDataError) as error:
            raise UsageError(str(error)) from error
    if as_json:
        print_json({"accepted": yes, "findings": [{"code": each.code, "text": each.text} for each in found]})
    else:
        for each in found:
            out().print(views.facts({each.code: each.text}))
        if not found:
            out().print("nothing is lost")
        elif yes:
            out().print("accepted, and put in the audit trail")
    if found and not yes:
        raise typer.Exit(REFUSED)
