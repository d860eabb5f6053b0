"""What each row held when it was written, and by which event: so that one that was changed past the service is named.

Whether anything is wrong the sums of :mod:`idverify.storage.trail.tally` say, which are sealed; which row it is, the
marks do: of each row the HMAC of all that it holds, but for the wrapped data key, which a change of the root secret
wraps anew: whether it opens, :mod:`idverify.storage.trail.row_keys` says. Whoever takes a row and its mark out together
leaves the sums.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, literal, select, tuple_

from idverify.storage.tables import AnyRow, row_marks
from idverify.storage.trail.naming import BATCH, first_of, in_batches
from idverify.storage.trail.tally import PLACES, TABLES
from idverify.storage.vault import Vault

_UNMARKED = frozenset({"master_key_id", "data_key_sealed"})

_KEYS: Mapping[str, tuple[str, ...]] = {
    "subjects": ("subject_id",),
    "encounters": ("encounter_id",),
    "templates": ("template_id",),
    "images": ("encounter_id", "place"),
    "records": ("subject_id", "record_type", "version"),
    "clients": ("name",),
    "devices": ("device_id",),
    "consents": ("consent_id",),
    "catalogue": ("kind", "code", "version"),
    "confirmations": ("confirmation_id",),
    "citizen_changes": ("subject_id", "version"),
    "former_numbers": ("number_hash",),
    "virtual_numbers": ("number_hash",),
    "presences": ("presence_id",),
    "citizen_pins": ("subject_id",),
    "slips": ("serial",),
    "held_acts": ("act_id",),
    "legal_holds": ("hold_id",),
    "subject_requests": ("subject_request_id",),
    "reference_encounters": ("encounter_id",),
    "reference_galleries": ("gallery_hash", "encounter_id"),
}
"""The columns by which a row is found again, whatever version of it is there."""

_PUBLIC = {"former_numbers": ("subject_id",), "virtual_numbers": ("subject_id", "version")}
"""What names a row whose key is the hash of a number, which is told nobody."""

_AT: Mapping[str, tuple[int, ...]] = {
    name: tuple([getattr(column, "name", None) for column in PLACES[name]].index(key) for key in keys)
    for name, keys in _KEYS.items()
}
"""Where the key stands in a place."""


def put_marks(connection: Connection, vault: Vault, event: int, touched: Iterable[tuple[str, Sequence[Any]]]) -> None:
    """Mark what a transaction has written, and forget the marks of what it has removed.

    Args:
        connection: in the transaction.
        vault: for the marks.
        event: the last of the transaction.
        touched: rows, each by its table and what tells it from all others in it.
    """
    keys: dict[str, dict[str, Sequence[Any]]] = {}
    for name, place in touched:
        key = [place[at] for at in _AT[name]]
        keys.setdefault(name, {})[_text(key)] = key
    for name, of_table in keys.items():
        for some in _some(list(of_table)):
            connection.execute(delete(row_marks).where(row_marks.c.name == name, row_marks.c.row.in_(some)))
            _insert(connection, vault, name, event, _rows(connection, name, [of_table[text] for text in some]).values())


def fill_marks(connection: Connection, vault: Vault) -> None:
    """Mark every row that is there as it is, as of no event: those of before are known by that alone."""
    connection.execute(delete(row_marks))
    for name, table in TABLES.items():
        for some in in_batches(connection, select(table)):
            _insert(connection, vault, name, 0, some)


def mark_next(
    connection: Connection, vault: Vault, name: str, after: Sequence[Any] | None
) -> tuple[Sequence[Any] | None, int]:
    """Mark the next few rows of a table that have no mark yet, as :func:`fill_marks` does.

    Args:
        connection: in a transaction.
        vault: for the marks.
        name: of the table.
        after: key of the last row before them; None: from the first on.

    Returns:
        The key of the last of them, None if there were none; and how many rows were looked at.
    """
    table, keys = TABLES[name], [TABLES[name].c[key] for key in _KEYS[name]]
    query = select(table).order_by(*keys).limit(BATCH)
    if after is not None:
        last = (literal(value, column.type) for value, column in zip(after, keys, strict=True))
        query = query.where(tuple_(*keys) > tuple_(*last))
    rows = {_key_of(name, row): row for row in connection.execute(query)}
    marked = select(row_marks.c.row).where(row_marks.c.name == name, row_marks.c.row.in_(list(rows)))
    known = set(connection.execute(marked).scalars())
    _insert(connection, vault, name, 0, [row for text, row in rows.items() if text not in known])
    if not rows:
        return None, 0
    *_, newest = rows.values()
    return [getattr(newest, column) for column in _KEYS[name]], len(rows)


def new_findings(connection: Connection, vault: Vault, after: int, each: Callable[[], object]) -> Iterator[str]:
    """Name the rows that were written with an event or later, and are not as they were left."""
    query = select(row_marks).where(row_marks.c.event >= after)
    yield from first_of(_against_rows(connection, vault, query, each), "and more rows")


def all_findings(connection: Connection, vault: Vault, each: Callable[[], object]) -> Iterator[str]:
    """Name all rows that are not as they were left, that are gone, or that the service did not write."""
    yield from first_of(_everything(connection, vault, each), "and more rows")


def _everything(connection: Connection, vault: Vault, each: Callable[[], object]) -> Iterator[str]:
    yield from _against_rows(connection, vault, select(row_marks), each)
    for name, table in TABLES.items():
        for some in in_batches(connection, select(table)):
            each()
            rows = {_key_of(name, row): row for row in some}
            query = select(row_marks.c.row).where(row_marks.c.name == name, row_marks.c.row.in_(list(rows)))
            known = set(connection.execute(query).scalars())
            for text, row in rows.items():
                if text not in known:
                    yield f"{name}: {_named(name, row)} was not written by the service"


def _against_rows(
    connection: Connection, vault: Vault, query: Select[Any], each: Callable[[], object]
) -> Iterator[str]:
    ordered = query.order_by(row_marks.c.name, row_marks.c.row)
    for some in in_batches(connection, ordered):
        each()
        for name in dict.fromkeys(mark.name for mark in some):
            marks = [mark for mark in some if mark.name == name]
            rows = _rows(connection, name, [_values(name, mark.row) for mark in marks])
            for mark in marks:
                row = rows.get(mark.row)
                if row is None:
                    yield f"{name}: {_gone(mark)} is gone"
                elif _mark(vault, name, row) != bytes(mark.mark):
                    yield f"{name}: {_named(name, row)}{_written(mark)} was changed"


def _insert(connection: Connection, vault: Vault, name: str, event: int, rows: Iterable[AnyRow]) -> None:
    values = [
        {"name": name, "row": _key_of(name, row), "event": event, "mark": _mark(vault, name, row)} for row in rows
    ]
    if values:
        connection.execute(insert(row_marks), values)


def _rows(connection: Connection, name: str, keys: Sequence[Sequence[Any]]) -> dict[str, AnyRow]:
    """Return the rows of some keys that are there; by the first column of the key, which is in an index."""
    table, wanted = TABLES[name], {_text(key) for key in keys}
    first = table.c[_KEYS[name][0]]
    rows = connection.execute(select(table).where(first.in_({key[0] for key in keys})))
    found = ((_key_of(name, row), row) for row in rows)
    return {text: row for text, row in found if text in wanted}


def _mark(vault: Vault, name: str, row: AnyRow) -> bytes:
    held = (getattr(row, column.name) for column in TABLES[name].c if column.name not in _UNMARKED)
    return vault.row_mark(f"{name} as written", held).to_bytes(32)[:16]


def _key_of(name: str, row: AnyRow) -> str:
    return _text([getattr(row, column) for column in _KEYS[name]])


def _text(key: Sequence[Any]) -> str:
    return json.dumps([part.hex() if isinstance(part, bytes) else part for part in key])


def _values(name: str, text: str) -> list[Any]:
    key = json.loads(text)
    return [bytes.fromhex(part) for part in key] if _KEYS[name] == ("number_hash",) else key


def _named(name: str, row: AnyRow) -> str:
    """Return which row it is, without a number: its ordinal if it has one, and what tells it from others."""
    columns = _PUBLIC.get(name, _KEYS[name])
    if "ordinal" in TABLES[name].c:
        columns = ("ordinal", *columns)
    return ", ".join(f"{column} {getattr(row, column)}" for column in columns)


def _gone(mark: AnyRow) -> str:
    key = zip(_KEYS[mark.name], json.loads(mark.row), strict=True)
    told = ", ".join(f"{column} {part}" for column, part in key if column != "number_hash") or "a row"
    return f"{told}{_written(mark)}"


def _written(mark: AnyRow) -> str:
    return f", written with event {mark.event}" if mark.event else ""


def _some(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
