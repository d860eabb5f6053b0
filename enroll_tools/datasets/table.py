"""A CSV file of anybody's: columns by any name, commas, semicolons or tabs between them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from enroll_tools.datasets.sample import DatasetError

_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class Table:
    """A file's lines by the names of their columns.

    Attributes:
        file: where it lies.
        header: names of the columns as they stand there.
        rows: number of each line, and its values in the order of the header, stripped.
    """

    file: Path
    header: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(file: Path) -> Table:
    """Read a file whose first line is the header.

    Raises:
        DatasetError: no such file, not UTF-8, no header, a column twice, or a line of another length.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DatasetError(f"{file}: not UTF-8") from None
    except OSError as error:
        raise DatasetError(f"{file}: {error.strerror}: expected a CSV file with a header line") from None
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(text.splitlines(), delimiter=separator, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        rows = [(reader.line_num, [value.strip() for value in row]) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise DatasetError(f"{file}, line {reader.line_num}: {error}") from None
    if not any(header) or len({name.casefold() for name in header}) != len(header):
        raise DatasetError(f"{file}, line 1: expected the names of the columns, each once")
    for line, row in rows:
        if len(row) != len(header):
            raise DatasetError(f"{file}, line {line}: {len(row)} values under {len(header)} columns")
    return Table(file, header, rows)


def columns_by_meaning(table: Table, known: Mapping[str, Sequence[str]], stated: Mapping[str, str]) -> dict[str, int]:
    """Return where each meaning's column is, for those that are there.

    Args:
        table: the file.
        known: names that each meaning has without being told, lower case, the first that is there counts.
        stated: names of columns that the caller gives a meaning to; they go before.

    Raises:
        DatasetError: a meaning is unknown, or a column that was stated is not there.
    """
    places = {name.casefold(): place for place, name in enumerate(table.header)}
    found = {}
    for meaning, names in known.items():
        place = next((places[name] for name in (meaning, *names) if name in places), None)
        if place is not None:
            found[meaning] = place
    for meaning, name in stated.items():
        if meaning not in known:
            raise DatasetError(f"no column means {meaning!r}: there are {', '.join(known)}")
        if name.casefold() not in places:
            raise DatasetError(f"{table.file} has no column {name!r}: there are {', '.join(table.header)}")
        found[meaning] = places[name.casefold()]
    return found
