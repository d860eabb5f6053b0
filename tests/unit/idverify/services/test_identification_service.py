"""Identification: who is found, at what rate of false positives, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Decision, DuplicateCheck, FingerPosition, Likeness, Role, Sample
from idverify.ports import Among, Deadline, Hit, Prepared, SearchResult
from tests.fakes import FakeGallery, PastDeadline, sample
from tests.service_kit import AN, BINH, BIRTH, RESIDENCE, Answers, World, encode, prints_of, refused, told

INDEX, THUMB = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_THUMB
PROBE = sample("an/RIGHT_INDEX/80")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


@dataclass
class ToldGallery(FakeGallery):
    """Finds what it is told to."""

    result: SearchResult = field(default_factory=lambda: SearchResult((), 1))
    asked: tuple[FingerPosition | None, int] = (None, 0)

    def search(
        self,
        probe: Prepared,
        *,
        position: FingerPosition | None,
        limit: int,
        deadline: Deadline,
        exclude: str | None = None,
        among: Among | None = None,
    ) -> SearchResult:
        deadline.check()
        self.asked = position, limit
        return self.result


def finding(world: World, searched: int, *fmrs: tuple[str, float]) -> ToldGallery:
    hits = tuple(Hit(subject_id, INDEX, Likeness(fmr, 60.0)) for subject_id, fmr in fmrs)
    gallery = ToldGallery(result=SearchResult(hits, searched))
    world.identification = replace(world.identification, gallery=gallery)
    return gallery


def test_the_right_person_is_found_and_a_stranger_is_not(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    world.enrol(BINH, prints_of("binh", INDEX))
    found = world.identify(PROBE)
    assert found.decision is Decision.MATCH
    assert [(c.subject_id, c.rank, c.position) for c in found.candidates] == [(an, 1, INDEX)]
    assert found.searched_fingers == 2
    assert found.candidates[0].fpir == pytest.approx(2e-8)
    assert found.operating_point.target_fmr == pytest.approx(0.005, rel=0.01)
    stranger = world.identify(sample("chi/RIGHT_INDEX/80"))
    assert (stranger.decision, stranger.candidates) == (Decision.NO_MATCH, ())
    match, no_match = (e.entry for e in world.trail()[2:])
    assert (match.outcome, match.subject_id, match.details["candidates"]) == ("MATCH", an, [an])
    assert (no_match.outcome, no_match.subject_id, no_match.details["candidates"]) == ("NO_MATCH", "", [])
    assert no_match.details["searched_fingers"] == 2


def test_nobody_is_enrolled(world: World) -> None:
    assert world.identify(PROBE).decision is Decision.NO_MATCH


def test_a_poor_probe_finds_nobody_inconclusively(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    assert world.identify(sample("chi/RIGHT_INDEX/20")).decision is Decision.INCONCLUSIVE
    assert world.identify(sample("an/RIGHT_INDEX/20")).decision is Decision.MATCH


def test_nobody_in_a_part_of_the_gallery_is_not_nobody(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    world.identification = replace(world.identification, gallery=ToldGallery(result=SearchResult((), 3, 0.75)))
    found = world.identify(sample("chi/RIGHT_INDEX/80"))
    assert (found.decision, found.searched_share, found.searched_fingers) == (Decision.INCONCLUSIVE, 0.75, 3)
    assert world.trail()[-1].entry.details["searched_share"] == 0.75
    hit = (Hit(an, INDEX, Likeness(1e-9, 90.0)),)
    world.identification = replace(world.identification, gallery=ToldGallery(result=SearchResult(hit, 1000, 0.75)))
    found = world.identify(PROBE)
    assert (found.decision, found.searched_share) == (Decision.MATCH, 0.75)
    assert found.candidates[0].fpir == pytest.approx(1e-6)  # of what was searched


def test_a_search_that_was_not_made_is_no_failed_try(world: World) -> None:
    an, binh = world.enrol(AN, prints_of("an", INDEX)), world.enrol(BINH, prints_of("binh", INDEX))

    def left(person: str, found: SearchResult) -> int:
        world.identification = replace(world.identification, gallery=ToldGallery(result=found))
        call = world.call("Identify", roles=frozenset({Role.COUNTER}))
        attempts = world.identify(sample(f"{person}/RIGHT_INDEX/80"), call=call).attempts
        assert attempts is not None
        return attempts.left

    silent, whole = SearchResult((), 0, 0.0), SearchResult((), 3)
    all_left = left("s0", silent)
    assert [left(f"s{place}", silent) for place in range(1, 4)] == [all_left] * 3
    assert left("s4", whole) == all_left - 1
    assert left("s5", silent) == all_left - 1
    two = tuple(Hit(each, INDEX, Likeness(1e-9, 90.0)) for each in (an, binh))
    assert left("s6", SearchResult(two, 3, 0.5)) == all_left - 2  # somebody was found
    world.clock.advance(3600)
    assert left("s7", silent) == all_left  # three an hour are forgiven
    tester = world.identify(sample("s8/RIGHT_INDEX/80"), call=world.call("Identify"))
    assert tester.attempts is None


def test_of_several_fingers_the_least_that_was_searched_counts(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    shares = iter((1.0, 0.5))

    class Silent(FakeGallery):
        def search(self, probe: Prepared, **options: Any) -> SearchResult:
            return replace(super().search(probe, **options), searched_share=next(shares))

    world.identification = replace(world.identification, gallery=Silent())
    found = world.identify([sample("chi/RIGHT_INDEX/80"), sample("chi/LEFT_THUMB/80", THUMB)])
    assert (found.decision, found.searched_share) == (Decision.INCONCLUSIVE, 0.5)


@pytest.mark.parametrize("most", [1, 2, None])
def test_two_people_alike_are_not_a_match(world: World, most: int | None) -> None:
    one = world.enrol(AN, prints_of("an", INDEX))
    two = world.enrol(BINH, prints_of("an", INDEX), check=DuplicateCheck.REPORT)
    call = world.call("Identify", procedure_code=BIRTH)
    found = world.identify(PROBE, most, call=call)
    assert found.decision is Decision.INCONCLUSIVE
    assert found.disclosure is None
    assert {c.subject_id for c in found.candidates} <= {one, two}
    assert len(found.candidates) == (most or 2)
    assert world.trail()[-1].entry.subject_id == ""


def test_the_database_has_the_last_word(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    finding(world, 2, ("somebody deleted", 1e-9), (an, 1e-8))
    found = world.identify(PROBE)
    assert found.decision is Decision.MATCH
    assert [(c.subject_id, c.rank) for c in found.candidates] == [(an, 1)]


def test_the_threshold_follows_the_gallery(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    finding(world, 1000, (an, 1.1e-5))
    assert world.identify(PROBE, fpir=0.01).decision is Decision.NO_MATCH
    finding(world, 1000, (an, 0.9e-5))
    assert world.identify(PROBE, fpir=0.01).candidates[0].fpir == pytest.approx(0.009, rel=0.01)


def test_a_procedure_is_never_less_strict_than_by_verification(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    finding(world, 2, (an, 1e-3))
    assert world.identify(PROBE).decision is Decision.MATCH
    found = world.identify(PROBE, call=world.call("Identify", procedure_code=BIRTH))
    assert found.decision is Decision.NO_MATCH
    assert found.operating_point.target_fmr == 1e-4


def test_one_finger_cannot_carry_everything(world: World) -> None:
    finding(world, 2_000_000)
    with refused(Reason.GALLERY_TOO_LARGE_FOR_TARGET_FPIR):
        world.identify(PROBE, fpir=1e-3)
    assert world.trail()[-1].entry.outcome == "REFUSED"
    assert world.identify(PROBE, fpir=0.01).decision is Decision.NO_MATCH


@pytest.mark.parametrize(("position", "asked"), [(None, None), (FingerPosition.UNKNOWN, None), (INDEX, INDEX)])
def test_an_unknown_finger_excludes_none(
    world: World, position: FingerPosition | None, asked: FingerPosition | None
) -> None:
    gallery = finding(world, 1)
    world.identify(sample("an/RIGHT_INDEX/80", position), 7)
    assert gallery.asked == (asked, 7)


def test_one_candidate_for_a_procedure_is_disclosed(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    world.put(AN, "residence", RESIDENCE)
    found = world.identify(PROBE, call=world.call("Identify", procedure_code=BIRTH))
    assert found.disclosure is not None
    assert [r.record_type for r in found.disclosure.records] == ["identity", "residence"]
    claims = world.claims(found.disclosure.assertion.jwt)
    assert claims["bio"]["fingers"] == ["RIGHT_INDEX"]
    assert world.trail()[-1].entry.details["assertion"] == claims["jti"]
    assert claims["sub"] != an


@pytest.mark.parametrize(
    ("most", "fpir", "field"),
    [(0, None, "max_candidates"), (101, None, "max_candidates"), (None, 0.2, "target_fpir"), (None, 0.0, "target_fpir"),
     (None, float("nan"), "target_fpir")],
)  # fmt: skip
def test_what_is_out_of_range_is_refused(world: World, most: int | None, fpir: float | None, field: str) -> None:
    with pytest.raises(Exception, match="FIELD_INVALID") as error:
        world.identify(PROBE, most, fpir)
    assert getattr(error.value, "metadata", None) == {"field": field}
    assert world.biometrics.extractions == 0


def test_refusals(world: World) -> None:
    with refused(Reason.PROCEDURE_NOT_FOUND):
        world.identify(PROBE, call=world.call("Identify", procedure_code="9.999999"))
    with refused(Reason.SAMPLE_INVALID):
        world.identify(sample("nonsense"))
    with refused(Reason.SAMPLE_QUALITY_LOW):
        world.identify(sample("an/RIGHT_INDEX/3"))
    with refused(Reason.DEADLINE_EXCEEDED):
        world.identify(PROBE, call=world.call("Identify", deadline=PastDeadline()))
    assert [e.entry.details for e in world.trail()] == [{"reason": "SAMPLE_QUALITY_LOW"}]


@pytest.mark.parametrize("procedure", ["", BIRTH])
def test_a_search_is_answered_once(world: World, procedure: str) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    call, answers = world.call("Identify", "content", procedure_code=procedure), Answers()
    with ThreadPoolExecutor(4) as pool:
        given = set(pool.map(lambda _: world.identification.identify(call, [PROBE], None, None, answers), range(6)))
    assert len(given) == 1
    assert [e.entry.outcome for e in world.trail()] == ["ENROLLED", "MATCH", *["REPEATED"] * 5]
    assert world.identification.identify(call, [PROBE], None, None, encode) in given


def test_a_disclosure_goes_with_the_citizen_but_a_bare_answer_stays(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    bare, disclosing = world.call("Identify", "a"), world.call("Identify", "b", procedure_code=BIRTH)
    first = world.identification.identify(bare, [PROBE], None, None, encode)
    world.identify(PROBE, call=disclosing)
    world.delete(AN)
    assert world.identification.identify(bare, [PROBE], None, None, encode) == first
    with refused(Reason.REQUEST_REPLAYED):
        world.identify(PROBE, call=disclosing)


# --- several fingers of one person -----------------------------------------------------------------------------------


MIDDLE = FingerPosition.RIGHT_MIDDLE


@dataclass
class FaintGallery(FakeGallery):
    """Lists a person only for the finger that the index can find."""

    findable: frozenset[FingerPosition] = frozenset({INDEX})

    def search(self, probe: Prepared, *, position: FingerPosition | None, **options: Any) -> SearchResult:
        found = super().search(probe, position=position, **options)
        return found if position in self.findable else SearchResult((), found.searched_fingers)


def test_several_fingers_make_one_list_of_people(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX, THUMB))
    world.enrol(BINH, prints_of("binh", INDEX, THUMB))
    found = world.identify(prints_of("an", INDEX, THUMB))
    assert found.decision is Decision.MATCH
    assert [c.subject_id for c in found.candidates] == [an]
    assert [f.position for f in found.candidates[0].fingers] == [INDEX, THUMB]
    assert told(found.candidates[0].likeness).score == pytest.approx(120.0)
    assert (found.searched_fingers, found.comparisons) == (4, 2)
    details = world.trail()[-1].entry.details
    assert (details["probes"], details["searched_fingers"], details["comparisons"]) == (2, 4, 2)


def test_a_person_listed_for_one_finger_is_compared_with_all(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX, THUMB, MIDDLE))
    world.identification = replace(world.identification, gallery=FaintGallery(world.gallery.templates))
    found = world.identify(prints_of("an", MIDDLE, INDEX, THUMB))
    assert [c.subject_id for c in found.candidates] == [an]
    assert {f.position for f in found.candidates[0].fingers} == {INDEX, THUMB, MIDDLE}


def test_fingers_that_are_not_enrolled_take_nothing_away(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    found = world.identify(prints_of("an", INDEX, THUMB))
    assert [c.subject_id for c in found.candidates] == [an]
    assert [f.position for f in found.candidates[0].fingers] == [INDEX]
    assert told(found.candidates[0].likeness).score == pytest.approx(80.0)


def test_two_people_who_share_the_fingers_are_ranked_together(world: World) -> None:
    one = world.enrol(AN, prints_of("an", INDEX, THUMB))
    two = world.enrol(BINH, [*prints_of("an", INDEX), *prints_of("binh", THUMB)], check=DuplicateCheck.REPORT)
    found = world.identify(prints_of("an", INDEX, THUMB))
    assert found.decision is Decision.INCONCLUSIVE
    assert [(c.subject_id, c.rank) for c in found.candidates] == [(one, 1), (two, 2)]
    assert told(found.candidates[0].fpir) < told(found.candidates[1].fpir)


def test_several_fingers_carry_what_one_cannot(world: World) -> None:
    finding(world, 2_000_000)
    with pytest.raises(DomainError, match="GALLERY_TOO_LARGE") as error:
        world.identify(PROBE, fpir=1e-3)
    assert error.value.metadata == {
        "searched_fingers": "2000000",
        "lowest_target_fpir": "0.002",
        "fingers_needed": "2",
    }
    assert world.identify(PROBE, fpir=0.00201).decision is Decision.NO_MATCH
    assert world.identify(prints_of("an", INDEX, THUMB), fpir=1e-3).decision is Decision.NO_MATCH


def test_a_good_finger_says_no_for_a_poor_one(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    poor, good = sample("chi/RIGHT_INDEX/20"), sample("chi/LEFT_THUMB/80", THUMB)
    assert world.identify([poor, good]).decision is Decision.NO_MATCH
    assert world.identify([poor]).decision is Decision.INCONCLUSIVE


def test_the_disclosure_names_all_fingers(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX, THUMB))
    found = world.identify(prints_of("an", INDEX, THUMB), call=world.call("Identify", procedure_code=BIRTH))
    assert found.disclosure is not None
    assert world.claims(found.disclosure.assertion.jwt)["bio"]["fingers"] == ["RIGHT_INDEX", "LEFT_THUMB"]


@pytest.mark.parametrize(
    ("prints", "reason"),
    [
        ([], Reason.FIELD_MISSING),
        (prints_of("an", INDEX, INDEX), Reason.FINGER_DUPLICATED),
        (prints_of("an", INDEX, FingerPosition.UNKNOWN), Reason.FIELD_INVALID),
        ([PROBE, sample("an/x/80", None)], Reason.FIELD_MISSING),
        (prints_of("an", *list(FingerPosition)[1:], INDEX), Reason.FINGER_COUNT_EXCEEDED),
    ],
)
def test_which_fingers_must_be_clear(world: World, prints: list[Sample], reason: Reason) -> None:
    with refused(reason):
        world.identify(prints)
    assert world.biometrics.extractions == 0


def test_the_deadline_ends_the_comparison_of_further_fingers(world: World) -> None:
    for number in range(5):
        world.enrol(f"02708400{number:04}", prints_of(f"p{number}", INDEX, THUMB))

    class Ends:
        def __init__(self, after: int) -> None:
            self.left = after

        def check(self) -> None:
            self.left -= 1
            if self.left < 0:
                raise DomainError(Reason.DEADLINE_EXCEEDED, "the deadline has passed")

        def seconds_left(self) -> float:
            return 60.0

    with refused(Reason.DEADLINE_EXCEEDED):
        world.identify(prints_of("p1", INDEX, THUMB), call=world.call("Identify", deadline=Ends(7)))


def test_each_print_is_made_ready_once(world: World) -> None:
    people = ((AN, "an"), (BINH, "binh"))
    for number, name in people:
        world.enrol(number, prints_of(name, INDEX, THUMB))
    before = world.biometrics.preparations
    assert world.identify(prints_of("an", INDEX, THUMB)).decision is Decision.MATCH
    assert world.biometrics.preparations - before == 2 + 2 * len(people)
