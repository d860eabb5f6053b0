"""What a migration does to a database that an older program is to work on beside the new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, inspect, text


@dataclass(frozen=True)
class TableShape:
    """A table as a program sees it that writes to it.

    Attributes:
        columns: type, and whether it may be left out, by name.
        demands: what a row must hold to beside that: keys and unique columns, named columns of other tables, checks.
        code: triggers on it.
    """

    columns: Mapping[str, tuple[str, bool]]
    demands: frozenset[str]
    code: frozenset[str]


def shapes(connection: Connection) -> Mapping[str, TableShape]:
    """Return every table of an SQLite database."""
    inspector = inspect(connection)
    triggers = connection.execute(text("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    return {
        name: TableShape(
            {column["name"]: _column(column) for column in inspector.get_columns(name)},
            frozenset(
                str(demand)
                for demand in (
                    inspector.get_pk_constraint(name)["constrained_columns"],
                    *(sorted(unique["column_names"]) for unique in inspector.get_unique_constraints(name)),
                    *(sorted(map(str, i["column_names"])) for i in inspector.get_indexes(name) if i["unique"]),
                    *(f"of {key['referred_table']}" for key in inspector.get_foreign_keys(name)),
                    *(check["sqltext"] for check in inspector.get_check_constraints(name)),
                )
            ),
            frozenset(sql for table, sql in triggers if table == name),
        )
        for name in inspector.get_table_names()
    }


def _column(column: Mapping[str, Any]) -> tuple[str, bool]:
    return str(column["type"]), column["nullable"] or column["default"] is not None


def contractions(before: Mapping[str, TableShape], after: Mapping[str, TableShape]) -> Iterator[str]:
    """Say what a program that knows ``before`` would stumble over in ``after``: what is not only added."""
    for name, old in before.items():
        new = after.get(name)
        if new is None:
            yield f"{name} is gone"
            continue
        for column, kind in old.columns.items():
            if new.columns.get(column) != kind:
                yield f"{name}.{column} is gone or another"
        yield from (
            f"{name}.{column} must be filled in"
            for column, (_, optional) in new.columns.items()
            if column not in old.columns and not optional
        )
        if new.demands - old.demands:
            yield f"{name} demands more of a row"
        if new.code - old.code:
            yield f"{name} has other triggers"
    for name in after.keys() - before.keys():
        if any(demand.removeprefix("of ") in before for demand in after[name].demands):
            yield f"{name} has rows that go with, or hold on to, those of older tables"
