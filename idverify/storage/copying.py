"""Copies of a whole SQLite database, made while it is served. PostgreSQL has tools of its own for it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from idverify.domain.errors import StoredDataError
from idverify.storage.failures import sqlite_failure

_PAGES = 4096
"""So many are copied between two words about how far it is: 16 MiB."""


def copy_database(path: Path, to: Path, progress: Callable[[int, int], object]) -> None:
    """Copy a database as it is at one moment, while others go on to read and write.

    They wait for nothing; what they write meanwhile stays in the log of the database until the copy is whole, which is
    so much longer then.

    Args:
        path: of the database.
        to: the copy; there is no such file.
        progress: told how many of how many bytes are copied.

    Raises:
        FileExistsError: there is such a file.
        DomainError: STORE_UNAVAILABLE; STORE_NOT_WRITABLE if the disk of the copy is full or fails.
        StoredDataError: the database is damaged.
        OSError: the copy cannot be made.
    """
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with _failures(), closing(_opened(path, "ro")) as source, closing(_opened(to, "rw")) as copy:
        # One view for the whole copy: else each change that somebody else makes would have it begin anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (size,) = source.execute("PRAGMA page_size").fetchone()

        def told(status: int, left: int, pages: int) -> None:
            del status
            progress((pages - left) * size, pages * size)

        source.backup(copy, pages=_PAGES, progress=told)


def schema_of(path: Path) -> str:
    """Return the version of a database's tables. Raises as :func:`require_sound`."""
    with _failures(), closing(_opened(path, "ro")) as database:
        (version,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(version)


def master_keys_of(path: Path) -> set[str]:
    """Return the ids of the master keys that wrap anything in a database. Raises as :func:`require_sound`."""
    with _failures(), closing(_opened(path, "ro")) as database:
        return {str(row[0]) for row in database.execute("SELECT DISTINCT master_key_id FROM subjects")}


def require_sound(path: Path) -> None:
    """Have SQLite look at every page of a database.

    Raises:
        StoredDataError: it is damaged, or is none.
        DomainError: STORE_UNAVAILABLE.
    """
    with _failures(), closing(_opened(path, "ro")) as database:
        if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise StoredDataError("the database file is damaged")


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode={mode}", uri=True, isolation_level=None)


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise sqlite_failure(error) from error
