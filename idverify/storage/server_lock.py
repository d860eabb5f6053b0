"""One server a database, or several that know of each other: one that does not would search an old gallery.

PostgreSQL: an advisory lock of the session, on a connection that is kept for it alone; servers that know of each other
share it. SQLite: a lock on a file beside the database, found by its real path. Both end with the process, however it
ends.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, make_url, text

from idverify.domain.errors import DomainError, Reason
from idverify.storage.failures import translated
from idverify.storage.postgresql import lock_engine

_CLASS = 0x6964_7679
"""First half of the key of PostgreSQL's lock, "idvy" in ASCII; the second is of the schema."""

_OPENING = 0x6964_766F
"""That of the lock of servers that open the database, "idvo"."""

_NAMES = 0x6964_766E
"""That of the locks of the names of several servers, "idvn"."""

_TRY = "SELECT pg_try_advisory_lock(:class, :key)"
_CONNECT_SECONDS = 5.0


class ServerLock(Protocol):
    """A lock that is held."""

    def keep(self) -> None:
        """Look whether it is still held, and take it again if the connection was lost.

        Raises:
            DomainError: STORE_UNAVAILABLE if that cannot be done now, or another server has it.
        """

    def close(self) -> None:
        """Give it up."""


def lock_database(url: str, patience: float = 5.0, *, name: str = "") -> ServerLock:
    """Take the lock of a database, which need not exist yet.

    Args:
        url: of the database.
        patience: seconds to wait for a connection.
        name: of this server among several, which share the lock, each by another name; PostgreSQL only. Empty: it is
            for this one alone.

    Raises:
        DomainError: STORE_UNAVAILABLE, with what to do, if another server works on it, or it cannot be reached.
        OSError: the file beside an SQLite database cannot be made.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        assert parsed.database is not None
        return _FileLock(Path(parsed.database))
    return _AdvisoryLock(url, patience, name)


@contextmanager
def opening_alone(url: str, patience: float = 60.0) -> Iterator[None]:
    """Keep other servers of several from opening a database for a block; waits while another one does.

    Raises:
        DomainError: STORE_UNAVAILABLE if another one is at it all the time, or the database cannot be reached.
    """
    engine = lock_engine(url, _CONNECT_SECONDS, longest=patience)
    try:
        with translated(), engine.connect() as connection:
            connection.execute(text("SELECT set_config('lock_timeout', :wait, false)"), {"wait": f"{patience:.0f}s"})
            connection.execute(text("SELECT pg_advisory_lock(:class, :key)"), place_of(connection, _OPENING))
            yield
    finally:
        engine.dispose()


def place_of(connection: Connection, what: int, name: str = "") -> dict[str, int]:
    """Return the key of an advisory lock of the schema: what it is for, and which schema, with whose name."""
    schema = connection.execute(text("SELECT current_schema()")).scalar_one()
    of = f"{schema}/{name}" if name else str(schema)
    return {"class": what, "key": zlib.crc32(of.encode()) - (1 << 31)}


def _taken(*, shared: bool) -> DomainError:
    if shared:
        message = (
            "another server works on this database alone, or a command does; stop it, or give each server of several "
            "a server_name"
        )
    else:
        message = (
            "another server works on this database; stop it, or give this one a database of its own, or each a"
            " server_name"
        )
    return DomainError(Reason.STORE_UNAVAILABLE, message, {"cause": "DATABASE_IN_USE"})


class _FileLock:
    """Beside the file that the path leads to: another name of the same database has the same lock."""

    def __init__(self, database: Path) -> None:
        real = database.resolve()
        descriptor = os.open(real.with_name(f"{real.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise _taken(shared=False) from None
        self._descriptor = descriptor

    def keep(self) -> None:
        """Nothing takes it away."""

    def close(self) -> None:
        """Give it up."""
        os.close(self._descriptor)


class _AdvisoryLock:
    """On a connection of its own, outside every transaction; kept alive by being asked."""

    def __init__(self, url: str, patience: float, name: str) -> None:
        self._name = name
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
            refusal = self._refusal(connection)
        if refusal is not None:
            connection.close()
            raise refusal
        self._connection = connection

    def _refusal(self, connection: Connection) -> DomainError | None:
        """Take the lock, and of several servers the name; return why that cannot be."""
        query = "SELECT pg_try_advisory_lock_shared(:class, :key)" if self._name else _TRY
        if not connection.execute(text(query), place_of(connection, _CLASS)).scalar_one():
            return _taken(shared=bool(self._name))
        if self._name and not connection.execute(text(_TRY), place_of(connection, _NAMES, self._name)).scalar_one():
            return DomainError(
                Reason.STORE_UNAVAILABLE,
                "another server of this server_name works on this database; stop it, or give this one another name",
                {"cause": "DATABASE_IN_USE"},
            )
        return None
