"""Records from their owners: asked before the transaction, checked again inside it, and what comes of silence."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import AuditEvent, Disclosure, RecordSource
from idverify.domain.model.owners import Fault
from idverify.domain.sources.circuit import FAILURES, REST
from idverify.services.sources.desk import SourceDesk
from idverify.services.sources.gathering import RESERVE
from tests.fakes import FakeClock, NoDeadline, sample
from tests.owner_kit import INSURANCE, ToldOwner, desk
from tests.service_kit import AN, World, refused
from tests.waiting import PATIENCE

KIND = "health_insurance"


@pytest.fixture
def owner() -> ToldOwner:
    return ToldOwner(FakeClock())


def world_of(folder: Path, owner: ToldOwner, kind: str = KIND, **rules: Any) -> World:
    desks: dict[str, SourceDesk] = {}
    world = World(folder, desks=desks)
    owner.clock = world.clock
    desks[kind] = desk(owner, **rules)
    world.enrol()
    return world


def procedure_with(world: World) -> str:
    """Return a procedure that may see the type, with its code."""
    return next(p.code for p in world.catalogue.procedures() if any(a.record_type == KIND for a in p.records))


def disclosed(world: World, agency_code: str = "", officer_id: str = "") -> Disclosure:
    call = world.call("Verify", procedure_code=procedure_with(world), agency_code=agency_code, officer_id=officer_id)
    found = world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/{80 + len(world.trail())}")], call=call).disclosure
    assert found is not None
    return found


def of_kind(disclosure: Disclosure) -> list[Any]:
    return [record for record in disclosure.records if record.record_type == KIND]


def details(event: AuditEvent) -> Mapping[str, Any]:
    return event.entry.details


def test_the_owner_is_asked_and_named_in_the_answer_and_in_the_trail(tmp_path: Path, owner: ToldOwner) -> None:
    world = world_of(tmp_path, owner)
    disclosure = disclosed(world, agency_code="H05.12", officer_id="lan")
    (record,) = of_kind(disclosure)
    assert (record.source, record.version, record.owning_agency) == (RecordSource.OWNER, 3, "Bảo hiểm xã hội")
    assert record.provenance is not None
    assert not record.provenance.cached
    (query,) = owner.asked
    assert (query.citizen_number, query.agency_code, query.officer_id) == (AN, "H05.12", "lan")
    assert query.procedure_code == procedure_with(world)
    event = details(world.trail()[-1])
    assert event["sources"] == [f"{KIND}:register:3:{record.provenance.sha256}"]
    assert disclosure.silent == ()


def test_nobody_is_asked_about_somebody_who_was_not_proven(tmp_path: Path, owner: ToldOwner) -> None:
    world = world_of(tmp_path, owner)
    world.verify(AN, [sample("eve/RIGHT_INDEX/80")], call=world.call("Verify", procedure_code=procedure_with(world)))
    world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/81")])
    assert owner.asked == []


def test_an_owner_is_asked_outside_of_the_transaction(tmp_path: Path, owner: ToldOwner) -> None:
    """Else nobody could write while somebody's service takes its time."""
    world = world_of(tmp_path, owner)

    def write() -> None:
        world.put(AN, "residence", '{"permanent_address": {"province": "Bắc Ninh", "commune": "Kinh Bắc"}}')

    owner.before = write
    assert of_kind(disclosed(world))


def test_what_changed_while_the_owner_was_asked_is_seen(tmp_path: Path, owner: ToldOwner) -> None:
    world = world_of(tmp_path, owner)
    owner.before = lambda: world.delete(AN)
    with refused(Reason.SUBJECT_NOT_FOUND):
        disclosed(world)


