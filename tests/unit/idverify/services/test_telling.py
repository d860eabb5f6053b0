"""What a counter is told of a comparison: the decision, and nothing from which the next try could be made better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, Decision, DuplicateCheck, FingerPosition, Likeness, Role
from idverify.domain.policy import lowest_claimable_fmr
from idverify.domain.telling import sees_figures
from idverify.ports import Hit, Prepared
from idverify.services.calls.call import Call
from tests.fakes import FakeBiometrics, sample
from tests.service_kit import AN, BINH, BIRTH, Answers, World, encode, prints_of, told

COUNTER = frozenset({Role.COUNTER})
INDEX, THUMB = FingerPosition.RIGHT_INDEX, FingerPosition.RIGHT_THUMB


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def verifying(world: World) -> Call:
    return world.call("Verify", roles=COUNTER)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TESTER])
def test_no_role_but_the_tester_sees_how_near_a_non_match_came(role: Role) -> None:
    near = Likeness(2e-4, 37.0)
    for decision in (Decision.NO_MATCH, Decision.INCONCLUSIVE):
        assert not sees_figures(Caller("c", frozenset({role})), decision, near)
        assert sees_figures(Caller("c", frozenset({role, Role.TESTER})), decision, near)


def test_a_match_at_a_lax_target_tells_no_figures() -> None:
    counter = Caller("c", COUNTER)
    assert not sees_figures(counter, Decision.MATCH, Likeness(9e-3, 20.5))
    assert sees_figures(counter, Decision.MATCH, Likeness(1e-4, 40.0))


def test_a_counter_is_told_no_score_of_a_non_match(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX, THUMB))
    answer = world.verify(AN, prints_of("binh", INDEX), call=verifying(world))
    assert answer.decision is Decision.NO_MATCH
    assert answer.likeness is None
    (finger,) = answer.fingers
    assert (finger.likeness, finger.decision, finger.quality.score) == (None, None, 80)
    assert answer.next_best == (THUMB,)
    assert world.trail()[-1].entry.details["score"] == 3.0


def test_which_finger_an_unstated_probe_is_nearest_to_is_not_told(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX, THUMB))
    answer = world.verify(AN, [sample("binh/RIGHT_INDEX/80", None)], call=verifying(world))
    assert answer.fingers[0].position is None
    assert set(answer.next_best) == {INDEX, THUMB}


def test_a_counter_is_told_the_score_of_a_match(world: World) -> None:
    world.enrol(AN)
    answer = world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/80")], call=verifying(world))
    assert told(answer.likeness).score == 80.0
    assert answer.fingers[0].decision is Decision.MATCH


def test_several_candidates_come_without_scores(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    world.enrol(BINH, prints_of("an", INDEX), check=DuplicateCheck.REPORT)
    found = world.identify(prints_of("an", INDEX), call=world.call("Identify", roles=COUNTER))
    assert found.decision is Decision.INCONCLUSIVE
    assert [(c.likeness, c.fpir, c.fingers[0].likeness) for c in found.candidates] == [(None, None, None)] * 2


def test_suspects_come_without_scores(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    enroller = frozenset({Role.ENROLLER})
    with pytest.raises(DomainError) as refused:
        world.enrol(BINH, prints_of("an", INDEX), call=world.call("EnrolCitizen", roles=enroller))
    assert refused.value.reason is Reason.DUPLICATE_PERSON_SUSPECTED
    assert set(refused.value.metadata) == {"subject_id", "finger", "suspects"}
    with pytest.raises(DomainError) as refused:
        world.enrol(BINH, prints_of("an", INDEX))
    assert {"score", "fpir"} < set(refused.value.metadata)


def test_comparing_two_samples_tells_a_counter_no_score_of_a_non_match(world: World) -> None:
    one, other = sample("an/RIGHT_INDEX/80"), sample("binh/RIGHT_INDEX/80")
    counter = world.call("CompareSamples", roles=COUNTER)
    assert world.samples.compare(counter, one, other, None).likeness is None
    assert world.samples.compare(counter, one, one, None).likeness is not None
    assert world.samples.compare(world.call("CompareSamples"), one, other, None).likeness is not None


def test_a_repeated_request_tells_no_more_than_the_first(world: World) -> None:
    world.enrol(AN)
    answers = Answers()
    call = verifying(world)
    for _ in range(2):
        body = world.verification.verify(call, AN, prints_of("binh", INDEX), None, answers)
    assert len(answers.given) == 1
    assert body == encode(answers.given[0])


class SureBiometrics(FakeBiometrics):
    """The calibration takes the same finger for one in 10^12, as the real one may."""

    def compare(self, probe: Prepared, references: Sequence[Prepared]) -> Likeness:
        found = super().compare(probe, references)
        return found if found.fmr > 1e-4 else Likeness(1e-12, 120.0)


@pytest.mark.parametrize("fingers", [[INDEX], [INDEX, THUMB]])
def test_one_figure_in_answer_assertion_and_trail(tmp_path: Path, fingers: list[FingerPosition]) -> None:
    world = World(tmp_path, SureBiometrics())
    world.enrol(AN, prints_of("an", *fingers))
    answer = world.verify(AN, prints_of("an", *fingers), call=world.call("Verify", procedure_code=BIRTH))
    floor = lowest_claimable_fmr(len(fingers))
    likeness = told(answer.likeness)
    assert likeness.fmr == floor
    assert likeness.score == pytest.approx(90.0 if len(fingers) == 1 else 120.0)
    assert [told(f.likeness).fmr for f in answer.fingers] == [1e-9] * len(fingers)
    assert answer.disclosure is not None
    assert world.claims(answer.disclosure.assertion.jwt)["bio"]["fmr_at_score"] == floor
    assert world.trail()[-1].entry.details["score"] == pytest.approx(likeness.score)


def test_one_figure_where_somebody_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, SureBiometrics())
    an = world.enrol(AN, prints_of("an", INDEX))
    search = world.gallery.search

    def sure(*given: Prepared, **how: object) -> object:
        found = search(*given, **how)  # type: ignore[arg-type]
        return replace(found, hits=tuple(Hit(h.subject_id, h.position, Likeness(1e-12, 120.0)) for h in found.hits))

    monkeypatch.setattr(world.gallery, "search", sure)
    found = world.identify(prints_of("an", INDEX), call=world.call("Identify", procedure_code=BIRTH))
    (candidate,) = found.candidates
    assert (told(candidate.likeness).fmr, told(candidate.fingers[0].likeness).fmr) == (1e-9, 1e-9)
    assert told(candidate.fpir) >= 1e-9
    assert found.disclosure is not None
    assert world.claims(found.disclosure.assertion.jwt)["bio"]["fmr_at_score"] == 1e-9
    assert world.trail()[-1].entry.details["scores"] == ["90.00"]
    with pytest.raises(DomainError) as refused:
        world.enrol(BINH, prints_of("an", INDEX))
    assert (refused.value.metadata["subject_id"], refused.value.metadata["score"]) == (an, "90.0")


def test_one_figure_where_two_samples_are_compared(tmp_path: Path) -> None:
    world = World(tmp_path, SureBiometrics())
    one = sample("an/RIGHT_INDEX/80")
    likeness = told(world.samples.compare(world.call("CompareSamples"), one, one, None).likeness)
    assert likeness.fmr == 1e-9
    assert likeness.score == pytest.approx(90.0)
    assert world.trail()[-1].entry.details["score"] == pytest.approx(90.0)
