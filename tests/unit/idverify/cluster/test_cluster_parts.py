"""Buckets, the directory, and messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.cluster.buckets import BUCKETS, bucket_of, held_by, placed
from idverify.cluster.directory import Directory
from idverify.cluster.messages import Message, ShardKeys, answer, opened_answer, opened_question, question
from idverify.domain.errors import StoredDataError
from tests.unit.idverify.cluster.cluster_kit import SECRET

KEY = ShardKeys.of(SECRET).wire


def test_somebody_is_in_the_same_bucket_for_ever() -> None:
    assert [bucket_of(name) for name in ("a", "b", "0b7c9a4e-8f1d-4b43-a6a4-64c2b8d1f0aa")] == [202, 62, 26]


@given(st.integers(1, BUCKETS))
def test_shards_have_as_many_buckets_as_each_other_and_few_move(count: int) -> None:
    sizes = [len(held_by(shard, count)) for shard in range(count)]
    assert (sum(sizes), max(sizes) - min(sizes) <= 1) == (BUCKETS, True)
    if count > 1:
        moved = [new for old, new in zip(placed(count - 1), placed(count), strict=True) if old != new]
        assert set(moved) == {count - 1}


@pytest.mark.parametrize("count", [0, BUCKETS + 1])
def test_there_are_not_so_many_shards(count: int) -> None:
    with pytest.raises(ValueError, match="256"):
        placed(count)


changes = st.lists(st.tuples(st.booleans(), st.integers(1, 40), st.integers(0, 3)), max_size=60)


@given(changes, st.integers(0, 5))
def test_the_directory_is_what_was_added_and_not_taken_out(steps: list[tuple[bool, int, int]], looks: int) -> None:
    directory, plain = Directory(), dict[int, int]()
    for number, (adds, template_id, bucket) in enumerate(steps):
        if adds:
            directory.add([(template_id, bucket)])
            plain.setdefault(template_id, bucket)
        else:
            directory.discard([template_id])
            plain.pop(template_id, None)
        if looks and number % looks == 0:
            directory.arrays()
    assert (len(directory), directory.newest) == (len(plain), max(plain, default=0))
    assert [directory.bucket(i) for i in range(1, 41)] == [plain.get(i) for i in range(1, 41)]
    for bucket in range(4):
        own = sorted(i for i, place in plain.items() if place == bucket)
        assert (directory.within({bucket}).tolist(), directory.count({bucket})) == (own, len(own))


def test_an_answer_opens_as_the_answer_to_its_question_alone() -> None:
    sealed, number = question(KEY, Message({"do": "state"}, [b"part", b""]))
    asked = opened_question(KEY, sealed)
    assert (asked.facts, list(asked.parts)) == ({"do": "state", "number": number}, [b"part", b""])
    told = answer(KEY, Message({"templates": 3}), number)
    assert opened_answer(KEY, told, number).facts == {"templates": 3}
    _, other = question(KEY, Message({"do": "state"}))
    with pytest.raises(StoredDataError):
        opened_answer(KEY, told, other)
    with pytest.raises(StoredDataError):
        opened_question(KEY, told)
    with pytest.raises(StoredDataError):
        opened_question(ShardKeys.of(b"\x08" * 32).wire, sealed)