def test_that_the_owner_has_none_is_no_silence(tmp_path: Path, owner: ToldOwner) -> None:
    owner.record = None
    disclosure = disclosed(world_of(tmp_path, owner))
    assert (of_kind(disclosure), disclosure.silent) == ([], ())


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"sub": "027184000777"}, Fault.WRONG_PERSON),
        ({"iat": 0}, Fault.STALE),
        ({"iat": 10**400}, Fault.MALFORMED),
        ({"version": 10**30}, Fault.MALFORMED),
        ({"sub": "\ud800"}, Fault.MALFORMED),
        ({"record": {**INSURANCE, "benefit_level": float("nan")}}, Fault.MALFORMED),
        ({"record": {**INSURANCE, "registered_facility": "\ud800"}}, Fault.MALFORMED),
        ({"record": {**INSURANCE, "father": "x"}}, Fault.MALFORMED),
        ({"record": {"a": 1, 2: "keys that cannot be put in order"}}, Fault.MALFORMED),
        ({"record": {**INSURANCE, "benefit_level": "four"}}, Fault.MALFORMED),
    ],
)
def test_an_owner_that_lies_is_silent_and_named(
    tmp_path: Path, owner: ToldOwner, changed: dict[str, Any], fault: Fault
) -> None:
    owner.changed = changed
    world = world_of(tmp_path, owner)
    disclosure = disclosed(world)
    assert of_kind(disclosure) == []
    (silent,) = disclosure.silent
    assert (silent.record_type, silent.source, silent.fault) == (KIND, "Cơ quan đăng ký", fault)
    assert details(world.trail()[-1])["silent"] == [f"{KIND}:{fault.value}"]


@pytest.mark.parametrize("fault", [Fault.UNREACHABLE, Fault.REFUSED, Fault.SIGNATURE])
def test_an_owner_that_fails_is_silent_and_the_rest_is_disclosed(
    tmp_path: Path, owner: ToldOwner, fault: Fault
) -> None:
    owner.fails = fault
    disclosure = disclosed(world_of(tmp_path, owner))
    assert [silent.fault for silent in disclosure.silent] == [fault]
    assert disclosure.assertion.jwt


@pytest.mark.parametrize("raised", [KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError])
def test_what_makes_a_reader_fail_is_malformed(tmp_path: Path, owner: ToldOwner, raised: type[Exception]) -> None:
    def fail() -> None:
        raise raised(AN)

    owner.before = fail
    world = world_of(tmp_path, owner)
    assert [silent.fault for silent in disclosed(world).silent] == [Fault.MALFORMED]
    assert details(world.trail()[-1])["silent"] == [f"{KIND}:MALFORMED"]


@pytest.fixture
def held(owner: ToldOwner) -> Iterator[ToldOwner]:
    owner.held = threading.Event()
    yield owner
    owner.held.set()


def test_a_slow_owner_is_given_up(tmp_path: Path, held: ToldOwner) -> None:
    world = world_of(tmp_path, held, seconds=0.1)
    assert [silent.fault for silent in disclosed(world).silent] == [Fault.SLOW]


def test_the_caller_s_time_is_the_longest_and_some_of_it_is_left(tmp_path: Path, held: ToldOwner) -> None:
    class Hurried(NoDeadline):
        def seconds_left(self) -> float:
            return RESERVE + 0.05

    world = world_of(tmp_path, held)
    call = world.call("Verify", procedure_code=procedure_with(world), deadline=Hurried())
    disclosure = world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/81")], call=call).disclosure
    assert disclosure is not None
    assert [silent.fault for silent in disclosure.silent] == [Fault.SLOW]


def test_several_owners_are_asked_at_the_same_time(tmp_path: Path) -> None:
    """Each answers only when both have been asked."""
    desks: dict[str, SourceDesk] = {}
    world = World(tmp_path, desks=desks)
    both = threading.Barrier(2, timeout=PATIENCE)
    one, other = (ToldOwner(world.clock, record=None, before=both.wait) for _ in range(2))
    desks |= {KIND: desk(one), "identity": desk(other)}
    world.enrol()
    assert disclosed(world).silent == ()
    assert len(one.asked) == len(other.asked) == 1


