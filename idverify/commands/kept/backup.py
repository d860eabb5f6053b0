"""Backups: taken, looked at, and the keys that open them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from idverify.commands import views
from idverify.commands.log.proofs import verifier_keys
from idverify.commands.operator import Config, DataDir, host_settings, on_the_host
from idverify.commands.session import RefusedError, out, print_json, refusals
from idverify.domain.errors import StoredDataError

if TYPE_CHECKING:
    from idverify.trust.backup.manifest import Manifest

File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]
Identity = Annotated[
    Path, typer.Option(metavar="KEY", help="File of the private key that opens it, readable by its owner only.")
]

SignedBy = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="KEY", help="Of the log, as 'idverify audit log-key' prints it: must have signed."),
]


def take(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where it is written. A file that is there stays.")],
    to: Annotated[
        list[str],
        typer.Option(
            "--to",
            envvar="IDVERIFY_BACKUP_TO",
            metavar="RECIPIENT",
            help="Public key, age1..., of whoever may read it; several may.",
        ),
    ],
    config: Config = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Write a backup: everything that is needed to go on elsewhere, encrypted. The service need not be stopped.

    Run it on the host of the service. What was answered before is in it. Needs as much room as the database in
    data_dir, for the time. The erasure list is not in it: keep a copy of that apart.
    """
    # The libraries of the server are not loaded for commands that only call it.
    from idverify.bootstrap import SystemClock  # noqa: PLC0415
    from idverify.start.backup.taking import take_backup  # noqa: PLC0415

    with refusals(as_json), on_the_host(), shown_progress() as progress, ended_by_signals():
        manifest = take_backup(host_settings(config, data_dir=data_dir), SystemClock(), file, to, progress)
    show(manifest, as_json=as_json)


def verify(
    file: File,
    identity: Identity,
    log_keys: SignedBy = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Go through everything in a backup, as restoring it would. Exit code 1 if it cannot be restored.

    Needs room for what is in it in TMPDIR, for the time. Without --key it says that the backup is whole, not whose it
    is: whoever knows the public key can make one.
    """
    from idverify.bootstrap import SystemClock  # noqa: PLC0415
    from idverify.start.backup.verifying import verify_backup  # noqa: PLC0415
    from idverify.start.housekeeping import UntilClosed  # noqa: PLC0415

    with refusals(as_json), on_the_host():
        settings, keys = host_settings(config), verifier_keys(log_keys or [])
        try:
            with shown_progress() as progress, ended_by_signals():
                manifest = verify_backup(settings, SystemClock(), file, identity, keys, UntilClosed(), progress)
        except StoredDataError as error:
            raise RefusedError("BACKUP_BROKEN", str(error)) from error
    show(manifest, as_json=as_json)


def new_key(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the private key is written.")],
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Make a key pair for backups: the private one to a file, to be kept off this machine; print the public one."""
    from idverify.trust.backup.envelope import new_identity  # noqa: PLC0415

    with refusals(as_json):
        public = new_identity(file)
    if as_json:
        print_json({"recipient": public})
    else:
        typer.echo(public)


More = dict[str, str | int | bool | list[str] | None]
"""What a command says besides what a backup says of itself."""


def show(manifest: Manifest, more: More | None = None, *, as_json: bool) -> None:
    """Print what a backup says of itself, and perhaps more."""
    if as_json:
        print_json({**manifest.as_dict(), **(more or {})})
        return
    facts: dict[str, str | int] = {
        "taken": manifest.taken.isoformat(timespec="seconds"),
        "until_event": manifest.trail.sequence,
        "head_hash": manifest.trail.hash,
        "log_entries": manifest.log.size,
        "schema": manifest.schema,
        "bytes": sum(part.size for part in manifest.parts),
        **{name: count for name, count in manifest.counts.items() if count},
    }
    out().print(views.facts({**facts, **{name: _text(value) for name, value in (more or {}).items()}}))


def _text(value: str | int | bool | list[str] | None) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Have SIGTERM and SIGHUP end the block as an error does, so that what it made is removed; a second one waits."""
    kinds = (signal.SIGTERM, signal.SIGHUP)

    def end(number: int, _frame: object) -> None:
        for kind in kinds:
            signal.signal(kind, signal.SIG_IGN)
        raise SystemExit(128 + number)

    former = {kind: signal.signal(kind, end) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in former.items():
            signal.signal(kind, signal.SIG_DFL if handler is None else handler)


@contextmanager
def shown_progress() -> Iterator[Callable[[str, int, int], object]]:
    """Give what shows how far something is, on a terminal's stderr."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bars:
        tasks = {}

        def progress(name: str, done: int, whole: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=whole)
            bars.update(tasks[name], completed=done)

        yield progress
