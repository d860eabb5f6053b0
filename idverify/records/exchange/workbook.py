"""Tables as the sheets of a workbook (Office Open XML, ISO/IEC 29500), ``procedures`` and ``record_types``."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from idverify.domain.catalogue.drafts import DraftError, Fault, FaultCode, Place
from idverify.domain.catalogue.looking import Check, looked_at, somebody_waits
from idverify.records.exchange.columns import Cell
from idverify.records.exchange.tables import COLUMNS, MOST_COLUMNS, MOST_ROWS, Table

MOST_UNPACKED = 16 << 20
"""Bytes of all parts. A workbook is a ZIP archive, and a small one can hold a lot: 2,000 procedures are 5 MiB."""

MOST_TAGS = 700_000
"""Of XML, in all parts: each becomes an object, however short it is. 2,000 procedures have 350,000."""

_LARGE = ("xl/worksheets/", "xl/sharedStrings")
"""Where the parts lie whose size goes by what the catalogue says."""

_MOST_OF_ANOTHER = 1 << 20
_MOST_TAGS_OF_ANOTHER = 20_000
_MOST_PARTS = 200
_MOST_SHEETS = 10
_SHEET = re.compile(rb"<(?:[^\s<>/:]+:)?sheet[\s/>]")
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED_OR_PATCHED = 0x61
"""Bits of a part's flags."""

_LONGEST_TEXT = 32_767
"""Characters that a cell of a workbook takes."""

_NO_ZIP = (zipfile.BadZipFile, zlib.error, EOFError)
_NO_WORKBOOK = (InvalidFileException, ParseError, KeyError, ValueError, TypeError, OSError)


def read_workbook(data: bytes, check: Check = somebody_waits) -> list[Table]:
    """Return the tables of a workbook.

    Args:
        data: its bytes.
        check: asked before each part, each time some bytes are read, and before each row.

    Raises:
        DraftError: it is no workbook, too large, or has other sheets.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _require_small(archive, check)
        book = load_workbook(_Watched(data, check), read_only=True, data_only=True, keep_links=False)
        tables = []
        for name in book.sheetnames:
            if name not in COLUMNS:
                advice = f"there is no sheet {name}; sheets are {' and '.join(COLUMNS)}"
                raise DraftError([Fault(FaultCode.UNKNOWN, (), advice)], {(): Place(f"sheet {name}", {"sheet": name})})
            # Read here, where what openpyxl makes of a damaged file is known to be that.
            tables.append(Table(name, list(looked_at(_rows(book[name]), check)), name))
    except (*_NO_ZIP, *_NO_WORKBOOK) as error:
        if isinstance(error, DraftError):
            raise
        raise _unreadable("", "the file is no workbook in the format XLSX") from None
    return tables


class _Watched(io.BytesIO):
    """Bytes that are read by somebody else, who has no other place to ask whether to go on."""

    def __init__(self, data: bytes, check: Check) -> None:
        super().__init__(data)
        self._check = check

    def read(self, size: int | None = -1, /) -> bytes:
        self._check()
        return super().read(size)


def _require_small(archive: zipfile.ZipFile, check: Check) -> None:
    """Unpack every part once, no further than it may go, before anything is made of it.

    Raises:
        DraftError: a part, or all of them, is too large, or has too many tags.
    """
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        raise _unreadable("", f"a workbook has at most {_MOST_PARTS} parts")
    size = tags = sheets = 0
    for part in looked_at(parts, check):
        if part.compress_type not in _PACKED or part.flag_bits & _ENCRYPTED_OR_PATCHED:
            raise _unreadable("", "a workbook is packed by Deflate, and not encrypted")
        large = part.filename.startswith(_LARGE)
        most, most_tags = (MOST_UNPACKED, MOST_TAGS) if large else (_MOST_OF_ANOTHER, _MOST_TAGS_OF_ANOTHER)
        with archive.open(part) as opened:
            # Not by the size that the archive states: anybody can write that.
            unpacked = opened.read(most + 1)
        found = unpacked.count(b"<")
        size, tags = size + len(unpacked), tags + found
        # In UTF-16 every other byte is none. Each that is named is read once to begin with, also one named often.
        sheets += len(_SHEET.findall(unpacked.replace(b"\0", b"")))
        if len(unpacked) > most or size > MOST_UNPACKED:
            advice = f"a workbook has at most {MOST_UNPACKED >> 20} MiB unpacked, a part but its sheets 1 MiB"
            raise _unreadable("", advice)
        if sheets > _MOST_SHEETS:
            raise _unreadable("", f"there are the sheets {' and '.join(COLUMNS)}, and no others")
        if found > most_tags or tags > MOST_TAGS:
            advice = f"a workbook has at most {MOST_TAGS} tags, a part but its sheets {_MOST_TAGS_OF_ANOTHER}"
            raise _unreadable("", advice)


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
    for line, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), 1):
        if line > MOST_ROWS:
            raise _unreadable(sheet.title, f"a table has at most {MOST_ROWS} rows")
        yield line, row


def _unreadable(sheet: str, advice: str) -> DraftError:
    place = Place(f"sheet {sheet}" if sheet else "the file", {"sheet": sheet} if sheet else {})
    return DraftError([Fault(FaultCode.UNREADABLE, (), advice)], {(): place})
