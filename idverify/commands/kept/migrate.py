"""Moving the register to another kind of database."""

from __future__ import annotations

from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.kept.backup import ended_by_signals, shown_progress
from idverify.commands.operator import Config, DataDir, host_settings, on_the_host
from idverify.commands.session import UsageError, out, print_json, refusals

_NEXT = """\
all of it was copied and compared, and is in the new database; next:
1. set database_url to the new database (IDVERIFY_DATABASE_URL, or in the file of settings); data_dir stays as it is
2. start the service: it refuses to, if anything is not as it was
3. take a backup
4. then remove the former database: a start on it is refused once the service has worked on the new one"""


def migrate_store(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            envvar="IDVERIFY_MIGRATE_TO",
            metavar="URL",
            help="The other database: an empty postgresql://user@host/name, or sqlite:///path of no file yet.",
        ),
    ],
    config: Config = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Copy the register from SQLite to PostgreSQL, or back: all of it, or nothing. The service must be stopped.

    Everything that was copied is read again and compared, and trail, log and rows are recomputed there, before it
    counts. The former database is only read. Nothing else of data_dir changes; says what to do next.
    """
    # The libraries of the server are not loaded for commands that only call it.
    from idverify.bootstrap import SystemClock  # noqa: PLC0415
    from idverify.start.backup.moving import move_register  # noqa: PLC0415
    from idverify.start.housekeeping import UntilClosed  # noqa: PLC0415

    with refusals(as_json), on_the_host(), shown_progress() as progress, ended_by_signals():
        settings = host_settings(config, data_dir=data_dir)
        try:
            other = host_settings(config, data_dir=data_dir, database_url=to)
        except UsageError as error:
            raise UsageError(str(error).replace("database_url", "--to")) from None
        moved = move_register(settings, other, SystemClock(), UntilClosed(), progress)
    rows = {name: count for name, count in moved.rows.items() if count}
    facts = {
        "until_event": moved.trail.sequence,
        "head_hash": moved.trail.hash,
        "log_entries": moved.log.size,
        "log_root": moved.log.root.hex(),
    }
    if as_json:
        print_json({**facts, "rows": rows})
        return
    out().print(views.facts({**facts, **rows}))
    out().print(_NEXT, markup=False, highlight=False)
