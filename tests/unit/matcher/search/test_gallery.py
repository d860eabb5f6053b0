"""The 1:N index against a plain dictionary, alone and under fire."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from threading import Event

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from enroll_tools.synthetic.templates.population import TemplatePopulation
from matcher.comparison.compare import Comparison, compare
from matcher.comparison.prepared import prepare
from matcher.errors import TemplateInvalidError
from matcher.search.gallery import Gallery
from matcher.search.hits import Entry, SearchOutcome, ranked
from matcher.search.impressions import Selection
from matcher.search.params import GalleryParams, RetrievalParams
from matcher.search.retrieval import AimedProbe
from matcher.search.segment import FLAT_UP_TO, from_arrays
from matcher.templates import compact
from matcher.types import Template
from tests import prints

FINGERS = [prints.finger(seed, 20 + 4 * seed) for seed in range(5)]
TEMPLATES = [*FINGERS, *(prints.impression(f, 7) for f in FINGERS), prints.EMPTY, prints.finger(90, 2)]
EXHAUSTIVE = GalleryParams(RetrievalParams(batch=1))
RETRIEVING = GalleryParams(RetrievalParams(neighbours=20, exhaustive_up_to=0, shortlist=3, batch=1), threads=2)


@dataclass(frozen=True)
class Enrolled:
    """What the plain model keeps of an impression."""

    template: int
    group: str
    label: int


@cache
def score(probe: int, template: int) -> float:
    """Return the score of a probe with a template as it is stored."""
    stored = compact.decode(compact.encode(TEMPLATES[template]))
    return compare(prepare(TEMPLATES[probe]), prepare(stored)).score


def is_searched(enrolled: Enrolled, position: int | None, exclude: str | None) -> bool:
    return (not position or enrolled.label in {0, position}) and enrolled.group != exclude


def expected(
    model: dict[int, Enrolled], probe: int, position: int | None, exclude: str | None
) -> list[tuple[int, str, int, float, int]]:
    """Return entry, group, label, score and impressions of every person's best, by exhaustive comparison."""
    looked_at = {i: e for i, e in model.items() if is_searched(e, position, exclude)}
    best: dict[str, tuple[int, str, int, float, int]] = {}
    for i, e in sorted(looked_at.items(), key=lambda item: (-score(probe, item[1].template), item[0])):
        impressions = sum((o.group, o.label) == (e.group, e.label) for o in model.values())
        best.setdefault(e.group, (i, e.group, e.label, score(probe, e.template), impressions))
    return list(best.values())


def fingers_searched(model: dict[int, Enrolled], position: int | None, exclude: str | None) -> int:
    return len({(e.group, e.label) for e in model.values() if is_searched(e, position, exclude)})


def seen(outcome: SearchOutcome) -> list[tuple[int, str, int, float, int]]:
    return [(h.entry_id, h.group, h.label, h.score, h.impressions) for h in outcome.hits]


