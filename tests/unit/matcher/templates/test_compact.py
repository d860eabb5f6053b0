"""The stored template form: every version ever written still reads, and damage never does."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest

from matcher.errors import TemplateInvalidError
from matcher.templates import columnar, compact
from matcher.types import Template
from tests.places import GOLDEN

STORED = (GOLDEN / "template_v2.bin").read_bytes()
UNREPORTED = (GOLDEN / "template_v2_unreported.bin").read_bytes()
STORED_V1 = (GOLDEN / "template_v1.bin").read_bytes()
ALIKE_V1 = (GOLDEN / "template_v1_alike.bin").read_bytes()


def template(**changes: object) -> Template:
    base = Template(
        x=np.array([0, 300, 150.4], np.float32),
        y=np.array([0, 400, 20.52], np.float32),
        angle=np.array([0, np.pi, -np.pi / 2], np.float32),
        kind=np.array([0, 1, 2], np.uint8),
        quality=np.array([0, 1, 0.2], np.float32),
        width=300,
        height=400,
        extractor="golden-1",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def sealed(body: bytes) -> bytes:
    """Give a damaged body a right checksum, so that the fault itself must be found."""
    return body + struct.pack(">I", zlib.crc32(body))


def test_without_a_ridge_map_version_2_is_written_byte_for_byte() -> None:
    assert compact.encode(template()) == STORED
    assert compact.encode(template(quality=None)) == UNREPORTED


def test_columns_are_written_as_their_templates_are() -> None:
    some = [template(), template(quality=None), template(extractor="golden-2", width=8191)]
    columns = columnar.of_templates(some)
    assert list(compact.encode_each(columns)) == [compact.encode(one) for one in some]
    assert list(compact.encode_each(columns[1:3])) == [compact.encode(one) for one in some[1:]]
    assert list(compact.encode_each(columns[:0])) == []


def test_that_no_quality_is_reported_is_read() -> None:
    read = compact.decode(UNREPORTED)
    assert read.quality is None
    assert read.kind.tolist() == [0, 1, 2]
    assert compact.encode(read) == UNREPORTED


def test_qualities_that_are_alike_are_what_version_1_had_for_none() -> None:
    assert compact.decode(ALIKE_V1).quality is None
    alike = compact.decode(compact.encode(template(quality=np.ones(3, np.float32)))).quality
    assert alike is not None, "since version 2 they are what they are"
    assert alike.tolist() == [1, 1, 1]


@pytest.mark.parametrize("stored", [STORED, STORED_V1, (GOLDEN / "template_v3.bin").read_bytes()])
def test_every_version_is_read(stored: bytes) -> None:
    read = compact.decode(stored)
    assert read.x.tolist() == [0, 300, 150.375]
    assert read.y.tolist() == [0, 400, 20.5]
    assert read.angle.tolist() == pytest.approx([0, np.pi, -np.pi / 2])
    assert read.kind.tolist() == [0, 1, 2]
    assert read.quality is not None
    assert read.quality.tolist() == pytest.approx([0, 1, 0.2])
    assert (read.width, read.height, read.extractor) == (300, 400, "golden-1")
    assert {c.dtype for c in (read.x, read.y, read.angle, read.quality)} == {np.dtype(np.float32)}
    assert read.kind.dtype == np.uint8
    assert read.kind.flags.writeable


def test_an_empty_template_is_stored() -> None:
    none = np.zeros(0, np.float32)
    empty = template(x=none, y=none, angle=none, quality=none, kind=np.zeros(0, np.uint8))
    assert len(compact.decode(compact.encode(empty))) == 0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the magic bytes are missing"),
        (b"IDVX" + STORED[4:], "the magic bytes are missing"),
        (b"IDVT", "truncated inside its header"),
        (STORED[:16], "truncated inside its header"),
        (STORED_V1[:15], "truncated inside its header"),
        (STORED[:-1], "has 48 bytes where its header asks for 49"),
        (STORED + b"\x00", "has 50 bytes where its header asks for 49"),
        (STORED_V1 + b"\x00", "has 49 bytes where its header asks for 48"),
        (UNREPORTED + b"\x00", "has 47 bytes where its header asks for 46"),
        (b"IDVT\x04", "format version 4; this library reads up to 3"),
        (b"IDVT\xff" + STORED[5:], "format version 255; this library reads up to 3"),
        (b"IDVT\x00" + STORED[5:], "a format version that was never in use"),
        (STORED[:21] + b"\x01" + STORED[22:], "fails its checksum"),
        (STORED_V1[:20] + b"\x01" + STORED_V1[21:], "fails its checksum"),
        (sealed(STORED[:12] + b"\x02" + STORED[13:-4]), "does not say whether qualities are reported"),
        (sealed(STORED[:13] + b"golden\x001" + STORED[21:-4]), "no readable extractor identifier"),
        (sealed(STORED[:13] + b"golden-\xe9" + STORED[21:-4]), "no readable extractor identifier"),
        (sealed(STORED[:5] + b"\x00" + STORED[6:13] + STORED[21:-4]), "no readable extractor identifier"),
        (sealed(STORED[:6] + b"\x00\x00" + STORED[8:-4]), "frame must be 1 to 8191 px a side"),
        (sealed(STORED[:23] + b"\x09\x61" + STORED[25:-4]), r"column 'x' holds a value outside \[0, 300\]"),
        (sealed(STORED[:41] + b"\x03" + STORED[42:-4]), r"column 'kind' holds a value outside \[0, 2\]"),
        (sealed(STORED_V1[:40] + b"\x03" + STORED_V1[41:-4]), r"column 'kind' holds a value outside \[0, 2\]"),
    ],
)
def test_anything_wrong_is_refused_by_name(data: bytes, message: str) -> None:
    with pytest.raises(TemplateInvalidError, match=message):
        compact.decode(data)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (template(extractor=""), "extractor identifier"),
        (template(extractor="x" * 256), "extractor identifier"),
        (template(extractor="vân-tay"), "extractor identifier"),
        (template(extractor="a\nb"), "extractor identifier"),
        (template(width=8192), "frame must be"),
        (template(height=0), "frame must be"),
        (template(y=np.zeros(2, np.float32)), "columns differ in length"),
        (template(x=np.float32(1)), "columns differ in length"),
        (template(x=np.array([0, 1, 300.1], np.float32)), "column 'x'"),
        (template(y=np.array([0, 1, -0.1], np.float32)), "column 'y'"),
        (template(angle=np.array([0, 1, np.inf], np.float32)), "column 'angle'"),
        (template(quality=np.array([0, 1, np.nan], np.float32)), "column 'quality'"),
        (template(kind=np.array([0, 1, 3], np.uint8)), "column 'kind'"),
    ],
)
def test_an_incoherent_template_is_not_written(bad: Template, message: str) -> None:
    with pytest.raises(TemplateInvalidError, match=message):
        compact.encode(bad)


def test_the_count_must_fit_its_field() -> None:
    many = {name: np.zeros(65536, np.float32) for name in ("x", "y", "angle", "quality")}
    with pytest.raises(TemplateInvalidError, match="more than 65535 minutiae"):
        compact.encode(template(kind=np.zeros(65536, np.uint8), **many))
