"""The pure steps of 1:N against plain twins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from math import atan2, cos, pi, sin
from typing import Any

import cv2
import faiss
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.comparison._hull_kernels import convex_hull
from matcher.comparison.prepared import prepare
from matcher.comparison.prints import WordArray
from matcher.search._posting_kernels import spans
from matcher.search._scan_kernels import likely_limits, scan
from matcher.search._vote_kernels import consistent_peaks, tally
from matcher.search.arrays import SCANNED_WORDS, Postings, Votes
from matcher.search.codes import IndexFeatures, default_codebook
from matcher.search.impressions import impressions
from matcher.search.lists import CoarseQuantiser, default_centres
from matcher.search.params import RetrievalParams, among, part_of
from matcher.search.postings import features_of, merge, of_stored, packed, post, stored
from matcher.search.retrieval import Probe, centred_pose, evidence, joined, largest, lists_to_scan, near, voted
from matcher.search.segment import Segment, new_segment
from matcher.templates import columnar, compact
from matcher.types import Template
from tests import evidence_reference, prints

SEEDS = st.integers(0, 2**32 - 1)


def angle_between(a: float, b: float) -> float:
    return atan2(sin(a - b), cos(a - b))


def posted(templates: Sequence[Template]) -> Segment:
    """Return a segment of templates, numbered from 0, in lists."""
    columns = columnar.of_templates(templates)
    everybody = impressions(range(len(templates)), [str(i) for i in range(len(templates))], [1] * len(templates))
    return new_segment(everybody, columns, default_codebook().describe(columns), coarse())


@cache
def coarse() -> CoarseQuantiser:
    return CoarseQuantiser(default_centres(default_codebook().id))


def described(template: Template) -> Probe:
    columns = columnar.of_templates([template])
    features = default_codebook().describe(columns)
    return Probe(
        prepare(template), features, coarse().nearest(features.codes, 32), centred_pose(columns, features.minutia)
    )


def random_codes(random: np.random.Generator, count: int) -> WordArray:
    """Return codes of which many are near each other, and many equally far."""
    few = random.integers(0, 2**64, (6, 4), np.uint64)
    flips = np.zeros((count, 4), np.uint64)
    for _ in range(4):
        flips[:, 0] |= np.uint64(1) << random.integers(0, 16, count).astype(np.uint64)
    codes: WordArray = few[random.integers(0, 6, count)] ^ flips
    return codes


def listed(starts: NDArray[np.int64], codes: WordArray) -> Postings:
    """Return lists of codes of which nothing else is known."""
    return Postings(starts, codes, np.zeros(len(codes), np.uint32), 0)


def distance(a: WordArray, b: WordArray) -> int:
    """Return in how many of the bits that are compared two codes differ."""
    return sum((int(a[w]) ^ int(b[w])).bit_count() for w in range(SCANNED_WORDS))


@given(
    st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**16 - 1)), max_size=8),
    st.sampled_from([2, 300, 2**16]),
)
@example([(2**16, 2**16 - 1)], 2**16)  # one bit more than 32
@example([(2**16 - 1, 2**16 - 1)], 2**16)
def test_whose_minutiae_they_are_comes_back_from_lists(whose: list[tuple[int, int]], fewer: int) -> None:
    owner = np.array([o for o, _ in whose], np.int32)
    minutia = np.array([m % fewer for _, m in whose], np.uint16)
    codes = np.arange(4 * len(whose), dtype=np.uint64).reshape(-1, 4)
    posted = post(IndexFeatures(codes, owner, minutia), np.zeros(len(whose), np.int32), 1)
    again = features_of(posted)
    assert (again.owner.tolist(), again.minutia.tolist()) == (owner.tolist(), minutia.tolist())
    np.testing.assert_array_equal(again.codes, codes)
    wide = max(owner, default=0) >= 1 << (32 - posted.bits)
    assert posted.places.dtype == (np.uint64 if wide else np.uint32)


@given(st.lists(st.integers(0, 9), max_size=40), st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_spans_are_those_that_numpy_finds(keys: list[int], wanted: list[int]) -> None:
    own, asked = np.array(keys, np.uint64), np.array(wanted, np.uint64)
    order = np.argsort(own, kind="stable").astype(np.int32)
    for found, side in zip(spans(own, order, asked), ("left", "right"), strict=True):
        assert found.tolist() == np.searchsorted(own[order], asked, side).tolist()  # type: ignore[call-overload]


def test_four_parts_verify_together_all_of_as_few_as_a_whole_does() -> None:
    assert 4 * part_of(RetrievalParams(), 4).exhaustive_up_to == RetrievalParams().exhaustive_up_to


def test_of_a_crowd_more_is_retrieved_and_weighed_and_of_its_parts_as_much_together() -> None:
    params = RetrievalParams()
    assert among(params, params.crowd) is params
    crowded = among(params, 4 * params.crowd)
    assert (crowded.neighbours, crowded.weighed) == (2 * params.neighbours, 2 * params.weighed)
    part = among(part_of(params, 4), params.crowd)
    assert (4 * part.neighbours, 4 * part.weighed) == (crowded.neighbours, crowded.weighed)


@given(SEEDS)
def test_lists_that_were_stored_in_full_are_read_as_they_are_made_now(seed: int) -> None:
    random = np.random.default_rng(seed)
    count, lists = int(random.integers(0, 40)), int(random.choice([1, 5]))
    owner, minutia = random.integers(0, 9, count).astype(np.int32), random.integers(0, 300, count).astype(np.uint16)
    features = IndexFeatures(random.integers(0, 2**64, (count, 4), np.uint64), owner, minutia)
    of = random.integers(0, lists, count).astype(np.int32)
    posted, order = post(features, of, lists), np.argsort(of, kind="stable")
    former: dict[str, NDArray[Any]] = {"codes": features.codes[order], "owner": owner[order], "minutia": minutia[order]}
    for arrays in (stored(posted), former | {"starts": posted.starts, "direction": np.zeros(count, np.uint8)}):
        again = of_stored(arrays)
        for name in ("starts", "codes", "places"):
            np.testing.assert_array_equal(getattr(again, name), getattr(posted, name))
        assert again.bits == posted.bits


def test_lists_of_few_and_of_many_minutiae_are_merged() -> None:
    """Each part says in its own number of bits which minutia of an impression it is."""
    parts = [
        post(
            IndexFeatures(np.full((2, 4), n, np.uint64), np.array([0, 1], np.int32), minutia), np.zeros(2, np.int32), 1
        )
        for n, minutia in enumerate([np.array([0, 1], np.uint16), np.array([700, 2**16 - 1], np.uint16)])
    ]
    whole = features_of(merge(parts, [np.array([-1, 2**16], np.int32), np.array([5, 6], np.int32)]))
    assert (whole.owner.tolist(), whole.minutia.tolist()) == ([2**16, 5, 6], [1, 700, 2**16 - 1])
    assert whole.codes[:, 3].tolist() == [0, 1, 1]


@given(SEEDS, st.sampled_from([1, 3, 50]))
def test_a_scan_finds_what_the_plain_search_finds(seed: int, most: int) -> None:
    random = np.random.default_rng(seed)
    codes, posted_codes = random_codes(random, 5), random_codes(random, 60)
    owner = random.integers(0, 12, 60).astype(np.int32)
    searched = random.random(12) < 0.7
    starts = np.array([0, 10, 10, 35, 60], np.int64)
    lists = np.array([random.permutation([0, 1, 2, 3, -1])[:3] for _ in range(5)], np.int32)
    limits, counts = np.full(5, 9), np.zeros((5, 64 * SCANNED_WORDS + 1), np.int64)
    segment = Postings(starts, posted_codes, *packed(owner, np.arange(60, dtype=np.uint16)))
    begins, far, owners, found = scan(codes, lists, segment, searched, most, limits, counts)
    assert owners.tolist() == owner[found].tolist()
    for i in range(5):
        looked_at = [p for l in lists[i] if l >= 0 for p in range(starts[l], starts[l + 1])]
        every = [(distance(codes[i], posted_codes[p]), p) for p in looked_at if searched[owner[p]]]
        good = [(d, p) for d, p in every if d <= 9]
        own = slice(begins[i], begins[i + 1])
        nearest = sorted(d for d, _ in good)[:most]
        assert sorted(far[own].tolist())[: len(nearest)] == nearest
        assert set(zip(far[own].tolist(), found[own].tolist(), strict=True)) <= set(good)
        assert limits[i] <= (nearest[-1] if len(good) >= most else 9)
        if len(good) <= 4 * most:  # else some of those as far as the last may be left out
            assert limits[i] == (nearest[-1] if len(good) >= most else 9)
            assert begins[i + 1] - begins[i] == sum(d <= limits[i] for d, _ in good)
        assert len(set(found[own].tolist())) == begins[i + 1] - begins[i]


def test_a_scan_of_all_lists_finds_what_faiss_finds() -> None:
    segment = posted([prints.finger(seed) for seed in range(80)])
    probe = described(prints.impression(prints.finger(7), 1))
    flat = faiss.IndexBinaryFlat(64 * SCANNED_WORDS)
    flat.add(segment.postings.codes.view(np.uint8))
    compared = np.ascontiguousarray(probe.features.codes[:, :SCANNED_WORDS])
    expected, _ = flat.search(compared.view(np.uint8), 40)
    everywhere = RetrievalParams(neighbours=40, farthest=64 * SCANNED_WORDS)
    (found,), limits = near(replace(probe, lists=None), [segment], [segment.present], everywhere)
    assert segment.postings.lists == coarse().lists
    np.testing.assert_array_equal(limits, expected[:, -1])
    for code, row in enumerate(expected):
        mine = np.sort(found.far[found.begins[code] : found.begins[code + 1]])
        np.testing.assert_array_equal(mine[:40], row)
        assert (mine[40:] == row[-1]).all(), "as far as the last"


def test_limits_leave_the_nearest_of_all_segments() -> None:
    """Whatever the order of the segments: each lowers the limits for those after it."""
    probe, params = (
        described(prints.impression(prints.finger(7), 1)),
        RetrievalParams(neighbours=9),
    )
    segments = [posted([prints.finger(seed + i) for seed in range(4)]) for i in (0, 4, 8)]
    for order in ([0, 1, 2], [2, 0, 1]):
        chosen = [segments[i] for i in order]
        found, limits = near(probe, chosen, [segment.present for segment in chosen], params)
        apart = [near(probe, [segment], [segment.present], params._replace(neighbours=500))[0][0] for segment in chosen]
        for code, limit in enumerate(limits):
            every = np.sort(np.concatenate([f.far[f.begins[code] : f.begins[code + 1]] for f in apart]))
            assert limit == (every[8] if len(every) >= 9 else params.farthest)
            kept = np.concatenate([f.far[f.begins[code] : f.begins[code + 1]] for f in found])
            np.testing.assert_array_equal(np.sort(kept[kept <= limit]), every[every <= limit])


def test_tallied_votes_take_the_minutiae_to_their_mates() -> None:
    """Turned and shifted, every minutia's own vote implies that turn and that shift."""
    finger, turn = prints.finger(3), 0.1
    moved = prints.moved(finger, turn, 3.0, -2.0)
    assert len(moved) == len(finger)
    probe, segment = described(finger), posted([prints.finger(9), moved])
    (found,), limits = near(probe, [segment], [segment.present], RetrievalParams())
    rows, starts, code, minutia, each = tally(found, limits, probe.pose, segment.enrolled, 50.0, 2)
    mine = slice(*starts[np.flatnonzero(rows == 1)[0] :][:2])
    best = {c: each[mine][code[mine] == c][:, 0].argmax() for c in np.unique(code[mine])}
    chosen = np.array([each[mine][code[mine] == c][i] for c, i in best.items()])
    mates = [minutia[mine][code[mine] == c][i] for c, i in best.items()]
    assert mates == probe.features.minutia.tolist()
    assert (np.diff(code[mine]) >= 0).all()
    np.testing.assert_allclose(chosen[:, 0], 1, atol=0.1)
    np.testing.assert_allclose(chosen[:, 1], turn, atol=0.01)
    assert np.ptp(chosen[:, 2:], axis=0).max() < 1