class Mirror(RuleBasedStateMachine):
    """Whatever is added and removed in whatever order: the gallery answers as the dictionary does."""

    params = GalleryParams(fan_out=2, merged_at_once=4, largest_segment=8)

    def __init__(self) -> None:
        super().__init__()
        self.gallery = Gallery(params=self.params)
        self.model: dict[int, Enrolled] = {}

    @rule(
        new=st.lists(
            st.tuples(
                st.integers(0, 15), st.integers(0, len(TEMPLATES) - 1), st.sampled_from("abc"), st.integers(0, 2)
            ),
            max_size=6,
        )
    )
    def add(self, new: list[tuple[int, int, str, int]]) -> None:
        self.gallery.add(
            [i for i, _, _, _ in new],
            [TEMPLATES[t] for _, t, _, _ in new],
            [g for _, _, g, _ in new],
            [l for *_, l in new],
        )
        for i, t, g, l in new:
            self.model.setdefault(i, Enrolled(t, g, l))

    @rule(ids=st.lists(st.integers(0, 15), max_size=8))
    def remove(self, ids: list[int]) -> None:
        self.gallery.remove(ids)
        for i in ids:
            self.model.pop(i, None)

    @rule()
    def merge(self) -> None:
        while self.gallery.merge():
            pass

    @rule()
    def start_anew(self) -> None:
        frozen = self.gallery.freeze()
        segments = [from_arrays(f.segment.name, f.segment.arrays(), f.present) for f in frozen]
        self.gallery = Gallery(params=self.params, segments=segments)

    @rule(
        probe=st.integers(0, len(TEMPLATES) - 1),
        position=st.sampled_from([None, 0, 1, 2, 3]),
        exclude=st.sampled_from([None, "a", "x"]),
        limit=st.integers(1, 4),
        only=st.none() | st.tuples(st.sets(st.integers(0, 15)), st.booleans()),
    )
    def search(
        self, probe: int, position: int | None, exclude: str | None, limit: int, only: tuple[set[int], bool] | None
    ) -> None:
        chosen = None if only is None else Selection(np.array(sorted(only[0]), np.int64), only[1])
        outcome = self.gallery.search(TEMPLATES[probe], limit=limit, position=position, exclude=exclude, only=chosen)
        model = {i: e for i, e in self.model.items() if only is None or (i in only[0]) is only[1]}
        assert outcome.searched == fingers_searched(model, position, exclude)
        self.check(outcome, expected(model, probe, position, exclude), probe, limit)

    def check(
        self, outcome: SearchOutcome, best: list[tuple[int, str, int, float, int]], probe: int, limit: int
    ) -> None:
        del probe
        assert seen(outcome) == best[:limit]
        assert all(hit.impressions == len(hit.scores) for hit in outcome.hits)

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        assert len(self.gallery) == len(self.model)
        assert {i for i in range(16) if i in self.gallery} == set(self.model)
        assert self.gallery.entry_ids().tolist() == sorted(self.model)

    @invariant()
    def keeps_nothing_of_what_is_gone(self) -> None:
        while self.gallery.merge():
            pass
        held = sum(len(f.segment) for f in self.gallery.freeze())
        assert held <= len(self.model) / (1 - self.params.gone_share)


class RetrievingMirror(Mirror):
    """The same with a short list of three: fewer may be verified, but what is said is as true."""

    params = replace(RETRIEVING, fan_out=2, merged_at_once=4, largest_segment=8)

    def check(
        self, outcome: SearchOutcome, best: list[tuple[int, str, int, float, int]], probe: int, limit: int
    ) -> None:
        top = {group: score for _, group, _, score, _ in best}
        assert outcome.verified <= 3
        for hit in outcome.hits:
            enrolled = self.model[hit.entry_id]
            assert (hit.group, hit.label) == (enrolled.group, enrolled.label)
            assert hit.score == score(probe, enrolled.template) <= top[hit.group]
            assert len(hit.scores) <= hit.impressions
        assert [h.score for h in outcome.hits] == sorted((h.score for h in outcome.hits), reverse=True)
        assert len({h.group for h in outcome.hits}) == len(outcome.hits) <= limit


TestMirror = pytest.mark.slow(Mirror.TestCase)
TestMirror.settings = settings(max_examples=40, stateful_step_count=25)
TestRetrievingMirror = pytest.mark.slow(RetrievingMirror.TestCase)
TestRetrievingMirror.settings = settings(max_examples=40, stateful_step_count=25)


def enrolled_gallery(params: GalleryParams | None = None, impressions: int = 2) -> Gallery:
    """Return a gallery of the five fingers, each an own person at position 1, so many impressions each."""
    gallery = Gallery(params=params)
    for number, finger in enumerate(FINGERS):
        ids = [10 * number + i for i in range(impressions)]
        gallery.add(ids, [prints.impression(finger, i) for i in ids], [str(number)] * impressions, [1] * impressions)
    return gallery


@pytest.mark.parametrize("params", [GalleryParams(), RETRIEVING], ids=["exhaustive", "retrieving"])
def test_the_mate_is_first(params: GalleryParams) -> None:
    gallery = enrolled_gallery(params)
    for number, finger in enumerate(FINGERS):
        outcome = gallery.search(prints.impression(finger, 99), limit=5)
        assert outcome.hits[0].group == str(number)


