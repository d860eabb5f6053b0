"""Tables to the document that :mod:`idverify.records.shapes` reads, with the place of every cell, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from idverify.domain.catalogue.drafts import MOST_SOUGHT, Draft, DraftError, Fault, FaultCode, Path, Place
from idverify.domain.catalogue.looking import Check, looked_at, somebody_waits
from idverify.records.exchange.columns import (
    ACCESS_COLUMNS,
    PROCEDURE_COLUMNS,
    RECORD_TYPE_COLUMNS,
    Cell,
    CellError,
    Column,
    as_text,
)
from idverify.records.shapes import PROCEDURES, RECORD_TYPES, draft_of

MOST_ROWS = 30_000
MOST_COLUMNS = 50
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    PROCEDURES: (*PROCEDURE_COLUMNS, *ACCESS_COLUMNS),
    RECORD_TYPES: RECORD_TYPE_COLUMNS,
}
_NAMES = ("code", "valid_from")
"""What tells a procedure, or an edition of it, from others."""

_OWN = {column.name for column in PROCEDURE_COLUMNS}


@dataclass(frozen=True, slots=True)
class Table:
    """One table as it was read: what it is about, its rows with their lines, and the sheet it stands on."""

    kind: str
    rows: Iterable[tuple[int, Sequence[Cell]]]
    sheet: str = ""


def draft_of_tables(tables: Iterable[Table], check: Check = somebody_waits) -> Draft:
    """Return what tables say.

    Args:
        tables: as they were read.
        check: asked before each row, and each member of the document that they make.

    Raises:
        DraftError: something is wrong; says in which line and column.
    """
    reader = _Reader()
    for table in tables:
        reader.read(table, check)
    return draft_of(reader.document, reader.places, check, reader.faults)


def rows_of(kind: str, items: Iterable[Mapping[str, Any]]) -> Iterator[list[Cell]]:
    """Yield the rows of a table, the names of its columns first.

    Args:
        kind: PROCEDURES or RECORD_TYPES.
        items: as members of JSON objects.
    """
    yield [column.name for column in COLUMNS[kind]]
    for item in items:
        own = COLUMNS[kind] if kind == RECORD_TYPES else PROCEDURE_COLUMNS
        first = [column.written(item.get(column.name)) for column in own]
        if kind == RECORD_TYPES:
            yield first
            continue
        for place, access in enumerate(item.get("records") or [{}]):
            # What is said once is changed once: further rows only name the procedure.
            named = [cell if place == 0 or c.name in _NAMES else "" for c, cell in zip(own, first, strict=True)]
            yield [*named, *(column.written(access.get(column.name)) for column in ACCESS_COLUMNS)]


@dataclass
class _Reader:
    document: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {RECORD_TYPES: [], PROCEDURES: []})
    places: dict[Path, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def read(self, table: Table, check: Check) -> None:
        rows = looked_at(table.rows, check)
        line, header = next(rows, (1, ()))
        if len(header) > MOST_COLUMNS and any(as_text(cell) for cell in header[MOST_COLUMNS:]):
            path: Path = (table.kind, "row", line)
            self._fault(FaultCode.UNREADABLE, path, table, line, "", f"a table has at most {MOST_COLUMNS} columns")
            return
        names = [as_text(cell) for cell in header]
        if not self._knows(table, line, names):
            return
        known = {column.name: column for column in COLUMNS[table.kind]}
        for line, row in rows:
            cells = [(name, cell) for name, cell in zip_longest(names, row, fillvalue="") if as_text(cell)]
            if any(not name for name, _ in cells):
                path = (table.kind, "row", line)
                self._fault(FaultCode.UNKNOWN, path, table, line, "", "there is a cell beside the columns")
            if cells:
                self._row(table, line, known, {name: cell for name, cell in cells if name})

    def _knows(self, table: Table, line: int, names: Sequence[str]) -> bool:
        known = {column.name for column in COLUMNS[table.kind]}
        needed = [column.name for column in COLUMNS[table.kind] if column.needed]
        found = [
            *((FaultCode.UNKNOWN, name, f"there is no column {name}") for name in names if name and name not in known),
            *((FaultCode.MISSING, name, f"the column {name} is missing") for name in needed if name not in names),
            *((FaultCode.TWICE, name, f"the column {name} is there twice") for name in known if names.count(name) > 1),
        ]
        for code, name, advice in found:
            self._fault(code, (table.kind, "row", line, name), table, line, name, advice)
        return not found

    def _row(self, table: Table, line: int, columns: Mapping[str, Column], cells: Mapping[str, Cell]) -> None:
        values: dict[str, Any] = {}
        for name, cell in cells.items():
            try:
                values[name] = columns[name].read(cell)
            except CellError as error:
                path: Path = (table.kind, "row", line, name)
                self._fault(FaultCode.MALFORMED, path, table, line, name, f"{name} {error}")
        items = self.document[table.kind]
        if table.kind == RECORD_TYPES:
            self._place((table.kind, len(items)), table, line)
            items.append(values)
            return
        own = {name: value for name, value in values.items() if name in _OWN}
        if not self._goes_on(table, line, own):
            self._place((table.kind, len(items)), table, line)
            items.append({**own, "records": []})
        access = {name: value for name, value in values.items() if name not in _OWN}
        if access:
            records = items[-1]["records"]
            self._place((table.kind, len(items) - 1, "records", len(records)), table, line)
            records.append(access)

    def _goes_on(self, table: Table, line: int, own: Mapping[str, Any]) -> bool:
        """Tell whether a row is about the procedure of the row before, and says nothing else of it."""
        if not self.document[table.kind]:
            return False
        before = self.document[table.kind][-1]
        if own and any(own.get(name) != before.get(name) for name in _NAMES):
            return False
        for name, value in own.items():
            if before.get(name) != value:
                path: Path = (table.kind, "row", line, name)
                self._fault(FaultCode.CONTRADICTS, path, table, line, name, f"{name} is another than in the row before")
        return True

    def _place(self, path: Path, table: Table, line: int) -> None:
        """Note where everything stands that a row may say of what is at a path."""
        self.places[path] = _place(table, line, "")
        for column in COLUMNS[table.kind]:
            self.places[*path, column.name] = _place(table, line, column.name)

    # As many parameters as a fault and its place have.
    def _fault(self, code: FaultCode, path: Path, table: Table, line: int, column: str, advice: str) -> None:
        self.places[path] = _place(table, line, column)
        self.faults.append(Fault(code, path, advice))
        if len(self.faults) >= MOST_SOUGHT:
            raise DraftError(self.faults, self.places)


def _place(table: Table, line: int, column: str) -> Place:
    facts = {"sheet": table.sheet, "line": str(line), "column": column}
    told = {name: fact for name, fact in facts.items() if fact}
    return Place(", ".join(f"{name} {fact}" for name, fact in told.items()), told)
