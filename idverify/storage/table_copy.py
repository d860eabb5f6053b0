"""Copies of all tables between databases of different kinds: PostgreSQL is backed up into a file, and restored of one.

Rows are the same in both, whatever is sealed in them; so are the numbers that are never given twice.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, inspect, select, text

from idverify.domain.errors import SettingsError
from idverify.storage.engine import lock_for_migration, make_engines
from idverify.storage.failures import translated
from idverify.storage.schema import require_current, upgrade
from idverify.storage.tables import metadata, schema_oldest

_BATCH = 1000
_PATIENCE = 5.0
_VERSION = "alembic_version"


AtTheEnd = Callable[[Connection, Connection], object]
"""Called with the database that was read and the one that is filled, when everything is in and nothing is committed."""


def copy_out(
    url: str, to: Path, progress: Callable[[int, int], object], at_the_end: AtTheEnd = lambda *_: None
) -> None:
    """Copy a PostgreSQL database as it is at one moment into a file of SQLite, while others go on to read and write.

    They wait for nothing; what they delete meanwhile takes its room until the copy is whole.

    Args:
        url: of the database.
        to: the copy; there is no such file.
        progress: told how many of how many rows are copied.
        at_the_end: called as it says.

    Raises:
        FileExistsError: there is such a file.
        DomainError: STORE_UNAVAILABLE; STORE_NOT_WRITABLE if the disk of the copy is full or fails.
        StoredDataError: the tables are of another version of the program; something stored cannot be read.
        OSError: the copy cannot be made.
    """
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        closing(make_engines(url, _PATIENCE)) as source,
        closing(make_engines(f"sqlite:///{to}", _PATIENCE)) as copy,
        translated(),
        source.reader.begin() as view,
    ):
        require_current(view)
        with translated(writing=True), copy.writer.begin() as connection:
            upgrade(connection)
            _copy_rows(view, connection, progress)
            connection.execute(text("DELETE FROM sqlite_sequence"))
            for table, number in _numbers_given(view):
                given = {"name": table, "number": number}
                connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), given)
            at_the_end(view, connection)


def copy_in(path: Path, url: str, progress: Callable[[int, int], object], at_the_end: AtTheEnd) -> None:
    """Fill an empty PostgreSQL database with what is in a file of SQLite: all of it or nothing.

    Args:
        path: the file, with the tables of this version of the program.
        url: of the database.
        progress: told how many of how many rows are copied.
        at_the_end: called as it says.

    Raises:
        SettingsError: the database has tables already.
        DomainError: STORE_UNAVAILABLE, STORE_NOT_WRITABLE.
        StoredDataError: the tables are of another version of the program; something stored cannot be read.
    """
    with (
        closing(make_engines(f"sqlite:///{path}", _PATIENCE)) as source,
        closing(make_engines(url, _PATIENCE)) as target,
        translated(),
        source.reader.begin() as view,
        translated(writing=True),
        target.writer.begin() as connection,
    ):
        require_current(view)
        lock_for_migration(connection)
        _require_none(connection)
        upgrade(connection)
        _copy_rows(view, connection, progress)
        for table, number in view.execute(text("SELECT name, seq FROM sqlite_sequence")):
            _give_numbers_after(connection, table, number)
        at_the_end(view, connection)


def require_no_tables(url: str) -> None:
    """Require that a PostgreSQL database is there and has none of our tables.

    Raises:
        SettingsError: it has.
        DomainError: STORE_UNAVAILABLE.
    """
    with closing(make_engines(url, _PATIENCE)) as engines, translated(), engines.reader.begin() as connection:
        _require_none(connection)


def _require_none(connection: Connection) -> None:
    if {_VERSION, *metadata.tables}.intersection(inspect(connection).get_table_names()):
        raise SettingsError("the database is not empty; a register is put into an empty one")


def copied_tables() -> Sequence[Table]:
    """Return the tables whose rows are copied, each after those it refers to."""
    return [table for table in metadata.sorted_tables if table is not schema_oldest]  # migrations have filled that


def _copy_rows(source: Connection, to: Connection, progress: Callable[[int, int], object]) -> None:
    tables = copied_tables()
    whole = sum(source.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)
    done = 0
    for table in tables:
        for rows in _batches(source, table):
            to.execute(insert(table), rows)
            done += len(rows)
            progress(done, whole)


def _batches(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    result = source.execute(select(table).execution_options(yield_per=_BATCH))
    for rows in result.partitions():
        yield [dict(row._mapping) for row in rows]  # noqa: SLF001 - the documented name of it


def _numbered() -> Iterator[tuple[str, str]]:
    """Yield the tables that number their rows, each with the column."""
    for table in metadata.sorted_tables:
        if table.autoincrement_column is not None:
            yield table.name, table.autoincrement_column.name


def _numbers_given(view: Connection) -> Iterator[tuple[str, int]]:
    """Yield each of those tables of PostgreSQL with the last number that was given in it."""
    for table, column in _numbered():
        name = view.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table, "column": column})
        last = text(f"SELECT last_value FROM {name.scalar_one()} WHERE is_called")  # noqa: S608 - named by the database
        if number := view.execute(last).scalar_one_or_none():
            yield table, number


def _give_numbers_after(connection: Connection, table: str, number: int) -> None:
    column = dict(_numbered()).get(table)
    if column is not None and number > 0:
        given = {"table": table, "column": column, "number": number}
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :number)"), given)
