"""A level never rises by repetition: what stands several times counts once, wherever it comes from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idverify.domain.model import MinutiaeSample, Sample
from idverify.matching.biometrics import MatcherBiometrics
from matcher.comparison.calibration import default_calibration
from matcher.comparison.compare import compare
from matcher.comparison.prepared import prepare
from matcher.extraction.ridge import RidgeExtractor
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.formats.minutiae_record import Quirk
from matcher.formats.records import read_record, view_to_template
from matcher.quality.score import assess
from matcher.templates import compact
from matcher.templates.repeats import REACH, TURN, without_repeats
from matcher.types import FingerPosition, Template
from tests.prints import finger, impression

_CALIBRATION = default_calibration()
seeds = st.integers(0, 2**32 - 1)


def apart(template: Template) -> Template:
    """Leave out minutiae so near to an earlier one that copies of both could hang together."""
    kept: list[int] = []
    for i in range(len(template)):
        if all(np.hypot(template.x[i] - template.x[j], template.y[i] - template.y[j]) > 3 * REACH for j in kept):
            kept.append(i)
    return replace(
        template,
        x=template.x[kept],
        y=template.y[kept],
        angle=template.angle[kept],
        kind=template.kind[kept],
        quality=None if template.quality is None else template.quality[kept],
    )


def level(a: Template, b: Template) -> float:
    return _CALIBRATION.level(compare(prepare(a), prepare(b)))


def repeated(template: Template, seed: int, times: int, *, reach: float = REACH) -> Template:
    """Add copies of minutiae, none better than its original, shifted and turned by less than what tells two apart."""
    random = np.random.default_rng(seed)
    chosen = random.integers(0, len(template), (times - 1) * len(template))
    far, way = random.uniform(0, 0.99 * reach, len(chosen)), random.uniform(-np.pi, np.pi, len(chosen))
    turn = random.uniform(-0.49 * TURN, 0.49 * TURN, len(chosen))
    x = np.clip(template.x[chosen] + far * np.cos(way), 0, template.width).astype(np.float32)
    y = np.clip(template.y[chosen] + far * np.sin(way), 0, template.height).astype(np.float32)
    angle = ((template.angle[chosen] + turn + np.pi) % (2 * np.pi) - np.pi).astype(np.float32)
    quality = template.quality
    if quality is not None:
        worse = quality[chosen] * random.choice([0.3, 1.0], len(chosen))
        quality = np.append(quality, worse.astype(np.float32))
    return replace(
        template,
        x=np.append(template.x, x),
        y=np.append(template.y, y),
        angle=np.append(template.angle, angle),
        kind=np.append(template.kind, template.kind[chosen]),
        quality=quality,
    )


@settings(deadline=None, max_examples=60)
@given(one=seeds, other=seeds, times=st.integers(2, 5), mates=st.booleans(), reported=st.booleans())
def test_a_level_does_not_rise_by_repetition(one: int, other: int, times: int, mates: bool, reported: bool) -> None:
    a = finger(one)
    b = apart(impression(a, other)) if mates else finger(other)
    if not reported:
        a, b = replace(a, quality=None), replace(b, quality=None)
    plain = level(a, b)
    assert level(repeated(a, one, times), repeated(b, other, times)) == plain
    assert level(a, repeated(b, other, times)) == plain
    assert level(repeated(a, one, times), b) == plain


@settings(deadline=None, max_examples=60)
@given(seed=seeds, times=st.integers(2, 5))
def test_whatever_copies_say_there_are_as_many_minutiae_as_before(seed: int, times: int) -> None:
    """Better copies in any order: each group has one that stands for it, no further than its copies were put."""
    a = finger(seed)
    many = repeated(a, seed, times)
    shuffled = np.random.default_rng(seed).permutation(len(many))
    assert many.quality is not None
    mixed = replace(
        many,
        x=many.x[shuffled],
        y=many.y[shuffled],
        angle=many.angle[shuffled],
        kind=many.kind[shuffled],
        quality=np.random.default_rng(seed).uniform(0, 1, len(many)).astype(np.float32),
    )
    kept = prepare(mixed).template
    assert len(kept) == len(a)
    apart = np.hypot(kept.x[:, None] - a.x[None], kept.y[:, None] - a.y[None])
    assert (apart.min(axis=1) <= REACH).all()


@settings(deadline=None, max_examples=30)
@given(seed=seeds, times=st.integers(2, 4))
def test_quality_does_not_rise_either(seed: int, times: int) -> None:
    """Through a record, as a caller sends it: a poor print repeated is the poor print it was."""
    poor = finger(seed, 8)
    biometrics = MatcherBiometrics(RidgeExtractor(), _CALIBRATION)
    once, often = (
        biometrics.extract(Sample(None, MinutiaeSample(as_record(template)))).quality
        for template in (poor, repeated(poor, seed, times, reach=1.0))
    )
    assert often.minutiae == once.minutiae
    assert often.score <= once.score
    assert assess(without_repeats(repeated(poor, seed, times))) == assess(poor)


def test_what_was_enrolled_with_repeats_before_is_compared_without() -> None:
    a = finger(1)
    b = apart(impression(a, 2))
    stored = compact.decode(compact.encode(repeated(b, 2, 3, reach=0.0)))
    assert len(stored) == 3 * len(b)
    assert level(repeated(a, 1, 3, reach=0.0), stored) == level(a, compact.decode(compact.encode(b)))


def test_a_record_with_repeats_says_so() -> None:
    data = as_record(repeated(finger(5), 5, 2, reach=1.0))
    read = read_record(data)
    (warning,) = read.warnings
    assert warning.quirk is Quirk.MINUTIAE_REPEATED
    assert (warning.offset - 28) % 6 == 0
    assert len(view_to_template(read)) == 36


@pytest.mark.parametrize("times", [2, 3])
def test_repetition_gains_real_strangers_nothing(real_data: Path, times: int) -> None:
    """Before, of 540 pairs repeated three times 60 reached level 40, and the highest 78."""
    folder = real_data / "fvc2002" / "DB1_B"
    prints = {
        n: view_to_template(read_record((folder / f"{n}.iso").read_bytes()))
        for n in (f"{finger}_{i}" for finger in range(101, 111) for i in (1, 4))
    }
    pairs = [(f"{f}_1", f"{g}_4") for f in range(101, 111) for g in range(f + 1, 111)]
    for a, b in pairs:
        plain = level(prints[a], prints[b])
        assert level(repeated(prints[a], 1, times, reach=0.5), repeated(prints[b], 2, times, reach=0.5)) == plain


def as_record(template: Template) -> bytes:
    return write_record(template_to_record(template, FingerPosition.UNKNOWN))
