"""Predicates: what a procedure is told of a field where its value is more than it needs.

One is written ``kind(field, argument, ...)`` with JSON values as arguments: ``age_at_least(birth_date, 18)``,
``equals(status, "single")``, ``one_of(status, "single", "widowed")``, ``present(spouse_name)``. In a disclosed record
that text is the name of the member that holds the answer: true, false, or null where nobody can tell.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from idverify.domain.model import Predicate, PredicateKind, Scalar
from idverify.domain.visible_text import is_blank

OLDEST = 150
"""Years of age that may be asked for at most."""

MOST_ARGUMENTS = 50

_BEGIN = re.compile(r"([a-z_]+)\(([A-Za-z_][A-Za-z0-9_]*)")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}-[0-9]{2})?")


class PredicateError(ValueError):
    """The text is no predicate; says what is expected."""


def written(predicate: Predicate) -> str:
    """Return the predicate as text, always the same for the same predicate."""
    arguments = [json.dumps(argument, ensure_ascii=False) for argument in predicate.arguments]
    return f"{predicate.kind.value}({', '.join([predicate.field, *arguments])})"


def parse_predicate(text: str) -> Predicate:
    """Read one predicate.

    Raises:
        PredicateError: it is none.
    """
    begin = _BEGIN.match(text)
    if begin is None or not text.endswith(")"):
        raise PredicateError("must be kind(field) or kind(field, argument, ...)")
    try:
        kind = PredicateKind(begin[1])
    except ValueError:
        raise PredicateError(f"kind must be one of {', '.join(kind.value for kind in PredicateKind)}") from None
    arguments = text[begin.end() : -1].strip()
    if arguments and not arguments.startswith(","):
        raise PredicateError("arguments follow the field, each after a comma")
    try:
        values = json.loads(f"[{arguments[1:]}]")
    except (ValueError, RecursionError):
        raise PredicateError('arguments are JSON values: numbers, true, false, "text"') from None
    return _checked(Predicate(kind, begin[2], tuple(values)))


def answered(predicate: Predicate, record: Mapping[str, Any], today: date) -> bool | None:
    """Return what a record answers; None: it cannot tell.

    Args:
        predicate: the question.
        record: the whole record.
        today: the day in Viet Nam.
    """
    value = record.get(predicate.field)
    there = value is not None and value not in ([], {}) and not (isinstance(value, str) and is_blank(value))
    if predicate.kind is PredicateKind.PRESENT:
        return there
    if not there:
        return None
    if predicate.kind is PredicateKind.AGE_AT_LEAST:
        return _is_aged(value, int(predicate.arguments[0]), today)
    return any(_same(value, argument) for argument in predicate.arguments)


def _checked(predicate: Predicate) -> Predicate:
    kind, arguments = predicate.kind, predicate.arguments
    if not all(isinstance(argument, str | int | float) for argument in arguments):
        raise PredicateError("arguments are numbers, texts, true or false")
    if not all(math.isfinite(argument) for argument in arguments if isinstance(argument, float)):
        raise PredicateError("a number must be finite")
    if kind is PredicateKind.AGE_AT_LEAST:
        years = arguments[0] if len(arguments) == 1 else None
        if isinstance(years, bool) or not isinstance(years, int) or not 1 <= years <= OLDEST:
            raise PredicateError(f"age_at_least takes a whole number of years, 1 to {OLDEST}")
    elif kind is PredicateKind.EQUALS and len(arguments) != 1:
        raise PredicateError("equals takes one value")
    elif kind is PredicateKind.ONE_OF and not 2 <= len(arguments) <= MOST_ARGUMENTS:
        raise PredicateError(f"one_of takes 2 to {MOST_ARGUMENTS} values")
    elif kind is PredicateKind.PRESENT and arguments:
        raise PredicateError("present takes no value")
    return predicate


def _same(value: Any, argument: Scalar) -> bool:
    """Compare as JSON does: true is not 1."""
    return isinstance(value, bool) == isinstance(argument, bool) and bool(value == argument)


def _is_aged(value: Any, years: int, today: date) -> bool | None:
    """Compare with the birthday; of who was born in a year, no more is known than the year tells for certain.

    Who was born on 29 February comes of age on 1 March of a common year (assumption; the later day is the safe side).
    """
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        earliest = date.fromisoformat(value if len(value) > 4 else f"{value}-01-01")
    except ValueError:
        return None
    latest = earliest if len(value) > 4 else earliest.replace(month=12, day=31)
    answers = {_birthday(born, years) <= (today.year, today.month, today.day) for born in (earliest, latest)}
    return answers.pop() if len(answers) == 1 else None


def _birthday(born: date, years: int) -> tuple[int, int, int]:
    """Return year, month and day; the day need not exist, and is then followed by the next one that does."""
    return born.year + years, born.month, born.day
