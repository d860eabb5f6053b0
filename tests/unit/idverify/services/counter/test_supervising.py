"""What whoever leads a counter sees: what is open and what was decided, of its own agency, and nobody's name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import AcquisitionCount, Action, FingerPosition, HourCount, Role
from idverify.services.calls.call import Call
from idverify.services.counter import supervising
from idverify.services.counter.supervising import SupervisionService
from tests.fakes import sample
from tests.service_kit import AN, BINH, World, refused
from tests.unit.idverify.services.counter.exceptions_kit import INJURED, Vouchers, allowing_catalogue

INDEX, THUMB = FingerPosition.RIGHT_INDEX, FingerPosition.RIGHT_THUMB


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, catalogue=allowing_catalogue())
    world.enrol(AN)
    world.enrol(BINH)
    return world


@pytest.fixture
def service(world: World) -> SupervisionService:
    return SupervisionService(world.transactions.steps)


def asking(world: World, agency: str = "") -> Call:
    made = world.call("ListOpenTransactions", caller="hall", roles=frozenset({Role.ADMIN}))
    return replace(made, context=replace(made.context, agency_code=agency))


def test_what_is_open_is_listed_oldest_first_with_what_comes_next(world: World, service: SupervisionService) -> None:
    first, second, elsewhere, ended = (Vouchers(world) for _ in range(4))
    first.start(AN)
    world.clock.advance(60)
    second.start(AN, officer_id="CB-3")
    second.agree()
    second.ask()
    elsewhere.start(BINH, agency_code="H05.13")
    ended.start(BINH)
    ended.end()
    found, total = service.open(asking(world, "H05.12"))
    assert [(one.transaction.context.officer_id, one.next.action) for one in found] == [
        ("CB-1", Action.CAPTURE),
        ("CB-3", Action.SECOND_OFFICER),
    ]
    assert found[1].transaction.vouching is not None
    assert found[1].transaction.vouching.reason is INJURED
    assert total == 2
    assert service.open(asking(world))[1] == 3
    world.clock.advance(60 * 60 * 24)
    assert service.open(asking(world)) == ([], 0)


def test_no_more_are_listed_than_a_page_shows(
    world: World, service: SupervisionService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "MOST_TOLD", 1)
    for _ in range(2):
        Vouchers(world).start(AN)
    found, total = service.open(asking(world))
    assert (len(found), total) == (1, 2)


def day_at_a_counter(world: World) -> None:
    """One match, one stranger, one who tells nothing, one without a finger, one impression too poor; in two hours."""
    counter = Vouchers(world)
    counter.whole_way(AN)
    counter.start(AN)
    counter.agree()
    counter.capture(sample("stranger/RIGHT_INDEX/80"))
    counter.authenticate(AN)
    world.clock.advance(3600)
    counter.start(BINH)
    counter.agree()
    counter.capture(sample(f"{BINH}/RIGHT_THUMB/1", THUMB))
    counter.capture(sample(f"{BINH}/RIGHT_INDEX/80"))
    counter.end()
    counter.vouched(BINH)
    with suppress(DomainError):
        counter.authenticate(BINH)  # a refusal is no decision


def test_decisions_are_counted_by_hour_and_finger(world: World, service: SupervisionService) -> None:
    day_at_a_counter(world)
    counts = service.decisions(asking(world, "H05.12"), "", "")
    first, second = counts.hours
    assert (first.matches, first.no_matches + first.inconclusive, first.exceptions) == (1, 1, 0)
    assert second == HourCount(first.day, first.hour + 1, 0, 0, 0, 1)
    silent = first.inconclusive
    assert counts.total == AcquisitionCount(3, 1, 2, silent)
    assert counts.fingers == {THUMB: AcquisitionCount(0, 1, 0, 0), INDEX: AcquisitionCount(3, 0, 2, silent)}
    assert counts.devices == {}
    assert service.decisions(asking(world, "H05.13"), "", "").total == AcquisitionCount(0, 0, 0, 0)
    assert service.decisions(asking(world), "", "") == counts


def test_another_day_is_another_day(world: World, service: SupervisionService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "WINDOW", 2)
    day_at_a_counter(world)
    today = service.decisions(asking(world), "", "")
    day = today.hours[0].day
    world.clock.advance(60 * 60 * 24)
    assert service.decisions(asking(world), "", "").hours == ()
    assert service.decisions(asking(world), day, "") == today
    assert service.decisions(asking(world), "2026-01-01", "2026-01-01").hours == ()


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-1-5", "", "first_day"),
        ("", "tomorrow", "last_day"),
        ("2026-01-05", "2026-01-04", "last_day"),
        ("2026-01-05", "2026-02-05", "last_day"),
    ],
)
def test_days_that_are_none_are_refused(
    world: World, service: SupervisionService, first: str, last: str, field: str
) -> None:
    with refused(Reason.FIELD_INVALID) as caught:
        service.decisions(asking(world), first, last)
    assert caught.value.metadata["field"] == field


def test_what_a_scanner_signed_is_counted_for_it(world: World) -> None:
    counting = supervising._Counting()
    counter = Vouchers(world)
    counter.whole_way(AN)
    changed: Callable[[dict[str, object]], dict[str, object]] = lambda details: details | {"devices": ["s-1", "s-2"]}  # noqa: E731
    events = [replace(e, entry=replace(e.entry, details=changed(dict(e.entry.details)))) for e in world.trail()]  # type: ignore[arg-type]
    counting.add(event for event in events if event.entry.action == "AuthenticateCitizen")
    counting.add(
        replace(e, entry=replace(e.entry, details={**e.entry.details, "device": "s-1"}))
        for e in world.trail()
        if e.entry.outcome == "CAPTURED"
    )
    assert counting.result().devices == {"s-1": AcquisitionCount(1, 0, 1, 0), "s-2": AcquisitionCount(0, 0, 1, 0)}