@given(SEEDS)
def test_peaks_equal_the_plain_search(seed: int) -> None:
    random = np.random.default_rng(seed)
    starts = np.array([0, 5, 5, 17], np.int64)
    minutia = np.concatenate([np.sort(random.integers(0, 4, 5)), np.sort(random.integers(0, 6, 12))]).astype(np.int64)
    columns = [random.uniform(0.01, 1, 17), random.uniform(-pi, pi, 17), *random.uniform(0, 120, (2, 17))]
    cast = np.column_stack(columns).astype(np.float32)
    expected, by_centre = [], []
    for a, b in pairwise(starts.tolist()):
        sums = []
        for centre in cast[a:b]:
            best: dict[int, float] = {}
            for q, vote in zip(minutia[a:b], cast[a:b], strict=True):
                near = np.abs(vote[2:] - centre[2:]).max() <= 40
                if near and abs(angle_between(float(vote[1]), float(centre[1]))) <= 1.0:
                    best[int(q)] = max(best.get(int(q), 0.0), float(vote[0]))
            sums.append(sum(best.values()))
        expected.append(max(sums, default=0.0))
        by_centre += sums
    peaks, centres = consistent_peaks(starts, minutia, cast, 1.0, 40.0)
    np.testing.assert_allclose(peaks, expected, atol=1e-5)
    assert centres[1] == -1
    np.testing.assert_allclose(np.array(by_centre)[centres[[0, 2]]], peaks[[0, 2]], atol=1e-5)


