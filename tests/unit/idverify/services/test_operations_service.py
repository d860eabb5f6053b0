"""Starting long work is answered once, as everything that has an effect."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import Operation, OperationState
from idverify.ports import SearchResult
from idverify.services.foreground import Foreground
from idverify.services.operations import OperationsService
from idverify.services.prints.duplicate_pairs import FoundPairs
from tests.fakes import FakeGallery
from tests.service_kit import AN, BINH, World, refused
from tests.waiting import PATIENCE, wait_until

ID = "3f2b8c54-6f0e-4a52-9d3c-0a8a3c1f7e11"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


def test_a_start_is_answered_once_and_its_refusal_is_on_the_record(world: World) -> None:
    operations = OperationsService(world.store, world.biometrics, world.gallery, world.clock, Foreground())

    def start(content: str) -> bytes:
        call = world.call("StartFindDuplicates", content, request_id=ID)
        return operations.start_find_duplicates(call, None, str.encode, result)

    def result(found: FoundPairs) -> bytes:
        return b"%d people" % found.people

    first = start("a")
    operations.wait(world.call("WaitOperation"), first.decode(), 5.0)
    assert start("a") == first
    with refused(Reason.REQUEST_REPLAYED):
        start("b")
    operations.close()
    told = [(e.entry.action, e.entry.outcome) for e in world.trail()]
    assert sorted(told) == [("StartFindDuplicates", o) for o in ("REFUSED", "REPEATED", "STARTED", "SUCCEEDED")]


def sweep(world: World, operations: OperationsService) -> str:
    call = world.call("StartFindDuplicates", request_id=str(uuid.uuid4()))
    return operations.start_find_duplicates(call, None, str.encode, lambda _: b"result").decode()


def standing(world: World, operations: OperationsService, operation_id: str) -> Operation:
    return operations.get(world.call("GetOperation"), operation_id)


def test_the_sweep_stands_still_while_a_call_is_worked_on(world: World) -> None:
    """Before every person, and not only before the first; a call that only waits for the sweep holds up nothing."""
    for number in (AN, BINH):
        world.enrol(number)
    foreground = Foreground()
    operations = OperationsService(
        world.store, world.biometrics, world.gallery, world.clock, foreground, patience=PATIENCE
    )
    comes_again = threading.Event()

    class Gallery(FakeGallery):
        """A call begins while the first person is being searched."""

        def search(self, *given: Any, **named: Any) -> SearchResult:
            if not comes_again.is_set():
                second.enter_context(foreground.working())
                comes_again.set()
            return super().search(*given, **named)

    second = ExitStack()
    world.gallery.__class__ = Gallery
    with foreground.working():
        operation_id = sweep(world, operations)
        wait_until(lambda: foreground.giving_way == 1)
        assert standing(world, operations, operation_id).done == 0
    assert comes_again.wait(PATIENCE)
    wait_until(lambda: foreground.giving_way == 1)
    assert standing(world, operations, operation_id).done == 1
    with second:  # as if that call were the one that waits
        ended = operations.wait(world.call("WaitOperation"), operation_id, PATIENCE)
    assert (ended.done, ended.state) == (2, OperationState.SUCCEEDED)
    operations.close()


def test_the_sweep_ends_under_constant_load_too(world: World) -> None:
    world.enrol()
    foreground = Foreground()
    operations = OperationsService(world.store, world.biometrics, world.gallery, world.clock, foreground, patience=0.01)
    with foreground.working():
        operation_id = sweep(world, operations)
        wait_until(lambda: standing(world, operations, operation_id).state is OperationState.SUCCEEDED)
    operations.close()


def test_a_sweep_of_a_part_of_the_gallery_does_not_succeed(world: World) -> None:
    class Silent(FakeGallery):
        def search(self, *given: Any, **named: Any) -> SearchResult:
            return replace(super().search(*given, **named), searched_share=0.5)

    world.enrol()
    world.gallery.__class__ = Silent
    operations = OperationsService(world.store, world.biometrics, world.gallery, world.clock, Foreground())
    operation_id = sweep(world, operations)
    ended = operations.wait(world.call("WaitOperation"), operation_id, PATIENCE)
    assert ended.state is OperationState.FAILED
    operations.close()
