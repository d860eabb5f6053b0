"""The language that a command answers people in: the one asked for, or that of the system where it is Vietnamese."""

from __future__ import annotations

import os
import re
from contextvars import ContextVar
from datetime import datetime

from idverify.domain.model import Language
from idverify.texts import Value, has, said

OUR_OWN = "IDVERIFY_LANGUAGE"
_OF_THE_SYSTEM = ("LC_ALL", "LC_MESSAGES", "LANG")
"""POSIX, 8.2: the first that says anything decides."""

_VIETNAMESE = re.compile(r"vi(?![a-z])", re.IGNORECASE)
_NO_LETTER = re.compile(r"[^A-Za-z0-9]+")

_ASKED: ContextVar[Language | None] = ContextVar("language", default=None)


def speak(language: Language | None) -> None:
    """Answer in a language from now on; None: in the precise English of the program."""
    _ASKED.set(language)


def asked() -> Language | None:
    """Return the language that was asked for."""
    return _ASKED.get()


def spoken() -> Language:
    """Return the language to answer in."""
    return _ASKED.get() or Language.EN


def speak_as_the_environment_asks(*, to_program: bool = False) -> None:
    """Answer in the language of our own variable, or else in Vietnamese where the system is Vietnamese.

    A system in English asks for no clerk's English: most are, also those whose users are to be told all.

    Args:
        to_program: who reads it; programs get the same on every system.
    """
    ours = os.environ.get(OUR_OWN, "").lower()
    if ours in {language.value for language in Language}:
        speak(Language(ours))
        return
    system = next((value for name in _OF_THE_SYSTEM if (value := os.environ.get(name, ""))), "")
    speak(Language.VI if _VIETNAMESE.match(system) and not to_program else None)


def moment(time: datetime) -> str:
    """Return a moment for a table."""
    return f"{time:%d/%m/%Y %H:%M}" if spoken() is Language.VI else f"{time:%Y-%m-%d %H:%M}"


def say(message: str, /, **values: Value) -> str:
    """Return a message of the command line."""
    return said("commands", message, spoken().value, values)


def label(name: str) -> str:
    """Return what stands beside a value or above a column; a name of which nothing is known stands for itself."""
    if spoken() is Language.EN:
        return name
    known = _NO_LETTER.sub("-", name).strip("-")
    return said("labels", known, spoken().value) if has("labels", known) else name
