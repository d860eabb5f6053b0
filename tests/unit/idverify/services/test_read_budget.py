"""How many people a client may read in bulk, a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.services.calls.call import Call
from idverify.services.calls.refusing import Concern
from tests.service_kit import AN, RESIDENCE, World, refused


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    for number in range(5):
        world.enrol(f"02708400010{number}")
    yield world
    world.store.close()


def reader(world: World, name: str = "admin-1", most: int = 3) -> Call:
    call = world.call("ListCitizens", caller=name, purpose="INVESTIGATION")
    return replace(call, caller=replace(call.caller, reads_per_day=most))


def test_a_page_is_as_long_as_the_budget_and_the_next_is_refused(world: World) -> None:
    first, token = world.citizens.page(reader(world), 2, "")
    second, token = world.citizens.page(reader(world), 2, token)
    assert [len(first), len(second)] == [2, 1]
    with pytest.raises(DomainError) as caught:
        world.citizens.page(reader(world), 2, token)
    assert caught.value.reason is Reason.READ_BUDGET_EXCEEDED
    # It is eight in the morning.
    assert caught.value.metadata == {"reads_per_day": "3", "retry_seconds": str(16 * 3600)}
    last = world.trail()[-1].entry
    assert (last.outcome, last.details["reason"]) == ("REFUSED", "READ_BUDGET_EXCEEDED")
    assert last.context.purpose == "INVESTIGATION"
    world.clock.advance(16 * 3600)
    (fourth, fifth), token = world.citizens.page(reader(world), 2, token)
    assert fourth.ordinal < fifth.ordinal
    assert not token


def test_every_client_has_its_own_budget(world: World) -> None:
    world.citizens.page(reader(world), 10, "")
    assert len(world.citizens.page(reader(world, "admin-2"), 10, "")[0]) == 3


def test_a_record_costs_one_and_one_that_is_not_there_as_much(world: World) -> None:
    world.enrol()
    world.put(AN, "residence", RESIDENCE)
    call = reader(world, most=2)
    with refused(Reason.RECORD_NOT_FOUND):
        world.records.get(call, AN, "civil_status_birth")
    world.records.get(call, AN, "residence")
    with refused(Reason.READ_BUDGET_EXCEEDED):
        world.records.get(call, AN, "residence")


def single(world: World, call: Call, number: str) -> list[Callable[[], object]]:
    """Every way to read one citizen."""
    return [
        lambda: world.citizens.get(call, citizen_number=number, subject_id=None),
        lambda: world.changing.history(call, number),
        lambda: world.virtual.of(call, number),
    ]


def test_single_citizens_are_read_from_the_same_budget(world: World) -> None:
    call, number = reader(world, most=4), "027084000100"
    subject_id = world.citizens.get(call, citizen_number=number, subject_id=None).subject_id
    world.citizens.get(call, citizen_number=None, subject_id=subject_id)
    world.changing.history(call, number)
    world.virtual.of(call, number)
    for read in single(world, call, number):
        with refused(Reason.READ_BUDGET_EXCEEDED):
            read()
    with refused(Reason.READ_BUDGET_EXCEEDED):
        world.citizens.page(call, 1, "")


def test_a_number_that_nobody_bears_costs_as_much_and_a_malformed_one_nothing(world: World) -> None:
    call = reader(world, most=3)
    for read in single(world, call, "12"):
        with refused(Reason.IDENTIFIER_MALFORMED):
            read()
    for read in single(world, call, AN):
        with refused(Reason.SUBJECT_NOT_FOUND):
            read()
    # In the same words whether or not somebody bears it.
    for number in (AN, "027084000100"):
        for read in single(world, call, number):
            with refused(Reason.READ_BUDGET_EXCEEDED):
                read()
    with refused(Reason.READ_BUDGET_EXCEEDED):
        world.citizens.get(call, citizen_number=None, subject_id="nobody")


def test_of_readings_at_the_same_moment_no_more_are_told_than_may_be(world: World) -> None:
    call, about = reader(world, most=1), Concern()

    def rolled_back() -> None:
        with world.store.transaction() as uow:
            world.citizens.reads.spend_one(uow, call, about)
            raise KeyError

    with pytest.raises(KeyError):
        rolled_back()
    world.changing.history(call, "027084000100")
    with refused(Reason.READ_BUDGET_EXCEEDED), world.store.transaction() as uow:
        about.on_refusal(uow)
