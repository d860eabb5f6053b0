"""Migrations lose nothing, and only add; one that does more says that older programs may not work on the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, inspect, text

from idverify.storage import schema
from tests.contract.schema_history import TableShape, contractions, shapes

FIRST_THAT_SAYS = "0028"
"""Before it nothing was released, and no program looks which may work on a database."""

MIGRATIONS = Path(schema.__file__).parent / "migrations"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{tmp_path / 'history.db'}")
    event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def migrated(connection: Connection) -> Iterator[str]:
    """Run one migration after the other; yield the revision of each."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions())):
        command.upgrade(config, script.revision)
        yield script.revision


def test_migrations_only_add_or_say_so(connection: Connection) -> None:
    before: Mapping[str, TableShape] = {}
    did_more: dict[str, list[str]] = {}
    for revision in migrated(connection):
        after = shapes(connection)
        if before and (found := list(contractions(before, after))):
            did_more[revision] = found
        if revision >= FIRST_THAT_SAYS:
            (oldest,) = connection.execute(text("SELECT revision FROM schema_oldest")).scalars()
            assert (revision in did_more) <= (oldest == revision), (
                f"{revision}: {did_more[revision]}: write it into schema_oldest, in a release after the one that "
                "stopped needing what goes"
            )
            assert oldest <= revision
        before = after
    assert set(did_more["0004"]) == {"replies.body_sealed is gone or another", "audit has other triggers"}


def test_the_files_of_the_migrations_are_named_after_what_they_make() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    walked = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert schema.revisions() == tuple(reversed(walked))


def test_no_row_is_lost_on_the_way_from_any_version(connection: Connection) -> None:
    """A row of every table since it was made, as the version wrote it that made it."""
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    written: dict[str, dict[str, object]] = {}
    for revision in migrated(connection):
        for table in inspect(connection).get_table_names():
            columns = {column["name"]: str(column["type"]) for column in inspect(connection).get_columns(table)}
            if table not in written and not _rows(connection, table):
                row = {name: _value(kind) for name, kind in columns.items()}
                marks = ", ".join(f":{name}" for name in row)
                connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"), row)
                written[table] = row
            kept = {name: value for name, value in written.get(table, {}).items() if name in columns}
            assert any(kept.items() <= row.items() for row in _rows(connection, table)), f"{table} at {revision}"
    assert len(written) > 25


def _rows(connection: Connection, table: str) -> list[dict[str, object]]:
    return [dict(row._mapping) for row in connection.execute(text(f"SELECT * FROM {table}"))]


def _value(kind: str) -> object:
    if "INT" in kind or "FLOAT" in kind or "BOOL" in kind:
        return 1
    return b"x" if "BLOB" in kind else "x"


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("CREATE TABLE b (id INTEGER PRIMARY KEY)", []),
        ("ALTER TABLE a ADD COLUMN more TEXT", []),
        ("ALTER TABLE a ADD COLUMN more TEXT NOT NULL DEFAULT ''", []),
        ("CREATE INDEX i ON a (name)", []),
        ("DROP TABLE a", ["a is gone"]),
        ("ALTER TABLE a DROP COLUMN name", ["a.name is gone or another"]),
        ("ALTER TABLE a RENAME COLUMN name TO title", ["a.name is gone or another"]),
        ("CREATE UNIQUE INDEX i ON a (name)", ["a demands more of a row"]),
        ("CREATE TRIGGER t BEFORE INSERT ON a BEGIN SELECT RAISE(ABORT, 'no'); END", ["a has other triggers"]),
        (
            "CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id))",
            ["b has rows that go with, or hold on to, those of older tables"],
        ),
    ],
)
def test_what_is_more_than_added_is_seen(connection: Connection, statement: str, found: list[str]) -> None:
    connection.exec_driver_sql("CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT)")
    before = shapes(connection)
    connection.exec_driver_sql(statement)
    assert list(contractions(before, shapes(connection))) == found


def test_a_column_that_must_be_filled_in_is_seen() -> None:
    old = TableShape({"id": ("INTEGER", False)}, frozenset(), frozenset())
    new = TableShape({"id": ("INTEGER", False), "more": ("TEXT", False)}, frozenset(), frozenset())
    assert list(contractions({"a": old}, {"a": new})) == ["a.more must be filled in"]
