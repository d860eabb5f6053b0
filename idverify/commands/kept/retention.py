"""What is kept for how long, and what of it is due."""

from __future__ import annotations

from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.operator import Config, DataDir, host_settings
from idverify.commands.session import UsageError, out, print_json, refusals
from idverify.domain.errors import DomainError, SettingsError, StoredDataError


def retention(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Look only; there is nothing else: what is due, the service takes out.")
    ] = True,
    config: Config = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Show how long data are kept, what is due, and whether the service takes it out: by confirmed periods only.

    Run it on the host of the service, which need not be stopped. It names nobody.
    """
    del dry_run
    # The libraries of the server are not loaded for commands that only call it.
    from idverify.bootstrap import SystemClock  # noqa: PLC0415
    from idverify.start.law import what_is_due  # noqa: PLC0415

    with refusals(as_json):
        try:
            found = what_is_due(host_settings(config, data_dir=data_dir), SystemClock())
        except (SettingsError, DomainError, StoredDataError) as error:
            raise UsageError(str(error)) from error
    rows = [
        (
            due.line.name,
            due.line.since,
            due.fact.text if due.fact else "",
            due.fact.certainty.value if due.fact else "",
            due.count,
            due.carried_out,
            due.line.then,
        )
        for due in found
    ]
    names = ("data", "since", "period", "certainty", "due", "carried_out", "then")
    if as_json:
        print_json({"schedule": [dict(zip(names, row, strict=True)) for row in rows]})
    else:
        out().print(views.listing(names, rows))
