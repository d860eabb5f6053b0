"""Columns of templates: the same templates as the storage form gives, and damage is found by name."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matcher.errors import TemplateInvalidError
from matcher.templates import columnar, compact
from matcher.templates.column_folder import open_columns, write_columns
from matcher.templates.columnar import TemplateColumns, concatenate, of_templates, require_coherent_columns
from matcher.types import Template


@st.composite
def templates(draw: st.DrawFn) -> Template:
    count = draw(st.integers(0, 6))
    width, height = draw(st.integers(1, 8191)), draw(st.integers(1, 8191))

    def column(low: float, high: float) -> Any:
        values = st.floats(float(np.float32(low)), float(np.float32(high)), width=32)
        return draw(arrays(np.float32, count, elements=values))

    return Template(
        x=column(0, width),
        y=column(0, height),
        angle=column(-np.pi, np.pi),
        kind=draw(arrays(np.uint8, count, elements=st.integers(0, 2))),
        quality=draw(st.none() | st.just(column(0, 1))),
        width=width,
        height=height,
        extractor=draw(st.sampled_from(["leader-1", "iso19794-2"])),
    )


def stored(template: Template) -> Template:
    return compact.decode(compact.encode(template))


def assert_same(a: Template, b: Template) -> None:
    for name in ("x", "y", "angle", "kind", "quality"):
        left, right = getattr(a, name), getattr(b, name)
        if left is None or right is None:
            assert left is right
            continue
        assert left.dtype == right.dtype
        assert left.tolist() == right.tolist()
    assert (a.width, a.height, a.extractor) == (b.width, b.height, b.extractor)


def some_templates(count: int = 4) -> list[Template]:
    rng = np.random.default_rng(1)
    sizes = rng.integers(1, 9, count)
    return [
        Template(
            x=rng.uniform(0, 300, n).astype(np.float32),
            y=rng.uniform(0, 400, n).astype(np.float32),
            angle=rng.uniform(-np.pi, np.pi, n).astype(np.float32),
            kind=rng.integers(0, 3, n).astype(np.uint8),
            quality=rng.uniform(0, 1, n).astype(np.float32),
            width=300,
            height=400 + i,
            extractor=f"extractor-{i % 2}",
        )
        for i, n in enumerate(sizes)
    ]


@given(st.lists(templates(), max_size=5))
def test_a_template_of_the_columns_is_the_stored_one(given_: list[Template]) -> None:
    columns = of_templates(given_)
    require_coherent_columns(columns)
    assert len(columns) == len(given_)
    for template, kept in zip(given_, columns, strict=True):
        assert_same(kept, stored(template))


@given(st.lists(templates(), max_size=5), st.data())
def test_taking_cutting_and_joining_keep_every_template(given_: list[Template], data: st.DataObject) -> None:
    columns = of_templates(given_)
    indices = data.draw(st.lists(st.integers(0, len(given_) - 1), max_size=6)) if given_ else []
    cut = data.draw(st.integers(0, len(given_)))
    joined = concatenate([columns[cut:], columns[:cut], columns.take(np.array(indices, np.int64))])
    require_coherent_columns(joined)
    expected = given_[cut:] + given_[:cut] + [given_[i] for i in indices]
    assert len(joined) == len(expected)
    for template, kept in zip(expected, joined, strict=True):
        assert_same(kept, stored(template))


def test_a_sequence_ends() -> None:
    columns = of_templates(some_templates(3))
    assert_same(columns[-1], columns.template(2))
    with pytest.raises(IndexError):
        columns[3]
    with pytest.raises(ValueError, match="take"):
        columns[::2]
    assert len(columns[2:1]) == 0
    assert columns.nbytes == 8 * len(columns.x) + 15 * 3 + 8


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"x": np.array([301.0], np.float32)}, "template 1: column 'x'"),
        ({"y": np.array([-0.5], np.float32)}, "template 1: column 'y'"),
        ({"angle": np.array([np.nan], np.float32)}, "template 1: column 'angle'"),
        ({"kind": np.array([3], np.uint8)}, "template 1: column 'kind'"),
        ({"quality": np.array([1.5], np.float32)}, "template 1: column 'quality'"),
        ({"quality": np.zeros(2, np.float32)}, "template 1: columns differ in length"),
        ({"width": 0}, "template 1: frame must be"),
        ({"height": 8192}, "template 1: frame must be"),
    ],
)
def test_an_incoherent_template_is_refused(wrong: dict[str, Any], message: str) -> None:
    sound = replace(
        some_templates(1)[0],
        x=np.ones(1, np.float32),
        y=np.ones(1, np.float32),
        angle=np.ones(1, np.float32),
        kind=np.ones(1, np.uint8),
        quality=np.ones(1, np.float32),
    )
    with pytest.raises(TemplateInvalidError, match=message):
        of_templates([sound, replace(sound, **wrong), sound])


@pytest.mark.parametrize("at_once", [1, 1 << 22])
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("x", 300 * 8 + 1, "template 2: column 'x'"),
        ("y", 402 * 8 + 1, "template 2: column 'y'"),
        ("kind", 3, "template 2: column 'kind'"),
    ],
)
def test_incoherent_columns_are_refused(
    name: str, value: int, message: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columnar, "_MINUTIAE_AT_ONCE", at_once)
    columns = of_templates(some_templates(4))
    getattr(columns, name)[columns.offsets[3] - 1] = value
    with pytest.raises(TemplateInvalidError, match=message):
        require_coherent_columns(columns)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: {"offsets": c.offsets + 1}, "offsets do not ascend"),
        (lambda c: {"offsets": c.offsets[:-1]}, "offsets do not ascend"),
        (lambda c: {"offsets": np.append(c.offsets[:-2], [99, c.offsets[-1]])}, "offsets do not ascend"),
        (lambda c: {"x": c.x[:-1]}, "do not end with the offsets"),
        (lambda c: {"height": c.height[:-1]}, "columns of the templates differ in length"),
        (lambda c: {"extractors": c.extractors[:1]}, "an extractor is not named"),
        (lambda c: {"width": c.width * 0}, "template 0: frame must be"),
    ],
)
def test_columns_that_do_not_fit_together_are_refused(change: Any, message: str) -> None:
    columns = of_templates(some_templates(4))
    with pytest.raises(TemplateInvalidError, match=message):
        require_coherent_columns(replace(columns, **change(columns)))


@settings(max_examples=25)
@given(given_=st.lists(templates(), max_size=4))
def test_a_folder_gives_back_what_was_written(tmp_path_factory: pytest.TempPathFactory, given_: list[Template]) -> None:
    folder = tmp_path_factory.mktemp("columns") / "new"
    write_columns(of_templates(given_), folder, {"seed": 3})
    columns, about = open_columns(folder)
    assert about == {"seed": 3}
    assert len(columns) == len(given_)
    for template, kept in zip(given_, columns, strict=True):
        assert_same(kept, stored(template))
    shutil.rmtree(folder)


def test_equal_columns_give_equal_bytes_and_replace_older_ones(tmp_path: Path) -> None:
    columns = of_templates(some_templates())
    write_columns(columns[:1], tmp_path / "a", {"old": True})
    for name in ("a", "b"):
        write_columns(columns, tmp_path / name, {})
    files = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert files == sorted(p.name for p in (tmp_path / "b").iterdir())
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)


def test_the_arrays_are_mapped_not_read(tmp_path: Path) -> None:
    write_columns(of_templates(some_templates()), tmp_path, {})
    columns, _ = open_columns(tmp_path)
    assert isinstance(columns.x, np.memmap)
    assert not columns.x.flags.writeable


def test_incoherent_columns_are_not_written(tmp_path: Path) -> None:
    columns: TemplateColumns = of_templates(some_templates())
    with pytest.raises(TemplateInvalidError, match="do not end with the offsets"):
        write_columns(replace(columns, x=columns.x[:-1]), tmp_path / "new", {})
    assert not (tmp_path / "new").exists()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_columns(of_templates(some_templates()), tmp_path, {})
    return tmp_path


def edited_header(folder: Path, **changes: object) -> None:
    header = json.loads((folder / "header.json").read_text())
    (folder / "header.json").write_text(json.dumps(header | changes))


def test_an_unfinished_folder_is_refused(folder: Path) -> None:
    (folder / "header.json").unlink()
    with pytest.raises(TemplateInvalidError, match="nothing was written, or not to the end"):
        open_columns(folder)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe"])
def test_a_damaged_header_is_refused(folder: Path, text: bytes) -> None:
    (folder / "header.json").write_bytes(text)
    with pytest.raises(TemplateInvalidError, match=r"header\.json is damaged"):
        open_columns(folder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "idverify-columns-9"}, "another format than idverify-columns-2"),
        ({"columns": {}}, "does not describe the columns"),
        ({"columns": None}, "does not describe the columns"),
        ({"columns": {"x": {"length": "many", "crc32": 0}}}, "does not describe the columns"),
        ({"extractors": 3}, "does not describe the columns"),
        ({"extractors": [3]}, "does not describe the columns"),
        ({"extractors": ["only one"]}, "an extractor is not named"),
        ({"about": 3}, "does not describe the columns"),
    ],
)
def test_a_header_that_says_something_else_is_refused(folder: Path, changes: dict[str, object], message: str) -> None:
    edited_header(folder, **changes)
    with pytest.raises(TemplateInvalidError, match=message):
        open_columns(folder)


def test_a_missing_or_cut_or_swapped_column_is_refused(folder: Path) -> None:
    data = (folder / "angle.npy").read_bytes()
    for wrong in (b"", data[:20], data[:-1]):
        (folder / "angle.npy").write_bytes(wrong)
        with pytest.raises(TemplateInvalidError, match=r"angle\.npy is missing or cannot be read"):
            open_columns(folder)
    (folder / "angle.npy").unlink()
    with pytest.raises(TemplateInvalidError, match=r"angle\.npy is missing or cannot be read"):
        open_columns(folder)
    shutil.copy(folder / "kind.npy", folder / "angle.npy")
    with pytest.raises(TemplateInvalidError, match=r"angle\.npy is not what the header describes"):
        open_columns(folder)


@settings(max_examples=50)
@given(st.data())
def test_every_flipped_bit_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("columns")
    write_columns(of_templates(some_templates()), folder, {})
    name = data.draw(st.sampled_from(sorted(p.name for p in folder.glob("*.npy"))))
    content = bytearray((folder / name).read_bytes())
    place = data.draw(st.integers(128, len(content) - 1))  # after numpy's own header
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    (folder / name).write_bytes(content)
    with pytest.raises(TemplateInvalidError, match="fails its checksum"):
        open_columns(folder)
    shutil.rmtree(folder)
