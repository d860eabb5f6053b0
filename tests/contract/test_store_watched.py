"""Whoever watches is told what was committed and nothing else, and is shown how large the database is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from idverify.domain.model import AuditEntry
from idverify.ports import Shown, Stage
from idverify.storage.store import SqlStore, open_store
from tests.contract.store_kit import KEYS, NUMBER, PERSON, enrol, entry
from tests.noting import Noting
from tests.waiting import PATIENCE


@pytest.fixture
def watch() -> Noting:
    """Who watches."""
    return Noting()


@pytest.fixture
def watched(store_url: str, watch: Noting) -> Iterator[SqlStore]:
    """A store that is watched."""
    opened = open_store(store_url, KEYS, patience=PATIENCE, watch=watch)
    watch.told.clear()
    yield opened
    opened.close()


def events(watch: Noting) -> list[AuditEntry]:
    return [told for told in watch.told if isinstance(told, AuditEntry)]


def test_events_are_told_once_they_are_committed(watched: SqlStore, watch: Noting) -> None:
    with watched.transaction() as uow:
        uow.audit.append(entry("s1"))
        uow.audit.append(entry("s1", "Identify", "NO_MATCH"))
        assert events(watch) == []
    assert events(watch) == [entry("s1"), entry("s1", "Identify", "NO_MATCH")]


def test_what_was_rolled_back_never_was(watched: SqlStore, watch: Noting) -> None:
    with pytest.raises(ZeroDivisionError), watched.transaction() as uow:
        _ = uow.audit.append(entry("s1")).sequence / 0
    assert events(watch) == []
    assert watch.told == [Stage.WRITE_WAIT, Stage.WRITE]


def test_reading_is_not_told(watched: SqlStore, watch: Noting) -> None:
    with watched.reading() as view:
        view.subjects.page(0, 1)
    assert watch.told == []


def test_how_large_the_database_is(watched: SqlStore) -> None:
    def seen() -> dict[tuple[Shown, str], float]:
        return {(figure.of, figure.label): figure.value for figure in watched.figures()}

    before = seen()
    for number in range(20):
        enrol(watched, f"{int(NUMBER) + number:012d}", person=PERSON)
    after = seen()
    assert sum(v for (of, _), v in after.items() if of is Shown.DATABASE_BYTES) >= sum(
        v for (of, _), v in before.items() if of is Shown.DATABASE_BYTES
    ) > 0  # fmt: skip
    assert {label for of, label in after if of is Shown.DATABASE_CONNECTIONS} == {"writer", "reader"}
    assert after[Shown.DATABASE_CONNECTIONS, "writer"] == 0
    with watched.reading() as view:
        view.subjects.page(0, 1)
        assert seen()[Shown.DATABASE_CONNECTIONS, "reader"] >= 1
    is_file = (Shown.DATABASE_BYTES, "file") in after
    assert ((Shown.DATABASE_FREE_BYTES, "") in after) is is_file
    assert not is_file or after[Shown.DATABASE_FREE_BYTES, ""] > 0


def test_how_long_the_log_is(watched: SqlStore) -> None:
    assert watched.log_entries() == 0
    with watched.transaction() as uow:
        uow.audit.append(entry("s1"))
    assert watched.log_entries() == 1
