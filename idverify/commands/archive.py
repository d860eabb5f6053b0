"""Archives of the audit trail: written on the service's host, checked anywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.operator import Config, DataDir, host_settings
from idverify.commands.session import RefusedError, UsageError, out, print_json, refusals
from idverify.domain.errors import DomainError, SettingsError, StoredDataError


def archive(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where the archive is written. A file that is there is left alone.")
    ],
    older_than_days: Annotated[int, typer.Option(min=1, help="Events that are older than so many days.")],
    config: Config = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Write old audit events to a file, and take them out of the database. Run it on the host of the service.

    The service need not be stopped. The trail goes on from the last archived event and names it, with the digest of
    the file. Keep the file: without it, who did what until then is known to nobody.
    """
    # The libraries of the server are not loaded for commands that only call it.
    from idverify.bootstrap import SystemClock  # noqa: PLC0415
    from idverify.start.archive import archive_trail  # noqa: PLC0415

    with refusals(as_json):
        settings, clock = host_settings(config, data_dir=data_dir), SystemClock()
        try:
            written = archive_trail(settings, clock, datetime.now(UTC) - timedelta(days=older_than_days), file)
        except (SettingsError, DomainError, StoredDataError) as error:
            raise UsageError(str(error)) from error
    facts: dict[str, str | int] = {"events": 0}
    if written is not None:
        facts = {
            "events": written.events,
            "first": written.after.sequence + 1,
            "last": written.end.sequence,
            "hash": written.end.hash,
            "sha256": written.sha256,
        }
    if as_json:
        print_json(facts)
    else:
        out().print(views.facts(facts))


def check_archive(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Archives, the oldest first.")],
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Recompute the chains of archives, and whether each goes on from the one before. Exit code 1 if not.

    Needs neither the service nor a key. Compare the last hash with the event ArchiveAuditTrail of the trail.
    """
    from idverify.trust.archive_file import gaps, read_archive  # noqa: PLC0415

    with refusals(as_json):
        try:
            archives = [read_archive(file) for file in files]
        except StoredDataError as error:
            raise RefusedError("ARCHIVE_BROKEN", str(error)) from error
        for end in gaps(archives):
            raise RefusedError(
                "ARCHIVE_BROKEN", f"the archive after the one that ends with event {end.sequence} is missing"
            )
    rows = [(str(f), a.after.sequence + 1, a.end.sequence, a.end.hash) for f, a in zip(files, archives, strict=True)]
    if as_json:
        names = ("file", "first", "last", "hash")
        print_json({"archives": [dict(zip(names, row, strict=True)) for row in rows]})
    else:
        out().print(views.listing(("file", "first", "last", "hash"), rows))