@pytest.mark.slow
def test_beyond_the_exhaustive_a_short_list_finds_the_mates_among_thousands() -> None:
    gallery = Gallery()
    people = [prints.finger(1000 + seed) for seed in range(15)]
    gallery.add(range(15), people, [f"person {i}" for i in range(15)], [i % 3 for i in range(15)])
    crowd = TemplatePopulation(4).batch(0, 2500)
    gallery.add_columns(range(100, 2600), crowd, [f"nobody {i}" for i in range(2500)], [1 + i % 2 for i in range(2500)])
    for number, person in enumerate(people):
        outcome = gallery.search(prints.impression(person, 1), limit=3)
        assert outcome.searched == 2515
        assert outcome.verified <= RetrievalParams().shortlist
        assert outcome.hits[0].group == f"person {number}"
        at_own = gallery.search(prints.impression(person, 2), limit=1, position=number % 3)
        assert at_own.hits[0].group == f"person {number}"
        assert at_own.searched == {0: 2515, 1: 1260, 2: 1260}[number % 3]
        without = gallery.search(prints.impression(person, 1), limit=99, exclude=f"person {number}")
        assert without.searched == 2514
        assert f"person {number}" not in {hit.group for hit in without.hits}
    gallery.remove(range(15))
    stranger = gallery.search(prints.impression(people[3], 1), limit=10)
    assert all(hit.group.startswith("nobody") for hit in stranger.hits)


def test_beyond_doubt_only_those_with_like_votes_are_verified() -> None:
    gallery = Gallery(
        params=replace(RETRIEVING, retrieval=RETRIEVING.retrieval._replace(shortlist=40, least_evidence=-99))
    )
    gallery.add_columns(range(100, 400), TemplatePopulation(4).batch(0, 300), [str(i) for i in range(300)], [1] * 300)
    gallery.add([1, 2], [FINGERS[4], prints.impression(FINGERS[4], 5)], ["first number", "second number"], [1, 1])
    probe = prints.impression(FINGERS[4], 99)
    patient, quick = (gallery.search(probe, limit=99, beyond_doubt=b) for b in (float("inf"), 1.0))
    assert [hit.group for hit in quick.hits[:2]] == [hit.group for hit in patient.hits[:2]]
    assert {hit.group for hit in quick.hits[:2]} == {"first number", "second number"}
    assert quick.verified < patient.verified


def test_an_aimed_probe_is_looked_for_where_it_says_in_galleries_of_its_index_alone() -> None:
    params = replace(RETRIEVING, retrieval=RETRIEVING.retrieval._replace(scanned=100))
    gallery, empty = Gallery(params=params), Gallery(params=params)
    crowd = TemplatePopulation(4).batch(0, 200)
    people = [FINGERS[4], *(crowd.template(i) for i in range(200))]  # one segment, too large to be one list
    gallery.add(range(201), people, ["mate", *map(str, range(200))], [1] * 201)
    assert gallery.codes > 100
    probe = prepare(prints.impression(FINGERS[4], 99))
    plain = gallery.search(probe, limit=9)
    assert plain.hits[0].group == "mate"
    for codes in (0, gallery.codes):
        assert seen(gallery.search(empty.aimed(probe, codes), limit=9)) == seen(plain)
    aim = gallery.aimed(probe, gallery.codes).aim
    assert aim.lists is not None
    nowhere = replace(aim, lists=np.full_like(aim.lists, -1))
    assert "mate" in {hit.group for hit in gallery.search(AimedProbe(probe, aim), limit=9).hits}
    assert gallery.search(AimedProbe(probe, nowhere), limit=9).hits == ()
    assert seen(gallery.search(AimedProbe(probe, replace(nowhere, index_id="another")), limit=9)) == seen(plain)


def test_what_the_short_list_leaves_out_is_counted() -> None:
    gallery = enrolled_gallery(RETRIEVING, impressions=6)
    hit = gallery.search(prints.impression(FINGERS[2], 99), limit=1).hits[0]
    assert (hit.group, hit.impressions, len(hit.scores)) == ("2", 6, 3)
    assert hit.scores == tuple(sorted(hit.scores, reverse=True))


