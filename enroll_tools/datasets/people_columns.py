"""The columns of a list that say who its people are: ``full_name``, ``birth_date``, ``sex`` and ``records``.

Whoever has several prints stands in several lines: what one of them says need not be said again, and must not be said
otherwise. ``records`` is the place of a JSON file, relative to the list: an object whose members are record types, e.g.
``{"residence": {...}}``.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from enroll_tools.datasets.sample import DatasetError, StatedPerson

PEOPLE_COLUMNS = ("full_name", "birth_date", "sex", "records")

_NUMBER = re.compile(r"[0-9]{12}|[0-9]{9}")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}-[0-9]{2})?")
_LONGEST_NAME = 100


class PeopleColumns:
    """Gathers what the lines of a list say about its people. No error repeats a value."""

    def __init__(self, folder: Path) -> None:
        """Begin; ``folder``: where the list lies."""
        self._folder = folder
        self._said: dict[str, dict[str, str]] = {}

    @staticmethod
    def stated_in(row: Mapping[str, str]) -> bool:
        """Tell whether a list has such columns; one that has none is a test set."""
        return "full_name" in row

    def read(self, subject: str, row: Mapping[str, str], place: str) -> None:
        """Take in a line.

        Raises:
            DatasetError: a value is not what its column takes, or not what an earlier line of this person says.
        """
        if not _NUMBER.fullmatch(subject):
            raise DatasetError(f"{place}: citizen_number must have 12 digits, or the former 9")
        said = self._said.setdefault(subject, dict.fromkeys(PEOPLE_COLUMNS, ""))
        for column in PEOPLE_COLUMNS:
            # One spelling of a name, whatever keyboard wrote it.
            value = unicodedata.normalize("NFC", row.get(column, ""))
            if not value:
                continue
            if said[column] and said[column] != value:
                raise DatasetError(f"{place}: {column} is not what an earlier line of this person says")
            self._check(column, value, place)
            said[column] = value

    def complete(self, lines: Mapping[str, str]) -> dict[str, StatedPerson]:
        """Return the people; ``lines``: where each stands.

        Raises:
            DatasetError: somebody has no name.
        """
        for subject, said in self._said.items():
            if not said["full_name"]:
                raise DatasetError(f"{lines[subject]}: full_name is empty in every line of this person")
        return {subject: self._person(said) for subject, said in self._said.items()}

    def _person(self, said: Mapping[str, str]) -> StatedPerson:
        records = self._folder / said["records"] if said["records"] else None
        return StatedPerson(said["full_name"], said["birth_date"], said["sex"], records)

    def _check(self, column: str, value: str, place: str) -> None:
        match column:
            case "full_name":
                if len(value) > _LONGEST_NAME or not value.isprintable():
                    raise DatasetError(f"{place}: full_name must be at most {_LONGEST_NAME} characters, on one line")
            case "birth_date":
                if not _is_date(value):
                    raise DatasetError(f"{place}: birth_date must be YYYY-MM-DD or YYYY")
            case "sex":
                if value not in {"M", "F"}:
                    raise DatasetError(f"{place}: sex must be M or F, or be left empty")
            case _:
                records_of(self._folder / value, f"{place}: records")


def records_of(file: Path, place: str) -> dict[str, str]:
    """Return the records of a file, each as the JSON text that the service is given, by their types.

    Raises:
        DatasetError: it is not a JSON object of objects; begins with ``place``.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_object, parse_constant=_refuse)
    except (OSError, ValueError):
        # Without the cause: it may quote what it could not read.
        raise DatasetError(f"{place} must name a JSON file, UTF-8") from None
    if not isinstance(content, dict) or not all(isinstance(record, dict) for record in content.values()):
        raise DatasetError(f"{place} must name a file of one JSON object: record type to record")
    return {kind: json.dumps(record, ensure_ascii=False) for kind, record in content.items()}


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(members)
    if len(content) < len(members):
        raise ValueError("a member stands twice")
    return content


def _refuse(_: str) -> NoReturn:
    raise ValueError("not a JSON number")


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text if len(text) > 4 else f"{text}-01-01")
    except ValueError:
        return False
    return True
