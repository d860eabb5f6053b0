"""What a finger gave under a number that was not its own does not outlive what settles whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import FingerPosition, Role, VirtualNumber
from idverify.services.verification import Verified
from tests.fakes import sample
from tests.service_kit import AN, BINH, World, encode, prints_of, refused
from tests.unit.idverify.services.counter.counter_kit import Counter
from tests.unit.idverify.services.people.test_merging import COURT, merge, split

INDEX = FingerPosition.RIGHT_INDEX
PIN = "802915"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.enrol(AN, prints_of("an", INDEX))
    world.enrol(BINH, prints_of("imp", INDEX))
    yield world
    world.store.close()


def set_pin(world: World, number: str, finger: str) -> None:
    call = world.call("SetPin", PIN, roles=frozenset({Role.COUNTER}))
    world.pins.set(call, number, [sample(finger)], PIN, encode)


def pin_is_right(world: World, number: str) -> bool:
    counter = Counter(world)
    counter.start(number)
    return counter.enter(PIN).accepted


def encounters(world: World, number: str) -> list[str]:
    with world.store.reading() as view:
        citizen = view.subjects.get(view.subjects.id_of(number) or "")
    assert citizen is not None
    return [each.encounter_id for each in citizen.encounters]


def virtual(world: World, finger: str, quality: int) -> str:
    made: list[str] = []

    def keep(verified: Verified, number: VirtualNumber | None) -> bytes:
        del verified
        made.extend([] if number is None else [number.number])
        return b"answer"

    prints = prints_of(finger, INDEX, quality=quality)
    world.virtual.create(world.call("CreateVirtualNumber"), AN, prints, None, one_time=False, encode=keep)
    return made[0]


def test_an_impostors_pin_does_not_outlive_a_split(world: World) -> None:
    merge(world, COURT, despite=True)
    set_pin(world, AN, "imp/RIGHT_INDEX/60")
    assert pin_is_right(world, AN)
    split(world, encounters(world, AN)[1:], COURT, despite=True)
    assert not pin_is_right(world, AN)
    assert [event.entry.details.get("pins_erased") for event in world.trail() if event.entry.outcome == "SPLIT"] == [
        1,
        1,
    ]
    set_pin(world, AN, "an/RIGHT_INDEX/62")
    assert pin_is_right(world, AN)


def test_a_merge_erases_the_pins_of_both(world: World) -> None:
    set_pin(world, AN, "an/RIGHT_INDEX/60")
    set_pin(world, BINH, "imp/RIGHT_INDEX/61")
    merge(world, COURT, despite=True)
    assert not pin_is_right(world, AN)
    split(world, encounters(world, AN)[1:], COURT, despite=True)
    assert not pin_is_right(world, BINH)


def test_a_move_erases_the_pins_of_both(world: World) -> None:
    set_pin(world, AN, "an/RIGHT_INDEX/60")
    set_pin(world, BINH, "imp/RIGHT_INDEX/61")
    moved = encounters(world, AN)[0]
    world.merging.move(world.call("MoveEncounter"), AN, moved, BINH, COURT, despite_prints=True, encode=encode)
    assert not pin_is_right(world, AN)
    assert not pin_is_right(world, BINH)


def test_a_virtual_number_made_while_merged_ends_with_the_split(world: World) -> None:
    before = virtual(world, "an", 60)
    world.clock.advance(60)
    merge(world, COURT, despite=True)
    during = virtual(world, "imp", 61)
    split(world, encounters(world, AN)[1:], COURT, despite=True)
    with refused(Reason.VIRTUAL_NUMBER_REVOKED):
        world.verify(during, prints_of("imp", INDEX, quality=66))
    world.verify(before, prints_of("an", INDEX, quality=67))
