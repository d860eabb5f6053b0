"""Whether images are kept is decided before anybody is enrolled, and later by the operator, on the record."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.domain.errors import DomainError, SettingsError
from idverify.domain.law.holds import LegalHold
from idverify.domain.model import AuditEvent, FingerPosition
from idverify.services.application import Application
from idverify.services.foreground import Foreground
from idverify.start import images
from idverify.start.housekeeping import UntilClosed
from idverify.start.images import Choice, erase_unkept, switch_images
from tests.fakes import image_sample
from tests.register_kit import PERSON, Register, call, number_of
from tests.waiting import wait_until

REASON = "Nghị định mới"


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path / "data")


def keeping(register: Register, *, keep: bool = True) -> Register:
    register.options = {"keep_images": keep}
    return register


def enrol_images(application: Application, person: int) -> None:
    """Two prints of a citizen, as images."""
    prints = [image_sample(f"{person}/{p.name}/80", p) for p in (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)]
    application.enrolment.enrol(call("EnrolCitizen"), number_of(person), PERSON, prints, lambda _: b"answer")


def kept(application: Application) -> int:
    with application.store.reading() as view:
        return view.images.count()


def told(application: Application) -> list[AuditEvent]:
    with application.store.reading() as view:
        return [e for e in view.audit.page(0, 1000) if e.entry.action in {"KeepImages", "EraseImages"}]


def test_nothing_is_kept_and_nothing_said_unless_it_was_decided(register: Register) -> None:
    with register.open() as application:
        enrol_images(application, 1)
        assert (kept(application), told(application)) == (0, [])
    with register.open() as application:
        assert (kept(application), told(application)) == (0, [])


def test_what_was_decided_holds_at_later_starts(register: Register) -> None:
    with keeping(register).open() as application:
        enrol_images(application, 1)
    with register.open() as application:
        assert kept(application) == 2
        assert [e.entry.outcome for e in told(application)] == ["ON"]


def test_before_anybody_is_enrolled_it_may_be_decided_anew(register: Register) -> None:
    for keep in (False, True, False, True):
        with keeping(register, keep=keep).open() as application:
            pass
    with register.open() as application:
        enrol_images(application, 1)
        assert [e.entry.outcome for e in told(application)] == ["ON", "OFF", "ON"]


@pytest.mark.parametrize(("first", "way_out"), [(False, "idverify images on"), (True, "idverify images off")])
def test_another_choice_beside_people_is_refused_and_changes_nothing(
    register: Register, first: bool, way_out: str
) -> None:
    with keeping(register, keep=first).open() as application:
        enrol_images(application, 1)
    before = register.content()
    with pytest.raises(SettingsError, match=f"^keep_images: .*{way_out}"), keeping(register, keep=not first).open():
        pass
    assert register.content() == before


def test_a_register_from_before_there_was_a_choice_is_without_images(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as former:
        former.setattr("idverify.start.opening.note_choice", lambda *_, **__: None)
        with register.open() as application:
            enrol_images(application, 1)
            assert application.store.images_kept() is None  # type: ignore[attr-defined]
    with pytest.raises(SettingsError, match="idverify images on"), keeping(register).open():
        pass
    with keeping(register, keep=False).open() as application:
        assert application.store.images_kept() is False  # type: ignore[attr-defined]


def test_switched_on_it_holds_for_later_enrolments(register: Register) -> None:
    with register.open() as application:
        enrol_images(application, 1)
    assert switch_images(register.settings, register.clock, REASON, keep=True) == Choice(citizens=1, images=0)
    with pytest.raises(SettingsError, match="idverify images off"), register.open():
        pass
    with keeping(register).open() as application:
        enrol_images(application, 2)
        assert kept(application) == 2
        (event,) = told(application)
    assert (event.entry.caller, event.entry.outcome) == ("operator", "ON")
    assert event.entry.details == {"reason": REASON, "citizens": 1, "images": 0}


def test_switched_off_all_are_erased_by_the_service(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if it is killed half-way: what one does not live to erase, the next does."""
    monkeypatch.setattr(images, "_BATCH", 3)
    with keeping(register).open() as application:
        for person in (1, 2):
            enrol_images(application, person)
    assert switch_images(register.settings, register.clock, REASON, keep=False) == Choice(citizens=2, images=4)
    life = UntilClosed()

    class Ending(Foreground):
        """The service ends while the first of them are being erased."""

        def give_way(self, patience: float) -> None:
            del patience
            life.closed.set()

    with monkeypatch.context() as cut:
        cut.setattr("idverify.start.chores.erase_unkept", lambda *_: None)
        with keeping(register, keep=False).open() as application:
            with pytest.raises(DomainError, match="the service ends"):
                erase_unkept(application.store, register.clock, Ending(), life)
            assert kept(application) == 1
    with register.open() as application:
        wait_until(lambda: kept(application) == 0)
        enrol_images(application, 3)
        assert kept(application) == 0
        details = [(e.entry.caller, e.entry.details) for e in told(application) if e.entry.action == "EraseImages"]
        assert details == [("service", {"images": 3, "left": 1}), ("service", {"images": 1, "left": 0})]
        with application.store.reading() as view:
            assert view.subjects.count() == 3
            assert len(view.subjects.templates_after(0)) == 6


