"""Paper slips: each is entered once, for whom and where it was issued, and proves nothing but what officers wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    ChangeReason,
    CitizenState,
    Decision,
    DocumentKind,
    PresenceCount,
    PresenceKind,
    Role,
    Slip,
    SlipState,
)
from idverify.domain.vouching.slip_numbers import new_slip_number, printed, serial_of
from idverify.ports import Printer
from idverify.services.calls.call import Call
from idverify.services.counter.presences import NamedDocument
from idverify.services.counter.slips import IssuedSlips, OnPaper
from idverify.services.papers import PapersService
from tests.fakes import sample
from tests.service_kit import AN, BINH, BIRTH, Answers, World, refused
from tests.unit.idverify.services.counter.counter_kit import COUNTER, Counter

AGENCY = "H05.12"
CARD = NamedDocument(DocumentKind.IDENTITY_CARD, "027084000999")


@dataclass
class Drawer:
    """A counter with slips in its drawer."""

    world: World

    def call(self, method: str, **context: str) -> Call:
        stated = {"agency_code": AGENCY, "procedure_code": BIRTH, "dossier_code": "HS-1", **context}
        made = self.world.call(method, roles=COUNTER)
        return replace(made, context=replace(made.context, **stated))

    def issue(self, count: int = 1, call: Call | None = None) -> IssuedSlips:
        answers = Answers()
        self.world.slips.issue(call or self.call("IssueSlips"), count, answers)
        issued: IssuedSlips = answers.given[-1]
        return issued

    def reconcile(self, number: str, call: Call | None = None, **changes: Any) -> tuple[Slip, str]:
        told: list[tuple[Slip, str]] = []

        def encode(slip: Slip, presence_id: str) -> bytes:
            told.append((slip, presence_id))
            return b""

        paper = OnPaper(number, self.world.clock.now(), ("CB-1", "CB-2"), AN, (CARD,), "giấy hẹn", "ab" * 32)
        self.world.slips.reconcile(call or self.call("ReconcileSlip"), replace(paper, **changes), encode)
        return told[-1]

    def void(self, serial: str, call: Call | None = None) -> Slip:
        answers = Answers()
        self.world.slips.void(call or self.call("VoidSlip"), serial, "bị ướt", answers)
        slip: Slip = answers.given[-1]
        return slip

    def serials(self, state: SlipState | None = None, call: Call | None = None) -> list[str]:
        slips, _ = self.world.slips.page(call or self.call("ListSlips"), state, 0, "")
        return [serial_of(slip.number) for slip in slips]


@pytest.fixture
def drawer(tmp_path: Path) -> Drawer:
    world = World(tmp_path)
    world.enrol(AN)
    world.enrol(BINH)
    return Drawer(world)


def test_a_block_is_numbered_on_and_printed(drawer: Drawer) -> None:
    first = drawer.issue(3)
    second = drawer.issue()
    assert [serial_of(number) for number in (*first.numbers, *second.numbers)] == [f"{n:06}" for n in range(1, 5)]
    assert first.pdf.startswith(b"%PDF")
    event = drawer.world.trail()[-2].entry
    assert (event.outcome, event.details) == ("ISSUED", {"first": "000001", "last": "000003"})
    for count in (0, 51):
        with refused(Reason.FIELD_INVALID):
            drawer.issue(count)
    with refused(Reason.FIELD_MISSING):
        drawer.issue(call=drawer.call("IssueSlips", agency_code=""))


def test_a_client_does_not_take_all_numbers(drawer: Drawer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idverify.services.counter.slips.MOST_A_DAY", 5)
    (number,) = drawer.issue().numbers
    drawer.void(serial_of(number))
    drawer.issue(3)
    for _ in range(2):
        with pytest.raises(DomainError) as caught:
            drawer.issue(2)
        assert (caught.value.reason, caught.value.metadata) == (Reason.FIELD_INVALID, {"field": "count", "most": "5"})
    drawer.issue(1)
    another = drawer.call("IssueSlips")
    drawer.issue(5, replace(another, caller=replace(another.caller, name="counter-2")))
    drawer.world.clock.advance(24 * 3600)
    drawer.issue(5)
    assert len(drawer.serials()) == 15


@dataclass
class Busy:
    """A printer beside which something happens while it prints."""

    printer: Printer
    meanwhile: Callable[[], object]
    sheets: int = 0

    def slips(self, numbers: Sequence[str], agency_code: str) -> bytes:
        self.sheets += 1
        self.meanwhile()
        return self.printer.slips(numbers, agency_code)


def test_nobody_waits_for_a_sheet_to_be_printed(drawer: Drawer) -> None:
    world = drawer.world
    printer = Busy(world.printer, lambda: world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/80")]))
    world.slips = replace(world.slips, printer=cast("Printer", printer))
    assert serial_of(drawer.issue().numbers[0]) == "000001"


def test_slips_that_others_had_issued_meanwhile_are_not_issued_again(drawer: Drawer) -> None:
    world, plain = drawer.world, drawer.world.slips
    other = Drawer(world)

    def once() -> None:
        if printer.sheets == 1:
            world.slips = plain
            other.issue(2)

    printer = Busy(plain.printer, once)
    answers = Answers()
    replace(plain, printer=cast("Printer", printer)).issue(drawer.call("IssueSlips"), 2, answers)
    assert [serial_of(number) for number in answers.given[-1].numbers] == ["000003", "000004"]
    printer = Busy(plain.printer, other.issue)
    with refused(Reason.VERSION_MISMATCH):
        replace(plain, printer=cast("Printer", printer)).issue(drawer.call("IssueSlips"), 2, answers)
    assert len(drawer.serials()) == 4 + printer.sheets


def test_numbers_end(drawer: Drawer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idverify.services.counter.slips.MOST", 2)
    with refused(Reason.FIELD_INVALID):
        drawer.issue(3)
    assert drawer.serials() == []


def test_a_slip_becomes_an_event_of_the_citizen_and_is_counted(drawer: Drawer) -> None:
    (number,) = drawer.issue().numbers
    seen = drawer.world.clock.now()
    drawer.world.clock.advance(7200)
    slip, presence_id = drawer.reconcile(printed(number), seen=seen)
    assert slip.state is SlipState.RECONCILED
    event = drawer.world.trail()[-1].entry
    assert (event.action, event.outcome, event.subject_id) == ("ReconcileSlip", "SLIP", slip.subject_id)
    assert (event.details["slip"], event.details["officers"]) == ("000001", ["CB-1", "CB-2"])
    assert (event.details["seen"], event.details["scan_sha256"]) == ("2026-01-05T08:00:00+00:00", "ab" * 32)
    assert number not in str(event.details)
    with drawer.world.store.reading() as view:
        (kept,) = view.presences.of(slip.subject_id)
    assert (kept.presence_id, kept.kind, kept.seen) == (presence_id, PresenceKind.SLIP, seen)
    assert (kept.note, kept.slip_number, kept.reason) == ("giấy hẹn", "000001", None)
    counts = PapersService(drawer.world.store).presences(drawer.world.call("CountPresences"), "", "")
    assert counts == [PresenceCount("2026-01", BIRTH, AGENCY, "CB-1", "CB-2", PresenceKind.SLIP, "", 1)]


def test_a_slip_is_entered_once(drawer: Drawer) -> None:
    (number,) = drawer.issue().numbers
    call = drawer.call("ReconcileSlip")
    drawer.reconcile(number, call)
    with pytest.raises(IndexError):  # the first answer, not made anew
        drawer.reconcile(number, call)
    with refused(Reason.SLIP_CLOSED) as caught:
        drawer.reconcile(number)
    assert caught.value.metadata == {"slip": "000001", "state": "RECONCILED"}
    with refused(Reason.SLIP_CLOSED):
        drawer.void("000001")
    with drawer.world.store.reading() as view:
        assert len(view.presences.between("2026-01", "2026-01")) == 1


def test_a_slip_that_was_lost_is_void(drawer: Drawer) -> None:
    (number,) = drawer.issue().numbers
    slip = drawer.void("000001")
    assert (slip.state, slip.void_reason, slip.closed) == (SlipState.VOID, "bị ướt", drawer.world.clock.now())
    assert drawer.world.trail()[-1].entry.details == {"slip": "000001"}
    with refused(Reason.SLIP_CLOSED):
        drawer.reconcile(number)
    for serial in ("000002", "x"):
        with refused(Reason.SLIP_NOT_FOUND):
            drawer.void(serial)
    with refused(Reason.SLIP_NOT_FOUND):
        drawer.void("000001", drawer.call("VoidSlip", agency_code="H05.13"))
    with refused(Reason.FIELD_MISSING):
        drawer.void("000001", drawer.call("VoidSlip", agency_code=""))


def test_a_slip_is_void_by_its_whole_number_too(drawer: Drawer) -> None:
    number = drawer.issue(2).numbers[1]
    with refused(Reason.FIELD_INVALID) as caught:
        drawer.void(number[:-1] + str((int(number[-1]) + 1) % 10))
    assert caught.value.metadata == {"field": "serial"}
    assert serial_of(drawer.void(f"{number[:6]} {number[6:11]}-{number[11:]}").number) == "000002"
    assert drawer.world.trail()[-1].entry.details == {"slip": "000002"}


def test_a_number_that_was_made_up_is_not_found_and_is_a_try_in_vain(drawer: Drawer) -> None:
    (number,) = drawer.issue().numbers
    forged = next(made for made in iter(lambda: new_slip_number(1), None) if made != number)
    with refused(Reason.SLIP_NOT_FOUND):
        drawer.reconcile(forged)
    with refused(Reason.SLIP_NOT_FOUND):
        drawer.reconcile(number, drawer.call("ReconcileSlip", agency_code="H05.13"))
    assert [event.entry.outcome for event in drawer.world.trail()[-2:]] == ["REFUSED", "REFUSED"]
    with refused(Reason.FIELD_INVALID):
        drawer.reconcile(f"{number[:-1]}{(int(number[-1]) + 1) % 10}")


def test_what_stands_on_it_is_looked_at(drawer: Drawer) -> None:
    (number,) = drawer.issue().numbers
    now = drawer.world.clock.now()
    wrong: list[tuple[dict[str, Any], Reason]] = [
        ({"seen": now - timedelta(minutes=1)}, Reason.FIELD_INVALID),
        ({"seen": now + timedelta(seconds=1)}, Reason.FIELD_INVALID),
        ({"officers": ("CB-1", "cb-1")}, Reason.FIELD_INVALID),
        ({"citizen_number": "027084000111"}, Reason.SUBJECT_NOT_FOUND),
        ({"citizen_number": "1"}, Reason.IDENTIFIER_MALFORMED),
        ({"call": drawer.call("ReconcileSlip", procedure_code="")}, Reason.FIELD_MISSING),
        ({"call": drawer.call("ReconcileSlip", procedure_code="9.999999")}, Reason.PROCEDURE_NOT_FOUND),
        ({"call": drawer.call("ReconcileSlip", agency_code="")}, Reason.FIELD_MISSING),
    ]
    for changes, reason in wrong:
        with refused(reason):
            drawer.reconcile(number, **changes)
    drawer.world.change_state(AN, CitizenState.DECEASED, ChangeReason.DEATH_REGISTERED)
    with refused(Reason.SUBJECT_DECEASED):
        drawer.reconcile(number)
    assert drawer.serials(SlipState.ISSUED) == ["000001"]
    drawer.reconcile(number, citizen_number=BINH)


def test_slips_are_listed_by_agency_and_state(drawer: Drawer) -> None:
    numbers = drawer.issue(3).numbers
    drawer.issue(call=drawer.call("IssueSlips", agency_code="H05.13"))
    drawer.reconcile(numbers[0])
    drawer.void("000002")
    assert drawer.serials() == ["000001", "000002", "000003"]
    assert [drawer.serials(state) for state in SlipState] == [["000003"], ["000001"], ["000002"], []]
    chief = drawer.world.call("ListSlips", roles=frozenset({Role.AUDITOR}))
    assert drawer.serials(call=chief) == ["000001", "000002", "000003", "000004"]
    with refused(Reason.FIELD_MISSING):
        drawer.serials(call=drawer.call("ListSlips", agency_code=""))
    first, token = drawer.world.slips.page(chief, None, 2, "")
    rest, end = drawer.world.slips.page(chief, None, 2, token)
    assert ([serial_of(slip.number) for slip in (*first, *rest)], end) == (drawer.serials(call=chief), "")


def begin(counter: Counter, citizen: str, slip_number: str) -> None:
    answers = Answers()
    call = counter.call("StartTransaction", procedure_code=BIRTH, officer_id="CB-1", agency_code=AGENCY)
    counter.world.transactions.start(call, citizen, answers, slip_number)
    counter.begun = answers.given[-1]
    counter.last = answers.given[-1].standing


def test_a_finger_confirms_it_later(drawer: Drawer) -> None:
    world, counter = drawer.world, Counter(drawer.world)
    number, other = drawer.issue(2).numbers
    with refused(Reason.SLIP_CLOSED):
        begin(counter, AN, number)
    drawer.reconcile(number)
    for citizen, slip, reason in (
        ("", number, Reason.FIELD_MISSING),
        (BINH, number, Reason.SLIP_NOT_FOUND),
        (AN, other[:-1] + "x", Reason.FIELD_INVALID),
    ):
        with refused(reason):
            begin(counter, citizen, slip)
    begin(counter, AN, number)
    counter.capture(sample(f"{BINH}/RIGHT_INDEX/80"))
    assert counter.authenticate().verified.decision is not Decision.MATCH
    assert drawer.serials(SlipState.CONFIRMED) == []
    counter.capture(sample(f"{AN}/RIGHT_INDEX/80"))
    second = Counter(world)
    begin(second, AN, number)
    assert counter.authenticate().verified.decision is Decision.MATCH
    assert drawer.serials(SlipState.CONFIRMED) == ["000001"]
    second.capture(sample(f"{AN}/RIGHT_INDEX/81"))
    assert second.authenticate().verified.decision is Decision.MATCH
    details = [event.entry.details for event in world.trail() if event.entry.outcome == "SLIP_CONFIRMED"]
    assert details == [{"slip": "000001"}]
    with refused(Reason.SLIP_CLOSED):
        begin(counter, AN, number)


def test_of_two_changes_of_a_slip_one_is_made(drawer: Drawer) -> None:
    (number,) = drawer.issue().numbers
    with drawer.world.store.reading() as view:
        before = view.slips.get(number)
    assert before is not None
    drawer.reconcile(number)
    with pytest.raises(DomainError) as caught, drawer.world.store.transaction() as uow:
        uow.slips.put(before.voided("", drawer.world.clock.now()))
    assert caught.value.reason is Reason.VERSION_MISMATCH
