"""All that people are told, in every language: Project Fluent's files, one for each thing that is spoken of.

``vi/reasons.ftl`` says in Vietnamese what ``en/reasons.ftl`` says in English, message by message. A message is named by
what it is about, where that has a stable code by the code; one that has several forms has them as attributes, and
is named with its form: ``SAMPLE_INVALID.EXTENT``. What changes in it are variables, ``{ $name }``; days and moments are
written as officials of the language do by ``{ DAY($day) }`` and ``{ MOMENT($time) }``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache, partial
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle
    from fluent.syntax.ast import Pattern, Resource

Value = str | int | float | date

_LOCALES = {"vi": "vi-VN", "en": "en-GB"}
"""By language: how numbers are written and what is said of one and of several."""

_DAYS = {"vi": "dd/MM/y", "en": "d MMMM y"}
_MOMENTS = {"vi": "HH:mm 'ngày' dd/MM/y", "en": "d MMMM y, HH:mm"}
"""By language: how days and moments are written (Unicode Technical Standard #35, part 4)."""


def said(file: str, message: str, language: str, values: Mapping[str, Value] | None = None) -> str:
    """Return a message.

    Args:
        file: that has it, without its ending.
        message: its name, perhaps with a form of it.
        language: ``vi`` or ``en``.
        values: of its variables.

    Raises:
        LookupError: there is no such message, or a variable of it has no value.
    """
    bundle = _bundle(file, language)
    name, _, form = message.partition(".")
    entry = bundle.get_message(name)
    pattern = entry.attributes[form] if form else entry.value
    if pattern is None:
        raise LookupError(f"{language}/{file}.ftl: {message}")
    text, unsaid = bundle.format_pattern(pattern, dict(values or {}))
    if unsaid:
        raise LookupError(f"{language}/{file}.ftl: {message}: {unsaid[0]}")
    return str(text)


def has(file: str, message: str) -> bool:
    """Return whether a file has a message, perhaps in a form; what it has, it has in every language."""
    bundle = _bundle(file, "vi")
    name, _, form = message.partition(".")
    return bundle.has_message(name) and (not form or form in bundle.get_message(name).attributes)


def written(time: date, language: str) -> str:
    """Return a day, or a moment with its hour, as officials of the language write it."""
    from babel.dates import format_date, format_datetime  # noqa: PLC0415 - see _bundle

    locale = _LOCALES[language].replace("-", "_")
    if isinstance(time, datetime):
        return format_datetime(time, _MOMENTS[language], locale=locale)
    return format_date(time, _DAYS[language], locale=locale)


@cache
def patterns(file: str, language: str) -> Mapping[str, str]:
    """Return what a file says, by the names of its messages and their forms, with its variables as ``{ $name }``."""
    from fluent.syntax.serializer import serialize_pattern  # noqa: PLC0415 - see _bundle

    return {name: serialize_pattern(pattern).strip() for name, pattern in _patterns(_parsed(file, language))}


def faults(file: str, language: str) -> list[str]:
    """Return what stands in a file and is no message: mistakes, that Fluent passes over."""
    from fluent.syntax.ast import Junk  # noqa: PLC0415 - see _bundle

    return [entry.content or "" for entry in _parsed(file, language).body if isinstance(entry, Junk)]


def files(language: str = "vi") -> tuple[str, ...]:
    """Return the names of all files of a language, without their ending."""
    folder = resources.files(__name__).joinpath(language)
    return tuple(sorted(file.name.removesuffix(".ftl") for file in folder.iterdir() if file.name.endswith(".ftl")))


def read_all() -> None:
    """Read everything now, for who runs long and is to speak when no file can be opened any more."""
    for language in _LOCALES:
        for file in files(language):
            _bundle(file, language)


@cache
def _bundle(file: str, language: str) -> FluentBundle:
    # Imported where it is wanted: most commands have nothing to say, and it takes a twentieth of a second.
    from fluent.runtime import FluentBundle  # noqa: PLC0415

    functions: dict[str, Any] = dict.fromkeys(("DAY", "MOMENT"), partial(written, language=language))
    # Both languages are written left to right: nothing needs to be isolated.
    bundle = FluentBundle([_LOCALES[language]], functions=functions, use_isolating=False)
    bundle.add_resource(_parsed(file, language))
    return bundle


@cache
def _parsed(file: str, language: str) -> Resource:
    from fluent.syntax import FluentParser  # noqa: PLC0415

    source = resources.files(__name__).joinpath(language, f"{file}.ftl").read_text(encoding="utf-8")
    return FluentParser(with_spans=False).parse(source)


def _patterns(resource: Resource) -> Iterator[tuple[str, Pattern]]:
    from fluent.syntax.ast import Message  # noqa: PLC0415

    for entry in resource.body:
        if isinstance(entry, Message):
            if entry.value is not None:
                yield entry.id.name, entry.value
            for attribute in entry.attributes:
                yield f"{entry.id.name}.{attribute.id.name}", attribute.value
