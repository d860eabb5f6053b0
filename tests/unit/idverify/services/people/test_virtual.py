"""Numbers that stand for a citizen's: who makes them, where they are taken, and how they end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from idverify.domain.citizens.virtual_numbers import is_virtual, new_virtual_number
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ChangeReason, CitizenState, Decision, DuplicateCheck, FingerPosition, VirtualNumber
from idverify.services.counter.confirmations import Wanted
from idverify.services.counter.live import Shown
from idverify.services.people.changing import Why
from idverify.services.verification import Verified
from tests.service_kit import AN, BINH, BIRTH, RESIDENCE, World, encode, prints_of, refused, told
from tests.unit.idverify.services.counter.counter_kit import Counter

INDEX = FingerPosition.RIGHT_INDEX
Told = tuple[Verified, VirtualNumber | None]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.enrol(AN, prints_of("an", INDEX))
    yield world
    world.store.close()


def create(world: World, who: str = "an", *, one_time: bool = False, lifetime: timedelta | None = None) -> Told:
    told: list[Told] = []

    def keep(verified: Verified, made: VirtualNumber | None) -> bytes:
        told.append((verified, made))
        return b"answer"

    call = world.call("CreateVirtualNumber", procedure_code=BIRTH)
    world.virtual.create(call, AN, prints_of(who, INDEX), lifetime, one_time, keep)
    return told[0]


def number(world: World, *, one_time: bool = False, lifetime: timedelta | None = None) -> str:
    made = create(world, one_time=one_time, lifetime=lifetime)[1]
    assert made is not None
    return made.number


def revoke(world: World, number: str) -> int:
    told: list[int] = []
    world.virtual.revoke(world.call("RevokeVirtualNumber"), number, lambda count: told.append(count) or b"")  # type: ignore[func-returns-value]
    return told[0]


def test_numbers_are_random_and_of_one_form() -> None:
    made = {new_virtual_number() for _ in range(200)}
    assert len(made) == 200
    assert all(map(is_virtual, made))
    assert not any(is_virtual(text) for text in (AN, "123456789", "1" * 15, "1" * 17, "１" * 16, ""))


def test_a_number_is_taken_wherever_a_citizen_number_is(world: World) -> None:
    verified, made = create(world)
    assert made is not None
    assert (verified.decision, verified.disclosure) == (Decision.MATCH, None)
    virtual = made.number
    answer = world.verify(virtual, prints_of("an", INDEX), call=world.call("Verify", procedure_code=BIRTH))
    assert (answer.decision, answer.number_superseded) == (Decision.MATCH, False)
    assert world.verify(virtual, prints_of("mallory", INDEX)).decision is Decision.NO_MATCH
    world.put(virtual, "residence", RESIDENCE)
    world.records.get(world.call("GetRecord"), virtual, "residence")
    assert world.citizens.get(world.call("x"), citizen_number=virtual, subject_id=None).citizen_number == AN
    thumb = prints_of("an", FingerPosition.LEFT_THUMB)
    world.enrolment.add(world.call("AddFingerprints"), virtual, thumb, encode, DuplicateCheck.REPORT)
    world.changing.change_state(
        world.call("ChangeCitizenState"),
        virtual,
        CitizenState.DECEASED,
        Why(ChangeReason.DEATH_REGISTERED),
        encode,
    )
    with refused(Reason.SUBJECT_DECEASED):
        world.verify(virtual, prints_of("an", INDEX))
    assert virtual not in str(world.trail())


def test_only_the_right_finger_makes_one(world: World) -> None:
    verified, made = create(world, "mallory")
    assert (verified.decision, made) == (Decision.NO_MATCH, None)
    assert world.virtual.of(world.call("ListVirtualNumbers"), AN) == []


def test_a_number_for_one_time_is_used_by_a_match_alone(world: World) -> None:
    virtual = number(world, one_time=True)
    assert world.verify(virtual, prints_of("mallory", INDEX)).decision is Decision.NO_MATCH
    call = world.call("Verify")
    assert world.verify(virtual, prints_of("an", INDEX), call=call).decision is Decision.MATCH
    world.verification.verify(call, virtual, prints_of("an", INDEX), None, encode)  # a repetition has its answer
    with refused(Reason.VIRTUAL_NUMBER_USED):
        world.verify(virtual, prints_of("an", INDEX))
    (listed,) = world.virtual.of(world.call("ListVirtualNumbers"), AN)
    assert (listed.used, listed.version) == (world.clock.now(), 2)


def test_a_number_used_up_while_a_finger_is_compared_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    virtual = number(world, one_time=True)
    compare = type(world.biometrics).compare

    def meanwhile(*args: object) -> object:
        monkeypatch.undo()
        assert world.verify(virtual, prints_of("an", INDEX)).decision is Decision.MATCH
        return compare(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(type(world.biometrics), "compare", meanwhile)
    with refused(Reason.VIRTUAL_NUMBER_USED):
        world.verify(virtual, prints_of("an", INDEX))


def test_a_number_expires_to_the_second(world: World) -> None:
    virtual = number(world, lifetime=timedelta(minutes=5))
    world.clock.time += timedelta(minutes=5) - timedelta(seconds=1)
    assert world.verify(virtual, prints_of("an", INDEX)).decision is Decision.MATCH
    world.clock.time += timedelta(seconds=1)
    for refusing in (
        lambda: world.verify(virtual, prints_of("an", INDEX)),
        lambda: world.put(virtual, "residence", RESIDENCE),
    ):
        with refused(Reason.VIRTUAL_NUMBER_EXPIRED):
            refusing()


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=59), timedelta(days=367), timedelta(days=-1)])
def test_a_lifetime_out_of_range_makes_nothing(world: World, lifetime: timedelta) -> None:
    with pytest.raises(DomainError) as error:
        create(world, lifetime=lifetime)
    assert error.value.metadata == {"field": "lifetime"}
    assert world.virtual.of(world.call("ListVirtualNumbers"), AN) == []


def test_a_number_is_taken_back_alone_or_with_all_others(world: World) -> None:
    one, two, three = (number(world) for _ in range(3))
    assert (revoke(world, one), revoke(world, one)) == (1, 0)
    with refused(Reason.VIRTUAL_NUMBER_REVOKED):
        world.verify(one, prints_of("an", INDEX))
    assert world.verify(two, prints_of("an", INDEX)).decision is Decision.MATCH
    assert revoke(world, AN) == 2
    for virtual in (two, three):
        with refused(Reason.VIRTUAL_NUMBER_REVOKED):
            world.verify(virtual, prints_of("an", INDEX))
    with refused(Reason.SUBJECT_NOT_FOUND):
        revoke(world, "1" * 16)
    with refused(Reason.IDENTIFIER_MALFORMED):
        revoke(world, "1")


def test_guessing_numbers_is_counted(world: World) -> None:
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.verify("1" * 16, prints_of("an", INDEX))
    assert world.trail()[-1].entry.details == {"reason": "SUBJECT_NOT_FOUND"}


def test_a_number_of_who_was_merged_leads_to_the_person(world: World) -> None:
    virtual = number(world)
    world.enrol(BINH, prints_of("an", INDEX), check=DuplicateCheck.REPORT)
    world.merging.merge(
        world.call("MergeCitizens"), BINH, AN, Why(ChangeReason.RECORDING_ERROR), despite_prints=False, encode=encode
    )
    assert world.verify(virtual, prints_of("an", INDEX)).decision is Decision.MATCH
    merged = world.citizens.get(world.call("x"), citizen_number=virtual, subject_id=None)
    assert merged.citizen_number == BINH
    # It names the entry that it was made of, too.
    encounters = [merged.encounters[0].encounter_id]
    why = Why(ChangeReason.LEGAL_DECISION, "QĐ 1")
    world.merging.split(world.call("SplitCitizen"), BINH, virtual, encounters, why, despite_prints=True, encode=encode)
    assert world.citizens.get(world.call("x"), citizen_number=AN, subject_id=None).state is CitizenState.ACTIVE


def test_a_number_for_one_time_carries_a_whole_transaction(world: World) -> None:
    virtual, counter = number(world, one_time=True), Counter(world)
    counter.start(virtual)
    counter.capture(prints_of("an", INDEX)[0])
    counter.agree()
    assert counter.authenticate(virtual).verified.decision is Decision.MATCH
    with refused(Reason.VIRTUAL_NUMBER_USED):
        counter.start(virtual)


def test_a_used_up_number_names_whom_it_served_for_while_that_match_is_gone_on_with(world: World) -> None:
    virtual = number(world, one_time=True)
    served = Shown(assertion(world, virtual), virtual, "")
    for gone_on in (listed, confirmed):
        gone_on(world, served)
    world.clock.time += timedelta(seconds=1)
    # For any other match it is used up: nobody learns by it that two numbers are of one person.
    for refusing in (listed, confirmed):
        with refused(Reason.VIRTUAL_NUMBER_USED):
            refusing(world, Shown(assertion(world, AN), virtual, ""))
    assert revoke(world, virtual) == 1
    with refused(Reason.VIRTUAL_NUMBER_REVOKED):
        listed(world, served)


def test_a_number_whose_time_is_over_since_names_who_was_proven_by_it(world: World) -> None:
    virtual = number(world, lifetime=timedelta(minutes=1))
    served = Shown(assertion(world, virtual), virtual, "")
    world.clock.time += timedelta(minutes=1)
    listed(world, served)
    with refused(Reason.VIRTUAL_NUMBER_EXPIRED):
        listed(world, Shown(assertion(world, AN), virtual, ""))


def assertion(world: World, number: str) -> str:
    """Verify An under a number; return the assertion."""
    call = world.call("Verify", procedure_code=BIRTH)
    return told(world.verify(number, prints_of("an", INDEX), call=call).disclosure).assertion.jwt


def listed(world: World, shown: Shown) -> None:
    world.procedure_records.list(world.call("ListProcedureRecords"), shown, encode)


def confirmed(world: World, shown: Shown) -> None:
    world.confirmations.issue(world.call("IssueConfirmation", dossier_code="HS-1"), Wanted(shown, (), None), encode)
