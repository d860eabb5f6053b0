"""Sealing: opens where it was put, under its key, and nowhere else; derived keys never change."""

from __future__ import annotations

import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.errors import StoredDataError
from idverify.ports import Pseudonyms
from idverify.trust.sealing import (
    KeyedPseudonyms,
    MasterKeys,
    Purpose,
    WrappedKey,
    keyed_hash,
    new_key,
    seal,
    unseal,
    unseal_into,
)

KEY = bytes(range(32))
KEYS = MasterKeys("k1", {"k1": KEY}, b"\x77" * 32)
PLACES = st.lists(st.text(max_size=8), min_size=1, max_size=5).map(tuple)


@given(st.binary(max_size=200), PLACES)
def test_what_is_sealed_opens_at_its_place(content: bytes, place: tuple[str, ...]) -> None:
    assert unseal(KEY, seal(KEY, content, *place), *place) == content


@given(PLACES, PLACES)
def test_it_opens_nowhere_else(place: tuple[str, ...], other: tuple[str, ...]) -> None:
    sealed = seal(KEY, b"content", *place)
    if place != other:
        with pytest.raises(StoredDataError):
            unseal(KEY, sealed, *other)


@given(st.data())
def test_a_changed_or_cut_value_does_not_open(data: st.DataObject) -> None:
    sealed = seal(KEY, b"a template", "t", "c", "row")
    at = data.draw(st.integers(0, len(sealed) - 1))
    flipped = data.draw(st.integers(1, 255))
    changed = sealed[:at] + bytes([sealed[at] ^ flipped]) + sealed[at + 1 :]
    for wrong in (changed, sealed[:at], sealed + b"\0"):
        with pytest.raises(StoredDataError):
            unseal(KEY, wrong, "t", "c", "row")


@given(st.binary(max_size=100), st.integers(-3, 3))
def test_a_value_opens_into_room_of_its_own_length_only(content: bytes, more: int) -> None:
    sealed = seal(KEY, content, "t", "c", "row")
    out = bytearray(max(0, len(content) + more))
    if len(out) == len(content):
        unseal_into(KEY, memoryview(sealed), memoryview(out), "t", "c", "row")
        assert out == content
    else:
        with pytest.raises(StoredDataError, match="unknown format"):
            unseal_into(KEY, memoryview(sealed), memoryview(out), "t", "c", "row")


@pytest.mark.parametrize(
    ("key", "changed", "place"),
    [
        (bytes(32), b"", ("t", "c", "row")),
        (KEY, b"", ("t", "c", "other")),
        (KEY, b"\x02", ("t", "c", "row")),
        (KEY, b"\x01\x00\x00\x00\x00\x00", ("t", "c", "row")),
    ],
)
def test_a_changed_or_moved_value_does_not_open_into_anything(
    key: bytes, changed: bytes, place: tuple[str, ...]
) -> None:
    sealed = seal(KEY, b"a gallery", "t", "c", "row")
    with pytest.raises(StoredDataError, match=r"t\.c"):
        unseal_into(key, memoryview(changed + sealed[len(changed) :]), memoryview(bytearray(9)), *place)


@given(st.binary(max_size=100))
def test_any_bytes_are_refused_without_quoting_them(junk: bytes) -> None:
    with pytest.raises(StoredDataError) as refused:
        unseal(KEY, junk, "table", "column", "row-of-somebody")
    assert "table.column" in str(refused.value)
    assert "row-of-somebody" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_value_is_never_sealed_alike_twice() -> None:
    sealed = {seal(KEY, b"same", "t", "c") for _ in range(100)}
    assert len({s[1:13] for s in sealed}) == 100


def test_the_envelope_is_as_documented() -> None:
    sealed = seal(KEY, b"12345", "t", "c")
    assert sealed[0] == 1
    assert len(sealed) == 1 + 12 + 5 + 16


def test_a_value_sealed_by_the_first_version_opens() -> None:
    """Made once by :func:`seal` and kept: what lies in databases must open for ever."""
    old = bytes.fromhex(GOLDEN)
    assert unseal(KEY, old, "templates", "template", "s1") == "bền vững".encode()


def test_another_key_does_not_open() -> None:
    with pytest.raises(StoredDataError):
        unseal(new_key(), seal(KEY, b"content", "t", "c"), "t", "c")


def test_a_data_key_opens_for_its_citizen_under_its_master_key_only() -> None:
    data_key = new_key()
    wrapped = KEYS.wrap(data_key, "s1")
    assert wrapped.master_key_id == "k1"
    assert KEYS.unwrap(wrapped, "s1") == data_key
    with pytest.raises(StoredDataError):
        KEYS.unwrap(wrapped, "s2")
    same_key_twice = MasterKeys("k2", {"k1": KEY, "k2": KEY}, KEYS.root)
    with pytest.raises(StoredDataError):
        same_key_twice.unwrap(WrappedKey("k2", wrapped.sealed), "s1")
    with pytest.raises(StoredDataError, match="not in the key file"):
        KEYS.unwrap(WrappedKey("k9", wrapped.sealed), "s1")


