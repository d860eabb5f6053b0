"""Nobody tries without end: of a client with a citizen, with a citizen, of a client."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest

from idverify.domain.attempts import FAILURE, Limit, Scope
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    Decision,
    DuplicateCheck,
    FingerPosition,
    Likeness,
    Officer,
    OfficerRole,
    Role,
    Sample,
)
from idverify.ports import Prepared
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.attempts.lifting import Lifted
from idverify.services.calls.call import Call
from idverify.services.calls.refusing import refusals_audited
from idverify.services.verification import Verified
from tests.fakes import FakeBiometrics, sample
from tests.service_kit import AN, BINH, RULES, World, encode, refused, told

COUNTER, ENROLLER = frozenset({Role.COUNTER}), frozenset({Role.ENROLLER})
INDEX = FingerPosition.RIGHT_INDEX


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.enrol(AN)
    world.enrol(BINH)
    return world


def lifting(world: World, client: str) -> Call:
    return world.call("LiftAttemptLimit", caller=client)


def own(number: str) -> list[Sample]:
    return [sample(f"{number}/RIGHT_INDEX/80")]


def fail(world: World, number: str = AN, client: str = "counter-7", quality: int = 80) -> Verified:
    call = world.call("Verify", caller=client, roles=COUNTER)
    return world.verify(number, [sample(f"stranger/RIGHT_INDEX/{quality}")], call=call)


def match(world: World, number: str = AN, client: str = "counter-7") -> None:
    answer = world.verify(number, own(number), call=world.call("Verify", caller=client, roles=COUNTER))
    assert answer.decision is Decision.MATCH


def exhaust(world: World, number: str = AN, client: str = "counter-7") -> None:
    """Fail until nothing is taken, waiting as long as it says; 24 hours are never waited for."""
    for _ in range(100):
        try:
            fail(world, number, client)
        except DomainError as error:
            if error.reason is Reason.ATTEMPTS_LOCKED:
                return
            world.clock.advance(float(error.metadata["retry_seconds"]))
    raise AssertionError("never locked")


def test_after_five_failures_the_next_waits_whatever_it_shows(world: World) -> None:
    for _ in range(5):
        left = told(fail(world).attempts).left
    with pytest.raises(DomainError) as caught:
        match(world)
    assert caught.value.reason is Reason.ATTEMPTS_EXCEEDED
    assert left > 0
    assert caught.value.metadata == {"scope": "CLIENT_AND_CITIZEN", "attempts_left": str(left), "retry_seconds": "30"}
    world.clock.advance(30)
    match(world)


def test_the_answer_says_what_is_left(world: World) -> None:
    call = world.call("Verify", roles=COUNTER)
    answer = world.verify(AN, [sample("stranger/RIGHT_INDEX/80")], call=call)
    assert (told(answer.attempts).left, told(answer.attempts).wait.total_seconds()) == (19, 0)
    assert world.verify(AN, own(AN), call=world.call("Verify", roles=COUNTER)).attempts is None


def test_a_refused_try_extracts_nothing(world: World) -> None:
    for _ in range(5):
        fail(world)
    before = world.biometrics.extractions
    with refused(Reason.ATTEMPTS_EXCEEDED):
        fail(world)
    assert world.biometrics.extractions == before


def test_a_match_sets_back_this_client_with_this_citizen_and_nothing_else(world: World) -> None:
    for _ in range(4):
        fail(world)
    match(world)
    match(world, BINH)  # own citizens set nothing back
    with world.store.reading() as view:
        assert [c.scope for c in view.attempts.of_subject(view.subjects.id_of(AN) or "")] == [Scope.CITIZEN]
    for _ in range(4):
        fail(world)
    match(world)


def test_own_citizens_do_not_set_back_what_the_client_failed(world: World) -> None:
    numbers = [f"0271840010{place:02}" for place in range(26)]
    for number in numbers:
        world.enrol(number)
    for number in numbers[:25]:
        for _ in range(4):
            match(world, BINH)
            fail(world, number)
    with pytest.raises(DomainError) as caught:
        fail(world, numbers[25])
    assert caught.value.metadata["scope"] == "CLIENT"


def test_many_clients_are_no_way_around(world: World) -> None:
    for name in ("a", "b", "c"):
        exhaust(world, AN, name)
    with pytest.raises(DomainError) as caught:
        match(world, AN, "honest")
    assert caught.value.reason is Reason.ATTEMPTS_LOCKED
    assert caught.value.metadata["scope"] == "CITIZEN"
    match(world, BINH, "honest")


def test_one_client_alone_keeps_a_citizen_from_no_other(world: World) -> None:
    exhaust(world, AN, "malicious")
    match(world, AN, "honest")


def test_a_lock_opens_after_its_time(world: World) -> None:
    exhaust(world)
    world.clock.advance(24 * 3600)
    match(world)


def test_a_search_counts_for_the_client(world: World) -> None:
    for _ in range(100):
        world.identify(sample("stranger/RIGHT_INDEX/80"), call=world.call("Identify", roles=COUNTER))
    with refused(Reason.ATTEMPTS_EXCEEDED):
        world.identify(sample("stranger/RIGHT_INDEX/80"), call=world.call("Identify", roles=COUNTER))
    with refused(Reason.ATTEMPTS_EXCEEDED):
        match(world)


def test_numbers_that_nobody_bears_count_for_the_client(world: World) -> None:
    for place in range(100):
        with refused(Reason.SUBJECT_NOT_FOUND):
            fail(world, f"02718400{place:04}")
    answers = set()
    for number in ("027184009999", AN):  # nobody's, and somebody's: what is said tells them no more apart
        with pytest.raises(DomainError) as caught:
            match(world, number)
        assert caught.value.reason is Reason.ATTEMPTS_EXCEEDED
        answers.add((str(caught.value), frozenset(caught.value.metadata.items())))
    assert len(answers) == 1
    match(world, AN, "honest")


def test_a_malformed_number_counts_nothing(world: World) -> None:
    for _ in range(101):
        with refused(Reason.IDENTIFIER_MALFORMED):
            fail(world, "02718400")
    match(world)


def test_a_closing_that_is_met_while_a_refusal_is_recorded_is_on_the_record(world: World) -> None:
    call = world.call("Verify", roles=COUNTER)
    with refused(Reason.ATTEMPTS_EXCEEDED), refusals_audited(world.store, world.clock, call) as about:
        for _ in range(100):  # others of this client, meanwhile
            with world.store.transaction() as uow:
                world.guard.failed(uow, call, about, FAILURE)
        about.on_refusal = partial(world.guard.failed, call=call, about=about, weight=FAILURE)
        raise DomainError(Reason.SUBJECT_NOT_FOUND, "nobody")
    assert world.trail()[-1].entry.details["reason"] == "ATTEMPTS_EXCEEDED"


def test_who_may_not_be_tried_by_number_is_not_found_without_it(world: World) -> None:
    exhaust(world)
    with refused(Reason.ATTEMPTS_LOCKED):
        world.identify(own(AN), call=world.call("Identify", roles=COUNTER))
    found = world.identify(own(BINH), call=world.call("Identify", roles=COUNTER))
    assert found.decision is Decision.MATCH


@pytest.mark.parametrize("check", [DuplicateCheck.REFUSE, DuplicateCheck.REPORT])
def test_suspects_of_an_enrolment_count_for_the_client(world: World, check: DuplicateCheck) -> None:
    for place in range(100):
        call = world.call("EnrolCitizen", roles=ENROLLER)
        with refused(Reason.DUPLICATE_PERSON_SUSPECTED) if check is DuplicateCheck.REFUSE else nullcontext():
            world.enrol(f"02718400{place:04}", own(AN), call=call, check=check)
    with refused(Reason.ATTEMPTS_EXCEEDED):
        world.enrol("027184009999", own(AN), call=world.call("EnrolCitizen", roles=ENROLLER), check=check)


def test_poor_samples_cost_a_quarter(world: World) -> None:
    for _ in range(19):
        fail(world, quality=15)
    match(world)
    for _ in range(20):
        fail(world, quality=15)
    with refused(Reason.ATTEMPTS_EXCEEDED):
        match(world)


class Lax(FakeBiometrics):
    """Everybody is a little alike."""

    def compare(self, probe: Prepared, references: object) -> Likeness:
        return Likeness(5e-3, 23.0, 9)


def test_a_match_at_a_lax_target_is_a_failure(tmp_path: Path) -> None:
    """Else a client would ask at ever stricter targets how near it is, and set its failures back in between."""
    world = World(tmp_path, Lax())
    world.enrol(AN)
    for _ in range(5):
        call = world.call("Verify", roles=COUNTER)
        answer = world.verify(AN, own(AN), 1e-2, call=call)
        assert (answer.decision, answer.likeness) == (Decision.MATCH, None)
    with refused(Reason.ATTEMPTS_EXCEEDED):
        match(world)


def test_no_number_of_tries_at_the_same_moment_is_told_more(world: World) -> None:
    at_once = 12
    start = Barrier(at_once)

    def attempt(_: int) -> bool:
        start.wait()
        with suppress(DomainError):
            fail(world)
            return True
        return False

    with ThreadPoolExecutor(at_once) as pool:
        assert sum(pool.map(attempt, range(at_once))) == 5


def test_a_tester_is_not_counted(world: World) -> None:
    for _ in range(60):
        assert world.verify(AN, [sample("stranger/RIGHT_INDEX/80")]).attempts is None
    with world.store.reading() as view:
        assert view.attempts.closed(world.clock.now()) == []


def test_a_closing_is_in_the_trail_once_however_often_it_is_met(world: World) -> None:
    for _ in range(5):
        fail(world)
    before = len(world.trail())
    for _ in range(20):
        with refused(Reason.ATTEMPTS_EXCEEDED):
            fail(world)
    (event,) = world.trail()[before:]
    assert (event.entry.outcome, event.entry.details["reason"]) == ("REFUSED", "ATTEMPTS_EXCEEDED")
    world.clock.advance(30)
    fail(world)
    with refused(Reason.ATTEMPTS_EXCEEDED):
        fail(world)
    assert len(world.trail()) == before + 3


def test_another_client_lifts_it_on_the_record(world: World) -> None:
    exhaust(world)
    admin = lifting(world, "administration")
    ((counted, standing),) = world.attempts.closed(admin)
    assert (counted.scope, counted.client, standing.locked) == (Scope.CLIENT_AND_CITIZEN, "counter-7", True)
    with refused(Reason.CLIENT_NOT_AUTHORIZED):
        world.attempts.lift_citizen(lifting(world, "counter-7"), Lifted(citizen_number=AN), encode)
    world.attempts.lift_citizen(admin, Lifted(citizen_number=AN), encode)
    assert world.trail()[-1].entry.outcome == "LIFTED"
    match(world)


def test_an_officer_lifts_nothing_of_a_citizen_whom_they_asked_about_by_any_client(world: World) -> None:
    call = world.call("Verify", caller="desk-2", roles=COUNTER, officer_id="CB-2")
    world.verify(AN, [sample("stranger/RIGHT_INDEX/80")], call=call)
    for officer, lifts in (("cb-2", False), ("CB-3", True)):
        admin = signed_in(lifting(world, "page"), officer)
        with nullcontext() if lifts else refused(Reason.CLIENT_NOT_AUTHORIZED):
            world.attempts.lift_citizen(admin, Lifted(citizen_number=AN), encode)


def test_a_limit_is_lifted_by_what_is_listed_and_the_trail_says_why(world: World) -> None:
    exhaust(world)
    admin = lifting(world, "administration")
    ((counted, _),) = world.attempts.closed(admin)
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.attempts.lift_citizen(admin, Lifted(subject_id="nobody"), encode)
    again = lifting(world, "administration")
    world.attempts.lift_citizen(again, Lifted(subject_id=counted.subject_id, reason="POOR_IMPRESSIONS"), encode)
    assert world.trail()[-1].entry.details["reason"] == "POOR_IMPRESSIONS"
    match(world)


def test_a_locked_client_waits_for_an_administrator(world: World) -> None:
    limits = {**RULES.limits, Scope.CLIENT: Limit(2, 3, 0.0, None)}
    world.verification = replace(world.verification, attempts=AttemptGuard(world.clock, replace(RULES, limits=limits)))
    for number in (AN, BINH, AN):
        fail(world, number)
        world.clock.advance(900)
    world.clock.advance(365 * 86400)
    with refused(Reason.ATTEMPTS_LOCKED):
        match(world)
    with refused(Reason.CLIENT_NOT_AUTHORIZED):
        world.attempts.lift_client(lifting(world, "counter-7"), Lifted(client="counter-7"), encode)
    world.attempts.lift_client(lifting(world, "administration"), Lifted(client="counter-7"), encode)
    match(world)


def signed_in(call: Call, officer: str) -> Call:
    return replace(call, caller=replace(call.caller, officer=Officer(officer, frozenset({OfficerRole.SUPERVISOR}))))


def test_officers_who_signed_in_are_counted_each_and_lift_one_another(world: World) -> None:
    limits = {**RULES.limits, Scope.CLIENT: Limit(2, 3, 0.0, None)}
    world.verification = replace(world.verification, attempts=AttemptGuard(world.clock, replace(RULES, limits=limits)))
    tried = partial(world.call, "Verify", caller="page", roles=COUNTER)
    for number in (AN, BINH, AN):
        world.verify(number, [sample("stranger/RIGHT_INDEX/80")], call=signed_in(tried(), "CB-1"))
        world.clock.advance(900)
    with refused(Reason.ATTEMPTS_LOCKED):
        world.verify(BINH, own(BINH), call=signed_in(tried(), "CB-1"))
    assert world.verify(BINH, own(BINH), call=signed_in(tried(), "CB-2")).decision is Decision.MATCH
    lift = partial(world.attempts.lift_client, whom=Lifted(client="page CB-1"), encode=encode)
    with refused(Reason.CLIENT_NOT_AUTHORIZED):
        lift(signed_in(lifting(world, "page"), "CB-1"))
    chief = signed_in(lifting(world, "page"), "CB-2")
    assert chief.caller.officer is not None
    chief = replace(chief, caller=replace(chief.caller, officer=replace(chief.caller.officer, agency_code="H05.12")))
    assert ("page CB-1", True) in {(c.client, standing.locked) for c, standing in world.attempts.closed(chief)}
    lift(chief)
    assert world.verify(BINH, own(BINH), call=signed_in(tried(), "CB-1")).decision is Decision.MATCH


def test_a_mistyped_client_is_not_lifted(world: World) -> None:
    before = len(world.trail())
    with refused(Reason.CLIENT_NOT_FOUND):
        world.attempts.lift_client(lifting(world, "administration"), Lifted(client="nobody"), encode)
    assert all(event.entry.outcome != "LIFTED" for event in world.trail()[before:])


def test_nothing_is_kept_of_a_deleted_citizen(world: World) -> None:
    fail(world)
    with world.store.reading() as view:
        subject_id = view.subjects.id_of(AN) or ""
        assert len(view.attempts.of_subject(subject_id)) == 2
    world.delete(AN)
    with world.store.reading() as view:
        assert view.attempts.of_subject(subject_id) == []