def test_agreeing_evidence_outvotes_more_evidence_that_does_not() -> None:
    together = [[0.4, 0.1, 5.0 + i, 3.0] for i in range(4)]
    scattered = [[0.5, 0.1, 100.0 * i, 3.0] for i in range(6)]
    cast = np.array(together + scattered, np.float32)
    minutia = np.array([*range(4), *range(6)], np.int64)
    peaks, centres = consistent_peaks(np.array([0, 4, 10]), minutia, cast, 0.35, 40.0)
    np.testing.assert_allclose(peaks, [1.6, 0.5], atol=1e-6)
    assert centres[0] in range(4)


def votes_of(probe: Probe, segment: Segment, params: RetrievalParams, searched: np.ndarray | None = None) -> Votes:
    (found,), limits = near(probe, [segment], [segment.present if searched is None else searched], params)
    return voted(probe, segment, found, limits, params)


def test_votes_go_to_the_mate() -> None:
    fingers = [prints.finger(seed) for seed in range(6)]
    probe = described(prints.impression(fingers[4], 1))
    result = votes_of(probe, posted(fingers), RetrievalParams())
    peaks = dict(zip(result.rows.tolist(), result.peaks.tolist(), strict=True))
    assert max(peaks, key=lambda row: peaks[row]) == 4
    assert peaks.pop(4) > 2 * max(peaks.values())


