"""A field that requires more than a fingerprint is told once more was shown, and as long as the assertion lives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.assurance import Assurance
from idverify.domain.catalogue.content import Origin
from idverify.domain.catalogue.drafts import Draft
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.model import Action, Disclosed, Entitlement, NextStep, Role, Verdict
from idverify.records.catalogue import LiveCatalogue, load_catalogue
from idverify.rpc.convert.disclosing import disclosure_message
from idverify.services.catalogue.opening import Files, open_catalogue
from idverify.services.counter.authentication import Authenticated
from idverify.services.counter.live import Shown
from tests.fakes import FakeClock, sample
from tests.service_kit import AN, BINH, BIRTH, Answers, World, encode, told
from tests.unit.idverify.services.counter.counter_kit import Counter

PIN = "802915"


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """One whose procedure sees a birth date at level 3 only."""
    live = LiveCatalogue(lambda: day_in_viet_nam(FakeClock().now()))
    world = World(tmp_path, catalogue=live)
    before = load_catalogue().procedure(BIRTH)
    identity = replace(before.records[0], field_assurance=(("birth_date", Assurance.LEVEL_3),))
    procedure = replace(before, records=(identity, *before.records[1:]))
    files = Files(Origin.FILES, lambda: Draft((procedure, *load_catalogue().record_types())))
    open_catalogue(world.store, live, world.clock, files)
    world.enrol(AN)
    world.enrol(BINH)
    call = world.call("SetPin", PIN, roles=frozenset({Role.COUNTER}))
    world.pins.set(call, AN, [sample(f"{AN}/RIGHT_INDEX/60")], PIN, encode)
    yield Counter(world)
    world.store.close()


def authenticated(counter: Counter, quality: int, pin: str = "") -> Authenticated:
    counter.start(AN)
    if pin:
        counter.enter(pin)
    counter.capture(sample(f"{AN}/RIGHT_INDEX/{quality}"))
    return counter.authenticate()


def listed(counter: Counter, given: Authenticated) -> Disclosed:
    answers = Answers()
    shown = Shown(told(given.verified.disclosure).assertion.jwt, AN, "")
    call = counter.call("ListProcedureRecords", agency_code="H05.12")
    counter.world.procedure_records.list(call, shown, answers)
    again: Disclosed = answers.given[-1]
    return again


def told_of(disclosed: Disclosed) -> tuple[bool, list[str], list[str], bool]:
    """Whether the birth date is told, what is kept back, the papers of which kind are missing, and saved."""
    (identity,) = (outcome for outcome in disclosed.outcomes if outcome.record_type == "identity")
    assert identity.record is not None
    kept_back = [line.name for line in identity.refused().get(Verdict.ASSURANCE, [])]
    missing = [outcome.record_type for outcome in disclosed.missing if outcome.record_type == "identity"]
    return (
        "birth_date" in json.loads(identity.record.json),
        kept_back,
        missing,
        identity.paper in disclosed.replaced_papers,
    )


ASKS = NextStep(Action.ENTER_PIN, may_be_passed=True)


def after_capture(counter: Counter, number: str, given: str = "identity") -> NextStep:
    counter.start(number)
    call = counter.call("AddCapture")
    entitled = replace(call.caller, entitlements=(Entitlement(BIRTH, frozenset({given})),))
    return counter.capture(sample(f"{AN}/RIGHT_INDEX/80"), call=replace(call, caller=entitled)).standing.next


@pytest.mark.parametrize("number", [AN, BINH])
def test_whoever_has_a_pin_or_not_is_asked_for_it_and_it_may_be_passed(counter: Counter, number: str) -> None:
    assert after_capture(counter, number) == ASKS
    assert counter.enter("739164").standing.next == ASKS
    assert counter.found().next == ASKS


def test_after_it_was_entered_nothing_more_is_asked_for(counter: Counter) -> None:
    after_capture(counter, AN)
    assert counter.enter(PIN).standing.next == NextStep(Action.AUTHENTICATE)


def test_nobody_is_asked_for_what_changes_nothing(counter: Counter) -> None:
    assert after_capture(counter, "") == NextStep(Action.AUTHENTICATE), "nothing is taken of whom nobody named"
    assert after_capture(counter, AN, "residence") == NextStep(Action.AUTHENTICATE), "the client is not given it"


def test_what_is_kept_back_names_the_step_that_takes_the_factor(counter: Counter) -> None:
    message = disclosure_message(authenticated(counter, 80).verified.disclosure)
    assert message is not None
    (refusal,) = message.refusals
    assert "new transaction, and have the citizen enter their PIN too" in refusal.text_en
    assert "để công dân tự nhập thêm mã PIN" in refusal.text_vi


def test_by_the_finger_alone_it_is_kept_back_and_the_paper_asked_for(counter: Counter) -> None:
    given = authenticated(counter, 80)
    kept_back = (False, ["birth_date"], ["identity"], False)
    assert told_of(told(given.verified.disclosure)) == kept_back
    assert told_of(listed(counter, given)) == kept_back
    assert counted(counter, "identity") == (2, 0), "told in part, no paper is saved"


def test_with_a_pin_it_is_told_also_once_more(counter: Counter) -> None:
    given = authenticated(counter, 80, PIN)
    assert told_of(told(given.verified.disclosure)) == (True, [], [], True)
    assert told_of(listed(counter, given)) == (True, [], [], True)
    assert counted(counter, "identity") == (2, 1)


def counted(counter: Counter, record_type: str) -> tuple[int, int]:
    """How often records of a type were disclosed, and how many papers that saved."""
    with counter.world.store.reading() as view:
        (count,) = (each for each in view.disclosures.between("0000-01", "9999-12") if each.record_type == record_type)
    return count.disclosed, count.papers_saved
