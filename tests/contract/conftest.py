"""One contract, every database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.storage.store import SqlStore, open_store
from tests.contract.store_kit import KEYS, Intruder
from tests.databases import KINDS, Databases
from tests.waiting import PATIENCE


def migrate(url: str) -> None:
    """Make the tables of an empty database, as a first start does."""
    open_store(url, KEYS, patience=PATIENCE).close()


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database; where ``store`` is asked for, of one with all tables, which is sooner copied."""
    databases = Databases(request.param)
    yield databases.copy(tmp_path, migrate) if "store" in request.fixturenames else databases.url(tmp_path)
    databases.drop()


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    """An open, empty store, as patient as a busy machine asks for; tests of locks open others."""
    opened = open_store(store_url, KEYS, patience=PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def intruder(store_url: str) -> Iterator[Intruder]:
    """Somebody who reaches the database past the program."""
    someone = Intruder(store_url)
    yield someone
    someone.close()
