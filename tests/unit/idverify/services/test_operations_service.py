"""Starting long work is answered once, as everything that has an effect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.services.operations import OperationsService
from idverify.services.prints.duplicate_pairs import FoundPairs
from tests.service_kit import World, refused

ID = "3f2b8c54-6f0e-4a52-9d3c-0a8a3c1f7e11"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


def test_a_start_is_answered_once_and_its_refusal_is_on_the_record(world: World) -> None:
    operations = OperationsService(world.store, world.biometrics, world.gallery, world.clock)

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
