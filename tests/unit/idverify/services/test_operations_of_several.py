"""Long work of several servers on one database: one works on it, and every other tells how it stands and has it end."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Operation, OperationState
from idverify.ports import SearchResult
from idverify.services import operations as module
from idverify.services.foreground import Foreground
from idverify.services.operations import SILENT, OperationsService
from tests.fakes import FakeGallery
from tests.service_kit import AN, BINH, World, refused
from tests.waiting import PATIENCE, wait_until

STEPS = threading.Semaphore(0)


class Stepwise(FakeGallery):
    """Searches for as many people as the test lets it."""

    def search(self, *given: Any, **named: Any) -> SearchResult:
        assert STEPS.acquire(timeout=PATIENCE)
        return super().search(*given, **named)


@dataclass
class Servers:
    """Two servers, of which the first was started to search everybody."""

    world: World
    one: OperationsService
    other: OperationsService
    operation_id: str

    def seen(self, by: OperationsService) -> Operation:
        return by.get(self.world.call("GetOperation"), self.operation_id)


@pytest.fixture
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Servers]:
    monkeypatch.setattr(module, "TELL_SECONDS", 0.0)
    world = World(tmp_path)
    for number in (AN, BINH):
        world.enrol(number)
    world.gallery.__class__ = Stepwise
    one, other = (
        OperationsService(world.store, world.biometrics, world.gallery, world.clock, Foreground(), owner=name)
        for name in ("one", "other")
    )
    one.open()
    operation_id = start(world, one)
    other.open()
    yield Servers(world, one, other, operation_id)
    STEPS.release(10)
    for service in (one, other):
        service.close()
    while STEPS.acquire(blocking=False):
        pass
    world.store.close()


def start(world: World, service: OperationsService) -> str:
    call = world.call("StartFindDuplicates", request_id=str(uuid.uuid4()))
    return service.start_find_duplicates(call, None, str.encode, lambda _: b"result").decode()


def test_the_other_sees_how_far_it_is_and_starts_none_beside_it(servers: Servers) -> None:
    assert servers.seen(servers.other).state is OperationState.RUNNING  # its start interrupted nothing
    with refused(Reason.OPERATION_RUNNING) as refusal:
        start(servers.world, servers.other)
    assert refusal.value.metadata == {"operation": f"operations/{servers.operation_id}"}
    STEPS.release()
    wait_until(lambda: servers.seen(servers.other).done == 1)
    waited = servers.other.wait(servers.world.call("WaitOperation"), servers.operation_id, 0.1)
    assert waited.state is OperationState.RUNNING
    STEPS.release()
    ended = servers.other.wait(servers.world.call("WaitOperation"), servers.operation_id, PATIENCE)
    assert (ended.state, ended.result) == (OperationState.SUCCEEDED, b"result")
    STEPS.release(2)
    second = start(servers.world, servers.other)
    servers.other.wait(servers.world.call("WaitOperation"), second, PATIENCE)


def test_the_other_has_it_end(servers: Servers) -> None:
    servers.other.cancel(servers.world.call("CancelOperation"), servers.operation_id)
    STEPS.release()
    wait_until(lambda: servers.seen(servers.other).state is OperationState.CANCELLED)


def test_what_cannot_be_told_is_told_with_the_next_step(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    def out(*_: object, **__: object) -> None:
        raise DomainError(Reason.STORE_UNAVAILABLE, "gone")

    with monkeypatch.context() as patch:
        patch.setattr(servers.world.store, "transaction", out)
        STEPS.release()
        wait_until(lambda: servers.seen(servers.one).done == 1)
        assert servers.seen(servers.other).done == 0
    STEPS.release()
    wait_until(lambda: servers.seen(servers.other).state is OperationState.SUCCEEDED)


def test_who_is_silent_for_long_has_gone_and_who_starts_again_goes_on_with_nothing(servers: Servers) -> None:
    servers.other.interrupt_silent()
    assert servers.seen(servers.other).state is OperationState.RUNNING
    servers.world.clock.time += SILENT + timedelta(seconds=1)
    servers.other.interrupt_silent()
    assert servers.seen(servers.other).state is OperationState.INTERRUPTED


def test_a_server_that_starts_again_interrupts_its_own(servers: Servers) -> None:
    world = servers.world
    OperationsService(world.store, world.biometrics, world.gallery, world.clock, Foreground(), owner="one").open()
    assert servers.seen(servers.other).state is OperationState.INTERRUPTED
