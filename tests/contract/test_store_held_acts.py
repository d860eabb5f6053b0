"""The store's contract: acts that wait are what the service left, or do not open, and leave nothing when over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import Act, ActState, ActSubject, HeldAct, Presented, RequestContext
from idverify.storage.failures import ReadOnlyViewError
from idverify.storage.store import SqlStore
from idverify.storage.survey import survey
from tests.contract.store_kit import KEYS, NOW, Intruder

LATER = NOW + timedelta(hours=24)
BODY = b"<delete number 079203001234>"
ACT = HeldAct(
    "4e0b1c1e-1111-4a52-9d3c-0a8a3c1f7e11",
    Act.ERASE,
    "idverify.v1.EnrolmentService/DeleteCitizen",
    "enroller",
    "r1",
    RequestContext("r1", purpose="CITIZEN_REQUEST", officer_id="cb-07"),
    b"\1\2",
    BODY,
    Presented(b"<certificate>", "aa"),
    NOW,
    LATER,
    subject=ActSubject("079203001234", "s1", 3, ("s2",)),
)
OTHER = replace(ACT, act_id="4e0b1c1e-2222-4a52-9d3c-0a8a3c1f7e11", act=Act.EXPORT, presented=None, subject=None)


def add(store: SqlStore, *acts: HeldAct) -> None:
    with store.transaction() as uow:
        for act in acts:
            uow.acts.add(act)


def put(store: SqlStore, act: HeldAct) -> None:
    with store.transaction() as uow:
        uow.acts.put(act)


def found(url: str) -> list[str]:
    return [finding.code for finding in survey(url, KEYS, None).findings]


def get(store: SqlStore) -> HeldAct | None:
    with store.reading() as view:
        return view.acts.get(ACT.act_id)


def test_acts_come_back_whole(store: SqlStore) -> None:
    add(store, ACT, OTHER)
    approved = ACT.decided_as(ActState.APPROVED, "chief", NOW)
    put(store, approved)
    with store.reading() as view:
        assert view.acts.get(ACT.act_id) == approved
        assert view.acts.get("none") is None
        assert view.acts.find("enroller", "r1") == OTHER, "the newest"
        assert view.acts.find("chief", "r1") is None
        assert [act for _, act in view.acts.page(0, 10)] == [approved, OTHER]
        ((ordinal, _),) = view.acts.page(0, 1)
        assert [act for _, act in view.acts.page(ordinal, 10)] == [OTHER]


def test_what_waits_and_what_is_due(store: SqlStore) -> None:
    add(store, ACT, OTHER)
    put(store, ACT.decided_as(ActState.REJECTED, "chief", NOW))
    with store.transaction() as uow:
        assert uow.acts.open() == [OTHER]
        count, size = uow.acts.waiting("enroller", NOW)
        assert (count, size > 100) == (1, True)
        assert uow.acts.waiting("enroller", LATER) == (0, 0)
        assert uow.acts.due(NOW) == []
        assert uow.acts.due(LATER) == [OTHER]
        uow.acts.forget(LATER)
        assert len(uow.acts.page(0, 10)) == 2
        uow.acts.forget(LATER + timedelta(seconds=1))
        assert uow.acts.page(0, 10) == []


def test_two_decisions_at_once_are_one(store: SqlStore) -> None:
    add(store, ACT)
    put(store, ACT.decided_as(ActState.REJECTED, "chief", NOW))
    with pytest.raises(DomainError) as caught:
        put(store, ACT.decided_as(ActState.APPROVED, "deputy", NOW))
    assert caught.value.reason is Reason.VERSION_MISMATCH


@pytest.mark.parametrize("change", ["caller = 'chief'", "key = 'r2'", "version = 2", f"act_id = '{OTHER.act_id}'"])
def test_an_act_given_to_another_does_not_open(store: SqlStore, intruder: Intruder, change: str) -> None:
    add(store, ACT)
    intruder.run(f"UPDATE held_acts SET {change}")
    with pytest.raises(StoredDataError), store.reading() as view:
        view.acts.page(0, 10)


def test_nothing_of_an_act_lies_open_and_nothing_remains_when_it_is_over(
    store: SqlStore, store_url: str, intruder: Intruder
) -> None:
    add(store, ACT)
    ((sealed,),) = intruder.ask("SELECT act_sealed FROM held_acts")
    assert BODY not in bytes(sealed)
    put(store, ACT.ended_as(ActState.DONE))
    after = get(store)
    assert after is not None
    assert (after.body, after.subject, after.closed) == (None, None, True)
    if intruder.dialect == "sqlite":
        database = Path(str(make_url(store_url).database))
        left = b"".join(file.read_bytes() for file in database.parent.glob(database.name + "*"))
        assert bytes(sealed) not in left


def test_a_used_approval_that_is_put_back_is_found(store: SqlStore, store_url: str, intruder: Intruder) -> None:
    add(store, ACT, OTHER)
    approved = ACT.decided_as(ActState.APPROVED, "chief", NOW)
    put(store, approved)
    intruder.run("CREATE TABLE kept AS SELECT act_sealed, version, closed FROM held_acts WHERE version = 2")
    put(store, approved.ended_as(ActState.DONE))
    assert found(store_url) == []
    columns = ", ".join(f"{name} = (SELECT {name} FROM kept)" for name in ("act_sealed", "version", "closed"))
    intruder.run(f"UPDATE held_acts SET {columns} WHERE version = 3")
    assert get(store) == approved, "it opens"
    assert found(store_url) == ["ROWS_EXCHANGED"]
    intruder.run("DELETE FROM held_acts WHERE version = 2")
    assert found(store_url) == ["ROWS_DIFFER"]


def test_acts_that_are_forgotten_are_counted_off(store: SqlStore, store_url: str) -> None:
    add(store, ACT, OTHER)
    with store.transaction() as uow:
        uow.acts.forget(LATER + timedelta(seconds=1))
    assert found(store_url) == []


def test_a_view_refuses_to_write(store: SqlStore) -> None:
    with store.reading() as view:
        with pytest.raises(ReadOnlyViewError):
            view.acts.add(ACT)
        with pytest.raises(ReadOnlyViewError):
            view.acts.put(ACT)
        with pytest.raises(ReadOnlyViewError):
            view.acts.forget(NOW)
