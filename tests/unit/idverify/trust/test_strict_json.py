"""JSON is read as everybody reads it, or refused."""

from __future__ import annotations

import json
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
