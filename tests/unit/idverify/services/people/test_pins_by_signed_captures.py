"""Where captures must be signed, none sets a PIN that is not: of this finger, in the citizen's open transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Decision, FingerPosition, Sample
from idverify.services.calls.call import Call
from idverify.services.prints.attesting import Attester
from idverify.services.verification import Verified
from idverify.trust.attestation import JwsAttestations
from tests.service_kit import AN, BINH, Answers, World, prints_of, refused
from tests.unit.idverify.services.counter.counter_kit import Counter
from tests.unit.idverify.services.counter.scanner_kit import register, signed

PIN = "802915"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    for number, who in ((AN, "an"), (BINH, "binh")):
        world.enrol(number, prints_of(who, FingerPosition.RIGHT_INDEX))
    register(world, "scanner-1")
    world.pins = replace(world.pins, attester=Attester(JwsAttestations(), world.clock, required=True))
    yield world
    world.store.close()


@pytest.fixture
def counter(world: World) -> Counter:
    counter = Counter(world)
    counter.start(AN)
    return counter


def finger(who: str = "an", quality: int = 80) -> Sample:
    (print_,) = prints_of(who, FingerPosition.RIGHT_INDEX, quality=quality)
    return print_


def call(counter: Counter, **context: str) -> Call:
    return counter.call("SetPin", PIN, **({"transaction_id": counter.shown.transaction_id} | context))


def set_pin(counter: Counter, sample: Sample, made: Call | None = None) -> Verified:
    answers = Answers()
    counter.world.pins.set(made or call(counter), AN, [sample], PIN, answers)
    verified: Verified = answers.given[-1]
    return verified


def is_set(world: World) -> bool:
    with world.store.reading() as view:
        return view.pins.of(view.subjects.id_of(AN) or "") is not None


def test_a_finger_that_no_scanner_signed_sets_none(world: World, counter: Counter) -> None:
    with pytest.raises(DomainError) as caught:
        set_pin(counter, finger())
    assert (caught.value.reason, caught.value.metadata["part"]) == (Reason.DEVICE_ATTESTATION_INVALID, "missing")
    assert world.trail()[-1].entry.outcome == "REFUSED"
    with pytest.raises(DomainError) as caught:
        set_pin(counter, signed(counter, finger(), nonce="another"))
    assert caught.value.metadata["part"] == "nonce"
    assert not is_set(world)


def test_one_that_is_signed_for_the_transaction_does_and_the_scanner_is_on_the_record(
    world: World, counter: Counter
) -> None:
    made = call(counter)
    print_ = signed(counter, finger())
    assert set_pin(counter, print_, made).decision is Decision.MATCH
    assert is_set(world)
    (told,) = [event.entry for event in world.trail() if event.entry.outcome == "PIN_SET"]
    assert told.details == {"version": 1, "devices": ["scanner-1"]}
    # An answer that was lost is given again, however old the signature is by now.
    world.clock.advance(600)
    world.pins.set(made, AN, [print_], PIN, lambda _: pytest.fail("compared again"))


def test_another_s_finger_sets_none_whoever_signed_it(world: World, counter: Counter) -> None:
    assert set_pin(counter, signed(counter, finger("binh"))).decision is Decision.NO_MATCH
    assert not is_set(world)


def test_without_an_open_transaction_of_the_citizen_there_is_nothing_to_sign(world: World, counter: Counter) -> None:
    print_ = signed(counter, finger())
    with refused(Reason.TRANSACTION_NOT_FOUND):
        set_pin(counter, print_, call(counter, transaction_id="another"))
    with refused(Reason.TRANSACTION_MISMATCH):
        set_pin(counter, print_, call(counter, agency_code="H05.13"))
    other = Counter(world)
    other.start(BINH)
    with refused(Reason.TRANSACTION_MISMATCH):
        set_pin(other, signed(other, finger()))
    nobody = Counter(world)
    nobody.start()
    with refused(Reason.TRANSACTION_MISMATCH):
        set_pin(nobody, signed(nobody, finger()))
    world.clock.advance(1200)
    with refused(Reason.TRANSACTION_EXPIRED):
        set_pin(counter, signed(counter, finger()))
    assert not is_set(world)


def test_an_attack_that_the_scanner_saw_is_an_alarm(world: World, counter: Counter) -> None:
    with refused(Reason.PRESENTATION_ATTACK_SUSPECTED):
        set_pin(counter, signed(counter, finger(), pad={"decision": "ATTACK", "method": "pulse"}))
    assert world.trail()[-1].entry.outcome == "ALARM"
    assert not is_set(world)
