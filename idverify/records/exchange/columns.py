"""The columns of a catalogue as tables, and what a cell says.

One row says what a procedure may see of one record type. Further rows of the same procedure name it, and say nothing
else of it, or the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from idverify.trust.strict_json import StrictJsonError, parse_strict

Cell: TypeAlias = str | int | float | bool | datetime | None
"""What a cell holds: text in CSV, also other things in a workbook."""


class CellError(ValueError):
    """A cell does not say what its column is for; the text says what it should."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: in the first row.
        read: from a cell that is not empty. Raises CellError.
        written: to a cell; an empty text for what is not stated.
        needed: a table without it is none.
    """

    name: str
    read: Callable[[Cell], Any]
    written: Callable[[Any], Cell]
    needed: bool = True


def as_text(cell: Cell) -> str:
    """Return a cell as people see it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell).strip()


def _code(cell: Cell) -> str:
    # A workbook takes 1.001190 for a number and drops its zero: six digits follow the point, always.
    return f"{cell:.6f}" if isinstance(cell, float) else as_text(cell)


def _number(cell: Cell) -> float:
    try:
        return float(as_text(cell))
    except ValueError:
        raise CellError("must be a number with a decimal point, such as 0.0001") from None


def _truth(cell: Cell) -> bool:
    text = as_text(cell).lower()
    if text not in {"true", "false"}:
        raise CellError("must be true or false")
    return text == "true"


def _list(cell: Cell) -> list[str]:
    return [part.strip() for part in as_text(cell).split(";") if part.strip()]


def _predicates(cell: Cell) -> list[str]:
    """Split at semicolons outside of JSON texts."""
    parts, quoted, escaped = [""], False, False
    for character in as_text(cell):
        if character == ";" and not quoted:
            parts.append("")
            continue
        parts[-1] += character
        if character == '"' and not escaped:
            quoted = not quoted
        escaped = character == "\\" and not escaped
    return [part.strip() for part in parts if part.strip()]


def _assurances(cell: Cell) -> dict[str, str]:
    parts = [part.rpartition(":") for part in _list(cell)]
    found = {name.strip(): level.strip() for name, _, level in parts}
    if not all(found) or len(found) < len(parts):
        raise CellError("must be fields with what each requires, such as parcels: level-3; encumbrances: level-4")
    return found


def _schema(cell: Cell) -> Any:
    try:
        return parse_strict(as_text(cell))
    except StrictJsonError as error:
        raise CellError(f"must be JSON: {error}") from None


def _same(value: Any) -> Cell:
    return "" if value is None else value


def _joined(values: list[str] | None) -> str:
    return "; ".join(values or ())


def _assurances_written(values: Mapping[str, str] | None) -> str:
    return _joined([f"{name}: {level}" for name, level in (values or {}).items()])


def _truth_written(value: bool) -> str:
    return as_text(value)


def _truth_or_nothing(value: bool | None) -> str:
    return _truth_written(value) if value else ""


def _schema_written(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


PROCEDURE_COLUMNS = (
    Column("code", _code, _same),
    Column("title", as_text, _same),
    Column("agency", as_text, _same),
    Column("agency_levels", _list, _joined, needed=False),
    Column("target_fmr", _number, _same),
    Column("required_assurance", as_text, _same, needed=False),
    Column("legal_basis", as_text, _same, needed=False),
    Column("retention", as_text, _same, needed=False),
    Column("valid_from", as_text, _same, needed=False),
    Column("valid_until", as_text, _same, needed=False),
    Column("exceptions_allowed", _truth, _truth_or_nothing, needed=False),
    Column("title_en", as_text, _same, needed=False),
)
ACCESS_COLUMNS = (
    Column("record_type", as_text, _same),
    Column("required", _truth, _truth_written),
    Column("fields", _list, _joined),
    Column("predicates", _predicates, _joined, needed=False),
    Column("field_assurance", _assurances, _assurances_written, needed=False),
    Column("replaced_paper", as_text, _same),
)
RECORD_TYPE_COLUMNS = (
    Column("code", as_text, _same),
    Column("title", as_text, _same),
    Column("owning_agency", as_text, _same),
    Column("json_schema", _schema, _schema_written),
    Column("title_en", as_text, _same, needed=False),
)
