"""The port ``CatalogueExchange``: files to drafts, and the catalogue to files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from idverify.domain.catalogue.as_dict import procedure_dict, record_type_dict
from idverify.domain.catalogue.content import Item, State
from idverify.domain.catalogue.drafts import Draft, DraftError, Fault, FaultCode, FileFormat
from idverify.domain.catalogue.looking import Check, somebody_waits
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Procedure
from idverify.records import soundness
from idverify.records.exchange.csv_text import read_csv, write_csv
from idverify.records.exchange.tables import draft_of_tables, rows_of
from idverify.records.shapes import PROCEDURES, RECORD_TYPES, draft_of
from idverify.trust.strict_json import StrictJsonError, parse_strict


class CatalogueFiles:
    """Implements the port ``CatalogueExchange``; any thread."""

    def read(self, file_format: FileFormat, data: bytes, check: Check = somebody_waits) -> Draft:
        """Return what a file says. Raises DomainError CATALOGUE_INVALID."""
        with _refusing():
            match file_format:
                case FileFormat.JSON:
                    return draft_of(_parsed(data), check=check)
                case FileFormat.CSV:
                    return draft_of_tables([read_csv(data)], check)
                case FileFormat.XLSX:
                    # A fifth of a second, which only who exchanges workbooks pays.
                    from idverify.records.exchange.workbook import read_workbook  # noqa: PLC0415

                    return draft_of_tables(read_workbook(data, check), check)

    def require_sound(self, after: State, draft: Draft, check: Check = somebody_waits) -> None:
        """Look at the whole catalogue as it would be. Raises DomainError CATALOGUE_INVALID."""
        with _refusing():
            soundness.require_sound(after, draft, check)

    def write(self, file_format: FileFormat, items: Iterable[Item]) -> bytes:
        """Return a file that says what the items say. Raises DomainError CATALOGUE_INVALID if the format cannot.

        A CSV file holds one table: procedures, or, where there are none among the items, record types.
        """
        listed = list(items)
        types = [record_type_dict(item) for item in listed if not isinstance(item, Procedure)]
        procedures = [procedure_dict(item) for item in listed if isinstance(item, Procedure)]
        with _refusing():
            match file_format:
                case FileFormat.JSON:
                    whole = {RECORD_TYPES: types, PROCEDURES: procedures}
                    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()
                case FileFormat.CSV:
                    kind, rows = (PROCEDURES, procedures) if procedures else (RECORD_TYPES, types)
                    return write_csv(rows_of(kind, rows))
                case FileFormat.XLSX:
                    from idverify.records.exchange.workbook import write_workbook  # noqa: PLC0415

                    tables = {PROCEDURES: procedures, RECORD_TYPES: types}
                    return write_workbook({kind: rows_of(kind, rows) for kind, rows in tables.items()})


def _parsed(data: bytes) -> Any:
    try:
        return parse_strict(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise DraftError([Fault(FaultCode.UNREADABLE, (), "the file must be UTF-8")]) from None
    except StrictJsonError as error:
        raise DraftError([Fault(FaultCode.UNREADABLE, (), str(error))]) from None


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except DraftError as error:
        raise DomainError(Reason.CATALOGUE_INVALID, str(error), error.facts) from None
    except RecursionError:
        raise DomainError(Reason.CATALOGUE_INVALID, "nested too deeply", {"rule": FaultCode.UNREADABLE.name}) from None
