"""What an SD-JWT hides, and that it can be found again, at any depth."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.client.offline.disclosures import Disclosure, paths, shown, split
from idverify.domain.assertions.disclosable import Disclosable
from idverify.domain.errors import StoredDataError
from idverify.trust.disclosures import concealed

NAMES = st.text(st.characters(codec="utf-8"), max_size=2)
LEAVES = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=4)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner | inner.map(Disclosable), max_size=3)
        | st.dictionaries(NAMES, inner | inner.map(Disclosable), max_size=3)
    ),
    max_leaves=8,
)


def plain(tree: Any) -> Any:
    match tree:
        case Disclosable(value):
            return plain(value)
        case dict():
            return {name: plain(value) for name, value in tree.items()}
        case list():
            return [plain(value) for value in tree]
        case _:
            return tree


def read(texts: list[str]) -> list[Disclosure]:
    return split("~".join(["token", *texts, ""]))[1]


@given(st.dictionaries(NAMES, TREES | TREES.map(Disclosable), max_size=4))
def test_with_every_disclosure_everything_is_there(tree: dict[str, Any]) -> None:
    payload, texts = concealed(tree)
    json.dumps(payload)
    disclosures = read(texts)
    assert shown(payload, disclosures) == plain(tree)
    assert len(paths(payload, disclosures)) <= len(disclosures)
    assert not {name for name, value in tree.items() if isinstance(value, Disclosable)} & set(payload)


def test_the_same_value_twice_has_two_salts() -> None:
    payload, texts = concealed({"a": [Disclosable(1), Disclosable(1)], "b": Disclosable(1), "c": Disclosable(1)})
    assert len(set(texts)) == 4
    assert payload["_sd"] == sorted(payload["_sd"])
    salts = [json.loads(base64.urlsafe_b64decode(text + "=="))[0] for text in texts]
    assert {len(salt) for salt in salts} == {22}  # 16 bytes


@pytest.mark.parametrize("name", ["_sd", "_sd_alg", "..."])
def test_a_record_cannot_bring_digests_of_its_own(name: str) -> None:
    with pytest.raises(StoredDataError):
        concealed({"attributes": {"residence": Disclosable({"address": Disclosable({name: "x"})})}})
