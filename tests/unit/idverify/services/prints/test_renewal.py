"""Templates made anew of kept images: checked, exchanged a citizen at a time, on the record, and gone on with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from idverify.domain.enrolling.renewal import KeptTemplate, KeptWhy, QualityChange, RenewalReport
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Features, FingerPosition, ImageSample, Sample
from idverify.services.foreground import Foreground
from idverify.services.operations import OperationsService
from idverify.services.prints.exchanging import exchange
from idverify.services.prints.renewal import RenewalAsked, TemplateRenewal
from tests.fakes import FakeBiometrics, NoDeadline, image_sample, sample
from tests.service_kit import AN, BINH, World, refused
from tests.waiting import PATIENCE

RIGHT, LEFT = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX
CHI = "027184000555"
FORMER, LATER = "fake-extractor", "later-extractor"


class Later(FakeBiometrics):
    """An extractor that may see something else in an image than the one before did."""

    def __init__(self) -> None:
        super().__init__(images=True)
        self.sees: dict[bytes, bytes] = {}
        self.before: Callable[[], None] = lambda: None

    def extract(self, sample: Sample) -> Features:
        self.before()
        line = self.sees.get(sample.content.data, sample.content.data)
        return super().extract(Sample(sample.position, ImageSample(line)))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An and Binh are enrolled with two fingers each, by an extractor that has been replaced since."""
    world = World(tmp_path, Later(), keep_images=True)
    for number in (AN, BINH):
        prints = [image_sample(f"{number}/RIGHT_INDEX/60"), image_sample(f"{number}/LEFT_INDEX/40", LEFT)]
        world.enrol(number, prints)
    later(world).extractor_id = LATER
    yield world
    world.store.close()


def later(world: World) -> Later:
    assert isinstance(world.biometrics, Later)
    return world.biometrics


def renewed(world: World, asked: RenewalAsked = RenewalAsked()) -> RenewalReport:  # noqa: B008 - immutable
    renewal = TemplateRenewal(world.store, world.biometrics, world.gallery, world.clock)
    return renewal.run(world.call("StartRenewTemplates"), asked, lambda *_: None, lambda: None)


def extractors(world: World) -> list[str]:
    """Of all templates, having checked that gallery, counts and trail are in step with them."""
    stored = {t.template_id: t for t in world.store.all_templates()}
    assert stored == world.gallery.templates
    with world.store.reading() as view:
        assert view.audit.compare_rows(NoDeadline(), add_up=True) == []
    return [t.extractor for t in stored.values()]


def told(world: World) -> list[tuple[str, dict[str, object]]]:
    return [(e.entry.subject_id, dict(e.entry.details)) for e in world.trail() if e.entry.outcome == "RENEWED"]


def test_everybody_is_renewed_once_and_on_the_record(world: World) -> None:
    later(world).sees = {f"{AN}/RIGHT_INDEX/60".encode(): f"{AN}/RIGHT_INDEX/75".encode()}
    report = renewed(world)
    quality = QualityChange(former=200, renewed=215, better=1, worse=0)
    assert report == RenewalReport(LATER, dry_run=False, people=2, renewed=4, quality=quality)
    assert extractors(world) == [LATER] * 4
    details = {
        "extractor": LATER,
        "former": [FORMER],
        "fingers": ["LEFT_INDEX", "RIGHT_INDEX"],
        "templates": 2,
        "kept": 0,
    }
    assert [each for _, each in told(world)] == [details] * 2
    assert len({subject_id for subject_id, _ in told(world)}) == 2
    assert world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/70")]).decision.value == "MATCH"
    again = renewed(world)
    assert (again.people, again.current, again.renewed) == (2, 4, 0)
    assert len(told(world)) == 2


def test_what_the_office_sees_is_the_new_one_in_the_order_of_before(world: World) -> None:
    later(world).sees = {f"{AN}/LEFT_INDEX/40".encode(): b"another/LEFT_INDEX/90"}
    assert renewed(world).renewed == 3
    with world.store.reading() as view:
        citizen = view.subjects.page(0, 1)[0]
        (encounter,) = citizen.encounters
        assert [(i.position, i.extractor) for i in encounter.impressions] == [(RIGHT, LATER), (LEFT, FORMER)]
        images = [view.images.of_template(t.template_id) for t in view.subjects.templates(citizen.subject_id)]
    assert {image and image.position for image in images} == {RIGHT, LEFT}
    with world.store.transaction() as uow:
        other = uow.subjects.id_of(BINH)
        assert other is not None
        exchange(uow, world.gallery, [uow.subjects.move_encounter(encounter.encounter_id, other)])
    assert sorted(extractors(world)) == [FORMER, LATER, LATER, LATER]


def test_a_dry_run_tells_and_changes_nothing(world: World) -> None:
    before, trail = world.state(), world.trail()
    report = renewed(world, RenewalAsked(dry_run=True))
    assert (report.dry_run, report.renewed, report.quality.former) == (True, 4, 200)
    assert world.state() == before
    assert world.trail() == trail