@given(st.integers(0, 40))
def test_evidence_equals_the_plain_one(seed: int) -> None:
    """Of the mate and of strangers, from the pairs that the votes name."""
    fingers = [prints.finger(seed + i, 24 + i) for i in range(4)]
    stored = [compact.decode(compact.encode(finger)) for finger in fingers]
    template = compact.decode(compact.encode(prints.impression(fingers[2], seed, jitter=4)))
    probe, segment, params = described(template), posted(fingers), RetrievalParams()
    of = votes_of(probe, segment, params)
    chosen = np.arange(len(of.rows))
    weights = evidence(probe, segment, of, chosen, params)
    for c, weight in zip(chosen, weights, strict=True):
        own = slice(of.starts[c], of.starts[c + 1])
        best: dict[int, tuple[int, int, float]] = {}
        for code, other, vote in zip(of.code[own], of.minutia[own], of.cast[own], strict=True):
            turn, shift = (abs(vote[i] - of.cast[of.centres[c]][i]) for i in (1, slice(2, 4)))
            near_enough = min(turn, 2 * pi - turn) <= params.turn_tolerance and max(shift) <= params.shift_tolerance
            if near_enough and vote[0] > best.get(int(code), (0, 0, 0.0))[2]:
                best[int(code)] = (int(probe.features.minutia[code]), int(other), float(vote[0]))
        if len({other for _, other, _ in best.values()}) < 2:
            assert weight == -np.inf
            continue
        reference = stored[of.rows[c]]
        movement, over, pairs = evidence_reference.laid_over(template, reference, list(best.values()))
        plain = evidence_reference.weighed(template, reference, movement, over, pairs)
        assert weight == pytest.approx(plain + evidence_reference.turn_evidence(movement[0]), abs=1e-3)
    assert of.rows[weights.argmax()] == 2


