"""The store's contract: every event is in the log, which others can check, and changes past the service show."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import Connection, delete

from idverify.domain.errors import StoredDataError
from idverify.domain.model import LogHead, TrailHead
from idverify.ports import Store
from idverify.storage.store import SqlStore, open_store
from idverify.storage.tables import log_hashes
from idverify.storage.trail import log_tree
from idverify.storage.trail.trail_end import read_end, write_end
from idverify.trust.log.entries import Opening
from idverify.trust.log.merkle import is_consistent, is_included, leaf_hash
from tests import tlog_reference as reference
from tests.contract.store_kit import KEYS, Intruder, entry
from tests.fakes import NoDeadline


def append(store: Store, *counts: int) -> None:
    """Append events, so many in each of some transactions."""
    for count in counts:
        with store.transaction() as uow:
            for _ in range(count):
                uow.audit.append(entry("s1"))


def entries(store: SqlStore) -> list[bytes]:
    with store.reading() as view:
        return list(view.log.entries(0, view.log.head().size))


def without_log(store: SqlStore) -> None:
    """Make the database one of a version that had no log."""
    with store._engines.writer.begin() as connection:
        end = read_end(connection, store._vault)
        assert end.state is not None
        write_end(connection, store._vault, end.head, replace(end.state, log=None))
        connection.execute(delete(log_hashes))


def proven(store: Store, sequence: int, at: LogHead | None = None, *, whole: bool = False) -> Opening:
    with store.reading() as view:
        at = at or view.log.head()
        proof = view.log.proof(sequence, at, whole=whole)
    assert proof is not None
    opened = Opening.parse(proof.extra)
    assert is_included(leaf_hash(opened.entry()), proof.index, at.size, proof.path, at.root)
    return opened


def test_a_log_begins_empty(store: Store) -> None:
    with store.reading() as view:
        assert view.log.head() == LogHead(0, 0, reference.mth([]))
        assert view.log.proof(1, view.log.head(), whole=True) is None


def test_every_event_is_in_the_log(store: SqlStore) -> None:
    append(store, 1, 3, 1)
    with store.reading() as view:
        assert view.log.head() == LogHead(0, 5, reference.mth(entries(store)))
        events = view.audit.page(0, 10)
    assert [proven(store, e.sequence, whole=True).event()["sequence"] for e in events] == [1, 2, 3, 4, 5]
    assert proven(store, 2, whole=True).event()["subject_id"] == "s1"
    assert "subject_id" not in proven(store, 2).event()
    with store.reading() as view:
        assert view.log.proof(6, view.log.head(), whole=True) is None


def test_a_log_goes_on_over_tiles_and_starts(store: SqlStore, store_url: str) -> None:
    append(store, 250, 1)
    with store.reading() as view:
        before = view.log.head()
    again = open_store(store_url, KEYS)
    append(again, 1, 20, 300)
    with again.reading() as view:
        now = view.log.head()
        assert now.root == reference.mth(entries(again)) == view.log.root(now.size)
        assert view.log.root(251) == before.root
        path = view.log.consistency(251, 572)
        assert view.log.findings(NoDeadline()) == []
    assert is_consistent(251, before.root, 572, now.root, path)
    assert proven(again, 251, before) == proven(again, 251)
    again.close()


def test_what_is_rolled_back_is_not_in_the_log(store: SqlStore) -> None:
    append(store, 1)
    with pytest.raises(ZeroDivisionError), store.transaction() as uow:
        _ = uow.audit.append(entry()).sequence / 0
    append(store, 2)
    assert len(entries(store)) == 3
    assert proven(store, 2).told.text


def test_of_a_log_that_another_went_on_with_only_that_is_read(
    store: SqlStore, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(store, 40)
    another = open_store(store_url, KEYS)
    append(another, 3)
    read: list[tuple[int, int, int]] = []
    hashes = log_tree._hashes

    def noted(connection: Connection, level: int, first: int, count: int) -> list[bytes]:
        read.append((level, first, count))
        return hashes(connection, level, first, count)

    monkeypatch.setattr(log_tree, "_hashes", noted)
    append(store, 1)
    assert read == [(0, 40, 3)]
    with pytest.raises(ZeroDivisionError), store.transaction() as uow:
        _ = uow.audit.append(entry()).sequence / 0
    append(store, 2)
    assert read == [(0, 40, 3)], "of what is rolled back the log of before is remembered too"
    append(another, 1)
    assert read == [(0, 40, 3), (0, 43, 3)]
    with store.reading() as view:
        assert view.log.head() == LogHead(0, 47, reference.mth(entries(store)))
    another.close()


def test_what_another_appended_and_somebody_changed_shows(store: SqlStore, store_url: str, intruder: Intruder) -> None:
    append(store, 2)
    another = open_store(store_url, KEYS)
    append(another, 2)
    another.close()
    intruder.run("UPDATE log_hashes SET hash = (SELECT hash FROM log_hashes WHERE position = 0) WHERE position = 3")
    with pytest.raises(StoredDataError, match="changed past the service"), store.transaction() as uow:
        uow.audit.append(entry())


def test_a_log_is_made_for_a_database_that_has_none(
    store: SqlStore, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(store, 7)
    made = entries(store)
    without_log(store)
    monkeypatch.setattr("idverify.storage.trail.log_fill._BATCH", 2)
    again = open_store(store_url, KEYS)
    assert entries(again) == made
    append(again, 1)
    assert proven(again, 1).entry() == made[0]
    again.close()


def test_making_a_log_goes_on_where_it_was_ended(
    store: SqlStore, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(store, 7)
    made = entries(store)
    without_log(store)
    monkeypatch.setattr("idverify.storage.trail.log_fill._BATCH", 3)
    seconds = iter([0.0, 0.0])
    monkeypatch.setattr("idverify.storage.trail.log_fill.time", SimpleNamespace(monotonic=lambda: next(seconds, None)))
    with pytest.raises(TypeError):  # killed after the second batch
        open_store(store_url, KEYS)
    monkeypatch.undo()
    with store.reading() as view:
        assert view.log.head().size == 6
    again = open_store(store_url, KEYS)
    assert entries(again) == made
    again.close()


def test_a_log_that_is_made_after_an_archive_begins_there(store: SqlStore, store_url: str) -> None:
    append(store, 5)
    with store.transaction() as uow:
        uow.audit.begin_after(TrailHead(2, uow.audit.page(1, 1)[0].hash))
    store.remove_archived()
    without_log(store)
    again = open_store(store_url, KEYS)
    with again.reading() as view:
        assert (view.log.head().after, view.log.head().size) == (2, 3)
        assert view.log.proof(2, view.log.head(), whole=False) is None
    assert proven(again, 3).event()["sequence"] == 3
    again.close()


def test_entries_stay_when_their_events_are_archived(store: SqlStore, store_url: str) -> None:
    append(store, 5)
    before = entries(store)
    with store.transaction() as uow:
        uow.audit.begin_after(TrailHead(2, uow.audit.page(1, 1)[0].hash))
    store.remove_archived()
    append(store, 1)
    assert entries(store)[:5] == before
    with store.reading() as view:
        assert view.log.proof(2, view.log.head(), whole=True) is None
        assert view.log.findings(NoDeadline()) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE log_hashes SET hash = (SELECT hash FROM log_hashes WHERE position = 5) WHERE position = 7",
        "DELETE FROM log_hashes WHERE level = 0 AND position = 7",
        "UPDATE log_hashes SET hash = (SELECT hash FROM log_hashes WHERE position = 5) WHERE level = 1",
    ],
)
def test_a_change_past_the_service_shows(store: SqlStore, store_url: str, intruder: Intruder, change: str) -> None:
    append(store, 300)
    intruder.run(change)
    with store.reading() as view:
        assert "log of the audit trail was changed" in view.log.findings(NoDeadline())[0]
        with pytest.raises(StoredDataError, match="log of the audit trail was changed"):
            view.log.proof(9 if "level = 1" not in change else 290, view.log.head(), whole=False)
    if "level = 1" in change:
        # What appends reads the last tiles only.
        again = open_store(store_url, KEYS)
        with pytest.raises(StoredDataError, match="log of the audit trail was changed"):
            append(again, 1)
        again.close()


def test_a_missing_event_ends_the_making_of_a_log(store: SqlStore, store_url: str, intruder: Intruder) -> None:
    append(store, 3)
    without_log(store)
    intruder.drop_guards()
    intruder.run("DELETE FROM audit WHERE sequence = 2")
    with pytest.raises(StoredDataError, match=r"event 2 .* missing"):
        open_store(store_url, KEYS)
    intruder.run("DELETE FROM audit WHERE sequence = 3")
    with pytest.raises(StoredDataError, match=r"event 2 .* missing"):
        open_store(store_url, KEYS)
