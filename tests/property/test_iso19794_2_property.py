"""Both codecs on anything: what goes in comes out, and no bytes make them do more than refuse."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.errors import MatcherError, TemplateInvalidError
from matcher.formats.iso19794_2 import (
    FingerView,
    MinutiaeRecord,
    Quirk,
    read_record,
    template_to_record,
    view_to_template,
    write_record,
)
from matcher.templates import compact
from matcher.templates.repeats import REACH, TURN
from matcher.types import FingerPosition, Template


def columns(draw: st.DrawFn, count: int, bits: int) -> NDArray[np.uint16]:
    numbers = st.lists(st.integers(0, (1 << bits) - 1), min_size=count, max_size=count)
    return np.array(draw(numbers), np.uint16)


@st.composite
def views(draw: st.DrawFn) -> FingerView:
    n = draw(st.integers(0, 12))
    return FingerView(
        position=draw(st.integers(0, 255)),
        impression_type=draw(st.integers(0, 15)),
        quality=draw(st.integers(0, 255)),
        x=columns(draw, n, 14),
        y=columns(draw, n, 14),
        angle=columns(draw, n, 8).astype(np.uint8),
        kind=columns(draw, n, 2).astype(np.uint8),
        minutia_quality=columns(draw, n, 8).astype(np.uint8),
        view_number=draw(st.integers(0, 15)),
        extended_data=draw(st.binary(max_size=20)),
    )


@st.composite
def records(draw: st.DrawFn) -> MinutiaeRecord:
    u16 = st.integers(0, 65535)
    return MinutiaeRecord(
        width=draw(st.integers(1, 65535)),
        height=draw(st.integers(1, 65535)),
        views=tuple(draw(st.lists(views(), max_size=3))),
        x_resolution=draw(u16),
        y_resolution=draw(u16),
        equipment_certification=draw(st.integers(0, 15)),
        equipment_id=draw(st.integers(0, 4095)),
    )


@st.composite
def templates(draw: st.DrawFn, most: int = 40) -> Template:
    width, height = draw(st.integers(1, 8191)), draw(st.integers(1, 8191))
    n = draw(st.integers(0, most))

    def floats(low: float, high: float) -> NDArray[np.float32]:
        values = st.floats(float(np.float32(low)), float(np.float32(high)), width=32)
        return np.array(draw(st.lists(values, min_size=n, max_size=n)), np.float32)

    return Template(
        x=floats(0, width),
        y=floats(0, height),
        angle=floats(-3.1415925, np.pi),
        kind=np.array(draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)), np.uint8),
        quality=draw(st.none() | st.just(floats(0, 1))),
        width=width,
        height=height,
        extractor=draw(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=255)),
    )


def apart(template: Template) -> Template:
    """Return the template without minutiae so near an earlier one that rounding could make one a repetition."""
    kept: list[int] = []
    for i in range(len(template)):
        away = np.hypot(template.x[kept] - template.x[i], template.y[kept] - template.y[i])
        turn = np.abs(np.angle(np.exp(1j * (template.angle[kept].astype(np.float64) - template.angle[i]))))
        if ((away > REACH + 2) | (turn > TURN + 0.1)).all():
            kept.append(i)
    quality = None if template.quality is None else template.quality[kept]
    return replace(
        template,
        x=template.x[kept],
        y=template.y[kept],
        angle=template.angle[kept],
        kind=template.kind[kept],
        quality=quality,
    )


@st.composite
def mutations(draw: st.DrawFn, original: bytes) -> bytes:
    """Flip bytes of ``original``, cut it, lengthen it; sometimes all of them."""
    data = bytearray(original)
    for _ in range(draw(st.integers(0, 3))):
        data[draw(st.integers(0, len(data) - 1))] ^= draw(st.integers(1, 255))
    cut = draw(st.one_of(st.just(len(data)), st.integers(0, len(data))))
    return bytes(data[:cut]) + draw(st.binary(max_size=8))


def same_value(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b)
    return a == b


def same_view(a: FingerView, b: FingerView) -> bool:
    return all(same_value(getattr(a, f.name), getattr(b, f.name)) for f in fields(FingerView))


def same_record(a: MinutiaeRecord, b: MinutiaeRecord) -> bool:
    plain = [f.name for f in fields(MinutiaeRecord) if f.name not in {"views", "warnings"}]
    return (
        all(getattr(a, name) == getattr(b, name) for name in plain)
        and len(a.views) == len(b.views)
        and all(map(same_view, a.views, b.views))
    )


def read_or_refuse(data: bytes) -> MinutiaeRecord | None:
    try:
        return read_record(data)
    except MatcherError:
        return None


def exercise(data: bytes) -> None:
    """Read and convert: either works, or fails with an error of the family; a read record can be written."""
    read = read_or_refuse(data)
    if read is None:
        return
    again = read_record(write_record(read), limit=1 << 20)
    assert same_record(again, read)
    for index in range(len(read.views)):
        try:
            converted = view_to_template(read, index)
        except MatcherError:
            continue
        assert len(compact.decode(compact.encode(converted))) == len(converted) <= len(read.views[index])
        repeated = any(warning.quirk is Quirk.MINUTIAE_REPEATED for warning in read.warnings)
        assert repeated or len(converted) == len(read.views[index])


@given(records())
def test_a_written_record_reads_back_the_same(record: MinutiaeRecord) -> None:
    data = write_record(record)
    read = read_record(data)
    assert same_record(read, record)
    assert write_record(read) == data


@given(st.data(), records())
def test_mutated_records_are_read_or_refused(data: st.DataObject, record: MinutiaeRecord) -> None:
    exercise(data.draw(mutations(write_record(record))))


@given(st.binary(max_size=200), st.sampled_from([b"", b"FMR\x00", b"FMR\x00 20\x00", b"FMR\x00 20\x00\x00\x00\x00"]))
def test_arbitrary_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    exercise(start + data)


@given(templates().map(apart), st.sampled_from(FingerPosition))
def test_a_template_survives_the_record_within_its_rounding(template: Template, position: FingerPosition) -> None:
    read = read_record(write_record(template_to_record(template, position)))
    back = view_to_template(read)
    assert read.warnings == ()
    assert read.views[0].position == position
    assert (back.width, back.height) == (template.width, template.height)
    # Half a pixel of rounding, and one more half where it would have left the frame.
    for got, sent, side in ((back.x, template.x, back.width), (back.y, template.y, back.height)):
        inside = np.minimum(sent, side - 1)
        assert (np.abs(got - inside) <= 0.5).all()
    turned = np.angle(np.exp(1j * (back.angle.astype(np.float64) - template.angle)))
    assert (np.abs(turned) <= np.pi / 256 + 1e-6).all()
    assert np.array_equal(back.kind, template.kind)
    if template.quality is None or back.quality is None:
        assert len(back) == 0 or back.quality is None
        assert template.quality is None or np.ptp(read.views[0].minutia_quality) == 0
    else:
        assert (np.abs(back.quality - np.maximum(template.quality, 0.01)) <= 0.005 + 1e-6).all()


@given(templates())
def test_a_template_survives_storage_within_its_rounding(template: Template) -> None:
    data = compact.encode(template)
    back = compact.decode(data)
    assert compact.encode(back) == data
    assert (np.abs(back.x - template.x) <= 1 / 16).all()
    assert (np.abs(back.y - template.y) <= 1 / 16).all()
    turned = np.angle(np.exp(1j * (back.angle.astype(np.float64) - template.angle)))
    assert (np.abs(turned) <= np.pi / 65536 + 1e-6).all()
    assert (back.angle > -np.pi).all()
    assert np.array_equal(back.kind, template.kind)
    if template.quality is None or back.quality is None:
        assert template.quality is back.quality
    else:
        assert (np.abs(back.quality - template.quality) <= 1 / 510 + 1e-6).all()
    assert (back.width, back.height, back.extractor) == (template.width, template.height, template.extractor)


@given(st.data(), templates(most=5))
def test_a_mutated_stored_template_is_refused(data: st.DataObject, template: Template) -> None:
    """CRC-32 finds every burst of up to 32 bits; up to three bytes anywhere slip through once in 2^32."""
    original = compact.encode(template)
    mutated = data.draw(mutations(original))
    try:
        compact.decode(mutated)
    except TemplateInvalidError:
        assert mutated != original
    else:
        assert mutated == original


@given(st.binary(max_size=100), st.sampled_from([b"", b"IDVT", b"IDVT\x01"]))
def test_arbitrary_bytes_are_no_stored_template(data: bytes, start: bytes) -> None:
    try:
        compact.decode(start + data)
    except TemplateInvalidError:
        return
    raise AssertionError("bytes without a checksum were taken for a template")
