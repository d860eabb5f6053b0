"""Tables as the sheets of a workbook (Office Open XML, ISO/IEC 29500), ``procedures`` and ``record_types``."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from idverify.domain.catalogue.drafts import DraftError, Fault, FaultCode, Place
from idverify.records.exchange.columns import Cell
from idverify.records.exchange.tables import COLUMNS, MOST_ROWS, Table

MOST_UNPACKED = 64 << 20
"""Bytes. A workbook is a ZIP archive, and a small one can hold a lot."""

_MOST_COLUMNS = 50
_LONGEST_TEXT = 32_767
"""Characters that a cell of a workbook takes."""


def read_workbook(data: bytes) -> list[Table]:
    """Return the tables of a workbook.

    Raises:
        DraftError: it is no workbook, too large, or has other sheets.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # What is read of a file never exceeds the size that the archive states.
            if sum(file.file_size for file in archive.infolist()) > MOST_UNPACKED:
                raise _unreadable("", f"a workbook has at most {MOST_UNPACKED >> 20} MiB unpacked")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        tables = []
        for name in book.sheetnames:
            if name not in COLUMNS:
                advice = f"there is no sheet {name}; sheets are {' and '.join(COLUMNS)}"
                raise DraftError([Fault(FaultCode.UNKNOWN, (), advice)], {(): Place(f"sheet {name}", {"sheet": name})})
            # Read here, where what openpyxl makes of a damaged file is known to be that.
            tables.append(Table(name, list(_rows(book[name])), name))
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, OSError) as error:
        if isinstance(error, DraftError):
            raise
        raise _unreadable("", "the file is no workbook in the format XLSX") from None
    return tables


def write_workbook(tables: Mapping[str, Iterable[Sequence[Cell]]]) -> bytes:
    """Return a workbook with a sheet for each table.

    Raises:
        DraftError: a text is longer than a cell takes.
    """
    # Looked at first: a workbook that is begun has to be ended.
    whole = {name: list(rows) for name, rows in tables.items()}
    for name, line, row in ((name, line, row) for name, rows in whole.items() for line, row in enumerate(rows, 1)):
        if any(isinstance(value, str) and len(value) > _LONGEST_TEXT for value in row):
            place = Place(f"sheet {name}, line {line}", {"sheet": name, "line": str(line)})
            advice = f"a cell of a workbook takes at most {_LONGEST_TEXT} characters; export JSON"
            raise DraftError([Fault(FaultCode.OUT_OF_RANGE, (), advice)], {(): place})
    book = Workbook(write_only=True)
    for name, rows in whole.items():
        sheet = book.create_sheet(name)
        for row in rows:
            cells = [WriteOnlyCell(sheet, value) for value in row]
            for cell, value in zip(cells, row, strict=True):
                if isinstance(value, str):
                    cell.data_type = "s"  # a title that begins with = is a title
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(sheet: Any) -> Iterator[tuple[int, Sequence[Cell]]]:
    sheet.reset_dimensions()  # some programs state other ones than there are
    for line, row in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True), 1):
        if line > MOST_ROWS:
            raise _unreadable(sheet.title, f"a table has at most {MOST_ROWS} rows")
        yield line, row


def _unreadable(sheet: str, advice: str) -> DraftError:
    place = Place(f"sheet {sheet}" if sheet else "the file", {"sheet": sheet} if sheet else {})
    return DraftError([Fault(FaultCode.UNREADABLE, (), advice)], {(): place})
