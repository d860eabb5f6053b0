"""The lines of a list of prints, whichever file they stand in: CSV, or Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from enroll_tools.datasets.sample import DatasetError

PARQUET_SUFFIX = ".parquet"

_NAMES_OF_PEOPLE = ("citizen_number", "subject")

_Row = tuple[int, dict[str, str]]


def list_rows(file: Path, check_header: Callable[[Path, list[str]], None]) -> Iterator[_Row]:
    """Yield the number of each line and its values by the names of the columns, in lower case; values stripped.

    A line of CSV is counted from 1 with the header, a row of Parquet from 1 without one. Lines without a value are left
    out. A Parquet file is read group by group, and never all of it at once.

    Args:
        file: Parquet if its name ends so, else CSV in UTF-8 with a header line.
        check_header: raises what is wrong with the names of the columns, before any line is read.

    Raises:
        DatasetError: not such a file, or a value that no list has. Values are not repeated.
    """
    return (_parquet if file.suffix.lower() == PARQUET_SUFFIX else _csv)(file, check_header)


def _csv(file: Path, check_header: Callable[[Path, list[str]], None]) -> Iterator[_Row]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            header = [name.strip().lower() for name in next(reader, [])]
            check_header(file, header)
            for row in reader:
                if not any(value.strip() for value in row):
                    continue
                if len(row) != len(header):
                    raise DatasetError(f"{file}, line {reader.line_num}: {len(row)} values under {len(header)} columns")
                yield reader.line_num, {name: value.strip() for name, value in zip(header, row, strict=True)}
        except csv.Error as error:
            raise DatasetError(f"{file}, line {reader.line_num}: {error}") from None
        except UnicodeDecodeError:
            raise DatasetError(f"{file}, after line {reader.line_num}: not UTF-8") from None


def _parquet(file: Path, check_header: Callable[[Path, list[str]], None]) -> Iterator[_Row]:
    try:
        from pyarrow import ArrowException  # noqa: PLC0415 - 170 MB, for those who have such files
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415
    except ImportError:
        raise DatasetError(f"{file}: Parquet is read by pyarrow: pip install 'idverify[bulk]', or write CSV") from None
    try:
        with ParquetFile(file) as parquet:
            header = [name.strip().lower() for name in parquet.schema_arrow.names]
            check_header(file, header)
            line = 0
            for batch in parquet.iter_batches():
                for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    line += 1
                    row = {name: _text(file, line, name, value) for name, value in zip(header, values, strict=True)}
                    if any(row.values()):
                        yield line, row
    except (ArrowException, OSError, UnicodeDecodeError):  # their texts may repeat a value
        raise DatasetError(f"{file}: not a Parquet file, or damaged") from None


def _text(file: Path, line: int, name: str, value: Any) -> str:
    """Return a value as CSV would have it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if name in _NAMES_OF_PEOPLE:  # a number has lost the zeros that it began with
        raise DatasetError(f"{file}, line {line}: {name} must be a column of text")
    if isinstance(value, bool) or not isinstance(value, int | float | date):
        raise DatasetError(f"{file}, line {line}: {name} must be text, a number or a date")
    return value.isoformat() if isinstance(value, date) else f"{value:.15g}" if isinstance(value, float) else str(value)
