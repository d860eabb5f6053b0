"""Connections to PostgreSQL: how many, for how long anything may take there, and how a dead one is noticed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url, text

_UNHURRIED = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
_MISSED_SOON = "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"
_SLACK_SECONDS = 5.0
"""By which a statement is given up here later than PostgreSQL cancels it: that says more."""
_LOCK_SECONDS = 30.0
"""For statements about locks, which take no time but that which is waited for a lock."""
_VIEW_IDLE = 10
"""So many times as long as a transaction that writes may a view be idle: it holds up nobody."""


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """What one server process asks of PostgreSQL, and when PostgreSQL gives it up.

    Attributes:
        connections: of views, at the same time; two more write.
        statement_seconds: after which a statement is cancelled; 0: never.
        idle_seconds: after which a transaction that writes is ended if nothing is asked in it; 0: never. A process that
            stands still, or that is cut off, would hold up all others for as long.
    """

    connections: int = 24
    statement_seconds: float = 0.0
    idle_seconds: float = 0.0


UNHURRIED = ServerLimits()
"""For commands that go through whole tables, and for tests."""


def writing_engine(url: URL, patience: float, limits: ServerLimits) -> Engine:
    """Return an engine for transactions that write; one at a time, the store sees to that."""
    writer = create_engine(
        _driven(url),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=1,
        max_overflow=1,
        pool_timeout=patience,
        isolation_level="READ COMMITTED",
        connect_args=_arguments(url, patience, limits.statement_seconds, limits.idle_seconds),
    )
    _bound(writer, limits.statement_seconds)
    event.listen(writer, "connect", _commit_durably)
    return writer


def reading_engine(url: URL, patience: float, limits: ServerLimits) -> Engine:
    """Return an engine for views; PostgreSQL refuses a write in one."""
    reader = create_engine(
        _driven(url),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=limits.connections,
        max_overflow=0,
        pool_timeout=patience,
        pool_use_lifo=True,
        isolation_level="REPEATABLE READ",
        connect_args=_arguments(url, patience, limits.statement_seconds, limits.idle_seconds * _VIEW_IDLE),
    )
    _bound(reader, limits.statement_seconds)
    event.listen(reader, "connect", _only_read)
    return reader


def lock_engine(url: str, patience: float, longest: float = _LOCK_SECONDS) -> Engine:
    """Return an engine for one connection that is kept, outside transactions; ``longest``: seconds for a statement."""
    parsed = make_url(url)
    engine = create_engine(
        _driven(parsed),
        hide_parameters=True,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={**_alive(parsed, patience), "application_name": "idverify-lock"},
    )
    _bound(engine, longest)
    event.listen(engine, "connect", _missed_soon)
    return engine


def unhurried(connection: Connection) -> None:
    """Lift the limits of time for the transaction at hand: it goes through whole tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_UNHURRIED))
        driver: Any = connection.connection.driver_connection
        driver.hurried = False


def _bound(engine: Engine, statement: float) -> None:
    """Have connections given up on which PostgreSQL does not answer, though it cancels what takes so many seconds."""

    def connect(dialect: Any, record: Any, arguments: Any, named: Any) -> Any:
        del dialect, record
        from idverify.storage.answering import AnsweringConnection  # noqa: PLC0415 - of an extra

        connection = AnsweringConnection.connect(*arguments, **named)
        connection.longest = statement + _SLACK_SECONDS if statement else None
        return connection

    event.listen(engine, "do_connect", connect)


def _driven(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg")


def _arguments(url: URL, patience: float, statement: float, idle: float) -> dict[str, Any]:
    given = url.query.get("options", "")
    options = [given] if isinstance(given, str) else list(given)
    limits = {
        "lock_timeout": patience,
        "statement_timeout": statement,
        "idle_in_transaction_session_timeout": idle,
    }
    options += [f"-c {name}={round(seconds * 1000)}" for name, seconds in limits.items()]
    return {**_alive(url, patience), "options": " ".join(options)}


def _alive(url: URL, patience: float) -> Mapping[str, Any]:
    """Return what makes libpq notice that the other end is gone; what the URL says itself stands.

    A machine that lost its power answers nothing, and without this a call waits for hours: for what was sent and not
    confirmed (``tcp_user_timeout``), and for an answer (``keepalives``).
    """
    seconds = max(2, round(patience))
    told = {
        "connect_timeout": seconds,
        "keepalives_idle": seconds,
        "keepalives_interval": max(1, seconds // 3),
        "keepalives_count": 3,
        "tcp_user_timeout": seconds * 1000,
    }
    return {name: value for name, value in told.items() if name not in url.query}


def _missed_soon(connection: Any, record: Any) -> None:
    """Have the server look whether this end is still there: what is locked by a machine that is gone is free soon."""
    del record
    connection.execute(_MISSED_SOON)
    connection.commit()


def _only_read(connection: Any, record: Any) -> None:
    """Have the server refuse writes; not by an option, which ``target_session_attrs=read-write`` would not take."""
    del record
    connection.execute("SET default_transaction_read_only = on")
    connection.commit()


def _commit_durably(connection: Any, record: Any) -> None:
    """Let a commit wait for the disk where the server would not: what was answered must not be lost by a crash."""
    del record
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()
