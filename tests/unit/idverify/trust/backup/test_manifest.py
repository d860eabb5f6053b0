"""What a backup says of itself is read again as it was written; anything else is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.errors import StoredDataError
from idverify.domain.model import LogHead, TrailHead
from idverify.trust.backup.erasure_list import Mark
from idverify.trust.backup.manifest import DATABASE, NAMES, Manifest, Part

MANIFEST = Manifest(
    datetime(2026, 1, 2, tzinfo=UTC),
    "issuer",
    "0025",
    TrailHead(7, "ab" * 32),
    LogHead(0, 7, b"\x01" * 32),
    "text\n",
    {"subjects": 2},
    Mark(1, "cd" * 32),
    tuple(Part(name, 10, "0" * 64) for name in NAMES),
)


def changed(**fields: Any) -> bytes:
    return json.dumps({**MANIFEST.as_dict(), **fields}).encode()


def test_it_is_read_as_it_was_written() -> None:
    assert Manifest.parse(MANIFEST.encoded()) == MANIFEST


FILES = MANIFEST.as_dict()["files"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"1",
        b"[" * 100_000,
        *(changed(**{name: None}) for name in MANIFEST.as_dict()),
        changed(files=FILES[::-1]),
        changed(files=FILES[:-1]),
        changed(files=FILES[1:]),
        changed(files=[*FILES, ["../../etc/passwd", 1, "0" * 64]]),
        changed(files=[*FILES, FILES[-1]]),
        changed(files=[*FILES[:-1], [DATABASE, -1, "0" * 64]]),
        changed(files=[*FILES[:-1], [DATABASE, "1", "0" * 64]]),
        changed(files=[*FILES[:-1], [DATABASE, 1, "0"]]),
        changed(taken="yesterday"),
        changed(log=[0, 7, "xy"]),
    ],
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(StoredDataError, match=r"does not begin with its manifest|newer version"):
        Manifest.parse(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(MANIFEST.as_dict())), inner),
    max_leaves=10,
)


@given(JSON)
def test_no_json_does_anything_else_than_to_be_refused(content: Any) -> None:
    with pytest.raises(StoredDataError):
        Manifest.parse(json.dumps(content).encode())


@given(st.sampled_from(list(MANIFEST.as_dict())), JSON)
def test_no_field_does_anything_else_than_to_be_refused_or_read(name: str, value: Any) -> None:
    try:
        manifest = Manifest.parse(changed(**{name: value}))
    except StoredDataError:
        return
    assert isinstance(manifest.log.root, bytes)
