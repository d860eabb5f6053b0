"""Identification: who is found, at what rate of false positives, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import Decision, FingerPosition, Likeness
from idverify.ports import Deadline, Hit, SearchResult
from tests.fakes import FakeGallery, PastDeadline, sample
from tests.service_kit import AN, BINH, BIRTH, RESIDENCE, Answers, World, encode, prints_of, refused

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

    def search(self, probe: bytes, *, position: FingerPosition | None, limit: int, deadline: Deadline) -> SearchResult:
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


@pytest.mark.parametrize("most", [1, 2, None])
def test_two_people_alike_are_not_a_match(world: World, most: int | None) -> None:
    one = world.enrol(AN, prints_of("an", INDEX))
    two = world.enrol(BINH, prints_of("an", INDEX))
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
    assert [r.record_type for r in found.disclosure.records] == ["residence"]
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
        given = set(pool.map(lambda _: world.identification.identify(call, PROBE, None, None, answers), range(6)))
    assert len(given) == 1
    assert [e.entry.outcome for e in world.trail()] == ["ENROLLED", "MATCH"]
    assert world.identification.identify(call, PROBE, None, None, encode) in given


def test_a_disclosure_goes_with_the_citizen_but_a_bare_answer_stays(world: World) -> None:
    world.enrol(AN, prints_of("an", INDEX))
    bare, disclosing = world.call("Identify", "a"), world.call("Identify", "b", procedure_code=BIRTH)
    first = world.identification.identify(bare, PROBE, None, None, encode)
    world.identify(PROBE, call=disclosing)
    world.delete(AN)
    assert world.identification.identify(bare, PROBE, None, None, encode) == first
    with refused(Reason.REQUEST_REPLAYED):
        world.identify(PROBE, call=disclosing)