def test_rotation_keeps_old_data_keys_and_all_that_is_derived() -> None:
    data_key = new_key()
    wrapped = KEYS.wrap(data_key, "s1")
    rotated = MasterKeys("k2", {"k1": KEY, "k2": b"\x02" * 32}, KEYS.root)
    assert rotated.unwrap(wrapped, "s1") == data_key
    assert rotated.wrap(data_key, "s1").master_key_id == "k2"
    for purpose in Purpose:
        assert rotated.subkey(purpose) == KEYS.subkey(purpose)


def test_derived_keys_are_what_they_have_always_been() -> None:
    """RFC 5869 computed with the standard library: without salt, one block of output."""
    import hashlib
    import hmac

    extracted = hmac.digest(bytes(32), KEYS.root, hashlib.sha256)
    infos = {
        Purpose.NUMBER_HASH: b"idverify v1 citizen number hash",
        Purpose.PAIRWISE: b"idverify v1 pairwise pseudonym",
        Purpose.REQUEST_DIGEST: b"idverify v1 request digest",
        Purpose.SERVICE_DATA: b"idverify v1 service data",
        Purpose.AUDIT_HEAD: b"idverify v1 audit head",
        Purpose.SIGNING_KEYS: b"idverify v1 signing keys",
        Purpose.GALLERY_SNAPSHOT: b"idverify v1 gallery snapshot",
        Purpose.REGISTER_STATE: b"idverify v1 register state",
        Purpose.REGISTER_ROWS: b"idverify v1 register rows",
        Purpose.SAMPLE_DIGEST: b"idverify v1 sample digest",
        Purpose.TRAIL_FILE: b"idverify v1 trail head file",
        Purpose.DOCUMENT_KEY: b"idverify v1 document key",
        Purpose.LOG_SALTS: b"idverify v1 log salts",
        Purpose.SEEN_DOCUMENT: b"idverify v1 seen document digest",
        Purpose.LOG_KEYS: b"idverify v1 log keys",
        Purpose.ERASURES: b"idverify v1 erasure list",
        Purpose.INDEX_CODES: b"idverify v1 index codes",
    }
    assert set(infos) == set(Purpose)
    for purpose, info in infos.items():
        assert KEYS.subkey(purpose) == hmac.digest(extracted, info + b"\x01", hashlib.sha256)


@pytest.mark.parametrize(
    ("active", "keys", "root"),
    [("k2", {"k1": KEY}, KEY), ("k1", {"k1": b"short"}, KEY), ("k1", {"k1": KEY}, b"short")],
)
def test_unusable_keys_are_refused(active: str, keys: dict[str, bytes], root: bytes) -> None:
    with pytest.raises(ValueError, match="key"):
        MasterKeys(active, keys, root)


def test_secrets_do_not_show() -> None:
    shown = repr(KEYS) + repr(KeyedPseudonyms.of(KEYS))
    for secret in (KEY, KEYS.root, KEYS.subkey(Purpose.PAIRWISE)):
        assert repr(secret) not in shown


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_no_two_lists_are_hashed_alike(one: list[str], two: list[str]) -> None:
    assert (keyed_hash(KEY, *one) == keyed_hash(KEY, *two)) == (one == two)


@given(st.lists(st.text()))
def test_strings_are_hashed_as_json_has_them(parts: list[str]) -> None:
    written = json.dumps(parts, separators=(",", ":")).encode()
    assert keyed_hash(KEY, *parts) == hmac.digest(KEY, written, "sha256")


def test_pseudonyms_are_stable_and_differ_by_audience_and_subject() -> None:
    pseudonyms: Pseudonyms = KeyedPseudonyms.of(KEYS)
    names = {pseudonyms.pairwise(s, a) for s in ("s1", "s2") for a in ("police", "land")}
    assert len(names) == 4
    assert pseudonyms.pairwise("s1", "police") == KeyedPseudonyms.of(KEYS).pairwise("s1", "police") == PAIRWISE
    other = KeyedPseudonyms.of(MasterKeys("k1", {"k1": KEY}, b"\x78" * 32))
    assert other.pairwise("s1", "police") not in names


def test_request_digests_tell_requests_apart() -> None:
    pseudonyms = KeyedPseudonyms.of(KEYS)
    assert len(pseudonyms.request_digest(b"")) == 32
    assert pseudonyms.request_digest(b"a") == pseudonyms.request_digest(b"a")
    assert pseudonyms.request_digest(b"a") != pseudonyms.request_digest(b"b")


GOLDEN = "01cb763d122aaf148926ba32289e440815ac5b88a9f3080104fd3a5eeee08b7fad504fad658888a106"
PAIRWISE = "EutciqWj1lkHXX_1yaseWgCUbEN1orF7rFdAZegx_uQ"
