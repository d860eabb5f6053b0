"""Requests of citizens about their data: deadlines by the facts of the day, decisions in order, data in an export."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.domain.guidance.letters import letter
from idverify.domain.law.requests import SubjectRequest, SubjectRequestKind, SubjectRequestState
from idverify.domain.model import Role
from idverify.storage.failures import ReadOnlyViewError
from tests.fakes import NoDeadline
from tests.service_kit import AN, BINH, RESIDENCE, Answers, World, refused

ADMIN = frozenset({Role.ADMIN})


class Office(World):
    """Everything, with somebody who asks."""

    def ask(
        self, kind: SubjectRequestKind = SubjectRequestKind.ACCESS, received: datetime | None = None, number: str = AN
    ) -> SubjectRequest:
        answers = Answers()
        self.subject_requests.open(self.call("OpenSubjectRequest"), number, kind, received, answers)
        request: SubjectRequest = answers.given[-1]
        return request

    def decide(self, request: SubjectRequest, state: SubjectRequestState, grounds: str = "") -> SubjectRequest:
        answers = Answers()
        call = self.call("DecideSubjectRequest", roles=ADMIN)
        self.subject_requests.decide(call, request.subject_request_id, state, grounds, answers)
        decided: SubjectRequest = answers.given[-1]
        return decided

    def listed(
        self, state: SubjectRequestState | None = None, *, overdue_only: bool = False, size: int = 0, token: str = ""
    ) -> tuple[Sequence[SubjectRequest], str]:
        call = self.call("ListSubjectRequests", roles=ADMIN)
        return self.subject_requests.page(call, state, size, token, overdue_only=overdue_only)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.enrol(AN)
    return office


def test_deadlines_are_those_of_the_day_on_which_the_citizen_asked(office: Office) -> None:
    now = office.clock.time = datetime(2026, 1, 5, 8, tzinfo=UTC)  # Monday
    request = office.ask()
    assert request.received == now
    assert request.reply_due == datetime(2026, 1, 7, 17, tzinfo=UTC), "two working days"
    assert request.due == datetime(2026, 1, 15, 17, tzinfo=UTC), "ten days"
    former = office.ask(received=datetime(2025, 12, 31, 8, tzinfo=UTC))
    assert (former.reply_due, former.due) == (None, datetime(2026, 1, 3, 8, tzinfo=UTC)), "72 hours, by Decree 13"
    with refused(Reason.FIELD_INVALID):
        office.ask(received=now + timedelta(seconds=1))


@pytest.mark.parametrize("kind", SubjectRequestKind)
def test_every_kind_has_a_deadline_and_a_letter(office: Office, kind: SubjectRequestKind) -> None:
    request = office.ask(kind)
    assert request.due is not None
    said = letter(request)
    for text, received in ((said.vi, "05/01/2026"), (said.en, "5 January 2026")):
        assert request.subject_request_id in text
        assert received in text
        assert AN not in text


def test_what_is_late_is_listed_until_it_is_done(office: Office) -> None:
    request, refusal = office.ask(), office.ask(SubjectRequestKind.ERASURE)
    assert office.listed(overdue_only=True) == ([], "")
    office.clock.advance(4 * 86_400)
    assert [r.subject_request_id for r in office.listed(overdue_only=True)[0]] == [
        request.subject_request_id,
        refusal.subject_request_id,
    ], "nobody has answered"
    accepted = office.decide(request, SubjectRequestState.ACCEPTED)
    office.decide(refusal, SubjectRequestState.REFUSED, "Luật Lưu trữ")
    assert office.listed(overdue_only=True) == ([], "")
    office.clock.advance(30 * 86_400)
    assert office.listed(overdue_only=True) == ([accepted], "")
    done = office.decide(request, SubjectRequestState.DONE)
    assert office.listed(overdue_only=True) == ([], "")
    assert office.listed(SubjectRequestState.DONE) == ([done], "")
    first, token = office.listed(size=1)
    assert (first, token != "") == ([done], True)
    assert office.listed(size=1, token=token)[0][0].state is SubjectRequestState.REFUSED


@pytest.mark.parametrize(
    ("before", "state"),
    [
        ((), SubjectRequestState.DONE),
        ((), SubjectRequestState.OPEN),
        ((SubjectRequestState.REFUSED,), SubjectRequestState.ACCEPTED),
        ((SubjectRequestState.ACCEPTED,), SubjectRequestState.REFUSED),
        ((SubjectRequestState.ACCEPTED, SubjectRequestState.DONE), SubjectRequestState.DONE),
    ],
)
def test_steps_follow_one_another(
    office: Office, before: tuple[SubjectRequestState, ...], state: SubjectRequestState
) -> None:
    request = office.ask()
    for step in before:
        office.decide(request, step, "x")
    listed = office.listed()
    with refused(Reason.SUBJECT_REQUEST_DECIDED):
        office.decide(request, state)
    assert office.listed() == listed


def test_letters_tell_the_decision_and_its_grounds(office: Office) -> None:
    request = office.ask()
    accepted = letter(office.decide(request, SubjectRequestState.ACCEPTED))
    assert "15/01/2026" in accepted.vi
    refusal = letter(office.decide(office.ask(), SubjectRequestState.REFUSED, "Luật Lưu trữ"))
    assert "bị từ chối. Luật Lưu trữ" in refusal.vi
    assert "is refused. Luật Lưu trữ" in refusal.en


def test_an_accepted_request_for_access_gets_what_is_held_and_nobody_elses(office: Office) -> None:
    office.enrol(BINH)
    office.put(AN, "residence", RESIDENCE)
    request = office.ask()
    call = office.call("ExportSubjectData", roles=ADMIN, purpose="CITIZEN_REQUEST")
    with refused(Reason.SUBJECT_REQUEST_DECIDED):
        office.subject_requests.export(call, request.subject_request_id)
    office.decide(request, SubjectRequestState.ACCEPTED)
    (held,) = office.subject_requests.export(call, request.subject_request_id)
    text = json.dumps(held, ensure_ascii=False)
    assert held["citizen_number"] == AN
    assert held["personal_data"]["full_name"] == "Nguyễn Văn An"
    assert held["records"][0]["content"]["household_head"] == "Nguyễn Văn An"
    assert held["encounters"][0]["templates"][0]["finger"] == "RIGHT_INDEX"
    assert held["requests"] == [
        {"id": request.subject_request_id, "kind": "ACCESS", "received": request.received.isoformat()}
    ]
    assert BINH not in text
    assert [each["action"] for each in held["history"]][-1] == "EnrolCitizen"
    assert {"OpenSubjectRequest", "DecideSubjectRequest"} <= {each["action"] for each in held["history"]}
    last = office.trail()[-1].entry
    assert (last.action, last.outcome, last.subject_id) == ("ExportSubjectData", "READ", request.subject_id)
    erasure = office.decide(office.ask(SubjectRequestKind.ERASURE), SubjectRequestState.ACCEPTED)
    with refused(Reason.SUBJECT_REQUEST_DECIDED):
        office.subject_requests.export(call, erasure.subject_request_id)


def test_a_request_outlives_the_citizen_who_asked_to_be_erased(office: Office) -> None:
    access = office.decide(office.ask(), SubjectRequestState.ACCEPTED)
    erasure = office.decide(office.ask(SubjectRequestKind.ERASURE), SubjectRequestState.ACCEPTED)
    office.delete(AN)
    assert office.decide(erasure, SubjectRequestState.DONE).state is SubjectRequestState.DONE
    with refused(Reason.SUBJECT_NOT_FOUND):
        office.subject_requests.export(office.call("ExportSubjectData", roles=ADMIN), access.subject_request_id)
    with office.store.reading() as view:
        assert view.audit.compare_rows(NoDeadline(), add_up=True) == []


def test_of_nobody_nothing_is_noted(office: Office) -> None:
    with refused(Reason.SUBJECT_NOT_FOUND):
        office.ask(number=BINH)
    with refused(Reason.SUBJECT_REQUEST_NOT_FOUND):
        office.subject_requests.export(office.call("ExportSubjectData"), "0dcba987-6543-4210-8765-0123456789ab")
    assert office.listed() == ([], "")


def test_an_older_version_replaces_nothing_and_a_view_writes_nothing(office: Office) -> None:
    request = office.ask()
    office.decide(request, SubjectRequestState.ACCEPTED)
    with refused(Reason.VERSION_MISMATCH), office.store.transaction() as uow:
        uow.subject_requests.put(request.decided_as(SubjectRequestState.REFUSED, "", office.clock.now()))
    with office.store.reading() as view:
        for write in (view.subject_requests.add, view.subject_requests.put):
            with pytest.raises(ReadOnlyViewError):
                write(request)
