"""Help in Vietnamese: what stands in ``help.ftl`` goes before what stands with the commands, where there is any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from idverify.commands.telling.spoken import asked, speak_as_the_environment_asks
from idverify.domain.model import Language
from idverify.texts import has, said

_OPTIONS = ("--lang", "--language")


def tell_in_their_language(command: Any, arguments: Sequence[str]) -> None:
    """Have a command and those below it tell what they do in Vietnamese, if that is asked for.

    Args:
        command: of click; changed.
        arguments: of the command line; one of them may name a language, which goes before what the environment says.
    """
    speak_as_the_environment_asks()
    language = asked()
    if (_named(arguments) or (language.value if language else "")) == Language.VI.value:
        _tell(command, "")


def _named(arguments: Sequence[str]) -> str:
    """Return the language that the arguments name; empty: none."""
    for place, argument in enumerate(arguments):
        option, _, value = argument.partition("=")
        if option in _OPTIONS:
            return (value or "".join(arguments[place + 1 : place + 2])).lower()
    return ""


def _tell(command: Any, path: str) -> None:
    name = path or "idverify"
    if has("help", name):
        _, parted, more = (command.help or "").partition("\n\n")  # such as exit codes, which are for programs
        command.help = said("help", name, Language.VI.value) + parted + more
        command.short_help = None
    for parameter in command.params:
        if getattr(parameter, "rich_help_panel", None) and has("help", f"option-{parameter.name}"):
            parameter.help = said("help", f"option-{parameter.name}", Language.VI.value)
            parameter.rich_help_panel = said("help", "panel", Language.VI.value)
    for below, its in getattr(command, "commands", {}).items():
        _tell(its, f"{path}-{below}".removeprefix("-"))
