"""Predicates: written and read alike, answered by what the record tells for certain, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.catalogue.predicates import OLDEST, PredicateError, answered, parse_predicate, written
from idverify.domain.disclosing.content import reduce_record
from idverify.domain.model import Predicate, PredicateKind, Record

TODAY = date(2026, 3, 1)
SCALARS = st.text(max_size=9) | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False)
FIELDS = st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_]{0,20}\Z")
PREDICATES = st.one_of(
    st.builds(lambda f, n: Predicate(PredicateKind.AGE_AT_LEAST, f, (n,)), FIELDS, st.integers(1, OLDEST)),
    st.builds(lambda f, v: Predicate(PredicateKind.EQUALS, f, (v,)), FIELDS, SCALARS),
    st.builds(lambda f, v: Predicate(PredicateKind.ONE_OF, f, v), FIELDS, st.tuples(SCALARS, SCALARS, SCALARS)),
    st.builds(lambda f: Predicate(PredicateKind.PRESENT, f), FIELDS),
)  # fmt: skip


@given(PREDICATES)
def test_what_is_written_is_read(predicate: Predicate) -> None:
    assert parse_predicate(written(predicate)) == predicate


@given(st.text(max_size=40))
def test_any_text_is_a_predicate_or_refused(text: str) -> None:
    try:
        predicate = parse_predicate(text)
    except PredicateError:
        return
    assert parse_predicate(written(predicate)) == predicate


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "kind"),
        ("age_at_least birth_date 18", "kind"),
        ("older_than(birth_date, 18)", "one of age_at_least"),
        ("age_at_least(birth_date)", "whole number"),
        ("age_at_least(birth_date, 0)", "whole number"),
        ("age_at_least(birth_date, 151)", "whole number"),
        ("age_at_least(birth_date, true)", "whole number"),
        ("age_at_least(birth_date, 18.0)", "whole number"),
        ("age_at_least(birth_date, 18, 21)", "whole number"),
        ("equals(status)", "one value"),
        ('equals(status, "a", "b")', "one value"),
        ('one_of(status, "a")', "2 to 50"),
        ("present(status, 1)", "no value"),
        ("present(status 1)", "comma"),
        ("equals(status, single)", "JSON"),
        ("equals(status, NaN)", "finite"),
        ("equals(status, 1e999)", "finite"),
        ("equals(status, null)", "true or false"),
        ("equals(status, [1])", "true or false"),
        ("equals(status, " + "[" * 3000 + ")", "JSON"),
        ("present(a.b)", "comma"),
    ],
)
def test_what_is_no_predicate_is_refused(text: str, why: str) -> None:
    with pytest.raises(PredicateError, match=why):
        parse_predicate(text)


@pytest.mark.parametrize(
    ("born", "answer"),
    [
        ("2008-03-01", True),
        ("2008-03-02", False),
        ("2008-02-29", True),
        ("1900-01-01", True),
        ("2026-01-01", False),
        ("2007", True),
        ("2008", None),
        ("2009", False),
        ("2008-02-30", None),
        ("20080301", None),
        ("", None),
        (None, None),
        (2008, None),
        (["2008-03-01"], None),
    ],
)
def test_an_age(born: Any, answer: bool | None) -> None:
    assert answered(parse_predicate("age_at_least(birth_date, 18)"), {"birth_date": born}, TODAY) is answer


def test_who_was_born_on_the_29th_of_february_comes_of_age_on_the_1st_of_march() -> None:
    predicate = parse_predicate("age_at_least(birth_date, 18)")
    record = {"birth_date": "2008-02-29"}
    assert answered(predicate, record, date(2026, 2, 28)) is False
    assert answered(predicate, record, date(2026, 3, 1)) is True
    assert answered(parse_predicate("age_at_least(birth_date, 20)"), record, date(2028, 2, 29)) is True


@pytest.mark.parametrize(
    ("text", "value", "answer"),
    [
        ('equals(f, "single")', "single", True),
        ('equals(f, "single")', "Single", False),
        ("equals(f, 1)", 1.0, True),
        ("equals(f, 1)", True, False),
        ("equals(f, true)", True, True),
        ("equals(f, false)", 0, False),
        ('equals(f, "x")', ["x"], False),
        ('equals(f, "")', "", None),
        ('one_of(f, "single", "widowed")', "widowed", True),
        ('one_of(f, "single", "widowed")', "married", False),
        ('one_of(f, "single", 3)', None, None),
        ("present(f)", "x", True),
        ("present(f)", 0, True),
        ("present(f)", False, True),
        ("present(f)", None, False),
        ("present(f)", " \u3164", False),
        ("present(f)", [], False),
        ("present(f)", {}, False),
        ("present(f)", [0], True),
    ],
)
def test_other_questions(text: str, value: Any, answer: bool | None) -> None:
    assert answered(parse_predicate(text), {"f": value}, TODAY) is answer
    if value is None:
        assert answered(parse_predicate(text), {}, TODAY) is answer


def test_the_answer_stands_in_the_record_instead_of_the_value() -> None:
    record = Record(
        "identity", "Bộ Công an", json.dumps({"birth_date": "1984-02-01", "sex": "M"}), "", 1, datetime.now(UTC)
    )
    predicates = [parse_predicate("age_at_least(birth_date, 18)"), parse_predicate("present(spouse)")]
    reduced = reduce_record(record, ("sex",), predicates, TODAY)
    assert reduced.json == '{"age_at_least(birth_date, 18)":true,"present(spouse)":false,"sex":"M"}'
    assert "1984" not in reduced.json


def test_the_day_is_that_of_viet_nam() -> None:
    assert day_in_viet_nam(datetime(2026, 3, 1, 16, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert day_in_viet_nam(datetime(2026, 3, 1, 17, 0, tzinfo=UTC)) == date(2026, 3, 2)
