"""Making the machine code of the matcher when the service is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idverify.commands.operator import Config, host_settings
from idverify.commands.session import RefusedError, UsageError, out, refusals
from idverify.domain.errors import DomainError


def compile_(
    config: Config = None,
    compiled_dir: Annotated[Path | None, typer.Option(help="Folder to put it in; made if missing.")] = None,
) -> None:
    """Compile what the matcher computes with into the folder of the setting compiled_dir, which every start reads.

    For this machine and this version: run it again after an upgrade, and where the processor is another one. Takes up
    to a minute, and no time where all of it is there.
    """
    with refusals(as_json=False):
        folder = host_settings(config, compiled_dir=compiled_dir).compiled_dir
        if folder is None:
            raise UsageError("no folder: set compiled_dir, or give --compiled-dir")
        from idverify.matching.assembly import compile_into  # noqa: PLC0415 - the matcher takes a second to load

        try:
            loops = compile_into(folder.absolute())
        except DomainError as error:
            raise RefusedError(error.reason.code, error.message) from None
        told = f"{loops} loops compiled into {folder}" if loops else f"all of it is in {folder} already"
        out().print(told, markup=False)