def test_a_person_stands_on_the_short_list_where_the_first_of_their_impressions_does() -> None:
    def verified(entry: int, group: str, matched: float) -> tuple[Entry, Comparison]:
        return Entry(entry, group, 1, np.uint64(entry)), Comparison(matched, np.zeros((0, 2), np.int64))

    compared = [verified(7, "a", 20.0), verified(3, "b", 10.0), verified(5, "a", 60.0)]
    hits = ranked(compared, 9, lambda _: 1)
    assert [(hit.group, hit.entry_id, hit.place) for hit in hits] == [("a", 5, 0), ("b", 3, 1)]
    assert ranked(compared, 1, lambda _: 1) == hits[:1]


def test_a_position_leaves_other_fingers_out_and_unstated_ones_in() -> None:
    gallery = Gallery()
    for label in (0, 1, 2):
        gallery.add([label], [FINGERS[0]], [f"at {label}"], [label])

    def found(position: int | None) -> set[str]:
        return {hit.group for hit in gallery.search(FINGERS[0], limit=9, position=position).hits}

    assert found(1) == {"at 0", "at 1"}
    assert found(9) == {"at 0"}
    assert found(0) == found(None) == {"at 0", "at 1", "at 2"}


def test_an_empty_gallery_and_empty_templates_find_nobody() -> None:
    for params in (GalleryParams(), RETRIEVING):
        gallery = Gallery(params=params)
        assert gallery.search(FINGERS[0], limit=1) == SearchOutcome((), 0, 0)
        gallery.add([1, 2, 3, 4], [prints.EMPTY] * 4, list("abcd"), [1] * 4)
        assert all(hit.score == 0 for hit in gallery.search(FINGERS[0], limit=9).hits)
        gallery.add([5], [FINGERS[0]], ["e"], [1])
        assert all(hit.score == 0 for hit in gallery.search(prints.EMPTY, limit=9).hits)


def test_an_addition_that_fails_adds_nothing() -> None:
    gallery = Gallery()
    bad = replace(FINGERS[1], x=np.full(len(FINGERS[1]), np.nan, np.float32))
    with pytest.raises(TemplateInvalidError):
        gallery.add([1, 2], [FINGERS[0], bad], ["a", "b"], [1, 1])
    with pytest.raises(ValueError, match="one length"):
        gallery.add([1, 2], [FINGERS[0]], ["a", "b"], [1, 1])
    assert len(gallery) == 0
    assert not gallery.search(FINGERS[0], limit=1).hits


def test_a_search_that_makes_no_sense_is_refused() -> None:
    gallery = enrolled_gallery()
    with pytest.raises(ValueError, match="limit"):
        gallery.search(FINGERS[0], limit=0)
    with pytest.raises(TemplateInvalidError):
        gallery.search(replace(FINGERS[0], x=FINGERS[0].x - 1000), limit=1)


class CancelledError(Exception):
    """What a checkpoint raises."""


def at_call(number: int, action: Callable[[], None]) -> Callable[[], None]:
    """Return a checkpoint that acts when it is called for the ``number``-th time."""
    calls = itertools.count(1)

    def checkpoint() -> None:
        if next(calls) == number:
            action()

    return checkpoint


def cancel() -> None:
    raise CancelledError


@pytest.mark.parametrize("params", [EXHAUSTIVE, RETRIEVING])
@pytest.mark.parametrize("call", [1, 2, 3, 4, 5])
def test_a_checkpoint_cancels_and_leaves_the_gallery_as_it_was(params: GalleryParams, call: int) -> None:
    gallery = enrolled_gallery(params)
    with pytest.raises(CancelledError):
        gallery.search(FINGERS[1], limit=1, checkpoint=at_call(call, cancel))
    gallery.remove([10])  # would wait for ever if a lock were still held
    gallery.add([10], [FINGERS[1]], ["1"], [1])
    assert gallery.search(FINGERS[1], limit=1).hits[0].entry_id == 10


def test_what_is_removed_during_a_search_is_neither_returned_nor_kept() -> None:
    for last in (lambda: None, cancel):
        gallery = enrolled_gallery(EXHAUSTIVE)
        remove = at_call(5, lambda g=gallery: g.remove([10, 11, 20, 21]))  # type: ignore[misc]
        end = at_call(12, last)

        def checkpoint(steps: tuple[Callable[[], None], ...] = (remove, end)) -> None:
            for step in steps:
                step()

        try:
            groups = {hit.group for hit in gallery.search(FINGERS[1], limit=9, checkpoint=checkpoint).hits}
        except CancelledError:
            assert last is cancel
        else:
            assert groups == {"0", "3", "4"}
        assert not {10, 11, 20, 21} & set(gallery.entry_ids().tolist())


