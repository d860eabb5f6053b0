"""Statements of the calls that come most often: built and compiled once, and given to the driver as they are.

To build a statement takes the library thirty times as long as SQLite takes to find a row, and to execute one that is
built another ten times: cache keys, an execution context and a result object for each. What is left here are the types:
values are bound, and columns read, by the very processors that the library would have used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, TextClause, TextualSelect, Update, exc

Built: TypeAlias = "Select[*tuple[Any, ...]] | Insert | Update | Delete | TextClause | TextualSelect"

_Processor = Callable[[Any], Any]
_CURSOR = "cursor"


@dataclass(slots=True)
class _Compiled:
    """A statement in one dialect.

    Attributes:
        text: for the driver.
        binds: name and processor of every value, in the order of the places that are not named.
        positional: places are not named.
        constants: values that the statement has itself, by name.
        selected: types of the columns that are read.
        row: makes a row of what the driver gives.
        readers: processors of those columns that have one, by their place, once it is known as what they come.
    """

    text: str
    binds: tuple[tuple[str, _Processor | None], ...]
    positional: bool
    constants: Mapping[str, Any]
    selected: tuple[Any, ...]
    row: Callable[[Sequence[Any]], Any]
    readers: list[tuple[int, _Processor]] | None = None

    def values(self, given: Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
        """Return values as the driver takes them."""
        every = {**self.constants, **given} if self.constants else given
        bound = [every[name] if process is None else process(every[name]) for name, process in self.binds]
        return bound if self.positional else {name: value for (name, _), value in zip(self.binds, bound, strict=True)}

    def read(self, dialect: Dialect, cursor: Any) -> list[Any]:
        """Return all rows that a cursor gives."""
        raw = cursor.fetchall()
        if self.readers is None:
            told = [column[1] for column in cursor.description]
            both = zip(self.selected, told, strict=True)
            found = (kind.dialect_impl(dialect).result_processor(dialect, of) for kind, of in both)
            self.readers = [(place, reader) for place, reader in enumerate(found) if reader is not None]
        return [self._row(values) for values in raw] if self.readers else list(map(self.row, raw))

    def _row(self, raw: Sequence[Any]) -> Any:
        values = list(raw)
        for place, reader in self.readers or ():
            values[place] = reader(values[place])
        return self.row(values)


class Statement:
    """One statement, whose values are named by ``bindparam``; of an INSERT or the SET of an UPDATE, by ``columns``.

    It is executed within the transaction of a connection. Errors are those of SQLAlchemy. No value may be a list that
    is to be expanded.

    Args:
        built: the statement.
        columns: to be set.
    """

    def __init__(self, built: Built, columns: Sequence[str] | None = None) -> None:
        self._built = built
        self._set = columns
        self._compiled: dict[str, _Compiled] = {}

    def all(self, connection: Connection, **values: Any) -> list[Any]:
        """Return all rows; their columns are taken by name."""
        compiled = self._of(connection.dialect)
        cursor = _cursor(connection, compiled.text)
        try:
            cursor.execute(compiled.text, compiled.values(values))
            return compiled.read(connection.dialect, cursor)
        except connection.dialect.loaded_dbapi.Error as error:
            raise _told(connection, compiled.text, cursor, error) from error

    def first(self, connection: Connection, **values: Any) -> Any | None:
        """Return the first row, of which there is at most one; None: there is none."""
        rows = self.all(connection, **values)
        return rows[0] if rows else None

    def execute(self, connection: Connection, **values: Any) -> int:
        """Execute it; return how many rows it changed."""
        compiled = self._of(connection.dialect)
        return _run(connection, compiled.text, compiled.values(values))

    def execute_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute it for some rows of values."""
        for row in rows:
            self.execute(connection, **row)

    def _of(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compile(self._built, self._set, dialect)
        return compiled


def run_text(connection: Connection, text: str) -> None:
    """Have the driver execute a text without values, within the transaction; raises as :class:`Statement`."""
    _run(connection, text, ())


def _run(connection: Connection, text: str, values: Any) -> int:
    cursor = _cursor(connection, text)
    try:
        cursor.execute(text, values)
        return int(cursor.rowcount)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, text, cursor, error) from error


def _cursor(connection: Connection, text: str) -> Any:
    """Return the cursor that a text has on a connection of the driver, as long as that lasts.

    The driver of PostgreSQL keeps with it how its values are written and its columns read: to find that out anew takes
    a quarter of the processor time of a statement. What it holds of the last rows is sealed where it is personal.
    """
    kept: dict[Any, Any] = connection.info
    cursor = kept.get((_CURSOR, text))
    if cursor is None:
        cursor = kept[_CURSOR, text] = connection.connection.cursor()
    return cursor


def _compile(built: Built, columns: Sequence[str] | None, dialect: Dialect) -> _Compiled:
    form: Any = built.compile(dialect=dialect, column_keys=None if columns is None else list(columns))
    names = form.positiontup if form.positional else list(form.binds)
    constants = {name: bind.value for name, bind in form.binds.items() if bind.value is not None}
    binds = tuple((name, form.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names)
    if isinstance(built, TextClause):
        given: Sequence[Any] = ()
    elif isinstance(built, TextualSelect):
        given = [{"name": column.name, "type": column.type} for column in built.selected_columns]
    else:
        given = built.column_descriptions if isinstance(built, Select) else built.returning_column_descriptions
    made: Any = NamedTuple("row", [(column["name"], Any) for column in given])  # type: ignore[misc]
    return _Compiled(
        str(form),
        binds,
        bool(form.positional),
        constants,
        tuple(column["type"] for column in given),
        made._make,
    )


def _told(connection: Connection, text: str, cursor: Any, error: Any) -> BaseException:
    """Return what the driver says as SQLAlchemy has it; a connection that is lost is given up."""
    lost = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
    if lost:
        connection.invalidate(error)
    told: dict[str, Any] = {"hide_parameters": True, "connection_invalidated": lost, "dialect": connection.dialect}
    found: BaseException = exc.DBAPIError.instance(text, None, error, connection.dialect.loaded_dbapi.Error, **told)
    return found
