"""Blocks of ISO/IEC 39794-4: the fields of an image are read, and what does not read is refused by its name."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import SampleInvalidError
from matcher.formats.iso39794_4 import Representation, is_iso_39794_4, read_iso_39794_4
from matcher.formats.iso39794_4.tags import elements
from tests.golden.make_iso39794 import BLOCKS, PIXELS, block_39794, element, representation_39794
from tests.places import GOLDEN

REFUSED = {
    "fib39794_unit_unknown.der": "spatialSamplingRateBlock: no rate",
    "fib39794_rate_zero.der": "spatialSamplingRateBlock: no rate",
    "fib39794_no_image.der": "without imageData",
    "fib39794_no_position.der": "position: no code",
    "fib39794_member_twice.der": "stands twice",
    "fib39794_no_sequence.der": "no sequence",
    "fib39794_truncated_inside.der": "truncated",
    "fib39794_truncated.der": "not a finger image data block",
    "fib39794_long_tag.der": "a tag of several bytes",
    "fib39794_indefinite_length.der": "not a finger image data block",
}


def test_the_golden_files_are_those_of_their_script() -> None:
    for name, content in BLOCKS.items():
        assert (GOLDEN / name).read_bytes() == content, name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fib39794.der", [(2, 500.0)]),
        ("fib39794_two_fingers.der", [(2, 500.0), (7, 500.0)]),
        ("fib39794_position_of_later_version.der", [(2, 500.0)]),
        ("fib39794_no_sampling_rate.der", [(2, None)]),
        ("fib39794_no_representations.der", []),
    ],
)
def test_what_an_image_needs_is_read(name: str, expected: list[tuple[int, float | None]]) -> None:
    assert read_iso_39794_4(BLOCKS[name]) == tuple(
        Representation(position, 0, 0, PIXELS, ppi) for position, ppi in expected
    )


@pytest.mark.parametrize(("name", "message"), REFUSED.items())
def test_what_does_not_read_is_refused_by_its_name(name: str, message: str) -> None:
    with pytest.raises(SampleInvalidError, match=message):
        read_iso_39794_4(BLOCKS[name])


def test_limits_hold() -> None:
    with pytest.raises(SampleInvalidError, match="over the limit"):
        read_iso_39794_4(BLOCKS["fib39794.der"], limit=10)
    with pytest.raises(SampleInvalidError, match="more than 100 representations"):
        read_iso_39794_4(block_39794(*[representation_39794()] * 101))
    with pytest.raises(SampleInvalidError, match="more than 1000 elements"):
        list(elements(b"\x80\x00" * 1001, "it"))
    wide = representation_39794().replace(element(0x80, b"\x02"), element(0x80, bytes(5)), 1)
    with pytest.raises(SampleInvalidError):
        read_iso_39794_4(block_39794(wide))
    for cut in (b"\x80", b"\x80\x82\x01", b"\x80\x85" + bytes(9), b"\x80\x05\x00"):
        with pytest.raises(SampleInvalidError, match="it: "):
            list(elements(cut, "it"))


@given(st.sampled_from(sorted(BLOCKS)), st.data())
def test_mutated_blocks_are_read_or_refused(name: str, data: st.DataObject) -> None:
    mutated = bytearray(BLOCKS[name])
    for _ in range(data.draw(st.integers(1, 3))):
        mutated[data.draw(st.integers(0, len(mutated) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(mutated)))
    for block in (bytes(mutated), bytes(mutated[:cut])):
        told = is_iso_39794_4(block)
        with suppress(SampleInvalidError):
            assert all(isinstance(each, Representation) for each in read_iso_39794_4(block))
            assert told
