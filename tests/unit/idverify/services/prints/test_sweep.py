"""A search of everybody that was cut off: it is kept as it was, and goes on with whoever is left."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import DuplicateCheck, Likeness, Operation, OperationState
from idverify.ports import SearchResult
from idverify.services import operations as module
from idverify.services.foreground import Foreground
from idverify.services.operations import OperationsService
from idverify.services.prints.duplicate_pairs import FoundPairs
from idverify.services.prints.renewal import RenewalAsked
from idverify.services.prints.sweep import Pair, Sweep
from tests.fakes import FakeGallery, sample
from tests.service_kit import World, refused
from tests.waiting import PATIENCE

NUMBERS = [f"0270840001{number:02}" for number in range(5)]
PRINTS = ["alice/RIGHT_INDEX/80", "bob/RIGHT_INDEX/80", "alice/RIGHT_INDEX/80", "carol/RIGHT_INDEX/80"]

_COUNTING = threading.Lock()
_places = st.integers(0, 2**40)
_rates = st.floats(1e-12, 1.0)


@given(_rates, st.text(), _places, _places, st.lists(st.tuples(st.uuids(), st.uuids(), _rates, st.floats(0, 200))))
def test_it_is_read_as_it_was_kept(
    target: float, comparator: str, after: int, people: int, found: list[tuple[uuid.UUID, uuid.UUID, float, float]]
) -> None:
    sweep = Sweep(target, comparator, after, people)
    for one, other, fmr, score in found:
        sweep.found(str(one), str(other), Likeness(fmr, score))
    assert Sweep.decoded(sweep.encoded()) == sweep


@pytest.mark.parametrize("kept", [b"", b"\xff", b"{}", b"3", b"[1,2,3,4]", b'[0.1,"c",1,2,[["a","b"]]]'])
def test_what_is_no_sweep_is_not_read(kept: bytes) -> None:
    with pytest.raises(StoredDataError):
        Sweep.decoded(kept)


def test_the_surer_of_two_findings_counts() -> None:
    sweep = Sweep(0.1, "c")
    for one, other, fmr in (("b", "a", 1e-5), ("a", "b", 1e-7), ("b", "a", 1e-6)):
        sweep.found(one, other, Likeness(fmr, 70.0))
    assert sweep.pairs == {("a", "b"): Pair("a", "b", Likeness(1e-7, 70.0))}


@dataclass
class Silent(FakeGallery):
    """Answers so many searches, and counts them; what comes then is not answered by all of it."""

    answers: int = 0
    searches: int = 0
    fails_for: bytes = b""
    together: threading.Barrier | None = None

    def search(self, *given: Any, **named: Any) -> SearchResult:
        with _COUNTING:
            self.searches += 1
        if self.together is not None:
            self.together.wait()
        if self.searches > self.answers or given[0] == self.fails_for:
            raise DomainError(Reason.GALLERY_INCOMPLETE, "a part of it says nothing")
        return super().search(*given, **named)


@dataclass
class Register:
    """Four people, the first and the third of whom are one."""

    world: World
    people: list[str]
    operations: OperationsService
    gallery: Silent

    def start(self, continued: str = "", target: float | None = None) -> str:
        call = self.world.call("StartFindDuplicates", request_id=str(uuid.uuid4()))
        return self.operations.start_find_duplicates(call, target, str.encode, _told, continued).decode()

    def ended(self, operation_id: str) -> Operation:
        return self.operations.wait(self.world.call("WaitOperation"), operation_id, PATIENCE)

    def run(self, answers: int, continued: str = "") -> tuple[str, Operation]:
        """Search with a gallery that answers so often."""
        self.gallery.answers, self.gallery.searches = answers, 0
        operation_id = self.start(continued)
        return operation_id, self.ended(operation_id)

    def enrol(self, number: str, text: str) -> str:
        self.gallery.answers, self.gallery.searches = 100, 0
        return self.world.enrol(number, [sample(text)], check=DuplicateCheck.REPORT)

    def again(self) -> None:
        """Have another server begin where this one was killed."""
        self.operations = operations(self.world)
        self.operations.open()


def _told(found: FoundPairs) -> bytes:
    pairs = sorted(f"{pair.subject_id} {pair.other_subject_id}" for pair in found.pairs)
    return f"{found.people} {found.found} {pairs}".encode()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    world = World(tmp_path)
    world.gallery.__class__ = Silent
    gallery: Any = world.gallery
    gallery.answers, gallery.searches, gallery.fails_for, gallery.together = 100, 0, b"", None
    register = Register(world, [], operations(world), gallery)
    register.people += [register.enrol(*each) for each in zip(NUMBERS, PRINTS, strict=False)]
    yield register
    register.operations.close()
    world.store.close()


def operations(world: World, at_once: int = 1) -> OperationsService:
    parts = world.store, world.biometrics, world.gallery, world.clock
    return OperationsService(
        *parts, Foreground(), patience=0.0, at_once=at_once
    )  # no call is worked on for whom it would wait


@pytest.mark.parametrize("answers", range(4))
def test_one_that_failed_goes_on_with_whoever_is_left(register: Register, answers: int) -> None:
    """With the pairs that it had found, however far it came; and twice over."""
    _, whole = register.run(100)
    failed, ended = register.run(answers)
    assert (ended.state, ended.done) == (OperationState.FAILED, answers)
    failed, ended = register.run(0, failed)
    assert (ended.state, ended.done) == (OperationState.FAILED, answers)
    _, ended = register.run(100, failed)
    assert register.gallery.searches == len(PRINTS) - answers
    assert (ended.state, ended.result) == (OperationState.SUCCEEDED, whole.result)
    assert (ended.done, ended.total, ended.found) == (4, 4, 1)


@pytest.mark.parametrize("at_once", [2, 4, 8])
def test_several_are_searched_at_once_and_whoever_is_left_is_left_from_one_on(register: Register, at_once: int) -> None:
    """Nobody is taken for searched because somebody after them was."""
    _, whole = register.run(100)
    register.operations = operations(register.world, at_once)
    register.gallery.together = threading.Barrier(min(at_once, 4), timeout=PATIENCE)
    _, ended = register.run(100)
    assert (ended.state, ended.result) == (OperationState.SUCCEEDED, whole.result)
    register.gallery.together = None
    register.gallery.fails_for = b"bob/RIGHT_INDEX/80"  # the second, whoever is searched beside them
    failed, ended = register.run(100)
    assert (ended.state, ended.done) == (OperationState.FAILED, 1)
    register.gallery.fails_for = b""
    _, ended = register.run(100, failed)
    assert (register.gallery.searches, ended.result) == (3, whole.result)


def test_one_whose_server_was_killed_goes_on_from_what_was_kept(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "NOTE_SECONDS", 0.0)
    failed, _ = register.run(3)
    with register.world.store.transaction() as uow:  # as kill -9 leaves it
        running = Operation(failed, OperationState.RUNNING, register.world.clock.now(), register.world.clock.now())
        uow.operations.put(running)
    with refused(Reason.OPERATION_RUNNING):
        register.start(failed)
    register.again()
    _, ended = register.run(100, failed)
    assert (register.gallery.searches, ended.done, ended.found) == (1, 4, 1)


def test_it_is_kept_while_it_runs(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only when it ends: a server that is killed says nothing at its end."""
    monkeypatch.setattr(module, "NOTE_SECONDS", 0.0)
    kept: list[int] = []
    search = FakeGallery.search

    def seen(*given: Any, **named: Any) -> SearchResult:
        with register.world.store.reading() as view:
            running = view.operations.running()
            reached = view.operations.reached(running.operation_id) if running else None
        kept.append(Sweep.decoded(reached).people if reached else 0)
        return search(*given, **named)

    monkeypatch.setattr(FakeGallery, "search", seen)
    register.run(100)
    assert kept == [0, 1, 2, 3]


