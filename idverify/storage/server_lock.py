"""One server a database: a second one, from whatever folder or machine, would search a gallery that is not its own.

PostgreSQL: an advisory lock of the session, on a connection that is kept for it alone. SQLite: a lock on a file beside
the database, found by its real path. Both end with the process, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, make_url, text

from idverify.domain.errors import DomainError, Reason
from idverify.storage.failures import translated
from idverify.storage.postgresql import lock_engine

_CLASS = 0x6964_7679
"""First half of the key of PostgreSQL's lock, "idvy" in ASCII; the second is of the schema."""


class ServerLock(Protocol):
    """A lock that is held."""

    def keep(self) -> None:
        """Look whether it is still held, and take it again if the connection was lost.

        Raises:
            DomainError: STORE_UNAVAILABLE if that cannot be done now, or another server has it.
        """

    def close(self) -> None:
        """Give it up."""


def lock_database(url: str, patience: float = 5.0) -> ServerLock:
    """Take the lock of a database, which need not exist yet.

    Raises:
        DomainError: STORE_UNAVAILABLE, with what to do, if another server works on it, or it cannot be reached.
        OSError: the file beside an SQLite database cannot be made.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        assert parsed.database is not None
        return _FileLock(Path(parsed.database))
    return _AdvisoryLock(url, patience)


def _taken() -> DomainError:
    return DomainError(
        Reason.STORE_UNAVAILABLE,
        "another server works on this database; stop it, or give this one a database of its own",
        {"cause": "DATABASE_IN_USE"},
    )


class _FileLock:
    """Beside the file that the path leads to: another name of the same database has the same lock."""

    def __init__(self, database: Path) -> None:
        real = database.resolve()
        descriptor = os.open(real.with_name(f"{real.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise _taken() from None
        self._descriptor = descriptor

    def keep(self) -> None:
        """Nothing takes it away."""

    def close(self) -> None:
        """Give it up."""
        os.close(self._descriptor)


class _AdvisoryLock:
    """On a connection of its own, outside every transaction; kept alive by being asked."""

    def __init__(self, url: str, patience: float) -> None:
        self._engine = lock_engine(url, patience)
        self._connection: Connection | None = None
        try:
            self._take()
        except DomainError:
            self._engine.dispose()
            raise

    def keep(self) -> None:
        """Ask the connection; take the lock anew on another if it is lost."""
        if self._connection is not None:
            try:
                with translated():
                    self._connection.execute(text("SELECT 1"))
            except DomainError:
                self._connection.invalidate()
                self._connection = None
        if self._connection is None:
            self._take()

    def close(self) -> None:
        """Give it up."""
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()

    def _take(self) -> None:
        with translated():
            connection = self._engine.connect()
            schema = connection.execute(text("SELECT current_schema()")).scalar_one()
            key = zlib.crc32(str(schema).encode()) - (1 << 31)
            query = text("SELECT pg_try_advisory_lock(:class, :key)")
            taken = connection.execute(query, {"class": _CLASS, "key": key}).scalar_one()
        if not taken:
            connection.close()
            raise _taken()
        self._connection = connection
