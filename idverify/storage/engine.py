"""Connections: everything in which SQLite and PostgreSQL differ, but for the triggers in the migrations.

Those to PostgreSQL are made in :mod:`idverify.storage.postgresql`.

Two engines a store: one that writes and one that cannot, so that the database itself refuses a write through a view.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import disk_usage
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url, text
from sqlalchemy.pool import NullPool, PoolProxiedConnection, QueuePool

from idverify.storage.postgresql import UNHURRIED, ServerLimits, reading_engine, unhurried, writing_engine
from idverify.storage.statement import run_text

_MIGRATION_LOCK = 0x6964_7665_7269_6679
"""Key of PostgreSQL's advisory lock, "idverify" in ASCII: no meaning, but unlikely to be anybody else's."""

_LEAST_ROOM = 1 << 20


@dataclass(frozen=True, slots=True)
class Engines:
    """The two ways into one database.

    Attributes:
        writer, reader: as the module says.
        in_place: whether the file that is written is still the one that the next start would open.
        has_room: whether its disk has room for more than the next call.
        file: the database, if it is one.
    """

    writer: Engine
    reader: Engine
    in_place: Callable[[], bool] = lambda: True
    has_room: Callable[[], bool] = lambda: True
    file: Path | None = None

    def sizes(self) -> Mapping[str, int]:
        """Return the bytes of the database, by its parts."""
        if self.file is not None:
            return {"file": _size(self.file), "log": _size(self.file.with_name(f"{self.file.name}-wal"))}
        with self.reader.begin() as connection:
            return {"database": connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()}

    def free(self) -> int | None:
        """Return the free bytes of its disk; None: it is elsewhere."""
        return disk_usage(self.file.parent).free if self.file is not None else None

    def busy(self) -> Mapping[str, int]:
        """Return how many connections are in use; nothing of an engine that keeps none."""
        pools = {"writer": self.writer.pool, "reader": self.reader.pool}
        return {name: pool.checkedout() for name, pool in pools.items() if isinstance(pool, QueuePool)}

    def close(self) -> None:
        """Release all connections."""
        self.reader.dispose()
        self.writer.dispose()


def make_engines(url: str, patience: float, limits: ServerLimits = UNHURRIED) -> Engines:
    """Return the engines of ``sqlite:///path`` or ``postgresql://user@host/name``.

    Args:
        url: as SQLAlchemy has it; passwords belong in PostgreSQL's own password file.
        patience: how long to wait for a lock or a connection, in seconds.
        limits: of PostgreSQL.

    Raises:
        ValueError: another database, or SQLite without a file.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(parsed, patience)
    if backend == "postgresql":
        return Engines(writing_engine(parsed, patience, limits), reading_engine(parsed, patience, limits))
    raise ValueError("the database must be sqlite:///path or postgresql://...")


def lock_for_migration(connection: Connection) -> None:
    """Let one process at a time migrate; SQLite's write transaction does so by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        unhurried(connection)


def scrub(engine: Engine) -> bool:
    """Overwrite what deleted rows left in the write-ahead log of SQLite, if no reader needs it.

    ``secure_delete`` zeroes deleted content in the database file; but the log holds former pages until it is written
    back and truncated. PostgreSQL leaves this to VACUUM and to the keeper of its logs.

    Returns:
        Whether nothing is left to do.
    """
    if engine.dialect.name != "sqlite":
        return True
    try:
        with closing(engine.raw_connection()) as connection:
            return _truncate_log(connection)
    except (sqlite3.OperationalError, exc.OperationalError, exc.TimeoutError):
        # The deletion itself is committed and must not look failed.
        return False


def _truncate_log(connection: PoolProxiedConnection) -> bool:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout")
    (patience,) = cursor.fetchone() or (0,)
    # Whoever deletes does not wait for readers.
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, *_) = cursor.fetchone() or (1,)
    finally:
        cursor.execute(f"PRAGMA busy_timeout={patience}")
    return not busy


def _sqlite(url: URL, patience: float) -> Engines:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ValueError("SQLite needs a file: sqlite:///path")
    path = Path(url.database).absolute()
    _create_private(path)
    opened = _identity(path)
    # A connection that is opened later must not make an empty database where the file is gone.
    url = url.set(database=f"file:{quote(str(path))}").update_query_dict({"mode": "rw", "uri": "true"})
    arguments = {"timeout": patience}
    # The writer is one connection: writes queue before it, in the store.
    writer = create_engine(
        url, hide_parameters=True, pool_size=1, max_overflow=1, pool_timeout=patience, connect_args=arguments
    )
    reader = create_engine(
        url, hide_parameters=True, pool_size=8, max_overflow=56, pool_timeout=patience, connect_args=arguments
    )
    _prepare_sqlite(writer, "BEGIN IMMEDIATE", ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"))
    _prepare_sqlite(reader, "BEGIN", ("query_only=ON",))
    return Engines(
        writer, reader, lambda: _identity(path) == opened, lambda: disk_usage(path.parent).free > _LEAST_ROOM, path
    )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _create_private(path: Path) -> None:
    """Make the file readable by its owner only; SQLite gives the log beside it the same rights."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _prepare_sqlite(engine: Engine, begin: str, pragmas: tuple[str, ...]) -> None:
    def connect(connection: sqlite3.Connection, record: Any) -> None:
        del record
        # The driver must not begin transactions by itself: it would begin them late, and deferred.
        connection.isolation_level = None
        # Text that somebody made undecodable must be read, to be found wrong, and not look like a database that is out.
        connection.text_factory = _text
        for pragma in ("foreign_keys=ON", *pragmas):
            connection.execute(f"PRAGMA {pragma}").close()

    def start(connection: Connection) -> None:
        run_text(connection, begin)

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", start)


def look_engine(url: str, patience: float) -> Engine | None:
    """Return an engine to look at a database that is perhaps not ours, making and changing nothing; None: no database.

    An SQLite database without a log beside it is opened as if it never changed, so that no file comes into being
    beside it: whoever looks holds the lock of the server. With a log, SQLite may touch its index of the log.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return reading_engine(parsed, patience, UNHURRIED)
    path = Path(parsed.database or "").absolute()
    if not _size(path):
        return None
    query = {"mode": "ro", "uri": "true"} | ({} if path.with_name(f"{path.name}-wal").exists() else {"immutable": "1"})
    engine = create_engine(
        URL.create("sqlite", database=f"file:{quote(str(path))}", query=query),
        hide_parameters=True,
        poolclass=NullPool,
        connect_args={"timeout": patience},
    )
    _prepare_sqlite(engine, "BEGIN", ("query_only=ON",))
    return engine


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