@pytest.mark.parametrize(
    ("seen", "why", "reason"),
    [
        (b"somebody else/LEFT_INDEX/90", KeptWhy.UNLIKE, ""),
        (f"{AN}/LEFT_INDEX/5".encode(), KeptWhy.UNUSABLE, ""),
        (b"no print", KeptWhy.FAILED, "SAMPLE_INVALID"),
    ],
)
def test_a_finger_that_does_not_fit_is_left_and_named(world: World, seen: bytes, why: KeptWhy, reason: str) -> None:
    later(world).sees = {f"{AN}/LEFT_INDEX/40".encode(): seen}
    report = renewed(world)
    assert (report.renewed, report.kept_count, report.quality.former) == (3, 1, 160)
    with world.store.reading() as view:
        subject_id = view.subjects.id_of(AN)
    assert report.kept == (KeptTemplate(str(subject_id), LEFT, FORMER, why, reason),)
    assert sorted(extractors(world)) == [FORMER, LATER, LATER, LATER]
    assert [details["kept"] for _, details in told(world)] == [1, 0]
    later(world).sees = {}
    assert renewed(world).renewed == 1


def test_who_has_no_image_needs_a_new_capture(world: World) -> None:
    later(world).extractor_id = FORMER
    chi = world.enrol(CHI, [image_sample(f"{CHI}/RIGHT_INDEX/80"), sample(f"{CHI}/LEFT_INDEX/80", LEFT)])
    later(world).extractor_id = LATER
    report = renewed(world)
    assert (report.renewed, report.need_capture, report.need_capture_count) == (5, (chi,), 1)
    assert renewed(world).need_capture == (chi,)


def test_it_may_end_after_some_people(world: World) -> None:
    assert [renewed(world, RenewalAsked(most_people=1)).renewed for _ in range(3)] == [2, 2, 0]


@pytest.mark.parametrize("number", [AN, BINH])
def test_who_is_deleted_meanwhile_stays_deleted(world: World, number: str) -> None:
    def delete() -> None:
        later(world).before = lambda: None
        world.delete(number)

    later(world).before = delete
    report = renewed(world)
    assert report.renewed == 2
    assert [kept.why for kept in report.kept] == ([KeptWhy.CHANGED] if number == AN else [])
    assert report.need_capture == ()
    assert extractors(world) == [LATER] * 2


def test_it_gives_way_to_calls_before_every_finger(world: World) -> None:
    done: list[str] = []
    later(world).before = lambda: done.append("extracted")
    renewal = TemplateRenewal(world.store, world.biometrics, world.gallery, world.clock)
    call = world.call("StartRenewTemplates")
    renewal.run(call, RenewalAsked(), lambda *_: None, lambda: done.append("gave way"))
    assert done == ["gave way", "extracted"] * 4


def test_an_extractor_that_is_gone_is_no_fault_of_the_images(world: World) -> None:
    def gone() -> None:
        raise DomainError(Reason.MATCHER_UNAVAILABLE, "not installed")

    later(world).before = gone
    with refused(Reason.MATCHER_UNAVAILABLE):
        renewed(world)
    assert extractors(world) == [FORMER] * 4


def test_an_exchange_that_is_not_committed_is_undone_in_the_gallery_too(world: World) -> None:
    before = dict(world.gallery.templates)
    (old, *_) = before.values()
    new = {old.template_id: Features(old.position, old.template, old.quality, LATER)}

    def cut() -> None:
        with world.store.transaction() as uow:
            exchange(uow, world.gallery, [uow.subjects.replace_templates(old.subject_id, new)])
            assert len(world.gallery.templates) == 4
            assert old.template_id not in world.gallery.templates
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut()
    assert world.gallery.templates == before
    assert extractors(world) == [FORMER] * 4


def test_what_was_cancelled_goes_on_where_it_was(world: World) -> None:
    operations = OperationsService(world.store, world.biometrics, world.gallery, world.clock, Foreground())
    started: list[str] = []
    seen: list[int] = []

    def cancel_at_the_third() -> None:
        seen.append(1)
        if len(seen) == 3:
            operations.cancel(world.call("CancelOperation"), started[0])

    def start() -> RenewalReport | None:
        reports: list[RenewalReport] = []

        def ended(report: RenewalReport) -> bytes:
            reports.append(report)
            return b"report"

        def begun(operation_id: str) -> bytes:
            started.append(operation_id)
            return b"begun"

        operations.start_renew_templates(world.call("StartRenewTemplates"), RenewalAsked(), begun, ended)
        operations.wait(world.call("WaitOperation"), started[-1], PATIENCE)
        return reports[0] if reports else None

    later(world).before = cancel_at_the_third
    assert start() is None
    assert sorted(extractors(world)) == [FORMER, FORMER, LATER, LATER]
    report = start()
    assert report is not None
    assert (report.current, report.renewed) == (2, 2)
    assert extractors(world) == [LATER] * 4
    outcomes = [e.entry.outcome for e in world.trail() if e.entry.action == "StartRenewTemplates"]
    assert outcomes == ["STARTED", "RENEWED", "CANCELLED", "STARTED", "RENEWED", "SUCCEEDED"]
    (*_, last) = world.trail()
    assert last.entry.details == {"operation": started[1], "people": 2, "templates": 2}
    operations.close()
