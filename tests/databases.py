"""The databases that the service is tested on: files, and schemas of a real PostgreSQL server where there is one.

``.ci/with-postgresql`` starts a server and names it to the tests.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, text

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

    def url(self, data_dir: Path) -> str:
        """Return the URL of the folder's database: the same one every time, made the first time."""
        if self._kind == "sqlite":
            return f"sqlite:///{data_dir / 'idverify.db'}"
        if data_dir not in self._schemas:
            self._schemas[data_dir] = f"test_{uuid.uuid4().hex}"
            _run(f"CREATE SCHEMA {self._schemas[data_dir]}")
        # A real server has one service's tables in one schema, and no test sees another's.
        schema = self._schemas[data_dir]
        told = {"options": f"-csearch_path={schema}", "application_name": schema}
        return _server().update_query_dict(told).render_as_string(hide_password=False)

    def drop(self) -> None:
        """Take the schemas away; whatever still holds a lock in them is at fault."""
        for schema in self._schemas.values():
            _run(f"DROP SCHEMA {schema} CASCADE")


def _server() -> URL:
    return make_url(os.environ[_POSTGRESQL]).set(drivername="postgresql")


def _run(statement: str) -> None:
    engine = create_engine(_server().set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        # A test that left a connection in a transaction must fail here, not stop the whole run.
        connection.execute(text("SET lock_timeout = '20s'"))
        connection.execute(text(statement))
