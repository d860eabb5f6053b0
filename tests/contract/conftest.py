"""One contract, every database."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from idverify.storage.store import SqlStore, open_store
from tests.contract.store_kit import KEYS, Intruder

POSTGRES = "IDVERIFY_TEST_POSTGRES_URL"


@pytest.fixture(params=["sqlite", "postgresql"] if POSTGRES in os.environ else ["sqlite"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database: a file, or a schema of its own on the PostgreSQL server the environment names."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite'}"
        return
    server = make_url(os.environ[POSTGRES]).set(drivername="postgresql+psycopg")
    schema = f"test_{uuid.uuid4().hex}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield server.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    """An open, empty store; short of patience, so that tests of locks are quick."""
    opened = open_store(store_url, KEYS, patience=2.0)
    yield opened
    opened.close()


@pytest.fixture
def intruder(store_url: str) -> Iterator[Intruder]:
    """Somebody who reaches the database past the program."""
    someone = Intruder(store_url)
    yield someone
    someone.close()
