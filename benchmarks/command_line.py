"""What the benchmarks' commands share: their options, how they refuse, where their answers go."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, NoReturn

import typer

from benchmarks.peers.comparators import PeerError
from benchmarks.systems.plugins import PluginError
from enroll_tools.command_line import INTERRUPTED, new_app, refusals, run_app

Datasets = Annotated[list[str], typer.Option("--dataset", help="FOLDER or FOLDER:PPI; more than once.")]


def run(arguments: Sequence[str] | None, *commands: Callable[..., None], text: str | None = None) -> int:
    """Run a benchmark; return its exit status.

    Args:
        arguments: None for those of the process.
        commands: the only one, or several that are told apart by their names.
        text: help of several commands.
    """
    app = new_app(text)
    for command in commands:
        app.command(command.__name__)(_refusing(command))
    return run_app(app, arguments)


def leave(status: int) -> NoReturn:
    """End the process; after Ctrl-C without waiting for gRPC, which at the exit waits for calls that nobody awaits."""
    if status == INTERRUPTED:
        sys.stdout.flush()
        os._exit(status)
    sys.exit(status)


def _refusing(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command, ended with one line and exit status 2 by what it cannot work with."""

    @functools.wraps(command)
    def told(**options: Any) -> None:
        with refusals(PeerError, PluginError):
            command(**options)

    return told


def print_json(content: Mapping[str, Any]) -> None:
    """Print a report for programs, on one line."""
    typer.echo(json.dumps(content))
