"""What has been kept for its time goes, by confirmed periods only, on the record, and with nothing else."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.law.facts import Certainty, Fact, LawFacts, Unit
from idverify.domain.law.schedule import SWEPT, DataKind
from idverify.domain.model import ChangeReason, CitizenState, Consent, Presence, PresenceKind
from idverify.services.foreground import Foreground
from idverify.services.law.retention import RetentionService, look_up
from idverify.start.housekeeping import UntilClosed
from tests.contract.test_store_counter import GIVEN
from tests.fakes import FakeBiometrics, NoDeadline, image_sample
from tests.service_kit import AN, BINH, RESIDENCE, World

A_YEAR = 366 * 86_400.0
RESIDENCE_TYPE = "residence"


def facts(certainty: Certainty = Certainty.CONFIRMED) -> LawFacts:
    return LawFacts([Fact(code, 1, Unit.YEARS, "a test", certainty, date(2020, 1, 1)) for code in SWEPT.values()])


class Archive(World):
    """Everything, with one thing of each kind that will be due."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, FakeBiometrics(images=True), keep_images=True)
        self.an = self.enrol(AN, [image_sample(f"{AN}/RIGHT_INDEX/80")])
        self.binh = self.enrol(BINH)
        self.put(AN, RESIDENCE_TYPE, RESIDENCE)
        self.put(AN, RESIDENCE_TYPE, RESIDENCE.replace("Kinh", "Kính"))
        self.withdrawn, self.given = (self._consent(withdrawn) for withdrawn in (True, False))
        with self.store.transaction() as uow:
            seen = self.clock.now()
            uow.presences.add(
                Presence(
                    str(uuid.uuid4()), self.an, PresenceKind.SLIP, seen, "c", "", ("a", "b"), "H05.12", "1.1", "", (),
                    None, "", "1", "",
                )
            )  # fmt: skip
        self.change_state(BINH, CitizenState.DECEASED, ChangeReason.DEATH_REGISTERED)

    def _consent(self, withdrawn: bool) -> str:
        consent_id = str(uuid.uuid4())
        with self.store.transaction() as uow:
            uow.consents.add(Consent(consent_id, self.an, "c", "1.1", ("residence",), GIVEN))
            if withdrawn:
                uow.consents.withdraw(consent_id, self.clock.now())
        return consent_id

    def service(self, law: LawFacts) -> RetentionService:
        return RetentionService(self.store, self.clock, law, self.citizens, Foreground())

    def due(self, law: LawFacts) -> dict[DataKind, int]:
        with self.store.reading() as view:
            return {each.line.kind: each.count for each in look_up(view, law, self.clock.now()) if each.line.kind}


@pytest.fixture
def world(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def test_each_kind_goes_when_it_is_due_and_nothing_else_does(world: Archive) -> None:
    service = world.service(facts())
    service.sweep(NoDeadline())
    assert world.due(facts()) == dict.fromkeys(DataKind, 0)
    assert "KeepNoLonger" not in {event.entry.action for event in world.trail()}
    world.clock.advance(A_YEAR)
    young = world.enrol("001084000123", [image_sample("001084000123/RIGHT_INDEX/80")])
    assert world.due(facts()) == dict.fromkeys(DataKind, 1)
    service.sweep(NoDeadline())
    assert world.due(facts()) == dict.fromkeys(DataKind, 0)
    with world.store.reading() as view:
        assert view.subjects.get(world.binh) is None
        assert [c.consent_id for c in view.consents.of(world.an)] == [world.given]
        assert view.presences.of(world.an) == []
        assert view.images.count() == 1, "the one of whoever was enrolled just now"
        record = view.records.get(world.an, RESIDENCE_TYPE)
        assert record is not None
        assert record.version == 2
        assert {t.subject_id for t in view.subjects.templates_after(0)} == {world.an, young}
        assert view.audit.compare_rows(NoDeadline(), add_up=True) == []
    told = [event.entry for event in world.trail() if event.entry.action == "KeepNoLonger"]
    assert {entry.details["kind"]: entry.details["count"] for entry in told} == {kind.value: 1 for kind in DataKind}
    assert {entry.subject_id for entry in told} == {""}


def test_a_citizen_whose_time_is_over_is_erased_as_by_deletecitizen(world: Archive) -> None:
    world.clock.advance(A_YEAR)
    world.service(facts()).sweep(NoDeadline())
    last = [e.entry for e in world.trail() if e.entry.outcome == "DELETED"]
    assert [(e.action, e.caller, e.subject_id) for e in last] == [("DeleteCitizen", "service", world.binh)]
    assert [subject for _, subject in world.erasures.erased] == [world.binh]
    assert {t.subject_id for t in world.store.all_templates()} == {world.an}
    assert len(world.gallery.templates) == 1


def test_what_is_assumed_is_told_and_not_carried_out(world: Archive) -> None:
    world.clock.advance(A_YEAR)
    law = facts(Certainty.ASSUMPTION)
    world.service(law).sweep(NoDeadline())
    assert world.due(law) == dict.fromkeys(DataKind, 1)
    with world.store.reading() as view:
        assert not any(each.carried_out for each in look_up(view, law, world.clock.now()))


def test_without_a_period_nothing_is_due(world: Archive) -> None:
    world.clock.advance(A_YEAR)
    world.service(LawFacts([])).sweep(NoDeadline())
    assert world.due(LawFacts([])) == dict.fromkeys(DataKind, 0)


def test_who_comes_back_to_life_is_kept(world: Archive) -> None:
    world.clock.advance(A_YEAR)
    world.change_state(BINH, CitizenState.ACTIVE, ChangeReason.RECORDING_ERROR)
    world.change_state(BINH, CitizenState.DECEASED, ChangeReason.DEATH_REGISTERED)
    assert world.due(facts())[DataKind.DECEASED] == 0, "dead since the second time only"


def test_it_ends_with_the_service(world: Archive) -> None:
    world.clock.advance(A_YEAR)
    life = UntilClosed()
    life.closed.set()
    with pytest.raises(DomainError) as caught:
        world.service(facts()).sweep(life)
    assert caught.value.reason is Reason.DEADLINE_EXCEEDED
    assert world.due(facts()) == dict.fromkeys(DataKind, 1)


def test_days_are_those_of_the_clock(world: Archive) -> None:
    world.clock.time = datetime(2019, 1, 1, tzinfo=UTC)
    assert world.due(facts()) == dict.fromkeys(DataKind, 0), "no fact held then"
