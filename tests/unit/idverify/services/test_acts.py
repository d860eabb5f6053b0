"""Acts that wait for a second person: bounds, and what happens when the process ends between approving and doing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    Act,
    ActState,
    ActSubject,
    Approval,
    Caller,
    HeldAct,
    Officer,
    OfficerRole,
    Presented,
    Role,
)
from idverify.domain.vouching.second_person import Asker, require_another
from idverify.services.acts.deciding import ActsService
from idverify.services.acts.holding import MOST_WAITING, MOST_WAITING_BYTES, ActGate, ActRules, AskedAct
from idverify.services.calls.call import Call
from tests.service_kit import AN, BINH, World, encode, refused

ERASE = AskedAct(Act.ERASE, "idverify.v1.EnrolmentService/DeleteCitizen", b"request", once=True)
RULES = ActRules(frozenset({Act.ERASE}), timedelta(hours=1))


class Offices(World):
    """Everything, with two people for erasing."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.gate = ActGate(self.store, self.clock, RULES)
        self.acts = ActsService(self.store, self.clock)
        self.done = 0

    def ask(self, request_id: str = "") -> HeldAct:
        call = self.call("DeleteCitizen", AN, request_id=request_id or str(uuid.uuid4()))
        with pytest.raises(DomainError) as caught:
            self.gate.let_through(call, ERASE)
        assert caught.value.reason is Reason.SECOND_PERSON_REQUIRED
        with self.store.reading() as view:
            held = view.acts.get(caught.value.metadata["act_id"])
        assert held is not None
        return held

    def do(self, held: HeldAct) -> bool:
        self.done += 1
        call = self.call("DeleteCitizen", AN, request_id=held.key)
        assert self.gate.let_through(call, ERASE).approval == held.approval
        return True

    def dies(self, held: HeldAct) -> bool:
        raise KeyError(held.act_id)

    def approving(self) -> Call:
        return self.call("ApproveAct", caller="chief", roles=frozenset({Role.ADMIN}))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Offices]:
    office = Offices(tmp_path)
    yield office
    office.store.close()


def test_what_the_rules_do_not_name_goes_through(office: Offices) -> None:
    call = office.call("ListCitizens")
    assert office.gate.let_through(call, replace(ERASE, act=Act.EXPORT, once=False)) is call


def test_an_approval_that_was_cut_short_is_finished_by_the_same_call(office: Offices) -> None:
    held, approving = office.ask(), office.approving()

    def allowed(_: HeldAct) -> None:
        pass

    with pytest.raises(KeyError):
        office.acts.approve(approving, held.act_id, held.digest, allowed, office.dies, encode)
    with office.store.reading() as view:
        left = view.acts.get(held.act_id)
    assert left is not None
    assert (left.state, left.body, left.decided_by) == (ActState.APPROVED, b"request", "chief")
    first = office.acts.approve(approving, held.act_id, held.digest, allowed, office.do, encode)
    assert b"ActState.DONE" in first
    assert office.acts.approve(approving, held.act_id, held.digest, allowed, office.do, encode) == first
    assert office.done == 1
    assert [e.entry.outcome for e in office.trail()] == ["HELD", "APPROVED", "REPEATED"]


def test_a_client_keeps_no_more_than_its_share_waiting(office: Offices) -> None:
    asked = [office.ask() for _ in range(MOST_WAITING)]
    with refused(Reason.ACTS_EXCEEDED):
        office.gate.let_through(office.call("DeleteCitizen", AN), ERASE)
    office.acts.reject(office.approving(), asked[0].act_id, encode)
    office.ask()
    office.clock.advance(3600)
    office.ask()


def test_what_waits_takes_no_more_than_its_share_of_the_disk(office: Offices) -> None:
    large = replace(ERASE, body=bytes(MOST_WAITING_BYTES // 3))

    def ask() -> None:
        office.gate.let_through(office.call("DeleteCitizen", AN), large)

    # A third more each in the database.
    for _ in range(2):
        with refused(Reason.SECOND_PERSON_REQUIRED):
            ask()
    with refused(Reason.ACTS_EXCEEDED):
        ask()
    office.ask()
    office.clock.advance(3600)
    with refused(Reason.SECOND_PERSON_REQUIRED):
        ask()


def test_an_approval_holds_for_the_citizen_as_they_were(office: Offices) -> None:
    """In the very transaction that erases: whatever happened since the gate looked."""
    an, binh = office.enrol(AN), office.enrol(BINH)
    right = ActSubject(AN, an, 1)
    for wrong in (
        None,
        ActSubject(AN),
        ActSubject(AN, binh, 1),
        ActSubject(AN, an, 2),
        replace(right, absorbed=(binh,)),
    ):
        call = replace(office.call("DeleteCitizen"), approval=Approval("a", "chief", wrong, office.clock.now()))
        with refused(Reason.ACT_STALE):
            office.citizens.delete(call, AN, encode)
    approved = Approval("a", "chief", right, office.clock.now())
    office.citizens.delete(replace(office.call("DeleteCitizen"), approval=approved), AN, encode)
    with office.store.reading() as view:
        assert view.subjects.id_of(AN) is None
        assert view.subjects.id_of(BINH) == binh


def test_acts_come_a_page_at_a_time(office: Offices) -> None:
    asked = [office.ask() for _ in range(3)]
    first, token = office.acts.page(office.approving(), 2, "")
    rest, end = office.acts.page(office.approving(), 2, token)
    assert [*first, *rest] == asked
    assert end == ""


def test_who_shows_no_certificate_is_nobody_else() -> None:
    chief = Caller("chief", frozenset({Role.ADMIN}), presented=Presented(b"one", "11"))
    require_another(chief, Asker("enroller", "22", "CB-1", signed_in=False))
    for approver, asker, asked_with in (
        (chief, "chief", "22"),
        (chief, "enroller", "11"),
        (chief, "enroller", ""),
        (replace(chief, presented=None), "enroller", "22"),
    ):
        with refused(Reason.CLIENT_NOT_AUTHORIZED):
            require_another(approver, Asker(asker, asked_with, "", signed_in=False))


def test_two_officers_who_signed_in_are_two_people_by_one_client_too() -> None:
    page = Caller("page", frozenset({Role.ADMIN}), officer=Officer("CB-2", frozenset({OfficerRole.SUPERVISOR})))
    require_another(page, Asker("page", "", "CB-1", signed_in=True))
    require_another(page, Asker("enroller", "22", "CB-1", signed_in=False))
    keyed = Caller("enroller", frozenset({Role.ADMIN}), presented=Presented(b"", "22"))
    require_another(keyed, Asker("page", "", "CB-1", signed_in=True))
    for approver, asker, cause in (
        (page, Asker("page", "", "cb-2", signed_in=True), "SAME_OFFICER"),
        (page, Asker("enroller", "22", "CB-2", signed_in=False), "SAME_OFFICER"),
        (page, Asker("page", "", "CB-1", signed_in=False), "SAME_CLIENT"),
        (page, Asker("enroller", "", "CB-1", signed_in=False), "SAME_CLIENT"),
        (replace(keyed, presented=None), Asker("page", "", "CB-1", signed_in=True), "SAME_CLIENT"),
        (replace(page, officer=None), Asker("page", "", "CB-1", signed_in=True), "SAME_CLIENT"),
    ):
        with refused(Reason.CLIENT_NOT_AUTHORIZED) as caught:
            require_another(approver, asker)
        assert caught.value.metadata == {"cause": cause}
