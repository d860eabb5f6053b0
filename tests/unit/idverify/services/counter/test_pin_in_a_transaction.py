"""A PIN in a transaction: a second factor, three tries, and nothing told of who has none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.assurance import LEVELS, SINGLE_BIOMETRIC, Assurance
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Action, Decision, Outcome, Role
from idverify.services.attempts.lifting import Lifted
from tests.fakes import sample
from tests.service_kit import AN, BINH, World, encode, refused, told
from tests.unit.idverify.services.counter.counter_kit import Counter, enrolled, world_that_requires

PIN, WRONG = "802915", "739164"
FINGER = f"{AN}/RIGHT_INDEX/80"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return enrolled(World(tmp_path))


@pytest.fixture
def counter(world: World) -> Counter:
    set_pin(world)
    counter = Counter(world)
    counter.start(AN)
    return counter


def set_pin(world: World, pin: str = PIN, quality: int = 60) -> None:
    call = world.call("SetPin", pin, roles=frozenset({Role.COUNTER}))
    world.pins.set(call, AN, [sample(f"{AN}/RIGHT_INDEX/{quality}")], pin, encode)


def finished(counter: Counter) -> Any:
    counter.capture(sample(FINGER))
    counter.agree()
    return counter.authenticate()


def test_the_right_pin_is_a_second_factor(world: World, counter: Counter) -> None:
    entered = counter.enter(PIN)
    assert (entered.accepted, entered.tries_left) == (True, 0)
    done = finished(counter)
    assert done.verified.decision is Decision.MATCH
    claims = world.claims(told(done.verified.disclosure).assertion.jwt)
    assert (claims["amr"], claims["acr"]) == (["fpt", "pin", "mfa"], LEVELS[3])
    assert world.trail()[-2].entry.details["factors"] == ["fpt", "pin", "mfa"]
    assert PIN not in repr(world.trail())


def test_a_wrong_pin_shows_nothing(world: World, counter: Counter) -> None:
    entered = counter.enter(WRONG)
    assert (entered.accepted, entered.tries_left) == (False, 2)
    assert (world.trail()[-1].entry.outcome, world.trail()[-1].entry.details) == ("PIN_WRONG", {"tries_left": 2})
    done = finished(counter)
    claims = world.claims(told(done.verified.disclosure).assertion.jwt)
    assert (claims["amr"], claims["acr"]) == (["fpt"], SINGLE_BIOMETRIC)
    assert "factors" not in world.trail()[-2].entry.details


def locked(counter: Counter) -> dict[str, str]:
    for left in (2, 1, 0):
        assert counter.enter(WRONG).tries_left == left
    with refused(Reason.PIN_LOCKED) as caught:
        counter.enter(PIN)
    return dict(caught.value.metadata)


def test_three_wrong_ones_lock_the_pin_and_nothing_else(counter: Counter) -> None:
    assert locked(counter) == {"scope": "PIN", "attempts_left": "0"}
    assert finished(counter).verified.decision is Decision.MATCH


def test_tries_are_counted_whichever_transaction_or_client_they_come_from(world: World, counter: Counter) -> None:
    other = Counter(world, client="counter-8")
    other.start(AN)
    assert [c.enter(WRONG).tries_left for c in (counter, other, counter)] == [2, 1, 0]
    for each in (counter, other):
        with refused(Reason.PIN_LOCKED):
            each.enter(PIN)
    world.clock.advance(10)


def test_a_new_pin_by_finger_opens_what_is_locked(world: World, counter: Counter) -> None:
    locked(counter)
    set_pin(world, "271828", quality=55)
    assert not counter.enter(PIN).accepted
    assert counter.enter("271828").accepted


def test_an_administrator_lifts_it(world: World, counter: Counter) -> None:
    locked(counter)
    world.attempts.lift_citizen(world.call("LiftAttemptLimit", caller="admin-1"), Lifted(citizen_number=AN), encode)
    assert counter.enter(PIN).accepted


def test_the_right_one_sets_wrong_ones_back(counter: Counter) -> None:
    for _ in range(2):
        counter.enter(WRONG)
    assert counter.enter(PIN).accepted
    assert counter.enter(WRONG).tries_left == 2


def test_wrong_ones_count_as_failures_of_the_client_too(world: World, counter: Counter) -> None:
    counter.enter(WRONG)
    with world.store.reading() as view:
        counted = view.attempts.of_subject(view.subjects.id_of(AN) or "")
    assert sorted(c.scope.value for c in counted) == ["CITIZEN", "CLIENT_AND_CITIZEN", "PIN"]


def seen(counter: Counter, number: str, pin: str) -> list[Any]:
    """What a client is told that enters a PIN until it is told no more."""
    counter.start(number)
    found: list[Any] = []
    for _ in range(4):
        try:
            entered = counter.enter(pin)
            found.append((entered.accepted, entered.tries_left, entered.standing.next))
        except DomainError as error:
            found.append((error.reason, str(error), dict(error.metadata)))
    return found


def test_who_has_no_pin_is_told_from_nobody_with_another(world: World) -> None:
    set_pin(world)
    counter = Counter(world)
    with_pin, without = seen(counter, AN, WRONG), seen(counter, BINH, WRONG)
    assert with_pin[0][2].finger is not None
    assert with_pin == without


def test_a_repeated_request_is_one_try(counter: Counter) -> None:
    call, shown = counter.call("EnterPin", WRONG), counter.shown
    first = counter.world.factors.enter_pin(call, shown, WRONG, encode)
    assert counter.world.factors.enter_pin(call, shown, WRONG, encode) == first
    counter.last = counter.world.transactions.found(call, shown.transaction_id).begun.standing
    assert counter.enter(WRONG).tries_left == 1


def test_what_is_no_pin_counts_nothing(world: World, counter: Counter) -> None:
    before = world.trail()
    with refused(Reason.FIELD_INVALID):
        counter.enter("12345")
    assert world.trail() == before
    assert counter.enter(WRONG).tries_left == 2


def test_nobody_named_nothing_shown(world: World) -> None:
    counter = Counter(world)
    counter.start()
    with refused(Reason.FIELD_MISSING) as caught:
        counter.enter(PIN)
    assert caught.value.metadata["field"] == "citizen_number"


def test_one_that_is_set_while_another_is_checked_is_another(
    world: World, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = world.factors.pins
    real: Callable[[str, str | None], bool] = hashes.matches

    def slow(pin: str, hashed: str | None) -> bool:
        found = real(pin, hashed)
        monkeypatch.setattr(hashes, "matches", real)
        set_pin(world, "271828", quality=55)
        return found

    monkeypatch.setattr(hashes, "matches", slow)
    assert not counter.enter(PIN).accepted


def test_a_procedure_that_requires_more_asks_for_it_and_goes_no_further_without(tmp_path: Path) -> None:
    world = world_that_requires(tmp_path, Assurance.LEVEL_3)
    set_pin(world)
    counter = Counter(world)
    with refused(Reason.FIELD_MISSING):
        counter.start()
    begun = counter.start(AN)
    assert {factor.value[1] for factor in begun.factors} == {"fpt", "pin"}
    assert counter.capture(sample(FINGER)).standing.next.action is Action.ENTER_PIN
    counter.agree()
    before = world.trail()
    with refused(Reason.ASSURANCE_UNREACHABLE) as caught:
        counter.authenticate()
    assert caught.value.metadata == {"required_acr": LEVELS[3], "missing_factors": "pin"}
    assert world.trail() == before, "nothing was compared"
    assert counter.enter(PIN).standing.next.action is Action.AUTHENTICATE
    done = counter.authenticate()
    assert world.claims(told(done.verified.disclosure).assertion.jwt)["acr"] == LEVELS[3]


def test_nothing_that_was_shown_is_left_when_it_ends(world: World, counter: Counter) -> None:
    counter.enter(PIN)
    counter.end()
    with world.store.reading() as view:
        left = view.transactions.get(counter.shown.transaction_id)
    assert left is not None
    assert (left.outcome, left.besides.pin) == (Outcome.ABANDONED, False)
