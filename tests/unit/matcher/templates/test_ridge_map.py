"""Ridge maps: what is stored is what is read, damage is found by name, and a map never speaks for other minutiae."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matcher.comparison.prepared import prepare
from matcher.errors import TemplateInvalidError
from matcher.templates import compact
from matcher.templates.columnar import of_templates
from matcher.templates.repeats import without_repeats
from matcher.templates.ridge_bytes import pack, unpack
from matcher.templates.ridge_map import (
    blocks_seen,
    grid_shape,
    orientation_steps,
    orientations,
    own_ridges,
    period_shape,
    period_steps,
    periods,
    with_ridges,
)
from matcher.types import RidgeMap, Template
from tests.places import GOLDEN

STORED = (GOLDEN / "template_v3.bin").read_bytes()
MAP_AT = 13 + 8 + 8 * 3


@st.composite
def maps(draw: st.DrawFn, width: int, height: int) -> RidgeMap:
    shape = grid_shape(width, height)
    clear = draw(arrays(np.uint8, shape, elements=st.integers(0, 3)))
    seen, wide = clear > 0, blocks_seen(clear)
    points = draw(st.lists(st.tuples(*map(st.integers, (0,) * 4, (1, width, height, 255))), max_size=15))
    return RidgeMap(
        clear,
        np.where(seen, draw(arrays(np.uint8, shape, elements=st.integers(0, 31))), 0).astype(np.uint8),
        np.where(wide, draw(arrays(np.uint8, period_shape(shape), elements=st.integers(0, 15))), 0).astype(np.uint8),
        np.array(points, np.uint16).reshape(-1, 4),
        draw(st.integers(0, 2**32 - 1)),
    )


FRAMES = st.tuples(st.integers(1, 160), st.integers(1, 160))


def assert_same(a: RidgeMap, b: RidgeMap) -> None:
    for name in ("clear", "orientation", "period", "singular"):
        assert getattr(a, name).dtype == getattr(b, name).dtype
        assert getattr(a, name).tolist() == getattr(b, name).tolist()
    assert a.minutiae == b.minutiae


def template(**changes: Any) -> Template:
    base = Template(
        x=np.array([10, 50, 50.3], np.float32),
        y=np.array([20, 60, 60.2], np.float32),
        angle=np.array([0, 1, 1.1], np.float32),
        kind=np.array([1, 2, 1], np.uint8),
        quality=np.array([0.5, 0.25, 0.75], np.float32),
        width=100,
        height=70,
        extractor="golden-1",
    )
    return replace(base, **changes)


def ridges() -> RidgeMap:
    clear = np.array([[0, 1, 2, 3, 0], [0, 0, 3, 3, 0], [0, 0, 0, 0, 0]], np.uint8)
    seen = np.array([[1, 1, 0], [0, 0, 0]], np.uint8)
    return RidgeMap(clear, 7 * (clear > 0).astype(np.uint8), 5 * seen, np.array([[1, 100, 70, 255]], np.uint16), 0)


def mapped() -> Template:
    return with_ridges(template(), ridges())


@settings(max_examples=60)
@given(st.data(), FRAMES)
def test_what_is_packed_is_read_and_packed_again(data: st.DataObject, frame: tuple[int, int]) -> None:
    given_ = data.draw(maps(*frame))
    packed = pack(given_, *frame)
    read = unpack(packed, *frame, given_.minutiae)
    assert_same(read, given_)
    assert pack(read, *frame) == packed


@settings(max_examples=100)
@given(st.data(), FRAMES)
def test_any_bytes_are_refused_or_are_what_would_be_written(data: st.DataObject, frame: tuple[int, int]) -> None:
    packed = bytearray(pack(data.draw(maps(*frame)), *frame))
    for _ in range(data.draw(st.integers(0, 3))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    raw = bytes(packed[: data.draw(st.integers(0, len(packed)))]) + data.draw(st.binary(max_size=2))
    try:
        read = unpack(raw, *frame, 0)
    except TemplateInvalidError:
        return
    assert pack(read, *frame) == raw


def test_the_golden_map_is_read_and_written_byte_for_byte() -> None:
    read = compact.decode(STORED)
    own = own_ridges(read)
    assert own is not None
    assert np.argwhere(own.clear).tolist() == [[0, 0], [5, 12]]
    assert own.clear[own.clear > 0].tolist() == [3, 1]
    assert own.orientation[own.clear > 0].tolist() == [0, 31]
    assert (own.period[0, 0], own.period[2, 6], own.period.sum()) == (6, 15, 21)
    assert own.singular.tolist() == [[0, 150, 399, 192], [1, 0, 300, 255]]
    assert compact.encode(read) == STORED


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (STORED[: MAP_AT + 40] + STORED[-4:], "truncated inside its squares"),
        (STORED[: MAP_AT + 57] + b"\x01" + STORED[MAP_AT + 58 :], "bits are set after the last square"),
        (STORED[: MAP_AT + 58] + STORED[-4:], "its singular points are truncated"),
        (STORED[: MAP_AT + 58] + b"\x10" + STORED[MAP_AT + 59 :], "its singular points are truncated, too many"),
        (STORED[:-5] + STORED[-4:], "its singular points are truncated"),
        (STORED[:-4] + b"\0" + STORED[-4:], "followed by more"),
        (STORED[: MAP_AT + 59] + b"\x02" + STORED[MAP_AT + 60 :], "a singular point is out of range"),
        (STORED[: MAP_AT + 60] + b"\xff" + STORED[MAP_AT + 61 :], "a singular point is out of range"),
        (STORED[: MAP_AT - 1], "where its header asks for"),
    ],
)
def test_damage_of_a_stored_map_is_refused_by_name(body: bytes, message: str) -> None:
    sealed = body[:-4] + struct.pack(">I", zlib.crc32(body[:-4]))
    with pytest.raises(TemplateInvalidError, match=message):
        compact.decode(sealed)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"clear": np.zeros((2, 2), np.uint8)}, "its grid is not the frame's"),
        ({"period": np.zeros((1, 1), np.uint8)}, "its grid is not the frame's"),
        ({"singular": np.zeros((16, 4), np.uint16)}, "too many singular points"),
        ({"singular": np.array([[0, 101, 0, 0]], np.uint16)}, "a singular point is out of range"),
        ({"clear": np.full((3, 5), 4, np.uint8)}, "a square holds a step out of range"),
        ({"orientation": np.full((3, 5), 1, np.uint8)}, "a square holds a step out of range"),
        ({"period": np.full((2, 3), 16, np.uint8)}, "a period is out of range"),
    ],
)
def test_an_unsound_map_is_not_written(change: dict[str, Any], message: str) -> None:
    with pytest.raises(TemplateInvalidError, match=message):
        compact.encode(with_ridges(template(), replace(ridges(), **change)))


def test_a_map_outlives_storing() -> None:
    stored = compact.encode(mapped())
    read = own_ridges(compact.decode(stored))
    own = own_ridges(mapped())
    assert own is not None
    assert read is not None
    assert_same(read, own)
    assert compact.encode(compact.decode(stored)) == stored


@pytest.mark.parametrize(
    "moved",
    [
        {"x": np.array([11, 50, 50.3], np.float32)},
        {"angle": np.array([0.1, 1, 1.1], np.float32)},
        {"width": 101},
        {"x": np.array([10], np.float32), "y": np.array([20], np.float32), "angle": np.array([0], np.float32)}
        | {"kind": np.array([1], np.uint8), "quality": np.array([0.5], np.float32)},
    ],
)
def test_whoever_moves_minutiae_leaves_the_map_behind(moved: dict[str, Any]) -> None:
    stale = replace(mapped(), **moved)
    assert own_ridges(stale) is None
    assert compact.encode(stale) == compact.encode(replace(stale, ridges=None))
    assert prepare(stale).template.x.tolist() == prepare(replace(stale, ridges=None)).template.x.tolist()


def test_without_repeats_the_map_is_still_the_templates_own() -> None:
    fewer = without_repeats(mapped())
    assert len(fewer) == 2
    assert own_ridges(fewer) is not None
    stale = without_repeats(replace(mapped(), width=101))
    assert own_ridges(stale) is None


def test_columns_keep_no_maps() -> None:
    assert of_templates([mapped()])[0].ridges is None


def test_steps_are_the_nearest() -> None:
    angle = np.linspace(-np.pi, np.pi, 101).astype(np.float32)
    off = np.abs(np.sin(orientations(orientation_steps(angle)) - angle))
    assert off.max() <= np.sin(np.pi / 64) + 1e-6
    period = np.geomspace(5, 16, 50).astype(np.float32)
    assert np.abs(np.log(periods(period_steps(period)) / period)).max() <= np.log(16 / 5) / 30 + 1e-6
    assert period_steps(np.array([0, 1, 99], np.float32)).tolist() == [0, 0, 15]
