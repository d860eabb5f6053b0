"""Tables as CSV (RFC 4180): UTF-8, a comma or a semicolon between cells, whichever the first line has."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from idverify.domain.catalogue.drafts import DraftError, Fault, FaultCode, Place
from idverify.records.exchange.columns import Cell
from idverify.records.exchange.tables import MOST_ROWS, Table
from idverify.records.shapes import PROCEDURES, RECORD_TYPES

_SIGN_OF_TYPES = "json_schema"


def read_csv(data: bytes) -> Table:
    """Return the table of a file: record types if it has a column ``json_schema``, else procedures.

    Raises:
        DraftError: it is not UTF-8, or not CSV.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(1, "the file must be UTF-8; save it as CSV UTF-8") from None
    header = text.partition("\n")[0]
    kind = RECORD_TYPES if _SIGN_OF_TYPES in header else PROCEDURES
    return Table(kind, _rows(text, ";" if header.count(";") > header.count(",") else ","))


def write_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a file, with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for number, row in enumerate(reader):
            if number > MOST_ROWS:
                raise _unreadable(line, f"a table has at most {MOST_ROWS} rows")
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise _unreadable(line, f"the row is not CSV: {error}") from None


def _unreadable(line: int, advice: str) -> DraftError:
    place = Place(f"line {line}", {"line": str(line), "column": ""})
    return DraftError([Fault(FaultCode.UNREADABLE, (), advice)], {(): place})
