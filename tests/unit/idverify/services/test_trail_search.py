"""Events are found by what they say, newest first, page by page; who is searched for by number is noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import AuditEvent, EventSearch, Role
from idverify.services import trail_search
from idverify.services.calls.call import Call
from idverify.services.calls.paging import encode_token
from idverify.services.calls.read_budget import ReadBudget
from idverify.services.trail_search import TrailSearchService
from tests.fakes import sample
from tests.service_kit import AN, BINH, BIRTH, World, refused

ANY = EventSearch()


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.enrol(AN)
    world.enrol(BINH)
    for officer, number in (("CB-1", AN), ("CB_2", BINH), ("cb-1", AN)):
        call = world.call("Verify", procedure_code=BIRTH, agency_code="H05.12", officer_id=officer)
        world.verify(number, [sample(f"{number}/RIGHT_INDEX/{80 + len(officer)}")], call=call)
        world.clock.advance(60)
    return world


@pytest.fixture
def service(world: World) -> TrailSearchService:
    return TrailSearchService(world.store, world.clock, ReadBudget(world.clock, 5))


def searching(world: World, purpose: str = "") -> Call:
    made = world.call("SearchAuditEvents", caller="auditor", roles=frozenset({Role.AUDITOR}))
    return replace(made, context=replace(made.context, purpose=purpose))


def pages(
    world: World, service: TrailSearchService, wanted: EventSearch, number: str = "", size: int = 0
) -> Iterator[list[AuditEvent]]:
    token = ""
    while True:
        events, token = service.page(searching(world, "INVESTIGATION"), wanted, number, size, token)
        yield events
        if not token:
            return


def found(world: World, service: TrailSearchService, wanted: EventSearch, number: str = "", size: int = 0) -> list[int]:
    return [event.sequence for page in pages(world, service, wanted, number, size) for event in page]


def test_all_events_are_found_newest_first_on_pages_of_any_size(world: World, service: TrailSearchService) -> None:
    everything = [event.sequence for event in reversed(world.trail())]
    for size in (0, 1, 2, len(everything)):
        assert found(world, service, ANY, size=size) == everything


def test_what_is_stated_must_be_so(world: World, service: TrailSearchService) -> None:
    first, second, third = (event for event in world.trail() if event.entry.action == "Verify")
    an, binh = first.entry.subject_id, second.entry.subject_id
    assert found(world, service, EventSearch(officer_id="CB-1")) == [first.sequence]
    assert found(world, service, EventSearch(officer_id="CB_2")) == [second.sequence]
    assert found(world, service, EventSearch(officer_id="%")) == []
    assert found(world, service, EventSearch(action="Verify", subject_ids=(an,))) == [third.sequence, first.sequence]
    assert found(world, service, EventSearch(procedure_code=BIRTH, subject_ids=(binh,))) == [second.sequence]
    assert found(world, service, EventSearch(action="Verify", outcome="NO_MATCH")) == []
    assert found(
        world, service, EventSearch(agency_code="H05.12", caller=first.entry.caller, since=third.entry.time)
    ) == [third.sequence]
    until = second.entry.time + timedelta(microseconds=1)
    assert found(world, service, EventSearch(action="Verify", until=until)) == [second.sequence, first.sequence]
    assert found(world, service, EventSearch(caller="nobody")) == []


def test_a_long_trail_is_looked_through_window_by_window(
    world: World, service: TrailSearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_search, "WINDOW", 2)
    everything = [event.sequence for event in reversed(world.trail())]
    assert found(world, service, ANY, size=3) == everything
    assert found(world, service, EventSearch(officer_id="CB-1")) == [world.trail()[-3].sequence]


def test_what_there_is_no_time_for_is_the_next_page(
    world: World, service: TrailSearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Short:
        def check(self) -> None:
            pass

        def seconds_left(self) -> float:
            return 0.5

    monkeypatch.setattr(trail_search, "WINDOW", 2)
    token, seen, looks = "", [], 0
    while looks == 0 or token:
        events, token = service.page(
            replace(searching(world), deadline=Short()), EventSearch(officer_id="CB-1"), "", 0, token
        )
        seen += [event.sequence for event in events]
        looks += 1
    assert seen == [world.trail()[-3].sequence]
    assert looks == -(-len(world.trail()) // 2)


def test_a_citizen_is_found_by_number_and_that_is_an_event_of_theirs(world: World, service: TrailSearchService) -> None:
    an = next(event.entry.subject_id for event in world.trail() if event.entry.action == "Verify")
    before = [event.sequence for event in reversed(world.trail()) if event.entry.subject_id == an]
    assert found(world, service, EventSearch(action="Verify"), AN, size=1) == before[:2]
    noted = world.trail()[-1].entry
    assert (noted.action, noted.outcome, noted.subject_id) == ("SearchAuditEvents", "SEARCHED", an)
    assert noted.context.purpose == "INVESTIGATION"
    assert sum(event.entry.action == "SearchAuditEvents" for event in world.trail()) == 2, "each page"


def test_searching_by_number_is_reading_and_no_made_up_token_hides_it(
    world: World, service: TrailSearchService
) -> None:
    token = encode_token("audit-search", 10**6)
    service.page(searching(world, "INVESTIGATION"), ANY, AN, 0, token)
    assert world.trail()[-1].entry.outcome == "SEARCHED"
    for number in ("027084000888", AN, "027084000887", BINH):  # of nobody, too
        with suppress(DomainError):
            service.page(searching(world, "INVESTIGATION"), ANY, number, 0, token)
    with refused(Reason.READ_BUDGET_EXCEEDED):
        service.page(searching(world, "INVESTIGATION"), ANY, AN, 0, "")
    assert service.page(searching(world), EventSearch(action="Verify"), "", 0, "")[0]


def test_a_search_that_is_none_is_refused(world: World, service: TrailSearchService) -> None:
    now = world.clock.now()
    with refused(Reason.FIELD_MISSING):
        service.page(searching(world), ANY, AN, 0, "")
    with refused(Reason.SUBJECT_NOT_FOUND):
        service.page(searching(world, "INVESTIGATION"), ANY, "027084000888", 0, "")
    with refused(Reason.FIELD_INVALID):
        service.page(searching(world), EventSearch(since=now, until=now), "", 0, "")
    with refused(Reason.FIELD_INVALID):
        service.page(searching(world), ANY, "", 1001, "")
    with refused(Reason.PAGE_TOKEN_INVALID):
        service.page(searching(world), ANY, "", 0, "YXVkaXQ6NQ==")


def test_searching_by_identifier_is_reading_as_by_number(world: World, service: TrailSearchService) -> None:
    an = next(event.entry.subject_id for event in world.trail() if event.entry.action == "Verify")
    with refused(Reason.FIELD_MISSING):
        service.page(searching(world), EventSearch(subject_ids=(an,)), "", 0, "")
    for _ in range(5):
        service.page(searching(world, "INVESTIGATION"), EventSearch(subject_ids=(an,)), "", 0, "")
    noted = [event.entry for event in world.trail() if event.entry.outcome == "SEARCHED"]
    assert {(e.subject_id, e.context.purpose) for e in noted} == {(an, "INVESTIGATION")}
    assert len(noted) == 5, "each page"
    with refused(Reason.READ_BUDGET_EXCEEDED):
        service.page(searching(world, "INVESTIGATION"), EventSearch(subject_ids=(an,)), "", 0, "")


def test_who_lists_a_citizens_events_is_noted_once_and_comes_to_an_end(
    world: World, service: TrailSearchService
) -> None:
    an = next(event.entry.subject_id for event in world.trail() if event.entry.action == "Verify")
    call = replace(searching(world, "INVESTIGATION"), method="ListAuditEvents")
    for _ in range(2):
        service.note(call, an, every_page=False)
    service.note(replace(call, context=replace(call.context, purpose="CORRECTION")), an, every_page=False)
    noted = [event.entry for event in world.trail() if event.entry.outcome == "SEARCHED"]
    assert [(e.action, e.context.purpose) for e in noted] == [
        ("ListAuditEvents", "INVESTIGATION"),
        ("ListAuditEvents", "CORRECTION"),
    ]
