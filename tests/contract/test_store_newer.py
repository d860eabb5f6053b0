"""A database that a newer version of the program added to is worked on, and loses nothing of what that one noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from idverify.domain.errors import StoredDataError
from idverify.storage.engine import make_engines
from idverify.storage.store import SqlStore, open_store
from idverify.storage.survey import survey
from idverify.storage.trail.tally import Tally
from idverify.storage.trail.trail_end import read_end, write_end
from idverify.storage.vault import Vault
from tests.contract.store_kit import KEYS, NUMBER, Intruder, enrol, entry

VAULT = Vault(KEYS)


@pytest.fixture
def newer(store: SqlStore, store_url: str, intruder: Intruder) -> Iterator[Callable[[], SqlStore]]:
    """A store, with a citizen, that the version after this one migrated; opens it by this one."""
    enrol(store)
    store.close()
    intruder.run("CREATE TABLE later (id INTEGER PRIMARY KEY, what TEXT NOT NULL)")
    intruder.run("INSERT INTO later VALUES (1, 'x')")
    intruder.run("ALTER TABLE slips ADD COLUMN later TEXT")
    intruder.run("UPDATE alembic_version SET version_num = '9999'")
    engines = make_engines(store_url, 5.0)
    with engines.writer.begin() as connection:
        end = read_end(connection, VAULT)
        assert end.state is not None
        tallies = {**end.state.tallies, "later": Tally(1, 7)}
        write_end(connection, VAULT, end.head, replace(end.state, tallies=tallies, further={"later": ["kept"]}))
    engines.close()
    opened: list[SqlStore] = []

    def reopened() -> SqlStore:
        opened.append(open_store(store_url, KEYS))
        return opened[-1]

    yield reopened
    for each in opened:
        each.close()


def test_it_is_worked_on(newer: Callable[[], SqlStore], store_url: str, intruder: Intruder) -> None:
    assert survey(store_url, KEYS, None).findings == ()
    store = newer()
    other = enrol(store, "079203009999")
    with store.transaction() as uow:
        uow.subjects.delete(other)
        uow.audit.append(entry())
    with store.reading() as view:
        assert view.subjects.id_of(NUMBER) is not None
        assert view.audit.check().first_broken == 0
    assert survey(store_url, KEYS, None).findings == ()
    assert intruder.ask("SELECT version_num FROM alembic_version") == [("9999",)]


def test_what_the_newer_version_noted_stays(newer: Callable[[], SqlStore]) -> None:
    store = newer()
    with store.transaction() as uow:
        uow.audit.append(entry())
    with store._engines.reader.begin() as connection:
        state = read_end(connection, VAULT).state
    assert state is not None
    assert state.further == {"later": ["kept"]}
    assert state.tallies["later"] == Tally(1, 7)
    assert state.tallies["subjects"].count == 1


def test_what_this_version_would_not_understand_is_refused(newer: Callable[[], SqlStore], intruder: Intruder) -> None:
    intruder.run("UPDATE schema_oldest SET revision = '9999'")
    with pytest.raises(StoredDataError, match="newer version"):
        newer()


def test_a_newer_version_that_does_not_say_is_refused(newer: Callable[[], SqlStore], intruder: Intruder) -> None:
    intruder.run("DROP TABLE schema_oldest")
    with pytest.raises(StoredDataError, match="newer version"):
        newer()


def test_a_database_says_which_program_may_work_on_it(store: SqlStore) -> None:
    with store._engines.reader.begin() as connection:
        assert connection.execute(text("SELECT revision FROM schema_oldest")).scalar_one() == "0031"
