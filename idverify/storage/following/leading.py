"""Of several servers one does what is done once for all of them: the one that holds a lock of the database."""

from __future__ import annotations

from threading import Lock

from sqlalchemy import Connection, text

from idverify.domain.errors import DomainError
from idverify.storage.failures import translated
from idverify.storage.postgresql import lock_engine
from idverify.storage.server_lock import place_of

_LEADING = 0x6964_766C
"""First half of the key of the lock, "idvl" in ASCII; the second is of the schema."""

_CONNECT_SECONDS = 5.0


class Leading:
    """Holds the lock, or tries to, on a connection of its own; any thread. It ends with the process, however it ends.

    What is done under it must bear being done twice: a process that stands still may lose it without knowing.
    """

    def __init__(self, url: str) -> None:
        self._engine = lock_engine(url, _CONNECT_SECONDS)
        self._connection: Connection | None = None
        self._held = False
        self._asking = Lock()

    def leads(self) -> bool:
        """Tell whether this is the one; it is from now on, if there was none.

        Raises:
            DomainError: STORE_UNAVAILABLE.
        """
        with self._asking:
            try:
                with translated():
                    return self._ask()
            except DomainError:
                if self._connection is not None:
                    self._connection.invalidate()
                self._connection, self._held = None, False
                raise

    def close(self) -> None:
        """Leave it to another."""
        with self._asking:
            if self._connection is not None:
                self._connection.close()
            self._engine.dispose()

    def _ask(self) -> bool:
        if self._connection is None:
            self._connection = self._engine.connect()
        query = "SELECT true" if self._held else "SELECT pg_try_advisory_lock(:class, :key)"
        place = {} if self._held else place_of(self._connection, _LEADING)
        self._held = bool(self._connection.execute(text(query), place).scalar_one())
        return self._held
