"""The reference of the command line, made from the commands themselves: a block of ``docs/cli.md``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from idverify import cli as idverify_cli
from idverify.commands.session import _SHARED


def command_line() -> dict[str, str]:
    """Return the block by its name, as Markdown without an end of line."""
    root: Any = typer.main.get_command(idverify_cli.build_app())
    parts = [*_shared_options(root), *(line for name, c in _commands(root) for line in _section(name, c))]
    return {"command-line": "\n".join(parts).rstrip()}


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
