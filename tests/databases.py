"""The databases that the service is tested on: files, and schemas of a real PostgreSQL server where there is one.

``.ci/with-postgresql`` starts a server and names it to the tests.
"""

from __future__ import annotations

import atexit
import os
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, text

from idverify.storage.engine import make_engines
from idverify.storage.schema import upgrade
from tests.waiting import PATIENCE

_POSTGRESQL = "IDVERIFY_TEST_POSTGRES_URL"

KINDS = ("sqlite", "postgresql") if _POSTGRESQL in os.environ else ("sqlite",)
"""Parameters of a fixture that runs its tests on each of them."""


class Databases:
    """Empty databases of one kind, one for each data folder, for as long as a fixture lives.

    Whatever asks for PostgreSQL where there is none is skipped, saying for all tests that they ran without.
    """

    def __init__(self, kind: str) -> None:
        if kind == "postgresql" and _POSTGRESQL not in os.environ:
            pytest.skip(
                f"contract and end-to-end tests ran on SQLite alone: {_POSTGRESQL} names no server "
                "(.ci/with-postgresql COMMAND starts one)"
            )
        self._kind = kind
        self._schemas: dict[Path, str] = {}
        self._copies: dict[Path, tuple[URL, str]] = {}

    def url(self, data_dir: Path) -> str:
        """Return the URL of the folder's database: the same one every time, made the first time."""
        if self._kind == "sqlite":
            return f"sqlite:///{data_dir / 'idverify.db'}"
        if data_dir in self._copies:
            return _in_schema(*self._copies[data_dir])
        if data_dir not in self._schemas:
            self._schemas[data_dir] = f"test_{uuid.uuid4().hex}"
            _run(f"CREATE SCHEMA {self._schemas[data_dir]}")
        # A real server has one service's tables in one schema, and no test sees another's.
        return _in_schema(_server(), self._schemas[data_dir])

    def copy(self, data_dir: Path, fill: Callable[[str], None]) -> str:
        """Return the URL of the folder's database, made the first time as a copy of one that ``fill`` filled once."""
        if self._kind == "sqlite":
            copy_file(data_dir, fill)
        elif data_dir not in self._schemas and data_dir not in self._copies:
            filled, copied = _filled_database(fill), f"test_{uuid.uuid4().hex}"
            _run(f"CREATE DATABASE {copied} TEMPLATE {filled}")
            self._copies[data_dir] = _server().set(database=copied), filled
        return self.url(data_dir)

    def drop(self) -> None:
        """Take schemas and copies away; whatever still holds a lock in them, or is connected, is at fault."""
        for schema in self._schemas.values():
            _run(f"DROP SCHEMA {schema} CASCADE")
        for database, _ in self._copies.values():
            _run(f"DROP DATABASE {database.database}")


def copy_file(data_dir: Path, fill: Callable[[str], None]) -> None:
    """Make the database file of a folder, and the folder, if neither is there: a copy of one that was filled once."""
    file = data_dir / "idverify.db"
    if not file.exists():
        data_dir.mkdir(0o700, parents=True, exist_ok=True)
        file.touch(0o600)
        file.write_bytes(_filled_file(fill))


def make_tables(url: str) -> None:
    """Make the tables of an empty database and nothing in them: what a first start begins with, but sooner."""
    engines = make_engines(url, PATIENCE)
    with engines.writer.begin() as connection:
        upgrade(connection)
    engines.close()


@cache
def _filled_file(fill: Callable[[str], None]) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "idverify.db"
        fill(f"sqlite:///{file}")
        return file.read_bytes()


@cache
def _filled_database(fill: Callable[[str], None]) -> str:
    """Return the name of the database, in which the schema is called the same; it goes when the process ends."""
    name = f"test_{uuid.uuid4().hex}"
    _run(f"CREATE DATABASE {name}")
    atexit.register(_run, f"DROP DATABASE {name}")
    database = _server().set(database=name)
    _run(f"CREATE SCHEMA {name}", database)
    fill(_in_schema(database, name))
    return name


def _server() -> URL:
    return make_url(os.environ[_POSTGRESQL]).set(drivername="postgresql")


def _in_schema(database: URL, schema: str) -> str:
    told = {"options": f"-csearch_path={schema}", "application_name": schema}
    return database.update_query_dict(told).render_as_string(hide_password=False)


def _run(statement: str, database: URL | None = None) -> None:
    url = (database or _server()).set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # A test that left a connection in a transaction must fail here, not stop the whole run.
        connection.execute(text("SET lock_timeout = '20s'"))
        connection.execute(text(statement))
