"""What can go wrong with a database, in the words of the domain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from idverify.domain.errors import DomainError, Reason, StoredDataError


class ReadOnlyViewError(RuntimeError):
    """Somebody tried to write through a read-only view; a mistake in the program."""


def refuse_write() -> ReadOnlyViewError:
    """Return the error of a write through a read-only view."""
    return ReadOnlyViewError("this view is read-only; write through Store.transaction()")


def unavailable() -> DomainError:
    """Return the error of a database that cannot be used now."""
    return DomainError(Reason.STORE_UNAVAILABLE, "the database cannot be reached or is busy; try again")


@contextmanager
def decoding(what: str) -> Iterator[None]:
    """Turn the failure to read a stored value into StoredDataError; says what kind of value, not which."""
    try:
        yield
    except (ValueError, TypeError):
        raise StoredDataError(f"a stored {what} cannot be read") from None


@contextmanager
def translated() -> Iterator[None]:
    """Turn failures of the database into errors of the domain; mistakes in our own SQL pass unchanged."""
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
        raise unavailable() from error
    except exc.DBAPIError as error:
        if error.connection_invalidated:
            raise unavailable() from error
        if type(error) is exc.DatabaseError:
            # SQLite says so, and only so, of a damaged file, or of one that is no database.
            raise StoredDataError("the database file is damaged or is not a database") from error
        raise