def test_images_of_who_is_held_stay_until_the_hold_is_released(register: Register) -> None:
    with keeping(register).open() as application:
        for person in (1, 2):
            enrol_images(application, person)
        holds: list[LegalHold] = []

        def note(hold: LegalHold) -> bytes:
            holds.append(hold)
            return b"answer"

        asked = replace(call("PlaceLegalHold"), context=replace(call("x").context, officer_id="CB-9"))
        application.legal_holds.place(asked, number_of(1), "QĐ 12/2026", note)
    assert switch_images(register.settings, register.clock, REASON, keep=False) == Choice(2, images=4, held=2)
    with keeping(register, keep=False).open() as application:
        wait_until(lambda: kept(application) == 2)
        erase_unkept(application.store, register.clock, Foreground(), UntilClosed())
        assert told(application)[-1].entry.details == {"images": 2, "left": 0, "held": 2}
        application.legal_holds.release(call("ReleaseLegalHold"), number_of(1), holds[0].hold_id, "hết hạn", note)
        erase_unkept(application.store, register.clock, Foreground(), UntilClosed())
        wait_until(lambda: kept(application) == 0)


@pytest.mark.parametrize("reason", ["", " \t", "\u200b", "a\u200bb", "x" * 301])
def test_a_reason_is_needed(register: Register, reason: str) -> None:
    with register.open():
        pass
    with pytest.raises(SettingsError, match="reason"):
        switch_images(register.settings, register.clock, reason, keep=True)


def test_there_must_be_something_to_decide(register: Register) -> None:
    with pytest.raises(SettingsError, match="no register"):
        switch_images(register.settings, register.clock, REASON, keep=True)
    with keeping(register).open(), pytest.raises(SettingsError, match="stop it"):
        switch_images(register.settings, register.clock, REASON, keep=False)
    with pytest.raises(SettingsError, match="so already"):
        switch_images(register.settings, register.clock, REASON, keep=True)


def test_the_commands_say_for_whom_it_holds(register: Register) -> None:
    register.clock.time = datetime.now(UTC)  # as the command has it
    with register.open() as application:
        enrol_images(application, 1)

    def run(*words: str) -> tuple[int, str]:
        given = ["images", *words, "--data-dir", str(register.folder)]
        result = CliRunner().invoke(build_app(), given)
        return result.exit_code, result.output

    code, text = run("on", "--reason", REASON)
    assert (code, "from now on, of 1 none" in text) == (0, True)
    code, text = run("on", "--reason", REASON)
    assert (code, "so already" in text) == (2, True)
    code, text = run("off", "--reason", REASON, "--json")
    assert (code, json.loads(text)) == (0, {"keep_images": False, "citizens": 1, "images": 0, "held": 0})
    assert run("off")[0] == 2
    assert "erases 0 images" in (run("on", "--reason", "x"), run("off", "--reason", "x"))[1][1]
