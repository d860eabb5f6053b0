"""The erasure list says who was erased: no more and no less, whatever ends the process in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import AuditEntry, AuditEvent, RequestContext
from idverify.trust.backup.erasure_list import Erased, ErasureList, Line
from idverify.trust.key_file import load_master_keys
from tests.backup_kit import Kept, Now, enrol, erase
from tests.contract.store_kit import feature


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """A register with 0, 1 and 2: events 1 to 3."""
    kept = Kept(tmp_path, "data")
    with kept.open() as (register, _):
        for subject_id in "012":
            enrol(register, subject_id)
    return kept


def listed(kept: Kept) -> ErasureList:
    return ErasureList(kept.settings.erasure_file, load_master_keys(kept.settings.master_key_file))


def names(kept: Kept) -> list[Line]:
    """The lines that name somebody."""
    return [line for line in listed(kept).read().lines if line.subject]


def test_who_is_erased_is_listed_with_the_event(kept: Kept) -> None:
    with kept.open() as (register, keeper):
        erase(register, keeper, "1")
        with register.store.reading() as view:
            (event,) = view.audit.erasures_after(0)
    (line,) = names(kept)
    assert (line.event, line.subject) == (event.sequence, listed(kept).digest("1"))
    assert event.entry.subject_id == "1"


def deleted(sequence: int, subject_id: str) -> AuditEvent:
    """The event of an erasure that the trail does not have."""
    entry = AuditEntry(Now().now(), "c", "DeleteCitizen", "DELETED", subject_id, RequestContext(), {})
    return AuditEvent(sequence, entry, "")


class Stopped(Exception):  # noqa: N818 - what ends a transaction
    """Something else went wrong."""


def roll_back(kept: Kept, subject_id: str) -> None:
    with kept.open() as (register, keeper), register.store.transaction() as uow:
        uow.on_rollback(keeper.note([deleted(4, subject_id)]))
        raise Stopped


def test_what_is_rolled_back_is_not_listed(kept: Kept) -> None:
    with pytest.raises(Stopped):
        roll_back(kept, "1")
    assert names(kept) == []
    assert kept.people() == ["0", "1", "2"]


def test_what_cannot_be_taken_out_now_is_taken_out_before_anything_is_added(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    file = kept.settings.erasure_file
    with kept.open() as (register, keeper):
        take_back = keeper.note([deleted(4, "1")])
        content = file.read_bytes()
        file.unlink()
        take_back()
        assert "the erasure list could not be written" in caplog.text
        with pytest.raises(FileNotFoundError):
            keeper.keep()
        file.write_bytes(content)
        file.chmod(0o600)
        erase(register, keeper, "2")
    assert [line.subject for line in names(kept)] == [listed(kept).digest("2")]


def test_an_erasure_that_cannot_be_listed_is_refused_until_it_can(kept: Kept) -> None:
    file = kept.settings.erasure_file
    with kept.open() as (register, keeper):
        content = file.read_bytes()
        for spoil, cause in (
            (file.unlink, "IO_ERROR"),
            (lambda: file.write_bytes(content[:20]), "ERASURE_LIST_CHANGED"),  # within the first line
        ):
            spoil()
            with pytest.raises(DomainError) as refused:
                erase(register, keeper, "1")
            assert (refused.value.reason, refused.value.metadata["cause"]) == (Reason.STORE_NOT_WRITABLE, cause)
        file.write_bytes(content)
        file.chmod(0o600)
        with register.store.reading() as view:
            assert sorted(view.subjects.ids()) == ["0", "1", "2"]
        erase(register, keeper, "1")
    assert len(names(kept)) == 1


@pytest.mark.parametrize("event", [4, 1, 100], ids=["of another", "of another kind", "that is not there"])
def test_who_is_listed_and_is_there_is_erased_at_the_next_start(kept: Kept, event: int) -> None:
    """The process was killed before it had erased them, or the database is an older one."""
    with kept.open() as (register, keeper):
        erase(register, keeper, "0")
        enrol(register, "3")
    listed(kept).append([Erased(event, "1")])
    for _ in range(2):
        with kept.open() as (register, _), register.store.reading() as view:
            (erased,) = [each.entry for each in view.audit.page(0, 100) if each.entry.action == "EraseAgain"]
    assert (erased.subject_id, erased.outcome, erased.details) == ("1", "DELETED", {"templates": 0})
    assert kept.people() == ["2", "3"]


def test_a_list_that_is_lost_is_made_anew(kept: Kept) -> None:
    with kept.open() as (register, keeper):
        erase(register, keeper, "0")
        erase(register, keeper, "2")
    before = names(kept)
    kept.settings.erasure_file.unlink()
    with kept.open() as (register, keeper):
        assert [(line.event, line.subject, line.mac) for line in names(kept)] == [
            (line.event, line.subject, line.mac) for line in before
        ]
        erase(register, keeper, "1")
        keeper.keep()
    assert len(names(kept)) == 3


def test_what_the_database_did_without_telling_is_added_unless_an_erasure_is_being_done(kept: Kept) -> None:
    with kept.open() as (register, keeper):
        with register.store.transaction() as uow:
            uow.subjects.delete("1")
            uow.audit.append(AuditEntry(Now().now(), "c", "DeleteCitizen", "DELETED", "1", RequestContext(), {}))
        take_back = keeper.note([deleted(5, "2")])
        keeper.keep()
        assert [line.event for line in names(kept)] == [5]
        take_back()
        keeper.keep()
        keeper.keep()
    assert [(line.event, line.subject) for line in names(kept)] == [(4, listed(kept).digest("1"))]


def test_what_is_settled_stands_whatever_its_number(kept: Kept) -> None:
    listed(kept).append([Erased(1000, "somebody whose event is gone")])
    listed(kept).note_settled(3)
    with kept.open() as (register, keeper):
        erase(register, keeper, "1")
    assert [line.event for line in names(kept)] == [1000, 4]
    assert kept.people() == ["0", "2"]


def test_a_start_does_not_go_on_with_the_list_of_another(kept: Kept, tmp_path: Path) -> None:
    other = Kept(tmp_path, "other")
    assert other.people() == []
    kept.settings.erasure_file.write_bytes(other.settings.erasure_file.read_bytes())
    with pytest.raises(StoredDataError, match=r"belongs to another keys\.json"):
        kept.people()


def meet(kept: Kept, *encounters: str) -> None:
    """Give 1 encounters."""
    with kept.open() as (register, _), register.store.transaction() as uow:
        for each in encounters:
            uow.subjects.add_encounter("1", each, Now().now(), [feature()])


def test_the_encounters_are_listed_with_their_citizen_and_again_when_the_list_is_made_anew(kept: Kept) -> None:
    meet(kept, "a", "b")
    with kept.open() as (register, keeper):
        erase(register, keeper, "1")
    file, before = listed(kept), names(kept)
    assert [line.subject for line in before] == [file.digest("1"), *map(file.encounter_digest, "ab")]
    assert len({line.event for line in before}) == 1
    assert file.digest("a") != file.encounter_digest("a")
    kept.settings.erasure_file.unlink()
    with kept.open() as (register, _), register.store.reading() as view:
        assert [each.entry.action for each in view.audit.page(4, 10)] == [], "nothing is erased again"
    assert [line.mac for line in names(kept)] == [line.mac for line in before]


def test_a_list_made_anew_has_what_was_erased_of_others(kept: Kept) -> None:
    meet(kept, "a", "b")
    listed(kept).append([Erased(100, "2", ("b",))])
    assert kept.people() == ["0", "1"]
    kept.settings.erasure_file.unlink()
    assert kept.people() == ["0", "1"]
    file = listed(kept)
    assert [line.subject for line in names(kept)] == [file.encounter_digest("b"), file.digest("2")]