def test_the_second_question_helps_where_the_first_is_lost(tmp_path: Path, held: ToldOwner) -> None:
    world = world_of(tmp_path, held, hedge_seconds=0.01)

    def let_the_second_through() -> None:
        if len(held.asked) == 2:
            assert held.held is not None
            held.held.set()

    held.before = let_the_second_through
    assert of_kind(disclosed(world))


def test_a_source_that_does_not_answer_is_left_in_peace(tmp_path: Path, owner: ToldOwner) -> None:
    owner.fails = Fault.UNREACHABLE
    world = world_of(tmp_path, owner)
    faults = [disclosed(world).silent[0].fault for _ in range(FAILURES + 1)]
    assert faults == [Fault.UNREACHABLE] * FAILURES + [Fault.RESTING]
    assert len(owner.asked) == FAILURES
    owner.fails = None
    world.clock.advance(REST.total_seconds())
    assert of_kind(disclosed(world))


def test_what_may_be_kept_is_not_asked_again_until_its_time_is_over(tmp_path: Path, owner: ToldOwner) -> None:
    owner.changed = {"keep_seconds": 600}
    world = world_of(tmp_path, owner)
    (first,), (again,) = of_kind(disclosed(world)), of_kind(disclosed(world))
    assert len(owner.asked) == 1
    assert again.provenance.cached
    assert (again.json, again.provenance.received) == (first.json, first.provenance.received)
    world.clock.advance(601)
    (fresh,) = of_kind(disclosed(world))
    assert (len(owner.asked), fresh.provenance.cached) == (2, False)


def test_a_version_behind_the_kept_one_is_stale(tmp_path: Path, owner: ToldOwner) -> None:
    owner.changed = {"keep_seconds": 600}
    world = world_of(tmp_path, owner)
    disclosed(world)
    world.clock.advance(601)
    owner.changed = {"version": 2}
    assert [silent.fault for silent in disclosed(world).silent] == [Fault.STALE]


def test_what_is_kept_goes_with_the_citizen_and_with_its_time(tmp_path: Path, owner: ToldOwner) -> None:
    owner.changed = {"keep_seconds": 600}
    world = world_of(tmp_path, owner)
    disclosed(world)
    with world.store.reading() as view:
        subject_id = view.subjects.id_of(AN)
        assert subject_id is not None
        assert view.owned_records.get(subject_id, KIND) is not None
    with world.store.transaction() as uow:
        uow.owned_records.drop(world.clock.now() + timedelta(seconds=600))
        assert uow.owned_records.get(subject_id, KIND) is None
    disclosed(world)
    world.delete(AN)
    with world.store.reading() as view:
        assert view.owned_records.get(subject_id, KIND) is None


def test_a_record_that_names_another_person_is_disputed(tmp_path: Path, owner: ToldOwner) -> None:
    """The owner says it is this number's; that its fields agree is looked at like with any other record."""
    world = world_of(tmp_path, owner, kind="identity")
    owner.record = {
        "citizen_number": AN,
        "full_name": "Trần Văn Bình",
        "birth_date": "1984-02-01",
        "sex": "M",
        "nationality": "Việt Nam",
    }
    code = next(p.code for p in world.catalogue.procedures() if any(a.record_type == "identity" for a in p.records))
    verified = world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/81")], call=world.call("Verify", procedure_code=code))
    assert verified.disclosure is not None
    assert [(d.record_type, d.disputed) for d in verified.disclosure.disputed] == [("identity", ("full_name",))]


def test_whoever_is_found_by_finger_alone_is_asked_about_too(tmp_path: Path, owner: ToldOwner) -> None:
    world = world_of(tmp_path, owner)
    call = world.call("Identify", procedure_code=procedure_with(world))
    disclosure = world.identify(sample(f"{AN}/RIGHT_INDEX/81"), call=call).disclosure
    assert disclosure is not None
    assert of_kind(disclosure)
