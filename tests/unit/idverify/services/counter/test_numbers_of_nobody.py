"""Whatever a counter asks about a number: those that nobody bears count for the client, and tell no more after that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.attempts import Scope
from idverify.domain.errors import DomainError, Reason
from idverify.ports.attempts import Counted
from idverify.services.counter.confirmations import Meant
from tests.fakes import sample
from tests.service_kit import AN, World, encode, refused
from tests.unit.idverify.services.counter.counter_kit import Counter

NOBODY = "027184009999"


class Asking(Counter):
    """A counter that asks about a number in one way or another."""

    def by_verifying(self, number: str) -> None:
        self.world.verify(number, [sample("x/RIGHT_INDEX/80")], call=self.call("Verify"))

    def by_beginning(self, number: str) -> None:
        self.start(number)

    def by_consents(self, number: str) -> None:
        self.consents(number)

    def by_withdrawing(self, number: str) -> None:
        self.world.consents.withdraw(self.call("WithdrawConsent"), number, "none", encode)

    def by_revoking(self, number: str) -> None:
        self.world.confirmations.revoke(self.call("RevokeConfirmation"), Meant(citizen_number=number), encode)

    def by_revoking_virtual_numbers(self, number: str) -> None:
        self.world.virtual.revoke(self.call("RevokeVirtualNumber"), number, encode)


WAYS = [
    Asking.by_verifying,
    Asking.by_beginning,
    Asking.by_consents,
    Asking.by_withdrawing,
    Asking.by_revoking,
    Asking.by_revoking_virtual_numbers,
]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.enrol(AN)
    return world


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_number_that_nobody_bears_counts(world: World, way: Callable[[Asking, str], None]) -> None:
    asking = Asking(world)
    for _ in range(100):
        with refused(Reason.SUBJECT_NOT_FOUND):
            way(asking, NOBODY)
    told = set()
    for number in (NOBODY, AN):
        with pytest.raises(DomainError) as caught:
            way(asking, number)
        told.add((caught.value.reason, str(caught.value)))
    assert {reason for reason, _ in told} == {Reason.ATTEMPTS_EXCEEDED}
    assert len(told) == 1


def test_a_virtual_number_that_stands_for_nobody_counts(world: World) -> None:
    asking = Asking(world)
    for tried in range(100):
        with refused(Reason.SUBJECT_NOT_FOUND):
            asking.by_revoking_virtual_numbers(f"{tried:016}")
    for number in ("0" * 16, NOBODY, AN):
        with refused(Reason.ATTEMPTS_EXCEEDED):
            asking.by_revoking_virtual_numbers(number)


def test_a_citizen_who_may_not_be_tried_can_withdraw_still(world: World) -> None:
    asking = Asking(world)
    asking.whole_way()
    (kept,) = asking.consents()
    for _ in range(5):
        asking.by_verifying(AN)
    with refused(Reason.ATTEMPTS_EXCEEDED):
        asking.by_verifying(AN)
    world.consents.withdraw(asking.call("WithdrawConsent"), AN, kept.consent_id, encode)
    assert asking.consents()[0].withdrawn is not None
    asking.by_revoking(AN)


def test_who_reads_consents_reads_people(world: World) -> None:
    call = Asking(world).call("ListConsents", purpose="CITIZEN_REQUEST")
    call = replace(call, caller=replace(call.caller, reads_per_day=3))
    for _ in range(3):
        world.consents.of(call, AN)
    with refused(Reason.READ_BUDGET_EXCEEDED):
        world.consents.of(call, AN)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_malformed_number_counts_nothing_and_one_that_nobody_bears_counts_once(
    world: World, way: Callable[[Asking, str], None]
) -> None:
    asking = Asking(world)
    of_client = Counted(Scope.CLIENT, asking.call("Verify").caller.name)

    def failures() -> list[float]:
        with world.store.reading() as view:
            return [standing.failures for standing in view.attempts.find([of_client]).values()]

    for malformed in ("12", "02718400999x", "0" * 13, "0" * 15):
        for _ in range(3):
            with refused(Reason.IDENTIFIER_MALFORMED):
                way(asking, malformed)
    assert failures() == []
    for tried in (1.0, 2.0):
        with refused(Reason.SUBJECT_NOT_FOUND):
            way(asking, NOBODY)
        assert failures() == [tried]
