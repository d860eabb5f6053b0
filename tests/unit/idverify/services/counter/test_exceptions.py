"""Two officers vouch for a citizen without a finger: only so, only then, marked, kept and counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from idverify.client import AssertionRejectedError, Rejection, verify_assertion, verify_confirmation
from idverify.domain.assertions.request_digest import digest_with
from idverify.domain.assurance import Assurance
from idverify.domain.catalogue.content import CatalogueContent, Item, Origin, Revision
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    Action,
    ChangeReason,
    CitizenState,
    Disclosed,
    DocumentKind,
    Entitlement,
    ExceptionReason,
    FingerException,
    FingerFault,
    FingerPosition,
    Ground,
    PresenceCount,
    PresenceKind,
    VirtualNumber,
)
from idverify.records.catalogue import LiveCatalogue
from idverify.services.counter.confirmations import Issued, Wanted
from idverify.services.counter.exceptions import Asked
from idverify.services.counter.live import Shown
from idverify.services.counter.presences import NamedDocument
from idverify.services.disclosure import DisclosureService
from idverify.services.papers import PapersService
from idverify.services.people.changing import Why
from idverify.services.sources.gathering import Gathered
from idverify.services.verification import Verified
from tests.fakes import FakeClock, sample
from tests.service_kit import AN, BINH, BUSINESS, ISSUER, Answers, World, encode, refused
from tests.unit.idverify.services.counter.exceptions_kit import CARD, INJURED, Vouchers, allowing_catalogue


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, catalogue=allowing_catalogue())
    world.enrol(AN)
    world.enrol(BINH)
    return world


@pytest.fixture
def counter(world: World) -> Vouchers:
    return Vouchers(world)


def outcomes(world: World) -> list[str]:
    return [event.entry.outcome for event in world.trail()]


def test_the_whole_way_is_marked_everywhere(world: World, counter: Vouchers) -> None:
    counter.start(AN)
    assert counter.ask().next.action is Action.CONSENT
    assert counter.agree().next.action is Action.SECOND_OFFICER
    assert counter.confirm().officer_id == "CB-1"
    assert counter.last is not None
    assert counter.last.next.action is Action.CONCLUDE
    answer = counter.conclude()
    assert answer.standing.next.action is Action.DONE
    token, keys, now = answer.disclosure.assertion.jwt, world.signer.key_set()[0], world.clock.now().timestamp()
    with pytest.raises(AssertionRejectedError) as caught:
        verify_assertion(token, keys, issuer=ISSUER, audience="H05.12", now=now)
    assert caught.value.reason is Rejection.EXCEPTION_NOT_ACCEPTED
    claims = verify_assertion(token, keys, issuer=ISSUER, audience="H05.12", now=now, exceptions=True)
    assert claims["exception"] == {"reason": "INJURED", "officers": ["CB-1", "CB-2"], "documents": ["IDENTITY_CARD"]}
    assert (claims["amr"], claims["acr"], "bio" in claims) == ([], "urn:idverify:acr:no-biometric", False)
    assert [record.record_type for record in answer.disclosure.records] == ["identity"]
    assert claims["consent_ref"] == answer.consent_id == counter.consents()[0].consent_id
    asked, _, confirmed, _, done = (event.entry for event in world.trail()[-6:-1])
    assert (asked.outcome, confirmed.outcome, done.outcome) == ("EXCEPTION_ASKED", "EXCEPTION_CONFIRMED", "EXCEPTION")
    assert (confirmed.caller, confirmed.details["first_officer"]) == ("counter-8", "CB-1")
    assert confirmed.context.transaction_id == claims["txn"] == done.context.transaction_id
    assert (done.details["officers"], done.details["second_client"]) == (["CB-1", "CB-2"], "counter-8")
    assert done.details["assertion"] == claims["jti"]


def test_what_was_said_is_kept_with_the_citizen_and_goes_with_them(world: World, counter: Vouchers) -> None:
    counter.vouched()
    subject_id = world.trail()[-1].entry.subject_id
    with world.store.reading() as view:
        (kept,) = view.presences.of(subject_id)
    assert (kept.kind, kept.reason, kept.note) == (PresenceKind.EXCEPTION, INJURED, "băng tay")
    assert (kept.officers, kept.client, kept.second_client) == (("CB-1", "CB-2"), "counter-7", "counter-8")
    assert (kept.procedure_code, kept.agency_code, kept.seen) == (BUSINESS, "H05.12", world.clock.now())
    assert "027084000999" not in kept.documents[0].mark
    assert kept.documents == world.presences.marked((NamedDocument(DocumentKind.IDENTITY_CARD, "027084000999"),))
    world.delete(AN)
    with world.store.reading() as view:
        assert view.presences.of(subject_id) == []


def test_a_procedure_that_does_not_allow_it_has_none(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.enrol(AN)
    counter = Vouchers(world)
    counter.start(AN)
    with refused(Reason.EXCEPTION_NOT_ALLOWED):
        counter.ask()
    assert outcomes(world)[-1] == "REFUSED"


def test_the_alarm_counts_an_officer_however_the_id_was_typed(world: World, counter: Vouchers) -> None:
    for officer in ("CB-2", "\u0421B-2", "cb\u20112"):
        counter.vouched(second=officer)
    alarms = [event.entry.details["officer"] for event in world.trail() if event.entry.outcome == "ALARM"]
    assert alarms == ["CB-1", "cb\u20112"]


def test_one_officer_is_not_enough(counter: Vouchers) -> None:
    counter.start(AN)
    counter.agree()
    with refused(Reason.EXCEPTION_UNCONFIRMED):
        counter.conclude()
    with refused(Reason.EXCEPTION_UNCONFIRMED):
        counter.confirm()
    counter.ask()
    with refused(Reason.EXCEPTION_UNCONFIRMED):
        counter.conclude()
    for officer in ("CB-1", "cb-1", " CB-1", "ＣＢ-1", "\u0421B-1", "CB\u20111"):
        with refused(Reason.CLIENT_NOT_AUTHORIZED):
            counter.confirm(call=counter.second(officer_id=officer))
    with refused(Reason.FIELD_MISSING):
        counter.confirm(call=counter.second(officer_id=""))
    for call in (counter.second(key="11"), counter.second(client="counter-7")):
        with refused(Reason.CLIENT_NOT_AUTHORIZED):
            counter.confirm(call=call)
    nobody = counter.second()
    with refused(Reason.CLIENT_NOT_AUTHORIZED):
        counter.confirm(call=replace(nobody, caller=replace(nobody.caller, presented=None)))
    counter.confirm()
    with refused(Reason.EXCEPTION_UNCONFIRMED):
        counter.confirm(call=counter.second(officer_id="CB-3"))


def test_who_asked_without_a_certificate_gets_no_second_officer(counter: Vouchers) -> None:
    counter.start(AN)
    call = counter.call("AskException")
    counter.ask(call=replace(call, caller=replace(call.caller, presented=None)))
    with refused(Reason.CLIENT_NOT_AUTHORIZED):
        counter.confirm()


def test_the_second_officer_says_the_same(counter: Vouchers) -> None:
    counter.start(AN)
    counter.ask()
    with refused(Reason.TRANSACTION_MISMATCH):
        counter.confirm(BINH)
    with refused(Reason.TRANSACTION_MISMATCH):
        counter.confirm(reason=ExceptionReason.SCANNER_BROKEN)
    for agency in ("H05.13", ""):
        with refused(Reason.TRANSACTION_NOT_FOUND):
            counter.confirm(call=counter.second(agency_code=agency))
    call = counter.second()
    with refused(Reason.CLIENT_NOT_ENTITLED):
        counter.confirm(call=replace(call, caller=replace(call.caller, entitlements=())))
    other = (Entitlement(BUSINESS, frozenset()),)
    counter.confirm(call=replace(call, caller=replace(call.caller, entitlements=other)))


def test_it_is_about_the_citizen_of_the_transaction(counter: Vouchers) -> None:
    counter.start(AN)
    with refused(Reason.TRANSACTION_MISMATCH):
        counter.ask(BINH)
    counter.agree()
    counter.ask()
    counter.confirm()
    with refused(Reason.TRANSACTION_MISMATCH):
        counter.conclude(BINH)
    counter.conclude()


def test_whom_it_is_about_may_be_said_when_it_is_asked_for(world: World, counter: Vouchers) -> None:
    subject_id = world.trail()[0].entry.subject_id
    counter.start()
    counter.agree()
    counter.ask()
    counter.confirm()
    counter.conclude()
    assert world.trail()[-1].entry.subject_id == subject_id


def test_an_officer_without_an_id_vouches_for_nobody(counter: Vouchers) -> None:
    counter.start(AN, officer_id="")
    with refused(Reason.FIELD_MISSING):
        counter.ask()


def test_a_reason_that_can_be_checked_is(world: World, counter: Vouchers) -> None:
    counter.start(AN)
    for reason, cause in (
        (ExceptionReason.NO_USABLE_FINGER, "FINGERS_LEFT"),
        (ExceptionReason.CAPTURE_FAILED, "TOO_FEW_TRIES"),
    ):
        with refused(Reason.EXCEPTION_UNFOUNDED) as caught:
            counter.ask(reason=reason)
        assert caught.value.metadata == {"cause": cause}
    counter.agree()
    counter.capture(sample(f"{AN}/RIGHT_INDEX/5"))
    counter.capture(sample(f"{AN}/RIGHT_INDEX/6"))
    counter.capture(sample(f"{BINH}/RIGHT_INDEX/80"))
    counter.authenticate()
    assert counter.ask(reason=ExceptionReason.CAPTURE_FAILED).next.action is Action.SECOND_OFFICER
    assert world.trail()[-1].entry.details == {"reason": "CAPTURE_FAILED", "in_vain": 3}
    missing = (FingerException(FingerPosition.RIGHT_INDEX, FingerFault.MISSING, None),)
    call = world.call("NoteFingers")
    world.changing.note_fingers(call, AN, missing, Why(ChangeReason.FINGERS_SEEN), encode)
    counter.ask(reason=ExceptionReason.NO_USABLE_FINGER)


def test_a_finger_that_is_shown_takes_it_back(counter: Vouchers) -> None:
    counter.start(AN)
    counter.agree()
    counter.ask()
    counter.confirm()
    assert counter.capture(sample(f"{AN}/RIGHT_INDEX/5")).standing.next.action is Action.CONCLUDE
    assert counter.capture(sample(f"{AN}/RIGHT_INDEX/80")).standing.next.action is Action.AUTHENTICATE
    with refused(Reason.EXCEPTION_UNCONFIRMED):
        counter.conclude()


@pytest.mark.parametrize("when", ["asked", "confirmed", "concluded"])
def test_who_is_not_active_is_never_vouched_for(world: World, counter: Vouchers, when: str) -> None:
    counter.start(AN)
    counter.agree()
    steps: dict[str, Callable[[], object]] = {
        "asked": counter.ask,
        "confirmed": counter.confirm,
        "concluded": counter.conclude,
    }
    for name, step in steps.items():
        if name == when:
            world.change_state(AN, CitizenState.DECEASED, ChangeReason.DEATH_REGISTERED)
            with refused(Reason.SUBJECT_DECEASED):
                step()
            return
        step()


def test_who_is_locked_by_tries_in_vain_is_not_vouched_for(world: World, counter: Vouchers) -> None:
    counter.start(AN)
    for _ in range(6):
        with suppress(DomainError):
            world.verify(AN, [sample(f"{BINH}/RIGHT_INDEX/80")], call=counter.call("Verify"))
    with refused(Reason.ATTEMPTS_EXCEEDED):
        counter.ask()


def test_consent_is_needed_all_the_same(counter: Vouchers) -> None:
    counter.start(AN)
    counter.ask()
    counter.confirm()
    with refused(Reason.CONSENT_REQUIRED):
        counter.conclude()


def test_it_ends_with_its_time(world: World, counter: Vouchers) -> None:
    counter.start(AN)
    counter.ask()
    world.clock.advance(timedelta(minutes=15).total_seconds())
    with refused(Reason.TRANSACTION_EXPIRED):
        counter.confirm()


def test_the_digest_of_the_request_does_not_tell_the_number(world: World, counter: Vouchers) -> None:
    counter.start(AN)
    counter.agree()
    counter.ask()
    counter.confirm()
    call = counter.call("AuthenticateByException")
    answer = counter.conclude(call=call)
    claims = world.claims(answer.disclosure.assertion.jwt)
    context = replace(world.trail()[-1].entry.context, request_id=call.context.request_id)
    assert claims["request_sha256"] == digest_with("AuthenticateByException", context, "", ())


def test_repetitions_get_the_first_answer_and_change_nothing(world: World, counter: Vouchers) -> None:
    begun = counter.start(AN)
    counter.agree()
    asked, shown = Asked(AN, INJURED, "", (CARD,)), counter.shown
    call, first, again = counter.call("AskException"), Answers(), Answers()
    body = world.exceptions.ask(call, shown, asked, first)
    assert world.exceptions.ask(call, shown, asked, again) == body
    assert (len(first.given), again.given) == (1, [])
    counter.last = first.given[0]
    second = counter.second()
    told = [world.exceptions.confirm(second, begun.standing.transaction_id, AN, INJURED, encode) for _ in range(2)]
    assert told[0] == told[1]
    counter.last = world.transactions.found(call, begun.standing.transaction_id).begun.standing
    call, shown = counter.call("AuthenticateByException"), counter.shown
    told = [world.exceptions.authenticate(call, shown, AN, encode) for _ in range(2)]
    assert told[0] == told[1]
    assert [outcomes(world).count(outcome) for outcome in ("EXCEPTION", "REPEATED")] == [1, 3]


def test_of_two_that_run_at_once_the_later_gets_the_first_answer(
    world: World, counter: Vouchers, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.start(AN)
    counter.agree()
    counter.ask()
    counter.confirm()
    call, shown, first = counter.call("AuthenticateByException"), counter.shown, []
    gather = DisclosureService.gather

    def while_another_runs(self: DisclosureService, *arguments: Any) -> Gathered:
        monkeypatch.undo()
        first.append(world.exceptions.authenticate(call, shown, AN, encode))
        return gather(self, *arguments)

    monkeypatch.setattr(DisclosureService, "gather", while_another_runs)
    later = world.exceptions.authenticate(call, shown, AN, encode)
    assert [later] == first
    assert outcomes(world).count("EXCEPTION") == 1


def test_a_number_for_one_time_serves_once(world: World, counter: Vouchers) -> None:
    made: list[VirtualNumber | None] = []

    def keep(_: Verified, number: VirtualNumber | None) -> bytes:
        made.append(number)
        return b""

    prints = [sample(f"{AN}/RIGHT_INDEX/80")]
    world.virtual.create(world.call("CreateVirtualNumber"), AN, prints, None, one_time=True, encode=keep)
    assert made[0] is not None
    counter.vouched(made[0].number)
    with refused(Reason.VIRTUAL_NUMBER_USED):
        counter.start(made[0].number)


def test_counts_and_the_alarm_of_who_vouches_for_many(world: World, counter: Vouchers) -> None:
    for _ in range(2):
        counter.vouched()
    assert "ALARM" not in outcomes(world)
    counter.vouched()
    alarms = [event.entry.details for event in world.trail() if event.entry.outcome == "ALARM"]
    assert alarms == [{"officer": officer, "today": 3, "most": 2} for officer in ("CB-1", "CB-2")]
    papers, call = PapersService(world.store), world.call("CountPresences")
    month = PresenceCount("2026-01", BUSINESS, "H05.12", "CB-1", "CB-2", PresenceKind.EXCEPTION, "INJURED", 3)
    assert papers.presences(call, "", "") == papers.presences(call, "2026-01", "2026-01") == [month]
    assert papers.presences(call, "2026-02", "") == []
    with refused(Reason.FIELD_INVALID):
        papers.presences(call, "2026", "")
    world.clock.advance(86_400)
    counter.vouched()
    assert outcomes(world).count("ALARM") == 2


def test_a_confirmation_and_its_print_are_marked(world: World, counter: Vouchers) -> None:
    given = counter.vouched().disclosure
    answers = Answers()
    call = world.call("IssueConfirmation", agency_code="H05.12", dossier_code="HS-1", procedure_code=BUSINESS)
    wanted = Wanted(Shown(given.assertion.jwt, AN, ""), given.records, None)
    world.confirmations.issue(call, wanted, answers)
    issued: Issued = answers.given[-1]
    keys, listed, now = world.signer.key_set()[0], world.confirmations.status_list(0), world.clock.now().timestamp()
    with pytest.raises(AssertionRejectedError) as caught:
        verify_confirmation(issued.sd_jwt, keys, listed, issuer=ISSUER, now=now)
    assert caught.value.reason is Rejection.EXCEPTION_NOT_ACCEPTED
    claims = verify_confirmation(issued.sd_jwt, keys, listed, issuer=ISSUER, now=now, exceptions=True)
    assert claims["exception"]["reason"] == "INJURED"
    assert world.confirmations.print(world.call("PrintConfirmation"), issued.sd_jwt).startswith(b"%PDF")


def test_the_records_come_once_more_at_two_officers_word_and_no_more_of_them(world: World, counter: Vouchers) -> None:
    given = counter.vouched().disclosure
    answers = Answers()
    call = counter.call("ListProcedureRecords", agency_code="H05.12")
    world.procedure_records.list(call, Shown(given.assertion.jwt, AN, ""), answers)
    again: Disclosed = answers.given[-1]
    assert [(record.record_type, record.json) for record in again.records] == [
        (record.record_type, record.json) for record in given.records
    ]
    assert again.ground is Ground.CONSENT


def test_a_field_that_needs_a_level_is_not_told_at_two_officers_word(tmp_path: Path) -> None:
    catalogue = allowing_catalogue()
    procedure = catalogue.procedure(BUSINESS)
    (identity, *others) = procedure.records
    needs = replace(identity, field_assurance=(("full_name", Assurance.SINGLE_BIOMETRIC),))
    live = LiveCatalogue(lambda: day_in_viet_nam(FakeClock().now()))
    items: list[Item] = [replace(procedure, records=(needs, *others)), *catalogue.record_types()]
    live.hold(CatalogueContent().with_revision(Revision(1, FakeClock().now(), "", Origin.FILES, "d"), items))
    world = World(tmp_path, catalogue=live)
    world.enrol(AN)
    counter = Vouchers(world)
    (record,) = counter.vouched().disclosure.records
    assert "full_name" not in json.loads(record.json)
    counter.start(AN)
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    counter.agree()
    given = counter.authenticate().verified.disclosure
    assert given is not None
    assert "full_name" in json.loads(given.records[0].json)