def test_erasing_leaves_nothing_of_what_was_removed() -> None:
    gallery = enrolled_gallery(RETRIEVING)
    gallery.remove([10, 11, 30])
    gallery.erase()
    held = [frozen.segment for frozen in gallery.freeze()]
    assert all(segment.gone == 0 for segment in held)
    assert sorted(i for segment in held for i in segment.impressions.entry_ids.tolist()) == gallery.entry_ids().tolist()
    assert len(gallery) == 7
    assert not any(b"\x31" in segment.impressions.names.tobytes() for segment in held), "the name of person 1"
    gallery.remove(gallery.entry_ids().tolist())
    gallery.erase()
    assert (gallery.segments, gallery.nbytes) == (0, 0)


def test_what_lies_in_lists_stays_in_them_however_few_are_left() -> None:
    """Of a code in many lists only a part is kept: it could not be given a list again."""
    gallery = Gallery(params=GalleryParams(RetrievalParams(exhaustive_up_to=0), fan_out=2))
    people = TemplatePopulation(3).batch(0, FLAT_UP_TO + 6)
    gallery.add_columns(range(len(people)), people, [str(i) for i in range(len(people))], [1] * len(people))
    gallery.remove(range(5, len(people)))
    gallery.erase()
    (left,) = gallery.freeze()
    assert len(left.segment) == 5
    assert left.segment.postings.lists > 1
    gallery.add_columns(range(900, 905), people[5:10], ["late", "later", "c", "d", "e"], [1] * 5)
    while gallery.merge():
        pass
    assert gallery.segments == 1
    for row, person in ((3, "3"), (6, "later")):
        assert gallery.search(people.template(row), limit=1).hits[0].group == person


def test_a_number_enrolled_anew_is_compared_anew() -> None:
    gallery = Gallery()
    gallery.add([1], [FINGERS[0]], ["a"], [1])
    before = gallery.search(FINGERS[0], limit=1).hits[0]
    gallery.remove([1])
    gallery.add([1], [FINGERS[1]], ["b"], [1])
    after = gallery.search(FINGERS[0], limit=1).hits[0]
    assert (after.group, after.score) == ("b", score(0, 1))
    assert after.score < before.score


@pytest.mark.parametrize("params", [GalleryParams(), RETRIEVING], ids=["exhaustive", "retrieving"])
def test_searches_and_changes_at_once_tell_the_truth(params: GalleryParams) -> None:
    """Two writers, three readers: who stays is found, who is gone before a search is not found by it."""
    gallery = enrolled_gallery(params)
    stop, gone = Event(), set[int]()
    probes: list[tuple[str, Template]] = [(str(i), prints.impression(f, 99)) for i, f in enumerate(FINGERS)]

    def write(first: int) -> int:
        for number in itertools.count(first, 2):
            gallery.add([number], [TEMPLATES[number % len(TEMPLATES)]], [f"passer-by {number}"], [number % 3])
            assert number in gallery
            if stop.is_set():
                return number
            gallery.remove([number])
            gone.add(number)
        raise AssertionError

    def read(turn: int) -> int:
        for searches in itertools.count(turn):
            if stop.is_set():
                return searches - turn
            group, probe = probes[searches % len(probes)]
            before = set(gone)
            outcome = gallery.search(probe, limit=50)
            assert not before & {hit.entry_id for hit in outcome.hits}
            assert group in {hit.group for hit in outcome.hits}
            assert 5 <= outcome.searched <= 7
        raise AssertionError

    with ThreadPoolExecutor(5) as pool:
        writers = [pool.submit(write, 1000 + i) for i in range(2)]
        readers = [pool.submit(read, i) for i in range(3)]
        until = time.monotonic() + 2
        while time.monotonic() < until and not any(f.done() for f in (*writers, *readers)):
            time.sleep(0.01)
        stop.set()
        left = {f.result() for f in writers}
        assert all(f.result() > 0 for f in readers)
    assert gone, "the writers never got their turn"
    assert {i for i in gone | left if i in gallery} == left
    assert len(gallery) == 12
