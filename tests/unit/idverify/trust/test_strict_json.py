"""JSON is read as everybody reads it, or refused."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.trust.strict_json import StrictJsonError, parse_strict

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_what_json_can_say_is_read_as_it_is(value: Any) -> None:
    assert parse_strict(json.dumps(value, ensure_ascii=False)) == value


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        value = parse_strict(text)
    except StrictJsonError:
        return
    assert json.loads(text) == value


def test_bytes_are_utf_8_and_nothing_else() -> None:
    assert parse_strict('{"a": "ă"}'.encode()) == parse_strict('\ufeff{"a": "ă"}'.encode()) == {"a": "ă"}
    for wrong in (b"\xff", '{"a": 1}'.encode("utf-16")):
        with pytest.raises(StrictJsonError, match="UTF-8"):
            parse_strict(wrong)


@pytest.mark.parametrize("each", ["[]", "{}", "0"])
def test_millions_of_values_are_refused_before_any_is_made(each: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(StrictJsonError, match="too many values"):
            parse_strict("[" + f"{each}," * 8_000_000 + f"{each}]")
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


def test_a_sample_as_an_array_of_bytes_is_read() -> None:
    assert len(parse_strict("[" + "-8," * 4_000_000 + "0]")) == 4_000_001