def test_who_came_meanwhile_is_searched_and_who_went_is_in_no_pair(register: Register) -> None:
    failed, _ = register.run(3)
    register.world.delete(NUMBERS[0])
    new = register.enrol(NUMBERS[4], "bob/RIGHT_INDEX/80")
    _, ended = register.run(100, failed)
    assert ended.result == f"5 1 {[' '.join(sorted((register.people[1], new)))]}".encode()


def test_what_cannot_go_on_is_refused_and_starts_nothing(register: Register) -> None:
    done, _ = register.run(100)
    failed, _ = register.run(2)
    call = register.world.call("StartRenewTemplates", request_id=str(uuid.uuid4()))
    renewal = register.operations.start_renew_templates(call, RenewalAsked(), str.encode, lambda _: b"report").decode()
    register.ended(renewal)
    for other in (done, renewal):
        with refused(Reason.FIELD_INVALID) as refusal:
            register.start(other)
        assert refusal.value.metadata == {"field": "continue_operation"}
    with refused(Reason.FIELD_INVALID) as refusal:
        register.start(failed, 0.01)
    assert refusal.value.metadata == {"field": "target_fpir"}
    with refused(Reason.OPERATION_NOT_FOUND):
        register.start(str(uuid.uuid4()))
    register.world.biometrics.calibration_id = "another"
    with refused(Reason.FIELD_INVALID) as refusal:
        register.start(failed)
    assert refusal.value.metadata == {"field": "continue_operation"}
    found, _ = register.operations.page(register.world.call("ListOperations"), 0, "")
    assert {one.operation_id for one in found} == {done, failed, renewal}


def test_one_that_goes_on_says_which_it_was(register: Register) -> None:
    failed, _ = register.run(2)
    going_on, _ = register.run(100, failed)
    told = [e.entry.details for e in register.world.trail() if e.entry.outcome == "STARTED"]
    assert told == [{"operation": failed}, {"operation": going_on, "continued": failed}]