@given(SEEDS, st.integers(1, 30))
@example(seed=13201, count=2)  # twice the same point
def test_the_hull_is_that_of_another_library(seed: int, count: int) -> None:
    points = np.random.default_rng(seed).integers(0, 8, (count, 2)).astype(np.float64)
    corners = convex_hull(points[:, 0].copy(), points[:, 1].copy())
    others = cv2.convexHull(points.astype(np.float32)).reshape(-1, 2)
    assert {tuple(c) for c in corners.tolist()} == {tuple(c) for c in others.tolist()}
    assert len(corners) == len({tuple(c) for c in corners.tolist()})


def test_a_shared_probe_votes_as_the_whole() -> None:
    segment, params = posted([prints.finger(seed) for seed in range(6)]), RetrievalParams()
    probe = described(prints.impression(prints.finger(2), 1))
    (whole,), _ = near(probe, [segment], [segment.present], params)
    parts = joined([near(part, [segment], [segment.present], params)[0][0] for part in probe.split(3)])
    for name in ("begins", "far", "owners", "minutiae"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(parts, name))


def test_a_small_gallery_is_looked_through_and_a_large_one_in_part() -> None:
    params = RetrievalParams(lists=(32, 512), scanned=100_000)
    counts = [lists_to_scan(codes, 16384, params) for codes in (0, 100_000, 100_001, 5_000_000, 50_000_000, 10**9)]
    assert counts == [None, None, 512, 327, 32, 32]


def test_nothing_found_no_vote() -> None:
    result = votes_of(described(prints.finger(1)), posted([prints.finger(1)]), RetrievalParams(), np.zeros(1, np.bool_))
    assert len(result.rows) == len(result.cast) == 0


def test_the_largest_of_several_arrays_and_ties_by_place() -> None:
    first, second = np.array([2.0, 5.0, 1.0]), np.array([2.0, 2.0, 6.0])
    assert [part.tolist() for part in largest([first, second], 4)] == [[0, 1], [0, 2]]
    assert [part.tolist() for part in largest([first, second], 9)] == [[0, 1, 2], [0, 1, 2]]
    assert [part.tolist() for part in largest([np.zeros(0), first], 1)] == [[], [1]]
    assert largest([], 3) == []


@given(SEEDS)
def test_likely_limits_let_the_wanted_share_of_a_sample_pass(seed: int) -> None:
    random = np.random.default_rng(seed)
    codes, posted_codes = (random.integers(0, 2**64, (n, 4), np.uint64) for n in (3, 400))
    starts, lists = np.array([0, 150, 150, 400], np.int64), np.array([[0, 2], [2, -1], [0, 1]], np.int32)
    limits = np.full(3, 70)
    likely_limits(codes, lists, listed(starts, posted_codes), 2, 0.25, limits)
    for code, own, limit in zip(codes, lists, limits, strict=True):
        sample = [p for l in own if l >= 0 for p in range(starts[l], starts[l + 1], 2)]
        wanted = len(sample) // 4
        distances = sorted(distance(code, posted_codes[p]) for p in sample)
        assert limit == (min(70, distances[wanted - 1]) if wanted >= 30 else 70)
