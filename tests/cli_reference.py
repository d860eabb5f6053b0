"""Writes ``docs/cli.md`` from the commands themselves; run ``python -m tests.cli_reference`` when they change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from idverify import cli as idverify_cli
from idverify.commands.session import _SHARED
from tests.places import DOCS

PAGE = DOCS / "cli.md"

INTRODUCTION = """\
# Command line

Written by `python -m tests.cli_reference` from the commands themselves.

`idverify serve` runs the service, `idverify keys rotate` changes its signing key and `idverify accept-loss` lets it
go on without what is lost, all on the service's host;
`idverify check-assertion`, `idverify convert`, `idverify inspect` and `idverify segment` work offline; every other
command calls a service over gRPC. A print
is a file, or `FINGER=FILE` such as `right-index=print.png`; images and minutiae records are told apart by content.

Exit code: 0 done or MATCH, 1 refused by the service, 2 wrong usage, 3 NO_MATCH or nobody, 4 INCONCLUSIVE. A refusal is
printed on the error stream: its reason (`errors.md`), what it says about the call, and what to do next. With `--json`
both the answer and a refusal are JSON; the answer is the message of the proto, whole.

A citizen number on a command line is seen by whoever may list the processes of the machine: at counters, use the
client (`client.md`).
"""


def write_page() -> str:
    """Return the page."""
    root: Any = typer.main.get_command(idverify_cli.build_app())
    parts = [INTRODUCTION, *_shared_options(root), *(line for name, c in _commands(root) for line in _section(name, c))]
    return "\n".join(parts).rstrip() + "\n"


def _commands(group: Any, prefix: str = "idverify") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def _shared_options(root: Any) -> list[str]:
    options = [p for p in root.commands["get"].params if p.name in _SHARED]
    return ["## Options of every command that calls the service", "", *map(_option, options), ""]


def _section(name: str, command: Any) -> list[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    shared = {"server", "ca"} <= {p.name for p in command.params}
    own = [p for p in command.params if p.param_type_name == "option" and not (shared and p.name in _SHARED)]
    usage = " ".join([name, "[OPTIONS]", *(p.metavar or p.name.upper() for p in arguments)])
    lines = [f"## {name}", "", *_paragraphs(command.help), "", "```", usage, "```", ""]
    described = [f"* `{p.metavar or p.name.upper()}`: {p.help}" for p in arguments] + [_option(p) for p in own]
    return [*lines, *described, ""] if described else lines


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def _option(option: Any) -> str:
    default = option.default
    shown = "" if default in {None, "", False} or option.required else f" Default: {default}."
    needed = " Required." if option.required else ""
    variable = f" Environment: `{option.envvar}`." if option.envvar else ""
    return f"* `{option.opts[0]}`: {option.help}{needed}{shown}{variable}"


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
