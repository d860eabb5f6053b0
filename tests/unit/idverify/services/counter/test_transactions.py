"""A transaction: each step follows the one before, and nothing of it is left when it ends."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.assertions.request_digest import request_digest
from idverify.domain.catalogue.content import Origin
from idverify.domain.catalogue.drafts import Draft
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.errors import DomainError, Reason
from idverify.domain.guidance.officer import officer_text
from idverify.domain.model import (
    Action,
    Advice,
    Decision,
    FingerPosition,
    Language,
    Officer,
    OfficerRole,
    Outcome,
    StepTaken,
)
from idverify.records.catalogue import LiveCatalogue, load_catalogue
from idverify.records.files import load_files
from idverify.services.catalogue.opening import Files, open_catalogue
from idverify.services.counter.overdue import Overdue
from tests.fakes import FakeBiometrics, FakeClock, sample
from tests.service_kit import AN, BINH, BIRTH, BUSINESS, Answers, World, encode, prints_of, refused, told
from tests.unit.idverify.services.counter.counter_kit import Counter

INDEX = FingerPosition.RIGHT_INDEX


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.enrol(AN, prints_of(AN, INDEX, FingerPosition.LEFT_INDEX))
    world.enrol(BINH)
    return world


@pytest.fixture
def living(tmp_path: Path) -> World:
    """One whose catalogue can be exchanged."""
    live = LiveCatalogue(lambda: day_in_viet_nam(FakeClock().now()))
    (tmp_path / "living").mkdir()
    world = World(tmp_path / "living", catalogue=live)
    open_catalogue(world.store, live, world.clock, Files(Origin.PACKAGE, load_files))
    world.enrol(AN)
    return world


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)


def test_the_whole_way(world: World, counter: Counter) -> None:
    begun = counter.start(AN, procedure_code=BUSINESS)
    assert begun.wanted[0] in {INDEX, FingerPosition.LEFT_INDEX}
    assert begun.standing.next.action is Action.CAPTURE
    assert begun.consent_needed
    assert counter.capture(sample(f"{AN}/RIGHT_INDEX/80")).standing.next.action is Action.CONSENT
    assert counter.agree().next.action is Action.AUTHENTICATE
    done = counter.authenticate()
    assert done.verified.decision is Decision.MATCH
    assert done.standing.next.action is Action.DONE
    claims = world.claims(told(done.verified.disclosure).assertion.jwt)
    assert claims["txn"] == begun.standing.transaction_id
    assert claims["vn_proc"] == BUSINESS
    assert claims["aud"] == "H05.12"
    assert claims["nonce"] == begun.nonce
    assert claims["consent_ref"] == done.consent_id
    assert [e.entry.action for e in world.trail()][-5:] == [
        "StartTransaction",
        "AddCapture",
        "GiveConsent",
        "AuthenticateCitizen",
        "AuthenticateCitizen",
    ]


def test_the_assertion_says_what_was_shown(world: World, counter: Counter) -> None:
    begun = counter.start(AN, nonce="chosen-by-the-verifier")
    shown = prints_of(AN, INDEX, FingerPosition.LEFT_INDEX)
    for print_ in shown:
        counter.capture(print_)
    counter.agree()
    call = counter.call("AuthenticateCitizen", AN)
    done = counter.authenticate(call=call)
    claims = world.claims(told(done.verified.disclosure).assertion.jwt)
    context = replace(
        call.context,
        transaction_id=begun.standing.transaction_id,
        procedure_code=BIRTH,
        officer_id="CB-1",
        agency_code="H05.12",
        nonce="chosen-by-the-verifier",
        consent_ref=done.consent_id,
    )
    assert claims["request_sha256"] == request_digest("AuthenticateCitizen", context, AN, shown)
    assert claims["nonce"] == "chosen-by-the-verifier"


def changed(world: World, **other: Any) -> None:
    """Let the procedure be in force in another version from now on."""
    before = load_catalogue().procedure(BIRTH)
    files = Files(Origin.FILES, lambda: Draft((replace(before, **other), *load_catalogue().record_types())))
    open_catalogue(world.store, world.catalogue, world.clock, files)


def test_it_keeps_the_version_of_the_procedure_that_it_began_with(living: World) -> None:
    counter = Counter(living)
    begun = counter.start(AN)
    seen = begun.procedure.records
    changed(living, records=(), legal_basis="Luật Hộ tịch")
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    assert counter.agree().next.action is Action.AUTHENTICATE
    done = counter.authenticate().verified
    assert {m.record_type for m in told(done.disclosure).missing} <= {access.record_type for access in seen}
    assert told(done.disclosure).procedure_version == begun.procedure.version
    assert told(done.disclosure).records != ()
    again = counter.start(AN)
    assert again.procedure.version == begun.procedure.version + 1


def test_where_the_law_is_the_ground_no_consent_is_asked(living: World) -> None:
    changed(living, legal_basis="Luật Hộ tịch")
    counter = Counter(living)
    begun = counter.start(AN)
    assert not begun.consent_needed
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    done = counter.authenticate()
    assert (done.verified.decision, done.consent_id) == (Decision.MATCH, "")


def test_the_consent_is_kept_for_whom_was_proven(counter: Counter) -> None:
    done = counter.whole_way()
    (kept,) = counter.consents()
    assert kept.consent_id == done.consent_id
    assert kept.procedure_code == BIRTH
    assert kept.client == "counter-7"
    assert kept.given.officer_id == "CB-1"
    assert kept.withdrawn is None


def test_a_citizen_who_does_not_agree_is_in_the_trail_as_such(world: World, counter: Counter) -> None:
    counter.start(AN, procedure_code=BUSINESS)
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    assert counter.end(consent_refused=True).next.action is Action.DONE
    event = world.trail()[-1].entry
    assert (event.action, event.outcome) == ("EndTransaction", "CONSENT_REFUSED")
    with world.store.reading() as view:
        kept = told(view.transactions.get(counter.shown.transaction_id))
    assert (kept.outcome, kept.captures) == (Outcome.CONSENT_REFUSED, ())
    with refused(Reason.TRANSACTION_ENDED):
        counter.agree()


def test_where_no_consent_is_asked_none_is_refused(counter: Counter) -> None:
    counter.start(AN, procedure_code=BIRTH)
    with refused(Reason.FIELD_INVALID):
        counter.end(consent_refused=True)
    assert counter.end().next.action is Action.DONE


def test_without_a_match_no_consent_is_kept(counter: Counter) -> None:
    counter.start(AN)
    counter.capture(sample("stranger/RIGHT_INDEX/80"))
    counter.agree()
    assert counter.authenticate().verified.decision is Decision.NO_MATCH
    assert counter.consents() == []


def test_a_withdrawn_consent_says_so_and_stays_withdrawn(world: World, counter: Counter) -> None:
    consent_id = counter.whole_way().consent_id
    for _ in range(2):
        world.consents.withdraw(counter.call("WithdrawConsent"), AN, consent_id, encode)
        (kept,) = counter.consents()
        assert kept.withdrawn == world.clock.now()
    with refused(Reason.CONSENT_NOT_FOUND):
        world.consents.withdraw(counter.call("WithdrawConsent"), BINH, consent_id, encode)


def test_a_verification_that_names_a_consent_rests_on_it(world: World, counter: Counter) -> None:
    consent_id = counter.whole_way().consent_id

    def verify(number: str = AN, client: str = "counter-7", ref: str = consent_id) -> Decision:
        call = world.call("Verify", caller=client, procedure_code=BIRTH, consent_ref=ref)
        return world.verify(number, prints_of(number, INDEX), call=call).decision

    assert verify() is Decision.MATCH
    assert verify(ref="kept-elsewhere-77") is Decision.MATCH
    with refused(Reason.CONSENT_INVALID):
        verify(BINH)
    with refused(Reason.CONSENT_INVALID):
        verify(client="counter-8")
    world.consents.withdraw(counter.call("WithdrawConsent"), AN, consent_id, encode)
    with refused(Reason.CONSENT_WITHDRAWN):
        verify()


def test_nothing_is_compared_without_consent(counter: Counter) -> None:
    counter.start(AN, procedure_code=BUSINESS)
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    with refused(Reason.CONSENT_REQUIRED):
        counter.authenticate()


def test_consent_to_another_text_is_none(counter: Counter) -> None:
    counter.start(AN)
    for text_id, text_sha256 in ((None, "0" * 64), ("consent-1:another", None)):
        with refused(Reason.CONSENT_INVALID):
            counter.agree(text_id, text_sha256)


def test_nothing_is_compared_without_a_capture(counter: Counter) -> None:
    counter.start(AN)
    counter.agree()
    with refused(Reason.CAPTURE_MISSING):
        counter.authenticate()


@pytest.mark.parametrize("field", ["nonce", "step"])
def test_a_step_shows_the_one_before(counter: Counter, field: str) -> None:
    counter.start(AN)
    wrong = replace(counter.shown, **{field: "0" * 64})
    with refused(Reason.TRANSACTION_MISMATCH):
        counter.capture(sample(f"{AN}/RIGHT_INDEX/80"), wrong)
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))


def test_a_step_is_taken_once(counter: Counter) -> None:
    counter.start(AN)
    before = counter.shown
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    with refused(Reason.TRANSACTION_MISMATCH):
        counter.capture(sample(f"{AN}/LEFT_INDEX/80", FingerPosition.LEFT_INDEX), before)


def test_a_retry_gets_the_first_answer(world: World, counter: Counter) -> None:
    counter.start(AN)
    before, request_id = counter.shown, str(uuid.uuid4())
    call = counter.call("AddCapture", "one", request_id)
    first = world.transactions.capture(call, before, sample(f"{AN}/RIGHT_INDEX/80"), encode)
    assert world.transactions.capture(call, before, sample(f"{AN}/RIGHT_INDEX/80"), encode) == first


def test_a_retry_of_the_deciding_step_gets_the_first_answer(world: World, counter: Counter) -> None:
    counter.start(AN)
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    counter.agree()
    call, shown = counter.call("AuthenticateCitizen", AN), counter.shown
    first = world.authentication.authenticate(call, shown, AN, encode)
    assert world.authentication.authenticate(call, shown, AN, encode) == first


def test_a_transaction_is_its_clients_alone(world: World, counter: Counter) -> None:
    counter.start(AN)
    other = Counter(world, "counter-8", counter.begun, counter.last)
    with refused(Reason.TRANSACTION_NOT_FOUND):
        other.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    with refused(Reason.TRANSACTION_NOT_FOUND):
        other.authenticate()
    with refused(Reason.TRANSACTION_NOT_FOUND):
        world.transactions.found(other.call("GetTransaction"), counter.shown.transaction_id)


def test_who_lost_their_place_is_told_what_the_beginning_told(world: World, counter: Counter) -> None:
    begun = counter.start(AN, procedure_code=BUSINESS, dossier_code="HS-1")
    taken = counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    found = world.transactions.found(counter.call("GetTransaction"), counter.shown.transaction_id)
    assert found.begun == replace(begun, standing=taken.standing)
    assert (found.dossier_code, found.captured) == ("HS-1", (INDEX,))


def test_who_lost_their_place_before_anybody_was_named_goes_on(world: World, counter: Counter) -> None:
    begun = counter.start()
    found = world.transactions.found(counter.call("GetTransaction"), counter.shown.transaction_id)
    assert (found.begun, found.captured) == (begun, ())


def test_a_transaction_is_about_one_citizen(counter: Counter) -> None:
    counter.start(AN)
    counter.capture(sample(f"{BINH}/RIGHT_INDEX/80"))
    counter.agree()
    with refused(Reason.TRANSACTION_MISMATCH):
        counter.authenticate(BINH)


def test_it_may_begin_without_a_citizen(counter: Counter) -> None:
    begun = counter.start()
    assert begun.wanted[0] is INDEX
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    counter.agree()
    assert counter.authenticate(AN).verified.decision is Decision.MATCH


def test_the_context_is_that_of_the_beginning(counter: Counter) -> None:
    counter.start(AN)
    call = counter.call("AddCapture", officer_id="CB-2")
    with refused(Reason.TRANSACTION_MISMATCH):
        counter.capture(sample(f"{AN}/RIGHT_INDEX/80"), call=call)
    call = counter.call("AddCapture", officer_id="CB-1", procedure_code=BIRTH)
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"), call=call)


def test_a_poor_impression_is_answered_with_advice(counter: Counter) -> None:
    counter.start(AN)
    captured = counter.capture(sample(f"{AN}/RIGHT_INDEX/5"))
    assert not captured.kept
    assert captured.standing.next.action is Action.CAPTURE
    assert captured.standing.next.advice == (Advice.SMALL_AREA,)
    with refused(Reason.CAPTURE_MISSING):
        counter.agree()
        counter.authenticate()


def test_the_better_of_two_impressions_of_a_finger_counts(world: World, counter: Counter) -> None:
    counter.start(AN)
    for quality in (40, 80, 60):
        counter.capture(sample(f"{AN}/RIGHT_INDEX/{quality}"))
    counter.agree()
    assert [f.quality.score for f in counter.authenticate().verified.fingers] == [80]


def test_after_a_failure_it_goes_on_with_another_finger(counter: Counter) -> None:
    counter.start(AN)
    counter.agree()
    counter.capture(sample("stranger/RIGHT_INDEX/80"))
    failed = counter.authenticate()
    assert failed.standing.next.action is Action.CAPTURE
    assert failed.standing.next.finger is FingerPosition.LEFT_INDEX
    counter.capture(sample(f"{AN}/LEFT_INDEX/80", FingerPosition.LEFT_INDEX))
    assert counter.authenticate().verified.decision is Decision.MATCH


def test_when_no_try_is_left_it_says_stop(world: World, counter: Counter) -> None:
    counter.start(AN)
    counter.agree()
    last = Action.CAPTURE
    for index in range(100):
        counter.capture(sample(f"stranger-{index}/RIGHT_INDEX/80"))
        answer = counter.authenticate()
        left = told(answer.verified.attempts)
        last = answer.standing.next.action
        assert answer.standing.next.wait_seconds == (0 if left.locked else left.wait.total_seconds())
        if left.locked:
            break
        world.clock.advance(left.wait.total_seconds())
        if world.clock.now() >= answer.standing.expires:
            counter.start(AN)
            counter.agree()
    assert last is Action.STOP


def test_it_expires(world: World, counter: Counter) -> None:
    counter.start(AN)
    counter.capture(sample(f"{AN}/RIGHT_INDEX/60"))
    world.clock.advance(15 * 60)
    with refused(Reason.TRANSACTION_EXPIRED):
        counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    for _ in range(2):
        next_ = counter.found().next
        assert (next_.action, next_.expired) == (Action.DONE, True)
        assert officer_text(next_, Language.EN) == "The transaction has ended. Its time is over: begin a new one."
        Overdue(world.store, world.clock).sweep()


def test_what_nobody_goes_on_with_ends_by_itself(world: World, counter: Counter) -> None:
    counter.start(AN, procedure_code=BUSINESS)
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    sweep = Overdue(world.store, world.clock).sweep
    sweep()
    assert counter.found().next.action is Action.CONSENT
    world.clock.advance(15 * 60)
    sweep()
    with world.store.reading() as view:
        kept = told(view.transactions.get(counter.shown.transaction_id))
    assert (kept.outcome, kept.captures) == (Outcome.EXPIRED, ())
    event = world.trail()[-1].entry
    assert (event.action, event.outcome) == ("EndTransaction", "EXPIRED")
    with refused(Reason.TRANSACTION_ENDED):
        counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    world.clock.advance(86_400 + 1)
    sweep()
    with refused(Reason.TRANSACTION_NOT_FOUND):
        counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))


def test_one_that_was_ended_takes_no_step(world: World, counter: Counter) -> None:
    counter.start(AN)
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    assert counter.end().next.action is Action.DONE
    with refused(Reason.TRANSACTION_ENDED):
        counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))


def test_a_deleted_citizen_leaves_none(world: World, counter: Counter) -> None:
    counter.start(AN)
    world.delete(AN)
    with refused(Reason.TRANSACTION_NOT_FOUND):
        counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))


def test_it_is_for_a_procedure(world: World, counter: Counter) -> None:
    with refused(Reason.FIELD_MISSING):
        world.transactions.start(counter.call("StartTransaction"), AN, encode)
    with refused(Reason.PROCEDURE_NOT_FOUND):
        counter.start(AN, procedure_code="9.999999")
    with refused(Reason.SUBJECT_NOT_FOUND):
        counter.start("027084000111")


def test_numbers_that_nobody_bears_are_not_tried_without_end(counter: Counter) -> None:
    reasons = set()
    for _ in range(120):
        try:
            counter.start("027084000111")
        except DomainError as error:
            reasons.add(error.reason)
    assert reasons == {Reason.SUBJECT_NOT_FOUND, Reason.ATTEMPTS_EXCEEDED}


def test_its_id_is_new(world: World, counter: Counter) -> None:
    counter.start(AN, transaction_id="t-1")
    with refused(Reason.FIELD_INVALID):
        counter.start(AN, transaction_id="t-1")


def test_a_capture_states_its_finger(counter: Counter) -> None:
    counter.start(AN)
    for position in (None, FingerPosition.UNKNOWN):
        with refused(Reason.FIELD_MISSING):
            counter.capture(sample(f"{AN}/RIGHT_INDEX/80", position))


def test_what_was_shown_once_is_a_replay_in_another_transaction(tmp_path: Path) -> None:
    world = World(tmp_path, FakeBiometrics(marks=True))
    world.enrol(AN, prints_of(AN, INDEX, quality=70))
    counter = Counter(world)
    counter.whole_way()
    with refused(Reason.SAMPLE_REPLAYED):
        counter.whole_way()
    # It goes on with another impression.
    with refused(Reason.CAPTURE_MISSING):
        counter.authenticate()
    counter.capture(sample(f"{AN}/RIGHT_INDEX/81"))
    assert counter.authenticate().verified.decision is Decision.MATCH


def test_what_is_poorer_than_what_is_kept_is_not_kept_and_that_is_said(counter: Counter) -> None:
    counter.start(AN)
    assert [counter.capture(sample(f"{AN}/RIGHT_INDEX/{quality}")).kept for quality in (70, 60, 80)] == [
        True,
        False,
        True,
    ]


def test_two_at_the_same_step_are_told_apart(counter: Counter) -> None:
    counter.start(AN)
    known = counter.shown
    with refused(Reason.TRANSACTION_MISMATCH):
        counter.capture(
            sample(f"{AN}/RIGHT_INDEX/80"), StepTaken(known.transaction_id, known.nonce.swapcase(), known.step)
        )


def test_no_more_of_a_client_are_open_than_may_be(world: World, counter: Counter) -> None:
    world.transactions = replace(world.transactions, most_open=2)
    counter.start(AN)
    counter.start(AN)
    with refused(Reason.TRANSACTIONS_EXCEEDED) as told:
        counter.start(AN)
    assert told.value.metadata == {"most": "2"}
    Counter(world, "counter-8").start(AN)
    counter.end()
    counter.start(AN)
    world.clock.advance(15 * 60)
    counter.start(AN)


def test_officers_who_signed_in_have_so_many_open_each(world: World, counter: Counter) -> None:
    world.transactions = replace(world.transactions, most_open=1)

    def start(officer: str) -> None:
        call = counter.call("StartTransaction", procedure_code=BIRTH, officer_id=officer, agency_code="H05.12")
        who = Officer(officer, frozenset({OfficerRole.CLERK}))
        world.transactions.start(replace(call, caller=replace(call.caller, officer=who)), AN, Answers())

    start("CB-1")
    start("CB-2")
    for officer in ("CB-1", "CB-2"):
        with refused(Reason.TRANSACTIONS_EXCEEDED):
            start(officer)
