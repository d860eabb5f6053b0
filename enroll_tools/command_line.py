"""What the commands of the tools and of the benchmarks share: how they are run, and how they say no."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from enroll_tools.datasets import DatasetError
from matcher.errors import MatcherError

REFUSED = 1
USAGE = 2
INTERRUPTED = 130
"""As shells have it for a process that SIGINT ended."""

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON on the standard output.")]


def new_app(text: str | None = None) -> typer.Typer:
    """Return an app without commands; ``text`` is its help, None for an app of one command, which has its own."""
    # Plain tracebacks: the pretty ones may show what a print or a person is made of.
    return typer.Typer(
        help=text,
        no_args_is_help=text is not None,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def run_app(app: typer.Typer, arguments: Sequence[str] | None = None) -> int:
    """Run commands with the arguments, None for those of the process; return the exit status."""
    try:
        app(args=None if arguments is None else list(arguments))
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def run_command(command: Callable[..., None], arguments: Sequence[str] | None = None) -> int:
    """Run a program of one command, as :func:`run_app`."""
    app = new_app()
    app.command()(command)
    return run_app(app, arguments)


def unwind_on_sigterm() -> None:
    """Have SIGTERM end the process as SIGINT does: what it started is stopped on the way."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


@contextmanager
def refusals(*kinds: type[Exception]) -> Iterator[None]:
    """End the command with one line and the exit status of wrong usage when its input cannot be worked with.

    Args:
        kinds: what else says so, beside :class:`DatasetError`, :class:`MatcherError` and :class:`OSError`.
    """
    others: tuple[type[Exception], ...] = (OSError, *kinds)
    try:
        yield
    except (DatasetError, MatcherError) as error:
        fail(f"{error.reason}: {error}")
    except others as error:
        if isinstance(error, OSError) and error.filename is not None:
            fail(f"{error.filename}: {error.strerror}")
        fail(str(error))


def fail(message: str) -> NoReturn:
    """End the command with a message and the exit status of wrong usage."""
    people(soft_wrap=True).print(message, style="red", markup=False)
    raise typer.Exit(USAGE)


def people(*, soft_wrap: bool = False) -> Console:
    """Return what people read: the error stream, so that the answer can be piped."""
    return Console(stderr=True, highlight=False, emoji=False, soft_wrap=soft_wrap)  # a path may say :100:


def progress_bar(quiet: bool) -> Progress:
    """Return a bar on the error stream."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=people(), disable=quiet)
