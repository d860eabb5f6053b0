"""What is disclosed leaves a trace and is counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import DisclosureCount, Entitlement
from idverify.services.papers import PapersService
from tests.fakes import sample
from tests.service_kit import AN, BIRTH, RESIDENCE, World, packaged_catalogue, refused


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.enrol(AN)
    world.put(AN, "residence", RESIDENCE)
    return world


def verify(world: World, *types: str, agency: str = "H05.12") -> None:
    call = world.call("Verify", procedure_code=BIRTH, agency_code=agency)
    entitled = (Entitlement(BIRTH, frozenset(types or {"*"})),)
    call = replace(call, caller=replace(call.caller, entitlements=entitled))
    world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/80")], call=call)


def traced(world: World) -> dict[str, str]:
    trace = world.trail()[-1].entry.details["trace"]
    assert isinstance(trace, list)
    return {line.partition(":")[0]: line.partition(":")[2] for line in trace}


def test_each_kind_of_record_has_a_line(world: World) -> None:
    verify(world, "identity", "residence")
    lines = traced(world)
    accesses = {access.record_type: access for access in packaged_catalogue().procedure(BIRTH).records}
    assert set(lines) == set(accesses)
    assert lines["residence"] == f"DISCLOSED:{','.join(accesses['residence'].fields)}"
    assert {line for name, line in lines.items() if name not in {"identity", "residence"}} == {"NOT_ENTITLED"}


def test_what_nobody_has_is_not_there(world: World) -> None:
    verify(world)
    assert traced(world)["civil_status_marriage"] == "NOT_THERE"


def test_counts_are_by_month_procedure_agency_and_type(world: World) -> None:
    verify(world)
    verify(world, agency="H05.13")
    world.clock.advance(31 * 86_400)
    verify(world)
    verify(world)
    counts = PapersService(world.store).between(world.call("CountDisclosures"), "", "")
    residence = [count for count in counts if count.record_type == "residence"]
    assert residence == [
        DisclosureCount("2026-01", BIRTH, "H05.12", "residence", 1, 1),
        DisclosureCount("2026-01", BIRTH, "H05.13", "residence", 1, 1),
        DisclosureCount("2026-02", BIRTH, "H05.12", "residence", 2, 2),
    ]
    later = PapersService(world.store).between(world.call("CountDisclosures"), "2026-02", "2026-02")
    assert {count.month for count in later} == {"2026-02"}


def test_months_turned_round_are_refused(world: World) -> None:
    with refused(Reason.FIELD_INVALID) as caught:
        PapersService(world.store).between(world.call("CountDisclosures"), "2026-12", "2026-01")
    assert caught.value.metadata == {"field": "last_month"}


@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-1", "x" * 7])
def test_months_are_months(world: World, month: str) -> None:
    for span in ((month, ""), ("", month)):
        with refused(Reason.FIELD_INVALID):
            PapersService(world.store).between(world.call("CountDisclosures"), *span)


def test_a_month_is_that_in_viet_nam(world: World) -> None:
    world.clock.advance((26 * 24 + 9.5) * 3600)  # 31 January, 17:30 UTC
    verify(world)
    counts = PapersService(world.store).between(world.call("CountDisclosures"), "", "")
    assert {count.month for count in counts} == {"2026-02"}
