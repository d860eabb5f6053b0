"""Being woken when another server has written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text

from idverify.storage.failures import translated, unavailable
from idverify.storage.postgresql import lock_engine

_CONNECT_SECONDS = 5.0


@contextmanager
def listening(url: str) -> Iterator[Callable[[float], bool]]:
    """Listen for what :class:`.feed.Feed` tells, for a block; gives what waits for so many seconds at most.

    Raises:
        DomainError: STORE_UNAVAILABLE if the connection cannot be made, or is lost.
    """
    import psycopg  # noqa: PLC0415 - an extra

    engine = lock_engine(url, _CONNECT_SECONDS)
    try:
        with translated(), engine.connect() as connection:
            name = connection.execute(text("SELECT 'idverify_' || left(current_schema(), 54)")).scalar_one()
            connection.execute(text(f"LISTEN {connection.dialect.identifier_preparer.quote_identifier(name)}"))
            driver: Any = connection.connection.driver_connection

            def told(seconds: float) -> bool:
                """Wait; return whether anything was told."""
                try:
                    return any(True for _ in driver.notifies(timeout=seconds, stop_after=1))
                except psycopg.Error as error:
                    raise unavailable() from error

            yield told
    finally:
        engine.dispose()
