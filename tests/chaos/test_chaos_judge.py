"""Every bar can be missed; and what is as it should be misses none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.chaos.faults import Happened
from tests.chaos.judge import BARS, Case, judged
from tests.chaos.told import ADDED, ENROLLED, INCONCLUSIVE, LISTED, MATCH, NO_MATCH, Told
from tests.tlog_reference import consistency_path, consistent, mth

Tells = Sequence[Told]


def told(act: str, answer: str, at: float, **known: Any) -> Told:
    asked: dict[str, Any] = {"clerk": 0, "code": "OK", "request": f"{act}-{at}", "began": at, "ended": at + 0.1}
    return Told(act=act, answer=answer, **(asked | known))


SOUND = (
    told("enrol", ENROLLED, 0.0, entry=1, body=1, subject="a"),
    told("enrol", ENROLLED, 1.0, entry=2, body=2, subject="b"),
    told("enrol", "DUPLICATE_PERSON_SUSPECTED", 2.0, entry=3, body=2, code="ALREADY_EXISTS"),
    told("enrol", "UNAVAILABLE", 3.0, entry=4, body=4, code="UNAVAILABLE"),
    told("add", ADDED, 4.0, entry=1, body=1, place=1, subject="a"),
    told("verify", MATCH, 20.0, entry=1, body=1, event=6),
    told("verify", MATCH, 20.0, entry=1, body=1, event=6),
    told("verify", NO_MATCH, 21.0, entry=1, body=2, event=7),
    told("identify", MATCH, 22.0, body=2, subject="b", event=8, searched=3),
    told("identify", NO_MATCH, 23.0, body=9, event=9, searched=2),
    told("identify", INCONCLUSIVE, 24.0, body=1, event=10, searched=1, complete=False),
    told("bad", "FIELD_INVALID", 25.0, code="INVALID_ARGUMENT"),
    told("read", LISTED, 26.0, entry=1, body=1, subject="a"),
    told("identify", MATCH, 30.0, body=1, subject="a", clerk=-1, searched=3),
    told("identify", MATCH, 31.0, body=2, subject="b", clerk=-1, searched=3),
    told("identify", MATCH, 32.0, body=1, place=1, subject="a", clerk=-1, searched=1),
)
REGISTERS: Mapping[str, Mapping[int, str]] = {"one": {1: "a", 2: "b"}, "two": {1: "a", 2: "b"}}


def case(
    tells: Tells = SOUND,
    least: int = 13,
    order: Sequence[str] = (),
    happened: Sequence[Happened] = (Happened("server killed", 3.05, 9.0),),
    **registers: Mapping[int, str],
) -> Case:
    return Case(tells, {**REGISTERS, **registers}, order, happened, least)


def but(change: Callable[[Told], Told | None]) -> Tells:
    """Return what is sound, each told otherwise, or not at all."""
    return [now for each in SOUND if (now := change(each)) is not None]


def at(then: float, **other: Any) -> Tells:
    """Return what is sound, but for what was told then."""
    assert any(each.began == then for each in SOUND)
    return but(lambda each: replace(each, **other) if each.began == then else each)


def test_what_is_sound_misses_no_bar() -> None:
    assert judged(case()) == {name: [] for name in BARS}


@pytest.mark.parametrize(
    ("bar", "spoiled"),
    [
        ("no acknowledged enrolment lost", case(two={1: "a"})),
        ("no acknowledged enrolment lost", case(two={1: "a", 2: "c"})),
        ("no acknowledged enrolment lost", case(at(20.0, code="NOT_FOUND", answer="SUBJECT_NOT_FOUND"))),
        ("no acknowledged enrolment lost", case(but(lambda each: None if each.began == 32.0 else each))),
        ("no duplicate accepted", case(at(2.0, code="OK", answer=ENROLLED, subject="c"), one={1: "a", 2: "b", 3: "c"})),
        ("no duplicate accepted", case(one={1: "a", 2: "b", 3: "c"}, two={1: "a", 2: "b", 3: "c"})),
        ("no duplicate accepted", case(at(2.0, code="OK", answer=ENROLLED, entry=1, body=3, subject="c"))),
        ("no duplicate accepted", case(at(4.0, entry=2))),
        ("no duplicate accepted", case(two={1: "a", 2: "b", 4: "d"})),
        ("no answer silently partial", case(at(22.0, answer=NO_MATCH, subject=""))),
        ("no answer silently partial", case(at(24.0, answer=NO_MATCH))),
        ("no answer silently partial", case(at(23.0, searched=1))),
        ("no answer silently partial", case(at(23.0, searched=4))),
        ("one log, one order", case(at(21.0, event=8))),
        ("one log, one order", case([*SOUND, replace(SOUND[5], event=11)])),
        ("one log, one order", case(order=["servers tell different trails"])),
        ("99.9 % of Verify answered within the deadline", case(at(21.0, code="UNAVAILABLE", answer="UNAVAILABLE"))),
        ("99.9 % of Verify answered within the deadline", case(at(21.0, ended=26.5))),
        (
            "99.9 % of Verify answered within the deadline",
            case(but(lambda each: None if each.act == "verify" else each)),
        ),
        ("calls enough", case(least=14)),
        ("every fault met enrolments", case(happened=[Happened("server killed", 9.0, 25.0)])),
        ("every other answer right", case(at(21.0, answer=MATCH))),
        ("every other answer right", case(at(20.0, answer=NO_MATCH))),
        ("every other answer right", case(at(22.0, subject="a"))),
        ("every other answer right", case(at(23.0, answer=MATCH, subject="a"))),
        ("every other answer right", case(at(25.0, code="OK", answer="OK"))),
        ("every other answer right", case(at(23.0, code="INTERNAL", answer="INTERNAL"))),
        ("every other answer right", case([*SOUND, replace(SOUND[5], answer=INCONCLUSIVE)])),
        ("every other answer right", case(at(0.0, code="FAILED_PRECONDITION", answer="SAMPLE_QUALITY_LOW"))),
        ("every other answer right", case(at(4.0, code="NOT_FOUND", answer="SUBJECT_NOT_FOUND"))),
    ],
)
def test_every_bar_can_be_missed(bar: str, spoiled: Case) -> None:
    assert judged(spoiled)[bar]


def test_what_another_clerk_was_told_a_moment_ago_may_not_be_known_yet() -> None:
    then = {"answer": NO_MATCH, "subject": "", "searched": 1}
    assert judged(case(at(22.0, clerk=1, began=2.0, ended=2.1, **then)))["no answer silently partial"] == []
    assert judged(case(at(22.0, began=2.0, ended=2.1, **then)))["no answer silently partial"]


def test_a_log_goes_on_from_what_it_was_or_is_another() -> None:
    entries = [bytes([n]) for n in range(20)]
    roots = [mth(entries[:size]) for size in range(len(entries) + 1)]
    for new in range(1, len(roots)):
        for old in range(1, new + 1):
            path = consistency_path(old, entries[:new])
            assert consistent(old, roots[old], new, roots[new], path)
            assert not consistent(old, roots[old - 1], new, roots[new], path)
            assert not consistent(old, roots[old], new, roots[new - 1], path)
            assert not consistent(old, roots[old], new, roots[new], [*path, roots[0]])
