"""Strangers are on the record, and cannot make it long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.domain.model import Caller, RequestContext, Role
from idverify.domain.reasons import Reason
from idverify.services.calls import denials
from tests.service_kit import World

KNOWN = Caller("counter-7", frozenset({Role.COUNTER}))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


def deny(world: World, peer: str, times: int = 1) -> None:
    for _ in range(times):
        world.audit.denied(None, "Verify", Reason.CLIENT_UNKNOWN, RequestContext(), peer)


def test_the_first_ones_are_events_and_the_rest_are_counted(world: World) -> None:
    deny(world, "10.0.0.1", 5000)
    deny(world, "10.0.0.2", 3)
    for _ in range(12):
        world.audit.denied(KNOWN, "DeleteCitizen", Reason.CLIENT_NOT_AUTHORIZED, RequestContext("r"), "10.0.0.3")
    world.audit.count_denials()
    *single, counted = [event.entry for event in world.trail()]
    assert [(e.caller, e.details.get("peer")) for e in single] == [
        *[("unknown", "10.0.0.1")] * 10,
        *[("unknown", "10.0.0.2")] * 3,
        *[("counter-7", None)] * 10,
    ]
    assert (counted.caller, counted.action, counted.outcome) == ("service", "DeniedCalls", "COUNTED")
    assert counted.details == {
        "calls": 4992,
        "origins": 2,
        "most": ["unknown 10.0.0.1: 4990", "counter-7: 2"],
        "reasons": ["CLIENT_UNKNOWN: 4990", "CLIENT_NOT_AUTHORIZED: 2"],
    }


def test_each_minute_begins_anew_and_says_nothing_if_nobody_was_denied(world: World) -> None:
    deny(world, "10.0.0.1", 11)
    world.audit.count_denials()
    world.audit.count_denials()
    assert len(world.trail()) == 11
    deny(world, "10.0.0.1")
    assert len(world.trail()) == 12


def test_many_origins_are_no_way_around(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denials, "_MOST_ORIGINS", 50)
    for number in range(300):
        deny(world, f"2001:db8::{number}")
    world.audit.count_denials()
    events = world.trail()
    assert len(events) == denials.FIRST_OF_ALL + 1
    assert (events[-1].entry.details["calls"], events[-1].entry.details["origins"]) == (200, 51)
    most = events[-1].entry.details["most"]
    assert isinstance(most, list)
    assert (most[0], len(most)) == ("others: 150", 10)
