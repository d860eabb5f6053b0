"""What can go wrong with a database, in the words of the domain."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from idverify.domain.errors import DomainError, Reason, StoredDataError

_SQLITE_CAUSES = {
    sqlite3.SQLITE_FULL: "DISK_FULL",
    sqlite3.SQLITE_READONLY: "READ_ONLY",
    sqlite3.SQLITE_IOERR: "IO_ERROR",
    sqlite3.SQLITE_CANTOPEN: "CANNOT_OPEN",
}
"""By primary result code; all others, SQLITE_BUSY above all, pass by themselves."""

_POSTGRESQL_CAUSES = {"53100": "DISK_FULL", "25006": "READ_ONLY", "58030": "IO_ERROR"}
"""By SQLSTATE (PostgreSQL, appendix A)."""

_PASSING = {"55P03": "LOCK_TIMEOUT", "57014": "STATEMENT_TIMEOUT", "25P03": "IDLE"}
"""As above; what trying again may mend. A connection that is refused comes without a state."""


_REFUSED = {
    "password authentication failed": "PASSWORD_REFUSED",
    "no password supplied": "PASSWORD_MISSING",
    "does not exist": "DATABASE_OR_ROLE_MISSING",
    "no pg_hba.conf entry": "NOT_ADMITTED",
    "translate host name": "HOST_UNKNOWN",
    "resolve host": "HOST_UNKNOWN",
    "Connection refused": "NOBODY_LISTENS",
    "timeout expired": "NO_ANSWER",
    "invalid sslmode": "URL_INVALID",
    "invalid URI": "URL_INVALID",
}
"""A connection that was not made has no SQLSTATE, and one class for all: by what libpq and the server say of it."""


class ReadOnlyViewError(RuntimeError):
    """Somebody tried to write through a read-only view; a mistake in the program."""


def refuse_write() -> ReadOnlyViewError:
    """Return the error of a write through a read-only view."""
    return ReadOnlyViewError("this view is read-only; write through Store.transaction()")


def unavailable(cause: str = "") -> DomainError:
    """Return the error of a database that cannot be used now."""
    metadata = {"cause": cause} if cause else {}
    said = "the database cannot be reached or is busy; try again"
    if cause in _REFUSED.values():
        said = f"the database cannot be reached ({cause})"
    return DomainError(Reason.STORE_UNAVAILABLE, said, metadata)


def not_writable(cause: str) -> DomainError:
    """Return the error of a database that takes nothing until somebody has done something about it."""
    return DomainError(
        Reason.STORE_NOT_WRITABLE,
        f"the database cannot be written ({cause}), and will not be until the operator has mended that",
        {"cause": cause},
    )


def sqlite_failure(error: sqlite3.Error) -> DomainError | StoredDataError:
    """Return what a failure of SQLite means to whoever copies a database."""
    cause = _SQLITE_CAUSES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "")
    if type(error) is sqlite3.DatabaseError:
        return StoredDataError("the database file is damaged or is not a database")
    return not_writable(cause) if cause in {"DISK_FULL", "IO_ERROR"} else unavailable(cause)


@contextmanager
def decoding(what: str) -> Iterator[None]:
    """Turn the failure to read a stored value into StoredDataError; says what kind of value, not which."""
    try:
        yield
    except (ValueError, TypeError):
        raise StoredDataError(f"a stored {what} cannot be read") from None


@contextmanager
def translated(*, writing: bool = False) -> Iterator[None]:
    """Turn failures of the database into errors of the domain; mistakes in our own SQL pass unchanged.

    Raises:
        DomainError: STORE_NOT_WRITABLE if ``writing`` and trying again is of no use, else STORE_UNAVAILABLE.
    """
    try:
        yield
    except exc.TimeoutError as error:
        raise unavailable() from error
    except exc.DBAPIError as error:
        cause = _cause(error)
        if writing and cause:
            raise not_writable(cause) from error
        if isinstance(error, exc.OperationalError | exc.InterfaceError) or error.connection_invalidated:
            raise unavailable(cause or _PASSING.get(_state(error), "") or _refused(error)) from error
        if type(error) is exc.DatabaseError:
            # SQLite says so, and only so, of a damaged file, or of one that is no database.
            raise StoredDataError("the database file is damaged or is not a database") from error
        raise


def _cause(error: exc.DBAPIError) -> str:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE_CAUSES.get(code & 0xFF, "")
    return _POSTGRESQL_CAUSES.get(_state(error), "")


def _state(error: exc.DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _refused(error: exc.DBAPIError) -> str:
    """Return why no connection was made, if that was it and it is known; never what was said, which names people."""
    if _state(error) or isinstance(error.orig, sqlite3.Error):
        return ""
    said = str(error.orig)
    return next((cause for words, cause in _REFUSED.items() if words in said), "")
