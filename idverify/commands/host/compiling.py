"""Making the machine code of the matcher when the service is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from idverify.commands.operator import Config, host_settings
from idverify.commands.session import RefusedError, UsageError, out, refusals
from idverify.domain.errors import DomainError, SettingsError


def compile_(
    config: Config = None,
    compiled_dir: Annotated[Path | None, typer.Option(help="Folder to put it in; made if missing.")] = None,
) -> None:
    """Compile what the matcher computes with, so that no start has to: into the folder of the setting compiled_dir.

    Without that setting it goes beside the package, or into the cache of whoever runs this: for starts of theirs. It is
    for this machine and this version: run it again after an upgrade, and where the processor is another one. Takes
    about two minutes with two processors, three with one, and no time where all of it is there.
    """
    with refusals(as_json=False):
        folder = host_settings(config, compiled_dir=compiled_dir).compiled_dir
        loops = _compiled(None if folder is None else folder.absolute())
        where = "beside the package, or into your cache" if folder is None else f"into {folder}"
        told = f"{loops} loops compiled {where}" if loops else "all of it is there already"
        out().print(told, markup=False)


def _compiled(folder: Path | None) -> int:
    """Compile, showing how far it is; return how many loops were not there."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    what = "compiling the matcher for this processor"
    if not console.is_terminal:
        console.print(f"{what}: about two minutes, once")
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        # Loaded here: the matcher takes a second that no other command needs to spend.
        from idverify.matching.compiling import compile_all  # noqa: PLC0415

        task = bar.add_task(what, total=None)
        try:
            return compile_all(folder, lambda made, whole: bar.update(task, completed=made, total=whole))
        except SettingsError as error:
            raise UsageError(str(error)) from None
        except DomainError as error:
            raise RefusedError(error.reason.code, error.message) from None
